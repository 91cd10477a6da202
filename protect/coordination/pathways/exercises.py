"""Tests of published pathways: a script of questions, what was found at each service, and the
report by which the directory is corrected."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import get_language

from protect.coordination.pathways import access
from protect.coordination.pathways.actions import refuse_address
from protect.coordination.pathways.enums import Outcome, TestKind
from protect.coordination.pathways.errors import PathwayRefusal
from protect.coordination.pathways.models import PathwayEdition, PathwayFinding, PathwayTest
from protect.directory.enums import Fact
from protect.directory.models import Service
from protect.kernel import tables
from protect.orgs.access import get_row, must_be_signed_in
from protect.orgs.scope import Scope
from protect.verification.reports.reports import Report, report_as_member

FINDING_FIELDS = ("outcome", "answers", "facts", "note")


class ScriptQuestion(tables.Record):
    text: dict[str, str]  # by desk language
    kinds: tuple[TestKind, ...]

    @property
    def wording(self) -> str:
        """Return the question in the language of the desk, else in English."""
        return self.text.get(get_language() or "en", self.text["en"])


def script() -> list[ScriptQuestion]:
    """Return all questions in their order, from data/pathway_script.toml."""
    return list(tables.load("coordination", "pathway_script", ScriptQuestion).values())


def script_of(kind: str) -> list[ScriptQuestion]:
    """Return the questions that a test of this kind asks."""
    return [question for question in script() if kind in question.kinds]


@transaction.atomic
def record_test(
    scope: Scope, edition: PathwayEdition, values: Mapping[str, Any], *, at: datetime
) -> PathwayTest:
    """Record a test of an edition. `values`: kind, tested_on. Errors: Http404; PermissionDenied, if
    the user does not belong to the group; coordination_pathway_test_later."""
    pathway = access.get_pathway(scope, edition.pathway_id)
    access.must_be_member(scope, pathway.group)
    if values["tested_on"] > at.date():
        raise PathwayRefusal("coordination_pathway_test_later")
    test = PathwayTest.objects.create(
        edition=edition,
        kind=TestKind(values["kind"]),
        tested_on=values["tested_on"],
        recorded_at=at,
        recorded_by_id=must_be_signed_in(scope),
    )
    access.pathway_context(scope, pathway, at=at).record("coordination.test_pathway", test)
    return test


@transaction.atomic
def record_finding(
    scope: Scope, test: PathwayTest, service: UUID, values: Mapping[str, Any], *, at: datetime
) -> PathwayFinding:
    """Record what a test found at a service of its edition, or correct it. `values`: by the names
    of FINDING_FIELDS. Errors: Http404, also for a service that is not on the pathway;
    PermissionDenied; coordination_pathway_tells_where."""
    row = access.get_own_test(scope, test.pk)
    refuse_address(values["note"])
    listed = {key for step in row.edition.steps for key in step["services"]}
    if str(service) not in listed:
        raise Http404
    found = get_row(Service.objects.all(), pk=service)
    fields = {name: values[name] for name in FINDING_FIELDS}
    finding, _is_new = PathwayFinding.objects.update_or_create(
        test=row, service=found, defaults=fields
    )
    pathway = row.edition.pathway
    access.pathway_context(scope, pathway, at=at).record("coordination.record_finding", finding)
    return finding


@transaction.atomic
def report_finding(
    scope: Scope, finding: PathwayFinding, language: str, *, at: datetime
) -> PathwayFinding:
    """Report a finding to the people who verify the service. A service that was not reached counts
    as a number that must be checked: it is disputed at once. One that was reported does not change.
    Errors: Http404; PermissionDenied; those of `report_as_member`."""
    row = access.get_own_finding(scope, finding.pk)
    if row.report_id is None:
        report = Report(report_facts(row), row.note, language, is_other=bool(row.note))
        row.report = report_as_member(scope, row.service, report, at=at)
        row.save(update_fields=["report"])
        pathway = row.test.edition.pathway
        access.pathway_context(scope, pathway, at=at).record("coordination.report_finding", row)
    return row


def report_facts(finding: PathwayFinding) -> tuple[str, ...]:
    """Return the codes that a report of a finding names."""
    facts = tuple(finding.facts)
    return facts if facts or finding.outcome != Outcome.NOT_REACHED else (Fact.PHONE,)
