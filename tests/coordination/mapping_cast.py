"""Rounds of mappings in tests, and what they need. Everything invented is called "Demo …"."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from protect.coordination.mappings import actions, findings, reports
from protect.coordination.mappings.enums import FORM_BY_METHOD, Method
from protect.coordination.mappings.models import Finding, Interview, MappingRound, Passage
from protect.directory.models import Organisation as Provider
from protect.orgs.models import Organisation, User
from protect.questionnaires.access import Answers, get_form
from protect.questionnaires.actions import load_forms
from protect.questionnaires.models import FormVersion
from tests.coordination.cast import AT, Cast

NEED = "safe-place"


def make_round(cast: Cast, **given: Any) -> MappingRound:
    """Return a round of amal's office."""
    values = {
        "title": "Demo mapping",
        "purpose": "Demo: what is missing",
        "group": None,
        "starts_on": AT.date() - timedelta(20),
        "ends_on": AT.date() + timedelta(20),
    }
    return actions.create_round(cast.scope(), cast.office.pk, values | given, at=AT)


def conversation(method: Method = Method.SERVICE, **texts: str) -> actions.Conversation:
    """Return answers in words, by the key of the question."""
    code = FORM_BY_METHOD[method]
    if not FormVersion.objects.filter(code=code).exists():
        load_forms(lambda result: None)
    form = get_form(code)
    version = FormVersion.objects.get(code=code, number=form.definition.number)
    values = texts or {"missing": "Demo: a bed for men", "nights": "Demo: nowhere"}
    answers = Answers(code, form.definition.number, form.content_hash, values)
    return actions.Conversation(method, version, form.definition, answers)


def interview_values(row: MappingRound, **given: Any) -> dict[str, Any]:
    return {
        "held_on": AT.date(),
        "place_id": None,
        "area_id": region_in(row.country_id),
        "setting": "shelter",
        "people": {"women": 7},
        "language_id": "en",
        "has_interpreter": False,
        "late_reason": "",
        **given,
    }


def region_in(country: str) -> str:
    """Return the code of the first region of a country."""
    from protect.coordination.presence import axes

    return next(iter(axes.regions(country)))


def make_interview(
    cast: Cast, row: MappingRound, asked: actions.Conversation | None = None, **given: Any
) -> Interview:
    values = interview_values(row, **given)
    return actions.add_interview(cast.scope(), row, asked or conversation(), values, at=AT)


def code_all(cast: Cast, row: MappingRound, need: str = NEED) -> list[Passage]:
    """Code all answers of a round to one need; return them."""
    for passage in Passage.objects.filter(interview__round=row):
        codes = {"needs": [need], "groups": ["m"], "areas": passage.areas}
        actions.code_passage(cast.scope(), passage, codes, passage.version, at=AT)
    return list(Passage.objects.filter(interview__round=row))


def finding_values(passages: list[Passage], **given: Any) -> dict[str, Any]:
    return {
        "title": "Demo: no bed for men",
        "text": "Demo: men find no bed.",
        "need": NEED,
        "groups": ["m"],
        "areas": [],
        "fact": "",
        "passages": passages,
        "services": [],
        **given,
    }


def make_finding(cast: Cast, row: MappingRound, **given: Any) -> Finding:
    values = finding_values(code_all(cast, row), **given)
    return findings.add_finding(cast.scope(), row, values, at=AT)


def recommendation_values(**given: Any) -> dict[str, Any]:
    return {
        "text": "Demo: open four beds",
        "member": None,
        "organisation_name": "Demo shelter",
        "position": "Head of the shelter",
        "due_on": date(2026, 12, 20),
        **given,
    }


def plant_mapping(office: Organisation, user: User, service_key: UUID) -> dict[str, UUID]:
    """Plant one row of each kind for a coordinator of an office, by what an address names. The
    finding is about a service that is planted."""
    cast = Cast(office, office, office, {"amal": user})
    row = make_round(cast)
    interview = make_interview(cast, row)
    finding = make_finding(cast, row)
    finding.services.add(service_key)
    recommendation = findings.add_recommendation(
        cast.scope(), finding, recommendation_values(), at=AT
    )
    report = reports.begin_report(cast.scope(), row, "en", at=AT)
    issued = reports.issue_report(cast.scope(), report, report.version, at=AT)
    reports.begin_report(cast.scope(), row, "en", at=AT)
    provider, _is_new = Provider.objects.get_or_create(
        source="demo",
        source_id="demo-matrix",
        defaults={"name": "Demo provider", "country_id": office.country, "last_modified": AT},
    )
    return {
        "mapping": row.pk,
        "interview": interview.pk,
        "passage": interview.passages.earliest("position").pk,
        "finding": finding.pk,
        "recommendation": recommendation.pk,
        "issued": issued.pk,
        "provider": provider.pk,
    }
