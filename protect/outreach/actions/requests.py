"""Requests for information sessions at the desk: agreed, declined, scheduled, held, closed.
Source: docs/adr/0033-information-sessions.md."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from protect.audit.context import AuditContext
from protect.orgs.scope import Scope
from protect.outreach import access, labels, rules
from protect.outreach.actions import readiness
from protect.outreach.actions.request_form import fill_in, open_locked, tell_asker
from protect.outreach.enums import RequestMove, RequestState, Setting
from protect.outreach.errors import OutreachRefusal
from protect.outreach.models import InformationSession, SessionRequest
from protect.trainings.base import access as trainings_access, errors, vocabulary
from protect.trainings.editions.actions.plan import HalfDay, cancel_sessions
from protect.trainings.scheduling import enums, models
from protect.trainings.scheduling.actions import bookings, conflicts
from protect.trainings.scheduling.rules import TEACHING, Span

# Fields that identify the asker, or hold their own words.
PERSONAL = ("contact_name", "contact_email", "contact_phone", "safeguarding_lead", "dates", "said")
TOO_EARLY = {
    RequestMove.HOLD: partial(OutreachRefusal, "outreach_session_not_over"),
    RequestMove.CLOSE: partial(OutreachRefusal, "outreach_count_missing"),
}


@transaction.atomic
def agree(scope: Scope, request: SessionRequest, *, at: datetime) -> SessionRequest:
    """Agree to a request from now on. Errors: PermissionDenied; RequestMoveNotAllowed."""
    row, audit = _taken(scope, request, RequestMove.AGREE, at)
    _save(row, at, "organisation")
    audit.record("outreach.request_agree", row)
    tell_asker(row, at=at)
    return row


@transaction.atomic
def decline(
    scope: Scope, request: SessionRequest, reason: str, alternative: str, *, at: datetime
) -> SessionRequest:
    """Decline a request; its session is cancelled. Errors: as `agree`; trainings_reason_missing."""
    row, audit = _taken(scope, request, RequestMove.DECLINE, at)
    if not reason or not alternative:
        raise errors.TrainingRefusal("trainings_reason_missing")
    row.reason, row.alternative = reason, alternative
    sessions = models.Session.objects.filter(pk__in=row.sessions.values("pk"))
    cancel_sessions(bookings.standing_of(sessions), at=at)
    _save(row, at, "organisation", "reason", "alternative")
    audit.record("outreach.request_decline", row)
    tell_asker(row, at=at)
    return row


@transaction.atomic
def note_down(
    scope: Scope, request: SessionRequest, fields: Mapping[str, object], *, at: datetime
) -> SessionRequest:
    """Save what the asker said by phone. Errors: as `agree`; trainings_edit_conflict."""
    audit = trainings_access.planner_context(scope, access.must_answer(scope, request), at=at)
    row = open_locked(request, _("Write down what they say"))
    fill_in(row, fields)
    audit.record("outreach.request_complete", row)
    return row


@transaction.atomic
def schedule(
    scope: Scope,
    request: SessionRequest,
    half_day: HalfDay,
    people: Sequence[bookings.Wanted],
    *,
    at: datetime,
    reason: str = "",
) -> InformationSession:
    """Plan the session of a request and ask people to hold it. Errors: PermissionDenied, also for a
    foreign venue; RequestMoveNotAllowed; outreach_ambassador_alone; outreach_request_incomplete;
    ClashBlocks; ClashNeedsReason, also for a language no holder speaks."""
    row, audit = _taken(scope, request, RequestMove.SCHEDULE, at)
    trainings_access.must_be_of(audit.organisation, half_day.venue)
    if missing := missing_of(row):
        names = ", ".join(str(labels.REQUEST_FIELDS[name]) for name in missing)
        raise OutreachRefusal("outreach_request_incomplete", missing=names)
    _must_not_be_alone(people)
    keys = [each.resource.pk for each in people]
    beside = [
        *readiness.find_unspoken(row, keys),
        *conflicts.find_past_conflict(row.pk, half_day.span, at),
    ]
    session = _create_session(row, half_day, reason=reason if beside else "")
    bookings.lock([*filter(None, [session.venue_id]), *keys])
    bookings.keep_room(session, audit, reason=reason, beside=beside)
    for each in people:
        bookings.book(scope, session, each, at=at, reason=reason)
    _save(row, at)
    audit.record("outreach.request_schedule", row)
    tell_asker(row, at=at)
    return session


def _create_session(
    request: SessionRequest, half_day: HalfDay, *, reason: str
) -> InformationSession:
    is_school = request.setting == Setting.SCHOOL  # minors are in the room
    return InformationSession.objects.create(
        request=request,
        numbered_in=request.pk,
        number=request.sessions.count() + 1,
        kind=enums.SessionKind.SCHOOL if is_school else enums.SessionKind.COMMUNITY,
        count_mode=enums.CountMode.HEADCOUNT,
        starts_at=half_day.starts_at,
        ends_at=half_day.ends_at,
        zone=half_day.zone,
        venue=half_day.venue,
        link=half_day.link,
        reason=reason,
    )


@transaction.atomic
def ask_people(
    scope: Scope,
    session: InformationSession,
    people: Sequence[bookings.Wanted],
    *,
    at: datetime,
    reason: str = "",
) -> None:
    """Ask more people to hold a session. Errors: as `schedule`; BookingMoveNotAllowed."""
    request = session.request
    audit = trainings_access.planner_context(scope, access.must_answer(scope, request), at=at)
    locked = open_locked(request, _("Ask another person"))
    row = bookings.standing(session)
    bookings.lock(each.resource.pk for each in people)
    holding = row.bookings.live().exclude(role=enums.BookingRole.ROOM).order_by("pk")
    holders = [*holding.values_list("resource", flat=True), *(each.resource.pk for each in people)]
    beside = readiness.find_unspoken(locked, holders)
    conflicts.must_fit(beside, reason)
    for each in people:
        bookings.book(scope, session, each, at=at, reason=reason)
    if readiness.has_lone_ambassador(row):
        raise OutreachRefusal("outreach_ambassador_alone")
    row.reason = reason if beside else ""
    row.save(update_fields=["reason"])
    audit.record("outreach.request_people", request)


@transaction.atomic
def move_session(
    scope: Scope, session: InformationSession, half_day: HalfDay, *, at: datetime, reason: str = ""
) -> models.Session:
    """Move a session; its bookings move along and are asked again. Errors: as `ask_people`."""
    request = session.request
    audit = trainings_access.planner_context(scope, access.must_answer(scope, request), at=at)
    trainings_access.must_be_of(audit.organisation, half_day.venue)
    locked = open_locked(request, RequestMove.SCHEDULE)
    row = bookings.standing(session)
    stood = (Span(row.starts_at, row.ends_at), row.venue_id)
    row.venue = half_day.venue
    if stood != (half_day.span, row.venue_id):
        is_moved = stood[0] != half_day.span
        beside = conflicts.find_past_conflict(locked.pk, half_day.span, at) if is_moved else []
        bookings.move_bookings(row, half_day.span, audit, reason=reason, beside=beside)
        row.reason = reason if beside else row.reason
    row.starts_at, row.ends_at, row.link = half_day.starts_at, half_day.ends_at, half_day.link
    row.sequence, row.changed_at = row.sequence + 1, at
    fields = ["starts_at", "ends_at", "venue", "link", "reason", "sequence", "changed_at"]
    row.save(update_fields=fields)
    bookings.keep_room(row, audit, reason=reason)
    audit.record("outreach.request_move", row)
    tell_asker(locked, at=at)
    return row


@transaction.atomic
def end(
    scope: Scope, request: SessionRequest, move: RequestMove, *, at: datetime
) -> SessionRequest:
    """Record that the session took place (HOLD), or close a request: all were counted (CLOSE).
    Errors: as `agree`; outreach_session_not_over; outreach_count_missing."""
    row, audit = _taken(scope, request, move, at)
    if not can_move(row, move, at):
        raise TOO_EARLY[move]()
    _save(row, at)
    audit.record(f"outreach.request_{move.value}", row)
    return row


def can_move(row: SessionRequest, move: RequestMove, at: datetime) -> bool:
    """Return whether a move is possible now, in a state that allows it."""
    if move is RequestMove.SCHEDULE:
        return not missing_of(row)
    waited_for = {RequestMove.HOLD: Q(ends_at__gt=at), RequestMove.CLOSE: Q(head_counts=None)}
    condition = waited_for.get(move)
    return condition is None or not row.sessions.standing().filter(condition).exists()


def missing_of(row: SessionRequest) -> tuple[str, ...]:
    """Return the fields that are still needed to schedule the session of a request."""
    return rules.missing_of(Setting(row.setting), _scheduling_fields(row))


def refused_of(row: SessionRequest) -> tuple[str, ...]:
    """Return the needed fields that were answered with no."""
    return rules.refused_of(Setting(row.setting), _scheduling_fields(row))


def _scheduling_fields(row: SessionRequest) -> dict[str, object]:
    names = ("class_level", "teacher_present", "safeguarding_lead", "accepts_protocol")
    fields = {name: getattr(row, name) for name in (*names, "has_private_room")}
    return fields | {"languages": row.languages.exists()}


def _must_not_be_alone(people: Iterable[bookings.Wanted]) -> None:
    ambassadors = {each.resource.pk for each in people if each.role == enums.BookingRole.AMBASSADOR}
    others = {each.resource.pk for each in people if each.role in TEACHING} - ambassadors
    if rules.is_alone(ambassadors, readiness.experienced(ambassadors), len(others)):
        raise OutreachRefusal("outreach_ambassador_alone")


def _taken(
    scope: Scope, request: SessionRequest, move: RequestMove, at: datetime
) -> tuple[SessionRequest, AuditContext]:
    row = SessionRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    organisation = access.must_answer(scope, row)
    row.state = rules.step_request(RequestState(row.state), move)
    row.organisation_id = organisation
    return row, trainings_access.planner_context(scope, organisation, at=at)


def _save(row: SessionRequest, at: datetime, *fields: str) -> None:
    row.moved_at = at
    row.save(update_fields=["state", "moved_at", *fields])


@transaction.atomic
def forget_requests(*, at: datetime) -> int:
    """Erase askers' data and links a year after the last move and session; return how many."""
    before = at - vocabulary.kept_for("request_contact")
    has_contact = Q()
    for name in PERSONAL:
        has_contact |= ~Q(**{name: ""})
    late = SessionRequest.objects.filter(has_contact, received_at__lt=before, moved_at__lt=before)
    rows = late.exclude(sessions__ends_at__gte=before).select_for_update(of=("self",))
    count = 0
    for row in rows.order_by("pk"):
        for name in PERSONAL:
            setattr(row, name, "")
        row.token_hash = f"erased {row.pk.hex}"
        row.save(update_fields=[*PERSONAL, "token_hash"])
        count += 1
    return count
