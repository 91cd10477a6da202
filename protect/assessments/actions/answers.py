"""Stores responses: from the public page, by a slip, from paper, or with a name. An answer without
a name leaves no trace but itself: no entry of the audit, no time but a half day of the course, no
language. Source: docs/adr/0031-answers-without-people.md."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from protect.assessments import access as assessments_access, rules
from protect.assessments.actions.row_order import mix
from protect.assessments.errors import AssessmentRefusal
from protect.assessments.models import AnswerToken, Inquiry, Measuring, Response
from protect.assessments.statistics import codes
from protect.audit.context import AuditContext
from protect.orgs.scope import Scope
from protect.questionnaires import enums, words
from protect.questionnaires.access import Answers, form_of, score
from protect.questionnaires.rules.scores import Score
from protect.trainings.base import access
from protect.trainings.base.enums import Phase
from protect.trainings.curricula.enums import SetOrder
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Edition
from protect.vault.server_keys.match_keys import match_key

CARD = "assessments.card"
SPARE, TIMES = 20, 3  # answers of a phase: so many for each registration, and some more


class Moment(NamedTuple):
    """The only time that is stored: a day of the course, and for tests which half of it."""

    day: date
    is_afternoon: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A filled form, as sent. `code` is the code of the participant's card, "" without one.
    `sent_key` identifies the page and is never stored: a page sent twice is one response."""

    form: words.Form
    answers: Answers
    code: str = ""
    sent_key: UUID = field(default_factory=uuid4)


def key_of(measuring: Measuring) -> bytes:
    """Return the key of an edition's cards and links.
    Errors: assessments_analysis_frozen; match_key_missing."""
    if measuring.salt is None:
        raise AssessmentRefusal("assessments_analysis_frozen")
    return match_key(CARD, bytes(measuring.salt))


def form_for(inquiry: Inquiry, code: str, sent_key: UUID, language: str) -> words.Form:
    """Return the form for a participant: their card, or the page's random key, decides which set.
    Errors: assessments_analysis_frozen; match_key_missing."""
    measuring, phase = inquiry.measuring, Phase(inquiry.phase)
    key = key_of(measuring)
    coin = codes.coin(codes.code_hash(code, key) if code else sent_key.hex)
    if rules.is_set_b(SetOrder(measuring.order), phase, coin):
        other = Phase.POST if phase is Phase.PRE else Phase.PRE
        inquiry = measuring.inquiries.select_related("form").get(phase=other)
    return form_of(inquiry.form, language)


def must_be_fresh(inquiry: Inquiry, code: str) -> None:
    """Refuse a card that was used.
    Errors: assessments_card_used; assessments_analysis_frozen; match_key_missing."""
    measuring = inquiry.measuring
    pair = codes.code_hash(code, key_of(measuring))
    if _answers(measuring, Phase(inquiry.phase)).filter(pair=pair).exists():
        raise AssessmentRefusal("assessments_card_used")


def must_be_open(edition: Edition, phase: Phase, at: datetime) -> None:
    """Refuse answers outside the time of a form. Errors: assessments_answers_closed."""
    if not rules.is_open(phase, assessments_access.half_days_of(edition), at):
        raise AssessmentRefusal("assessments_answers_closed")


@transaction.atomic
def answer_test(inquiry: Inquiry, sheet: Sheet, *, at: datetime) -> Score | None:
    """Store a filled test without its participant; return its points.
    Errors: assessments_analysis_frozen; assessments_answers_closed; assessments_nothing_answered;
    assessments_answers_full."""
    measuring, phase = _locked(inquiry.measuring_id), Phase(inquiry.phase)
    must_be_open(measuring.edition, phase, at)
    _must_say_something(sheet)
    return _keep(measuring, phase, sheet, _when(measuring.edition, phase, at))


@transaction.atomic
def answer_by_slip(token: str, sheet: Sheet, *, at: datetime) -> None:
    """Store the form that a slip opens once.
    Errors: assessments_slip_gone; assessments_nothing_answered; assessments_answers_full."""
    slip = assessments_access.get_slip(token, at.date())
    _must_say_something(sheet)
    measuring = _locked(slip.edition_id, must_go_on=slip.phase != Phase.FOLLOW_UP)
    if not AnswerToken.objects.filter(pk=slip.pk).delete()[0]:  # another request was faster
        raise AssessmentRefusal("assessments_slip_gone")
    phase = Phase(slip.phase)
    _keep(measuring, phase, sheet, _when(measuring.edition, phase, at))


@transaction.atomic
def type_in(
    scope: Scope, inquiry: Inquiry, sheet: Sheet, when: Moment, *, at: datetime
) -> Response | None:
    """Store a form that was filled in on paper; None when the same page was sent before.
    Errors: PermissionDenied; assessments_analysis_frozen; assessments_answers_full."""
    measuring, phase = _locked(inquiry.measuring_id), Phase(inquiry.phase)
    audit = access.planner_context(scope, measuring.edition.host_id, at=at)
    key = codes.row_id(key_of(measuring), sheet.sent_key)
    if Response.objects.filter(pk=key).exists():
        return None
    moment = when._replace(is_afternoon=when.is_afternoon and phase in rules.TESTS)
    _keep(measuring, phase, sheet, moment)
    audit.record("assessments.type_in", measuring.edition)
    return Response.objects.get(pk=key)


@transaction.atomic
def take_back(scope: Scope, edition: Edition, key: UUID, *, at: datetime) -> None:
    """Delete a response typed a moment ago.
    Errors: PermissionDenied; assessments_analysis_frozen."""
    audit = access.planner_context(scope, edition.host_id, at=at)
    _locked(edition.pk)
    Response.objects.filter(pk=key, edition=edition, registration=None).delete()
    audit.record("assessments.take_back", edition)


@transaction.atomic
def assess(registration: Registration, sheet: Sheet, *, at: datetime) -> Score:
    """Store an assessment with a name: the only test that is linked to a registration.
    Errors: assessments_analysis_frozen; assessments_answers_closed; assessments_answered_already;
    assessments_nothing_answered."""
    edition = registration.edition
    _locked(edition.pk)
    must_be_open(edition, Phase.NAMED, at)
    if Response.objects.filter(registration=registration).exists():
        raise AssessmentRefusal("assessments_answered_already")
    _must_say_something(sheet)
    result = score(sheet.form, sheet.answers.values)
    when = _when(edition, Phase.NAMED, at)
    row = Response.objects.create(
        edition=edition, registration=registration, **_fields(Phase.NAMED, sheet, result, when)
    )
    AuditContext(at=at, actor=None, organisation=edition.host_id).record("assessments.assess", row)
    return result


@transaction.atomic
def let_try_again(scope: Scope, registration: Registration, *, at: datetime) -> None:
    """Delete a participant's assessment. Errors: PermissionDenied; assessments_analysis_frozen."""
    audit = access.planner_context(scope, registration.edition.host_id, at=at)
    _locked(registration.edition_id)
    Response.objects.filter(registration=registration).delete()
    audit.record("assessments.let_try_again", registration)


def _must_say_something(sheet: Sheet) -> None:
    asked = [q for q in sheet.form.definition.asking() if q.type != enums.FieldType.CONSENT]
    if not any(question.key in sheet.answers.values for question in asked):
        raise AssessmentRefusal("assessments_nothing_answered")


def _locked(edition: UUID, *, must_go_on: bool = True) -> Measuring:
    locked = Measuring.objects.select_for_update(of=("self",))
    measuring = locked.select_related("edition__course_version").get(pk=edition)
    if must_go_on and measuring.salt is None:
        raise AssessmentRefusal("assessments_analysis_frozen")
    return measuring


def _keep(measuring: Measuring, phase: Phase, sheet: Sheet, when: Moment) -> Score | None:
    frozen = measuring.salt is None  # of a follow-up: its slip alone lets it in once
    key = b"" if frozen else key_of(measuring)
    row = uuid4() if frozen else codes.row_id(key, sheet.sent_key)
    result = score(sheet.form, sheet.answers.values) if phase in rules.TESTS else None
    kept = _answers(measuring, phase)
    if not kept.filter(pk=row).exists():
        registered = measuring.edition.registrations.active().proven().count()
        if kept.count() >= SPARE + TIMES * registered:
            raise AssessmentRefusal("assessments_answers_full")
        pair = codes.code_hash(sheet.code, key) if sheet.code and phase in rules.TESTS else ""
        Response.objects.create(
            pk=row, edition=measuring.edition, pair=pair, **_fields(phase, sheet, result, when)
        )
        mix(kept, row)
    return result


def _answers(measuring: Measuring, phase: Phase) -> QuerySet[Response]:
    return Response.objects.filter(edition=measuring.pk, phase=phase)


def _when(edition: Edition, phase: Phase, at: datetime) -> Moment:
    """Return the half day of the course under which a response is stored. A late response gets the
    same half day as all others, so that it does not stand out. A follow-up gets its own day."""
    half_days = assessments_access.half_days_of(edition)
    if half_days and phase is not Phase.FOLLOW_UP:
        at = half_days[0 if phase is Phase.PRE else -1][0]
    day, is_afternoon = rules.half_day(at, ZoneInfo(edition.zone))
    return Moment(day, is_afternoon and phase in {*rules.TESTS, Phase.NAMED})


def _fields(phase: Phase, sheet: Sheet, result: Score | None, when: Moment) -> Mapping[str, Any]:
    return {
        "form": f"{sheet.form.code}:{sheet.form.number}",
        "phase": phase,
        "day": when.day,
        "is_afternoon": when.is_afternoon,
        "answers": json.loads(sheet.answers.to_json()),
        "points": None if result is None else float(result.points),
        "maximum": None if result is None else float(result.maximum),
    }
