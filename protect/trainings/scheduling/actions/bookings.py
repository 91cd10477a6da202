"""Bookings of resources for sessions. Each looks for clashes first, under a lock.
Sessions are locked first, then resources in the order of their ids. So two bookings of one trainer
wait for each other, and no two transactions deadlock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
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
from protect.trainings.scheduling.access import offered_to
from protect.trainings.scheduling.actions.conflicts import Conflict, find_conflicts, must_fit
from protect.trainings.scheduling.actions.mail import tell_booked
from protect.trainings.scheduling.enums import BookingMove, BookingRole, BookingState, EditionState
from protect.trainings.scheduling.models import Booking, Edition, Resource, Session, Venue


@dataclass(frozen=True, slots=True)
class Wanted:
    """A booking to be made. Without times it is for the whole session."""

    resource: Resource
    role: BookingRole
    language: str | None = None  # of an interpreter; BCP 47
    quantity: int = 1
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    payment: str = ""


@transaction.atomic
@in_chain_order()
def book(
    scope: Scope, session: Session, wanted: Wanted, *, at: datetime, reason: str = ""
) -> Booking:
    """Book a resource for a session.
    Errors: PermissionDenied, also for what is another organisation's; as `standing`; ClashBlocks;
    ClashNeedsReason, where a warning has no reason yet."""
    audit = access.planner_context(scope, host_of(session), at=at)
    session = standing(session)
    if session.edition is None:
        access.must_be_of(audit.organisation, wanted.resource)
    else:
        must_offer(session.edition, wanted.resource)
    resource = lock([wanted.resource.pk])[0]
    row = Booking(
        session=session,
        resource=resource,
        role=wanted.role,
        language_id=wanted.language,
        quantity=wanted.quantity,
        starts_at=wanted.starts_at or session.starts_at,
        ends_at=wanted.ends_at or session.ends_at,
        payment=wanted.payment,
        created=at,
    )
    against = find_conflicts([row])[row.pk]
    must_fit(against, reason)
    row.reason = reason if against else ""
    row.save()
    audit.record("trainings.book", row)
    tell_booked([resource], at=at)
    return row


@transaction.atomic
def move_bookings(
    session: Session,
    span: rules.Span,
    audit: AuditContext,
    *,
    reason: str = "",
    beside: Sequence[Conflict] = (),
) -> None:
    """Take the live bookings of a session to its new time and, with its new venue, place.
    The session has its new venue and its old time; the caller saves it. What was accepted for the
    old time or place is asked anew. `beside`: what speaks against the session itself.
    Errors: ClashBlocks; ClashNeedsReason."""
    lock([*session.bookings.live().values_list("resource", flat=True), *_room_of(session)])
    let_go = session.bookings.live().filter(role=BookingRole.ROOM)
    let_go.exclude(resource__in=_room_of(session)).update(
        state=BookingState.CANCELLED, asked_again_at=None
    )
    locked = session.bookings.live().select_for_update(of=("self",)).select_related("resource")
    rows = list(locked.order_by("resource", "pk"))
    later = span.start - session.starts_at
    for row in rows:
        is_whole = (row.starts_at, row.ends_at) == (session.starts_at, session.ends_at)
        row.starts_at, row.ends_at = row.starts_at + later, row.ends_at + later
        if is_whole or row.ends_at > span.end:
            row.starts_at, row.ends_at = span.start, span.end
        if row.role != BookingRole.ROOM and row.state == BookingState.ACCEPTED:
            row.state, row.asked_again_at = BookingState.ASKED, audit.at
    rooms = _new_room(session, span, audit.at)
    against = find_conflicts([*rows, *rooms])
    must_fit([*beside, *(each for conflicts in against.values() for each in conflicts)], reason)
    for row in (*rows, *rooms):
        row.reason = reason if against[row.pk] else row.reason
    Booking.objects.bulk_update(rows, ["starts_at", "ends_at", "state", "asked_again_at", "reason"])
    _save_room(rooms, audit)
    tell_booked([row.resource for row in rows], at=audit.at)


@transaction.atomic
def keep_room(
    session: Session, audit: AuditContext, *, reason: str = "", beside: Sequence[Conflict] = ()
) -> None:
    """Book the room of a session, unless it is booked already. `beside`: as in `move_bookings`.
    Errors: ClashBlocks; ClashNeedsReason."""
    rooms = _new_room(session, rules.Span(session.starts_at, session.ends_at), audit.at)
    against = [each for conflicts in find_conflicts(rooms).values() for each in conflicts]
    must_fit([*beside, *against], reason)
    for row in rooms:
        row.reason = reason if against else ""
    _save_room(rooms, audit)


@transaction.atomic
@in_chain_order()
def answer(
    booking: Booking, move: BookingMove, *, audit: AuditContext, keeps_cases_out: bool = False
) -> Booking:
    """Accept, decline or cancel a booking. No reason is needed.
    A trainer who accepts confirms with `keeps_cases_out` that no real case enters role-play.
    Errors: BookingMoveNotAllowed; trainings_cases_not_kept_out."""
    if move is BookingMove.ACCEPT and booking.role in rules.TEACHING and not keeps_cases_out:
        raise TrainingRefusal("trainings_cases_not_kept_out")
    sessions = Session.objects.select_for_update(of=("self",))
    session = sessions.get(pk=booking.session_id)  # two who decline at once see each other
    lock([booking.resource_id])
    row = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    row.state, row.asked_again_at = rules.step_booking(BookingState(row.state), move), None
    row.save(update_fields=["state", "asked_again_at"])
    audit.record(f"trainings.booking_{move.value}", row)
    if move is BookingMove.CANCEL:
        tell_booked([row.resource], at=audit.at)
    if move is not BookingMove.ACCEPT:
        for extension in extensions():
            extension.let_go(session, at=audit.at)
    return row


def must_offer(
    edition: Edition, owned: Resource | Venue | None, session: Session | None = None
) -> None:
    """Refuse what no host offers, but for the room of `session`. Errors: PermissionDenied."""
    if owned is not None and not offered_to(edition, session).filter(pk=owned.pk).exists():
        raise PermissionDenied


def host_of(session: Session) -> UUID:
    """Return the organisation for which a session is planned. Errors: PermissionDenied."""
    if session.edition is not None:
        return session.edition.host_id
    owner = owner_of(session)
    if owner is None or owner.organisation is None:
        raise PermissionDenied  # no organisation has taken it yet
    return owner.organisation


def standing(session: Session) -> Session:
    """Return a session that takes place, locked until this transaction ends.
    Errors: BookingMoveNotAllowed for a cancelled one; EditionMoveNotAllowed after its training."""
    rows = Session.objects.select_for_update(of=("self",))
    row, move = rows.select_related("edition").get(pk=session.pk), _("Book for a half day")
    if row.edition is not None and row.edition.is_over:
        raise errors.EditionMoveNotAllowed(state=EditionState(row.edition.state), move=move)
    if row.cancelled_at is not None:
        raise errors.BookingMoveNotAllowed(state=BookingState.CANCELLED, move=move)
    return row


def standing_of(sessions: queries.SessionQuerySet) -> list[Session]:
    """Return those sessions that take place, locked by id, before their resources are locked."""
    return list(sessions.standing().select_for_update(of=("self",)).order_by("pk"))


def lock(resources: Iterable[UUID]) -> list[Resource]:
    """Lock resources in the order of their ids and return them: other bookings of them wait."""
    rows = Resource.objects.select_for_update(of=("self",)).filter(pk__in={*resources})
    return list(rows.order_by("pk"))


def _new_room(session: Session, span: rules.Span, at: datetime) -> list[Booking]:
    booked = session.bookings.live().filter(role=BookingRole.ROOM, resource=session.venue_id)
    if session.venue_id is None or booked.exists():
        return []
    row = Booking(
        session=session,
        resource=lock(_room_of(session))[0],
        role=BookingRole.ROOM,
        starts_at=span.start,
        ends_at=span.end,
        state=BookingState.ACCEPTED,
        created=at,
    )
    return [row]


def _save_room(rooms: Iterable[Booking], audit: AuditContext) -> None:
    for row in rooms:
        row.save()
        audit.record("trainings.book", row)


def _room_of(session: Session) -> list[UUID]:
    return [session.venue_id] if session.venue_id else []
