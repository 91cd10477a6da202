"""Steps of requests for information sessions at the desk: agree, decline, schedule, hold,
close. Source: docs/adr/0033-information-sessions.md."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from protect.audit.context import AuditContext
from protect.orgs.scope import Scope
from protect.outreach import access, labels, rules
from protect.outreach.actions import readiness, request_form
from protect.outreach.enums import RequestMove, RequestState, Setting
from protect.outreach.errors import OutreachRefusal
from protect.outreach.models import InformationSession, SessionRequest
from protect.trainings.base import errors, vocabulary
from protect.trainings.base.access import must_belong_to, planner_context
from protect.trainings.editions.actions.plan import SessionPlan, cancel_sessions
from protect.trainings.scheduling import enums, models
from protect.trainings.scheduling.actions import bookings, conflicts
from protect.trainings.scheduling.rules import TEACHING_ROLES, Span

type People = Sequence[bookings.BookingRequest]
# Fields that identify the asker, or hold their own words.
PERSONAL_FIELDS = (
    *("contact_name", "contact_email", "contact_phone"),
    *("safeguarding_lead", "dates", "said"),
)
TOO_EARLY_REFUSALS = {
    RequestMove.HOLD: partial(OutreachRefusal, "outreach_session_not_over"),
    RequestMove.CLOSE: partial(OutreachRefusal, "outreach_count_missing"),
}


@transaction.atomic
def agree_to_request(scope: Scope, request: SessionRequest, *, at: datetime) -> SessionRequest:
    """Take on a request; mail the asker. Errors: PermissionDenied; RequestMoveNotAllowed."""
    locked_request, audit = _lock_and_step_unsaved(scope, request, RequestMove.AGREE, at)
    _save_state(locked_request, at, "organisation")
    audit.record("outreach.request_agree", locked_request)
    request_form.mail_asker(locked_request, at=at)
    return locked_request


@transaction.atomic
def decline_request(
    scope: Scope, request: SessionRequest, reason: str, alternative: str, *, at: datetime
) -> SessionRequest:
    """Decline a request, cancel its sessions and mail the asker a link to a page with both texts.
    Errors: as `agree_to_request`; trainings_reason_missing, if one of these texts is empty."""
    locked_request, audit = _lock_and_step_unsaved(scope, request, RequestMove.DECLINE, at)
    if not reason or not alternative:
        raise errors.TrainingRefusal("trainings_reason_missing")
    locked_request.reason, locked_request.alternative = reason, alternative
    sessions = models.Session.objects.filter(pk__in=locked_request.sessions.values("pk"))
    cancel_sessions(bookings.lock_active_sessions(sessions), at=at)
    _save_state(locked_request, at, "organisation", "reason", "alternative")
    audit.record("outreach.request_decline", locked_request)
    request_form.mail_asker(locked_request, at=at)
    return locked_request


@transaction.atomic
def save_phone_answers(
    scope: Scope, request: SessionRequest, fields: Mapping[str, object], *, at: datetime
) -> SessionRequest:
    """Save answers given by phone. Errors: as `agree_to_request`; trainings_edit_conflict."""
    audit = planner_context(scope, access.get_answering_organisation_id(scope, request), at=at)
    row = request_form.lock_open_request(request, _("Enter the requester’s answers"))
    request_form.save_later_fields(row, fields)
    audit.record("outreach.request_complete", row)
    return row


@transaction.atomic
def schedule_session(
    scope: Scope,
    request: SessionRequest,
    session_plan: SessionPlan,
    people: People,
    *,
    at: datetime,
    reason: str = "",
) -> InformationSession:
    """Plan a request's session, ask people to hold it, mail the asker. Errors: ClashBlocks;
    ClashNeedsReason, also for an unspoken language; PermissionDenied, also for another host's
    venue; RequestMoveNotAllowed; outreach_ambassador_alone; outreach_request_incomplete."""
    locked_request, audit = _lock_and_step_unsaved(scope, request, RequestMove.SCHEDULE, at)
    must_belong_to(audit.organisation, session_plan.venue)
    if missing := find_missing_fields(locked_request):
        names = ", ".join(str(labels.REQUEST_FIELD_LABELS[name]) for name in missing)
        raise OutreachRefusal("outreach_request_incomplete", missing=names)
    _must_not_leave_beginner_alone(people)
    resource_ids = [booking_request.resource.pk for booking_request in people]
    extra_conflicts = [
        *readiness.language_conflicts(locked_request, resource_ids),
        *conflicts.find_past_conflict(locked_request.pk, session_plan.span, at),
    ]
    session = _create_session(locked_request, session_plan, reason if extra_conflicts else "")
    bookings.lock_resources([*filter(None, [session.venue_id]), *resource_ids])
    bookings.book_room(session, audit, reason=reason, session_conflicts=extra_conflicts)
    for booking_request in people:
        bookings.book_resource(scope, session, booking_request, at=at, reason=reason)
    _save_state(locked_request, at)
    audit.record("outreach.request_schedule", locked_request)
    request_form.mail_asker(locked_request, at=at)
    return session


def _create_session(
    request: SessionRequest, session_plan: SessionPlan, conflict_reason: str
) -> InformationSession:
    """Create a session. `conflict_reason`: of its own conflicts; bookings store their own."""
    is_school = request.setting == Setting.SCHOOL  # sessions with minors
    return InformationSession.objects.create(
        request=request,
        numbered_in=request.pk,
        number=request.sessions.count() + 1,
        kind=enums.SessionKind.SCHOOL if is_school else enums.SessionKind.COMMUNITY,
        count_mode=enums.CountMode.HEADCOUNT,
        reason=conflict_reason,
        **session_plan._asdict(),
    )


@transaction.atomic
def ask_people(
    scope: Scope, session: InformationSession, people: People, *, at: datetime, reason: str = ""
) -> None:
    """Ask more people to hold a session. Errors: as `schedule_session`; BookingMoveNotAllowed."""
    request = session.request
    audit = planner_context(scope, access.get_answering_organisation_id(scope, request), at=at)
    # Translators: name of an action on a request: ask one more person to hold the session.
    locked = request_form.lock_open_request(request, _("Ask more people"))
    row = bookings.lock_active_session(session)
    bookings.lock_resources(booking_request.resource.pk for booking_request in people)
    holding = row.bookings.live().exclude(role=enums.BookingRole.ROOM).order_by("pk")
    holders = [
        *holding.values_list("resource", flat=True),
        *(booking_request.resource.pk for booking_request in people),
    ]
    extra_conflicts = readiness.language_conflicts(locked, holders)
    conflicts.refuse_conflicts(extra_conflicts, reason)
    for booking_request in people:
        bookings.book_resource(scope, session, booking_request, at=at, reason=reason)
    if readiness.has_lone_ambassador(row):
        raise OutreachRefusal("outreach_ambassador_alone")
    row.reason = reason if extra_conflicts else ""
    row.save(update_fields=["reason"])
    audit.record("outreach.request_people", request)


@transaction.atomic
def move_session(
    scope: Scope,
    session: InformationSession,
    session_plan: SessionPlan,
    *,
    at: datetime,
    reason: str = "",
) -> models.Session:
    """Change a session; mail the asker; ask people anew if it moved. Errors: as `ask_people`."""
    request = session.request
    audit = planner_context(scope, access.get_answering_organisation_id(scope, request), at=at)
    must_belong_to(audit.organisation, session_plan.venue)
    locked = request_form.lock_open_request(request, RequestMove.SCHEDULE)
    row = bookings.lock_active_session(session)
    old_time_and_venue = (Span(row.starts_at, row.ends_at), row.venue_id)
    row.venue = session_plan.venue
    if old_time_and_venue != (session_plan.span, row.venue_id):
        is_moved = old_time_and_venue[0] != session_plan.span
        past = conflicts.find_past_conflict(locked.pk, session_plan.span, at) if is_moved else []
        bookings.move_bookings(row, session_plan.span, audit, reason=reason, session_conflicts=past)
        row.reason = reason if past else row.reason
    row.starts_at, row.ends_at = session_plan.starts_at, session_plan.ends_at
    row.link, row.sequence, row.changed_at = session_plan.link, row.sequence + 1, at
    fields = ["starts_at", "ends_at", "venue", "link", "reason", "sequence", "changed_at"]
    row.save(update_fields=fields)
    bookings.book_room(row, audit, reason=reason)
    audit.record("outreach.request_move", row)
    request_form.mail_asker(locked, at=at)
    return row


@transaction.atomic
def mark_held_or_close(
    scope: Scope, request: SessionRequest, move: RequestMove, *, at: datetime
) -> SessionRequest:
    """Record that the session took place (HOLD), or close a request after all people were counted
    (CLOSE). Errors: as `agree_to_request`; outreach_session_not_over; outreach_count_missing."""
    locked_request, audit = _lock_and_step_unsaved(scope, request, move, at)
    if not allows_move(locked_request, move, at):
        raise TOO_EARLY_REFUSALS[move]()
    _save_state(locked_request, at)
    audit.record(f"outreach.request_{move.value}", locked_request)
    return locked_request


def allows_move(request: SessionRequest, move: RequestMove, at: datetime) -> bool:
    """Return whether sessions and answers allow a step now; the state is not checked."""
    if move is RequestMove.SCHEDULE:
        return not find_missing_fields(request)
    blocking = {RequestMove.HOLD: Q(ends_at__gt=at), RequestMove.CLOSE: Q(head_counts=None)}
    condition = blocking.get(move)
    return condition is None or not request.sessions.not_cancelled().filter(condition).exists()


def find_missing_fields(request: SessionRequest) -> tuple[str, ...]:
    """Return the required fields that are empty or answered with no and prevent scheduling."""
    return rules.find_missing_fields(Setting(request.setting), _scheduling_fields(request))


def find_refused_fields(request: SessionRequest) -> tuple[str, ...]:
    """Return the required fields that the asker answered with no."""
    return rules.find_refused_fields(Setting(request.setting), _scheduling_fields(request))


def _scheduling_fields(request: SessionRequest) -> dict[str, object]:
    """Return the answers needed to schedule; `languages` is whether any language is named."""
    names = ("class_level", "teacher_present", "safeguarding_lead", "accepts_protocol")
    fields = {name: getattr(request, name) for name in (*names, "has_private_room")}
    return fields | {"languages": request.languages.exists()}


def _must_not_leave_beginner_alone(people: Iterable[bookings.BookingRequest]) -> None:
    role = enums.BookingRole.AMBASSADOR
    ambassadors = {person.resource.pk for person in people if person.role == role}
    trainers = {person.resource.pk for person in people if person.role in TEACHING_ROLES}
    experienced = readiness.filter_experienced(ambassadors)
    if rules.leaves_beginner_alone(ambassadors, experienced, len(trainers - ambassadors)):
        raise OutreachRefusal("outreach_ambassador_alone")


def _lock_and_step_unsaved(
    scope: Scope, request: SessionRequest, move: RequestMove, at: datetime
) -> tuple[SessionRequest, AuditContext]:
    """Lock a request and set its state and organisation, unsaved; return it and the audit context,
    which alone gets `at`."""
    row = SessionRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    organisation = access.get_answering_organisation_id(scope, row)
    row.state = rules.step_request(RequestState(row.state), move)
    row.organisation_id = organisation
    return row, planner_context(scope, organisation, at=at)


def _save_state(request: SessionRequest, at: datetime, *fields: str) -> None:
    request.moved_at = at
    request.save(update_fields=["state", "moved_at", *fields])


@transaction.atomic
def erase_old_requests(*, at: datetime) -> int:
    """Erase the asker's data and link when their retention ends; return how many requests."""
    cutoff = at - vocabulary.retention_of("request_contact")
    has_contact = Q()
    for name in PERSONAL_FIELDS:
        has_contact |= ~Q(**{name: ""})
    old = SessionRequest.objects.filter(has_contact, received_at__lt=cutoff, moved_at__lt=cutoff)
    rows = old.exclude(sessions__ends_at__gte=cutoff).select_for_update(of=("self",))
    count = 0
    for row in rows.order_by("pk"):
        for name in PERSONAL_FIELDS:
            setattr(row, name, "")
        row.token_hash = f"erased {row.pk.hex}"
        row.save(update_fields=[*PERSONAL_FIELDS, "token_hash"])
        count += 1
    return count
