"""Bookings of resources for sessions. Each action looks for conflicts under a lock. Sessions are
locked first, then resources by id: bookings of one trainer wait, and no transactions deadlock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from protect.audit.context import AuditContext, in_chain_order
from protect.orgs.scope import Scope
from protect.trainings.base import access
from protect.trainings.base.errors import TrainingRefusal
from protect.trainings.base.extension import extensions, owner_of
from protect.trainings.scheduling import errors, queries, rules
from protect.trainings.scheduling.access import bookable_resources
from protect.trainings.scheduling.actions import conflicts, mail
from protect.trainings.scheduling.enums import BookingMove, BookingRole, BookingState, EditionState
from protect.trainings.scheduling.models import Booking, Edition, Resource, Session, Venue


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """A booking to make. Without times it is for the whole session."""

    resource: Resource
    role: BookingRole
    language: str | None = None  # of an interpreter; BCP 47
    quantity: int = 1  # children or people
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    payment: str = ""  # of an ambassador


@transaction.atomic
@in_chain_order()
def book_resource(
    scope: Scope, session: Session, request: BookingRequest, *, at: datetime, reason: str = ""
) -> Booking:
    """Book a resource for a session; mail a person. Errors: PermissionDenied, also if neither
    the planner nor a co-host owns it; ClashBlocks; ClashNeedsReason; as `lock_active_session`."""
    audit = access.planner_context(scope, planning_organisation(session), at=at)
    session = lock_active_session(session)
    if session.edition is None:
        access.must_belong_to(audit.organisation, request.resource)
    else:
        must_be_bookable(session.edition, request.resource)
    resource = lock_resources([request.resource.pk])[0]
    row = Booking(
        session=session,
        resource=resource,
        role=request.role,
        language_id=request.language,
        quantity=request.quantity,
        starts_at=request.starts_at or session.starts_at,
        ends_at=request.ends_at or session.ends_at,
        payment=request.payment,
        created=at,
    )
    own_conflicts = conflicts.find_conflicts([row])[row.pk]
    conflicts.refuse_conflicts(own_conflicts, reason)
    row.reason = reason if own_conflicts else ""
    row.save()
    audit.record("trainings.book", row)
    mail.notify_booked_people([resource], at=at)
    return row


@transaction.atomic
def move_bookings(
    session: Session,
    span: rules.Span,
    audit: AuditContext,
    *,
    reason: str = "",
    session_conflicts: Sequence[conflicts.Conflict] = (),
) -> None:
    """Move the live bookings of a session, which has the new venue but still the old time, to
    `span` and the venue. Mail people; all accepted bookings but rooms need a new answer.
    `session_conflicts`: those of the session itself. Errors: ClashBlocks; ClashNeedsReason."""
    venues = [session.venue_id] if session.venue_id else []
    lock_resources([*session.bookings.live().values_list("resource", flat=True), *venues])
    old_rooms = session.bookings.live().filter(role=BookingRole.ROOM).exclude(resource__in=venues)
    old_rooms.update(state=BookingState.CANCELLED, asked_again_at=None)
    locked = session.bookings.live().select_for_update(of=("self",)).select_related("resource")
    rows = list(locked.order_by("resource", "pk"))
    shift = span.start - session.starts_at
    for row in rows:
        is_whole = (row.starts_at, row.ends_at) == (session.starts_at, session.ends_at)
        row.starts_at, row.ends_at = row.starts_at + shift, row.ends_at + shift
        if is_whole or row.ends_at > span.end:
            row.starts_at, row.ends_at = span.start, span.end
        if row.role != BookingRole.ROOM and row.state == BookingState.ACCEPTED:
            row.state, row.asked_again_at = BookingState.ASKED, audit.at
    rooms = _new_room_bookings(session, span, audit.at)
    conflicts_by_booking = conflicts.find_conflicts([*rows, *rooms])
    conflicts.refuse_conflicts(chain(session_conflicts, *conflicts_by_booking.values()), reason)
    for row in (*rows, *rooms):
        row.reason = reason if conflicts_by_booking[row.pk] else row.reason
    Booking.objects.bulk_update(rows, ["starts_at", "ends_at", "state", "asked_again_at", "reason"])
    _save_room_bookings(rooms, audit)
    mail.notify_booked_people([row.resource for row in rows], at=audit.at)


@transaction.atomic
def book_room(
    session: Session,
    audit: AuditContext,
    *,
    reason: str = "",
    session_conflicts: Sequence[conflicts.Conflict] = (),
) -> None:
    """Book the room of a session, unless it is booked already. `session_conflicts`: as in
    `move_bookings`. Errors: ClashBlocks; ClashNeedsReason."""
    rooms = _new_room_bookings(session, rules.Span(session.starts_at, session.ends_at), audit.at)
    room_conflicts = [*chain.from_iterable(conflicts.find_conflicts(rooms).values())]
    conflicts.refuse_conflicts([*session_conflicts, *room_conflicts], reason)
    for row in rooms:
        row.reason = reason if room_conflicts else ""
    _save_room_bookings(rooms, audit)


@transaction.atomic
@in_chain_order()
def answer_booking(
    booking: Booking, move: BookingMove, *, audit: AuditContext, keeps_cases_out: bool = False
) -> Booking:
    """Accept, decline or cancel a booking. To accept as a trainer, `keeps_cases_out` must be True:
    role-play uses no real case. Errors: BookingMoveNotAllowed; trainings_cases_not_kept_out."""
    if move is BookingMove.ACCEPT and booking.role in rules.TEACHING_ROLES and not keeps_cases_out:
        raise TrainingRefusal("trainings_cases_not_kept_out")
    sessions = Session.objects.select_for_update(of=("self",))
    session = sessions.get(pk=booking.session_id)  # two simultaneous declines run in turn
    lock_resources([booking.resource_id])
    row = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    row.state, row.asked_again_at = rules.next_booking_state(BookingState(row.state), move), None
    row.save(update_fields=["state", "asked_again_at"])
    audit.record(f"trainings.booking_{move.value}", row)
    if move is BookingMove.CANCEL:
        mail.notify_booked_people([row.resource], at=audit.at)
    if move is not BookingMove.ACCEPT:
        for extension in extensions():
            extension.after_booking_ended(session, at=audit.at)
    return row


def must_be_bookable(
    edition: Edition, resource: Resource | Venue | None, session: Session | None = None
) -> None:
    """Refuse a resource that `session` of an edition must not book. Errors: PermissionDenied."""
    bookable = bookable_resources(edition, session)
    if resource is not None and not bookable.filter(pk=resource.pk).exists():
        raise PermissionDenied


def planning_organisation(session: Session) -> UUID:
    """Return the organisation that plans a session. Errors: PermissionDenied."""
    if session.edition is not None:
        return session.edition.host_id
    owner = owner_of(session)
    if owner is None or owner.organisation is None:
        raise PermissionDenied  # no organisation plans it yet
    return owner.organisation


def lock_active_session(session: Session) -> Session:
    """Lock and return a session. Errors: BookingMoveNotAllowed, for a cancelled session;
    EditionMoveNotAllowed, if its edition is over."""
    rows = Session.objects.select_for_update(of=("self",))
    row, move = rows.select_related("edition").get(pk=session.pk), _("Book for a session")
    if row.edition is not None and row.edition.is_over:
        raise errors.EditionMoveNotAllowed(state=EditionState(row.edition.state), move=move)
    if row.cancelled_at is not None:
        raise errors.BookingMoveNotAllowed(state=BookingState.CANCELLED, move=move)
    return row


def lock_active_sessions(sessions: queries.SessionQuerySet) -> list[Session]:
    """Lock and return, by id, the sessions that are not cancelled. Lock resources afterwards."""
    return list(sessions.not_cancelled().select_for_update(of=("self",)).order_by("pk"))


def lock_resources(resources: Iterable[UUID]) -> list[Resource]:
    """Lock resources in the order of their ids, so that other bookings of them wait."""
    rows = Resource.objects.select_for_update(of=("self",)).filter(pk__in={*resources})
    return list(rows.order_by("pk"))


def _new_room_bookings(session: Session, span: rules.Span, at: datetime) -> list[Booking]:
    """Return a list with an unsaved booking of the venue; empty if there is one, or no venue."""
    booked = session.bookings.live().filter(role=BookingRole.ROOM, resource=session.venue_id)
    if session.venue_id is None or booked.exists():
        return []
    row = Booking(
        session=session,
        resource=lock_resources([session.venue_id])[0],
        role=BookingRole.ROOM,
        starts_at=span.start,
        ends_at=span.end,
        state=BookingState.ACCEPTED,
        created=at,
    )
    return [row]


def _save_room_bookings(rooms: Iterable[Booking], audit: AuditContext) -> None:
    for row in rooms:
        row.save()
        audit.record("trainings.book", row)
