"""Store responses from a poster's public page, a single-use slip, paper, and a named
assessment. Anonymous ones leave no language, no time but a session's or a follow-up's day,
no audit entry unless typed in. Source: docs/adr/0031-answers-without-people.md."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from random import SystemRandom
from typing import Any, NamedTuple
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from protect.assessments import access as assessments_access, errors, rules
from protect.assessments.models import AnswerToken, Inquiry, LinkTaken, Measuring, Response
from protect.assessments.statistics import codes
from protect.audit.context import AuditContext
from protect.kernel.ids import hash_token
from protect.orgs.scope import Scope
from protect.questionnaires import enums, words
from protect.questionnaires.access import Answers, build_form, score
from protect.questionnaires.rules.scores import Score
from protect.trainings.base import access
from protect.trainings.base.enums import Phase
from protect.trainings.curricula.enums import SetOrder
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling import models, queries
from protect.vault.server_keys.match_keys import match_key

# Responses and slips are stored in random row order, so that neighbouring rows reveal nothing.
# The order changes each time an anonymous row is added, and every night.
MAX_REWRITTEN = 1000  # other rows, drawn at random, when one is added; all at night
ANONYMOUS_PHASES = [Phase.PRE, Phase.POST, Phase.EVALUATION, Phase.FOLLOW_UP]  # not NAMED
RANDOM = SystemRandom()


def anonymous_rows(edition_id: UUID) -> list[QuerySet[Any]]:
    """Return two querysets: the anonymous responses of an edition, and its slips."""
    return [
        Response.objects.filter(edition=edition_id, phase__in=ANONYMOUS_PHASES),
        AnswerToken.objects.filter(edition=edition_id),
    ]


def lock_measurings(edition_ids: Iterable[UUID]) -> None:
    """Lock the measuring rows of editions, so that no concurrent shuffle restores rows that
    are being deleted. Call it before locking editions and registrations, as a shuffle does."""
    rows = Measuring.objects.select_for_update(of=("self",)).filter(pk__in=list(edition_ids))
    list(rows.order_by("pk"))


def shuffle_rows(
    rows: QuerySet[Any], *new_ids: UUID, max_others: int | None = MAX_REWRITTEN
) -> int:
    """Rewrite rows in random order, so that row order does not reveal who answered when. Rewrites
    `new_ids` (just written) and `max_others` others (None: all); returns how many. The caller has
    locked the edition's measuring row, so that no transaction adds a row meanwhile."""
    other_ids = list(rows.exclude(pk__in=new_ids).order_by("pk").values_list("pk", flat=True))
    chosen_ids = [
        *new_ids,
        *RANDOM.sample(other_ids, min(len(other_ids), max_others or len(other_ids))),
    ]
    RANDOM.shuffle(chosen_ids)
    by_id = rows.model._default_manager.in_bulk(chosen_ids)
    rows.filter(pk__in=chosen_ids).order_by("pk").delete()
    rows.model._default_manager.bulk_create([by_id[pk] for pk in chosen_ids], batch_size=500)
    return len(chosen_ids)


def store_slips(edition_id: UUID, phase: Phase, tokens: Iterable[str], *, expires_on: date) -> None:
    """Store slips as hashes of their tokens, shuffled; the caller locks as for `shuffle_rows`."""
    slips = AnswerToken.objects.bulk_create(
        AnswerToken(
            edition_id=edition_id, phase=phase, token_hash=hash_token(token), expires_on=expires_on
        )
        for token in tokens
    )
    shuffle_rows(AnswerToken.objects.filter(edition=edition_id), *(slip.pk for slip in slips))


def shuffle_rows_and_delete_expired_slips(*, at: datetime) -> Counter[str]:
    """Rewrite all anonymous rows of each edition in random order, and delete expired slips, in
    one transaction for each edition. Return the number of rows by model, and of deleted slips."""
    counts: Counter[str] = Counter()
    for edition_id in measured_editions().order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            Measuring.objects.select_for_update().get(pk=edition_id)
            expired = AnswerToken.objects.filter(edition=edition_id, expires_on__lt=at.date())
            counts["slips_over"] += expired.delete()[0]
            links = LinkTaken.objects.filter(registration__edition=edition_id)
            for rows in [*anonymous_rows(edition_id), links]:
                counts[rows.model._meta.model_name or ""] += shuffle_rows(rows, max_others=None)
    return counts


def measured_editions() -> queries.EditionQuerySet:
    return models.Edition.objects.filter(pk__in=Measuring.objects.values("pk"))


CARD_KEY_PURPOSE = "assessments.card"  # names the use of a key that is derived from the match key
# A phase accepts 20 responses, and 3 for each registration that is proven and has not ended.
SPARE_RESPONSES, RESPONSES_PER_REGISTRATION = 20, 3


class ResponseTime(NamedTuple):
    """The only time of a response: day, and half day for tests and named assessments."""

    day: date
    is_afternoon: bool


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A filled form, as sent. `code` is that of the participant's card, "" without one. `sent_key`
    is random for each page; the row's id is its hash, so that a page sent twice is stored once."""

    form: words.Form
    answers: Answers
    code: str = ""
    sent_key: UUID = field(default_factory=uuid4)


def get_edition_key(measuring: Measuring) -> bytes:
    """Derive the secret key with which an edition's card codes and sent pages are hashed.
    Errors: assessments_analysis_frozen; match_key_missing."""
    if measuring.salt is None:
        raise errors.AssessmentRefusal("assessments_analysis_frozen")
    return match_key(CARD_KEY_PURPOSE, bytes(measuring.salt))


def get_form_for_participant(inquiry: Inquiry, code: str, sent_key: UUID, tag: str) -> words.Form:
    """Return a participant's form in the language `tag`. If half of the participants take the test
    sets in reverse order, the card's `code` decides, or without a card the random `sent_key`.
    Errors: assessments_analysis_frozen; match_key_missing."""
    measuring, phase = inquiry.measuring, Phase(inquiry.phase)
    key = get_edition_key(measuring)
    coin = codes.hash_to_coin(codes.code_hash(code, key) if code else sent_key.hex)
    if rules.swaps_test_sets(SetOrder(measuring.order), phase, coin):
        other_phase = Phase.POST if phase is Phase.PRE else Phase.PRE
        inquiry = measuring.inquiries.select_related("form").get(phase=other_phase)
    return build_form(inquiry.form, tag)


def must_be_unused_card(inquiry: Inquiry, code: str) -> None:
    """Refuse a card whose code has a response in the phase of `inquiry` already.
    Errors: assessments_card_used; assessments_analysis_frozen; match_key_missing."""
    measuring = inquiry.measuring
    pair = codes.code_hash(code, get_edition_key(measuring))
    if _responses_in_phase(measuring, Phase(inquiry.phase)).filter(pair=pair).exists():
        raise errors.AssessmentRefusal("assessments_card_used")


def must_be_open(edition: models.Edition, phase: Phase, at: datetime) -> None:
    """Refuse answers outside the period of a form. Errors: assessments_answers_closed."""
    if not rules.is_open(phase, assessments_access.get_session_times(edition), at):
        raise errors.AssessmentRefusal("assessments_answers_closed")


@transaction.atomic
def answer_test(inquiry: Inquiry, filled: FilledForm, *, at: datetime) -> Score | None:
    """Store a filled test anonymously, also with a used card, and return its score. Errors:
    assessments_answers_closed; assessments_nothing_answered; assessments_answers_full;
    those of `get_edition_key`."""
    measuring, phase = _lock_measuring(inquiry.measuring_id), Phase(inquiry.phase)
    must_be_open(measuring.edition, phase, at)
    _must_have_an_answer(filled)
    return _store_response(measuring, phase, filled, _response_time(measuring.edition, phase, at))


@transaction.atomic
def answer_by_slip(token: str, filled: FilledForm, *, at: datetime) -> None:
    """Store a form that was opened by a slip, and delete the slip. Errors: as `answer_test`,
    with assessments_slip_gone instead of assessments_answers_closed."""
    slip = assessments_access.get_slip(token, at.date())
    _must_have_an_answer(filled)
    measuring = _lock_measuring(slip.edition_id, must_be_unfrozen=slip.phase != Phase.FOLLOW_UP)
    if not AnswerToken.objects.filter(pk=slip.pk).delete()[0]:  # a concurrent request used the slip
        raise errors.AssessmentRefusal("assessments_slip_gone")
    phase = Phase(slip.phase)
    _store_response(measuring, phase, filled, _response_time(measuring.edition, phase, at))


@transaction.atomic
def store_paper_response(
    scope: Scope, inquiry: Inquiry, filled: FilledForm, time: ResponseTime, *, at: datetime
) -> Response | None:
    """Store a form that was filled in on paper; return None if this page was sent before.
    Errors: PermissionDenied; assessments_answers_full; those of `get_edition_key`."""
    measuring, phase = _lock_measuring(inquiry.measuring_id), Phase(inquiry.phase)
    audit = access.planner_context(scope, measuring.edition.host_id, at=at)
    response_id = codes.response_row_id(get_edition_key(measuring), filled.sent_key)
    if Response.objects.filter(pk=response_id).exists():
        return None
    time = time._replace(is_afternoon=time.is_afternoon and phase in rules.TEST_PHASES)
    _store_response(measuring, phase, filled, time)
    audit.record("assessments.type_in", measuring.edition)
    return Response.objects.get(pk=response_id)


@transaction.atomic
def delete_typed_response(
    scope: Scope, edition: models.Edition, response_id: UUID, *, at: datetime
) -> None:
    """Delete an anonymous response. The caller checks that this user has just typed it in.
    Errors: PermissionDenied; assessments_analysis_frozen."""
    audit = access.planner_context(scope, edition.host_id, at=at)
    _lock_measuring(edition.pk)
    Response.objects.filter(pk=response_id, edition=edition, registration=None).delete()
    audit.record("assessments.take_back", edition)


@transaction.atomic
def store_assessment(registration: Registration, filled: FilledForm, *, at: datetime) -> Score:
    """Store a named assessment, the only response that is linked to a registration; return its
    score. Errors: assessments_analysis_frozen; assessments_answers_closed;
    assessments_answered_already; assessments_nothing_answered."""
    edition = registration.edition
    _lock_measuring(edition.pk)
    must_be_open(edition, Phase.NAMED, at)
    if Response.objects.filter(registration=registration).exists():
        raise errors.AssessmentRefusal("assessments_answered_already")
    _must_have_an_answer(filled)
    result = score(filled.form, filled.answers.values)
    fields = _response_fields(Phase.NAMED, filled, result, _response_time(edition, Phase.NAMED, at))
    response = Response.objects.create(edition=edition, registration=registration, **fields)
    audit = AuditContext(at=at, actor=None, organisation=edition.host_id)
    audit.record("assessments.assess", response)
    return result


@transaction.atomic
def allow_another_attempt(scope: Scope, registration: Registration, *, at: datetime) -> None:
    """Delete a participant's named assessment, so that they can take it again.
    Errors: PermissionDenied; assessments_analysis_frozen."""
    audit = access.planner_context(scope, registration.edition.host_id, at=at)
    _lock_measuring(registration.edition_id)
    Response.objects.filter(registration=registration).delete()
    audit.record("assessments.let_try_again", registration)


def _must_have_an_answer(filled: FilledForm) -> None:
    """Refuse a form in which no question is answered; a consent is not an answer."""
    questions = [q for q in filled.form.definition.questions() if q.type != enums.FieldType.CONSENT]
    if not any(question.key in filled.answers.values for question in questions):
        raise errors.AssessmentRefusal("assessments_nothing_answered")


def _lock_measuring(edition_id: UUID, *, must_be_unfrozen: bool = True) -> Measuring:
    """Lock and return an edition's record of forms; `must_be_unfrozen` refuses a frozen one."""
    locked = Measuring.objects.select_for_update(of=("self",))
    measuring = locked.select_related("edition__course_version").get(pk=edition_id)
    if must_be_unfrozen and measuring.salt is None:
        raise errors.AssessmentRefusal("assessments_analysis_frozen")
    return measuring


def _store_response(
    measuring: Measuring, phase: Phase, filled: FilledForm, time: ResponseTime
) -> Score | None:
    """Store an anonymous response, once for each page; shuffle rows; return a test's score."""
    is_frozen = measuring.salt is None  # then only follow-ups come in, each once by its slip
    key = b"" if is_frozen else get_edition_key(measuring)
    response_id = uuid4() if is_frozen else codes.response_row_id(key, filled.sent_key)
    is_test = phase in rules.TEST_PHASES
    result = score(filled.form, filled.answers.values) if is_test else None
    stored = _responses_in_phase(measuring, phase)
    if not stored.filter(pk=response_id).exists():
        registered = measuring.edition.registrations.active().proven().count()
        if stored.count() >= SPARE_RESPONSES + RESPONSES_PER_REGISTRATION * registered:
            raise errors.AssessmentRefusal("assessments_answers_full")
        pair = codes.code_hash(filled.code, key) if filled.code and is_test else ""
        fields = _response_fields(phase, filled, result, time)
        Response.objects.create(pk=response_id, edition=measuring.edition, pair=pair, **fields)
        shuffle_rows(stored, response_id)
    return result


def _responses_in_phase(measuring: Measuring, phase: Phase) -> QuerySet[Response]:
    return Response.objects.filter(edition=measuring.pk, phase=phase)


def _response_time(edition: models.Edition, phase: Phase, at: datetime) -> ResponseTime:
    """Return the day, and of tests and named assessments the half day: of the first session
    (pre-test) or the last, as late responses must not stand out; of a follow-up, `at`'s day."""
    session_times = assessments_access.get_session_times(edition)
    if session_times and phase is not Phase.FOLLOW_UP:
        at = session_times[0 if phase is Phase.PRE else -1][0]
    day, is_afternoon = rules.to_half_day(at, ZoneInfo(edition.zone))
    return ResponseTime(day, is_afternoon and phase in {*rules.TEST_PHASES, Phase.NAMED})


def _response_fields(
    phase: Phase, filled: FilledForm, result: Score | None, time: ResponseTime
) -> Mapping[str, Any]:
    """Return the columns that anonymous and named responses fill in the same way."""
    return {
        "form": f"{filled.form.code}:{filled.form.number}",
        "phase": phase,
        "day": time.day,
        "is_afternoon": time.is_afternoon,
        "answers": json.loads(filled.answers.to_json()),
        "points": None if result is None else float(result.points),
        "maximum": None if result is None else float(result.maximum),
    }
