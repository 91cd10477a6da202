"""Somebody or something booked for a session: looked for clashes first, under a lock.

Resources are locked in the order of their ids: two bookings of one trainer meet here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from protect.orgs.scope import Scope
from protect.trainings import vocabulary
from protect.trainings.actions.tracing import Trace
from protect.trainings.enums import (
    BookingMove,
    BookingRole,
    BookingState,
    ResourceKind,
    SessionKind,
    Severity,
)
from protect.trainings.errors import BookingMoveNotAllowed, ClashBlocks, ClashNeedsReason
from protect.trainings.models import Booking, Resource, Session, Travel
from protect.trainings.rules.clashing import Clash, Found, Span, Taken, Thing, clashes
from protect.trainings.rules.states import step_booking
from protect.trainings.wording import CLASHES

WIDEST = timedelta(hours=24)  # no way between two venues, and no setting up, takes longer
SUITABLE = {"vetting", "code_of_conduct", "safeguarding"}  # codes of suitability.toml


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be booked. Without times it is for the whole session."""

    resource: Resource
    role: BookingRole
    language: str | None = None  # of an interpreter; BCP 47
    quantity: int = 1
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    payment: str = ""


@transaction.atomic
def book(
    scope: Scope, session: Session, wanted: Wanted, *, at: datetime, reason: str = ""
) -> Booking:
    """Book somebody or something for a session.

    Errors: PermissionDenied; BookingMoveNotAllowed, for a session that is cancelled; ClashBlocks;
    ClashNeedsReason, where a warning has no reason yet.
    """
    trace = Trace.of(scope, host_of(session), at=at)
    session = standing(session)
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
    against = found_against(row)
    must_fit(against, reason)
    row.reason = reason if against else ""
    row.save()
    trace.record("book", row)
    return row


@transaction.atomic
def move_bookings(
    session: Session, starts_at: datetime, ends_at: datetime, *, reason: str = ""
) -> None:
    """Take the live bookings of a session to its new time and, with its new venue, place.

    The session has its new venue and its old time; the caller saves it. Whoever had accepted is
    asked anew. What was booked for a part of it is booked for the same part.
    Errors: ClashBlocks; ClashNeedsReason.
    """
    lock([*session.bookings.live().values_list("resource", flat=True), *_room_of(session)])
    let_go = session.bookings.live().filter(role=BookingRole.ROOM)
    let_go.exclude(resource__in=_room_of(session)).update(state=BookingState.CANCELLED)
    locked = session.bookings.live().select_for_update(of=("self",)).select_related("resource")
    rows = list(locked.order_by("resource", "pk"))
    later = starts_at - session.starts_at
    found: list[tuple[Found, Resource]] = []
    for row in rows:
        is_whole = (row.starts_at, row.ends_at) == (session.starts_at, session.ends_at)
        row.starts_at, row.ends_at = row.starts_at + later, row.ends_at + later
        if is_whole or row.ends_at > ends_at:
            row.starts_at, row.ends_at = starts_at, ends_at
        if row.resource.kind == ResourceKind.PERSON:
            row.state = BookingState.ASKED
        against = found_against(row)
        row.reason = reason if against else row.reason
        found += against
    must_fit(found, reason)
    Booking.objects.bulk_update(rows, ["starts_at", "ends_at", "state", "reason"])


@transaction.atomic
def keep_room(session: Session, trace: Trace, *, reason: str = "") -> None:
    """Book the room in which a session is held, unless it is booked already.

    Errors: ClashBlocks; ClashNeedsReason.
    """
    booked = session.bookings.live().filter(role=BookingRole.ROOM, resource=session.venue_id)
    if session.venue_id is None or booked.exists():
        return
    row = Booking(
        session=session,
        resource=lock(_room_of(session))[0],
        role=BookingRole.ROOM,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        state=BookingState.ACCEPTED,
        created=trace.at,
    )
    against = found_against(row)
    must_fit(against, reason)
    row.reason = reason if against else ""
    row.save()
    trace.record("book", row)


@transaction.atomic
def answer(booking: Booking, move: BookingMove, *, trace: Trace) -> Booking:
    """Accept, decline or cancel. Nobody has to say why. Errors: BookingMoveNotAllowed."""
    lock([booking.resource_id])
    row = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    row.state = step_booking(BookingState(row.state), move)
    row.save(update_fields=["state"])
    trace.record(f"booking_{move.value}", row)
    return row


def host_of(session: Session) -> UUID:
    """Return the organisation for which a session is planned. Errors: PermissionDenied."""
    owner = session.edition.host_id if session.edition else None
    if session.request is not None:
        owner = session.request.organisation_id
    if owner is None:
        raise PermissionDenied  # nobody has taken the request yet
    return owner


def standing(session: Session) -> Session:
    """Return a session that takes place, locked: nobody moves it until this transaction ends.

    Errors: BookingMoveNotAllowed, when it is cancelled.
    """
    rows = Session.objects.select_for_update(of=("self",))
    row = rows.select_related("edition", "request").get(pk=session.pk)
    if row.cancelled_at is not None:
        raise BookingMoveNotAllowed(state="cancelled", move="book")
    return row


def lock(resources: Iterable[UUID]) -> list[Resource]:
    """Return resources that nobody else books until this transaction ends, in order of their id."""
    rows = Resource.objects.select_for_update(of=("self",)).filter(pk__in={*resources})
    return list(rows.order_by("pk"))


def found_against(row: Booking) -> list[tuple[Found, Resource]]:
    """Return what speaks against a booking, each with what it is about."""
    resource = row.resource
    others = resource.bookings.live().exclude(pk=row.pk)
    near = others.filter(
        starts_at__lt=row.ends_at + WIDEST, ends_at__gt=row.starts_at - WIDEST
    ).select_related("session")
    found = clashes(
        taken(row),
        [taken(each) for each in near.order_by("starts_at", "pk")],
        thing(resource),
        travel_from(row.session.venue_id),
        vocabulary.severities(),
    )
    more = [Found(each, row.pk) for each in _of_its_own(row)]
    return [(each, resource) for each in (*found, *more)]


def must_fit(found: Sequence[tuple[Found, Resource]], reason: str) -> None:
    """Refuse what is blocked, and what is warned of without a reason.

    Errors: ClashBlocks; ClashNeedsReason.
    """
    said: dict[Severity, list[str]] = {severity: [] for severity in Severity}
    for each, resource in found:
        sentence = str(CLASHES[each.clash]).format(name=resource.name)
        said[vocabulary.severities()[each.clash]].append(sentence)
    if said[Severity.BLOCK]:
        raise ClashBlocks(findings=" ".join(dict.fromkeys(said[Severity.BLOCK])))
    if said[Severity.WARN] and not reason:
        raise ClashNeedsReason(findings=" ".join(dict.fromkeys(said[Severity.WARN])))


def taken(row: Booking) -> Taken:
    """Return a booking as the search for clashes reads it."""
    return Taken(
        row.pk or uuid4(),
        row.session_id,
        row.resource_id,
        BookingRole(row.role),
        Span(row.starts_at, row.ends_at),
        row.session.venue_id,
    )


def thing(resource: Resource) -> Thing:
    """Return somebody or something as the search for clashes reads it."""
    closed = tuple(
        Span(*values)
        for values in resource.away.order_by("starts_at").values_list("starts_at", "ends_at")
    )
    if resource.kind != ResourceKind.VENUE:
        return Thing(resource.pk, closed=closed)
    venue = resource.venue
    return Thing(
        resource.pk,
        is_venue=True,
        is_shareable=venue.is_shareable,
        set_up=venue.set_up,
        clear_away=venue.clear_away,
        closed=closed,
    )


def travel_from(venue: UUID | None) -> dict[frozenset[UUID], int]:
    """Return the minutes to every venue to which somebody wrote them down."""
    rows = Travel.objects.filter(Q(first=venue) | Q(second=venue)).order_by("pk")
    return {
        frozenset({first, second}): minutes
        for first, second, minutes in rows.values_list("first", "second", "minutes")
    }


def _room_of(session: Session) -> list[UUID]:
    return [session.venue_id] if session.venue_id else []


def _of_its_own(row: Booking) -> Iterable[Clash]:
    """Yield what speaks against a booking whatever else is booked."""
    edition = row.session.edition
    if row.resource.kind == ResourceKind.VENUE and edition and edition.seat_limit:
        capacity = row.resource.venue.capacity
        if capacity is not None and capacity < edition.seat_limit:
            yield Clash.ROOM_SMALL
    if row.session.kind == SessionKind.SCHOOL and row.resource.kind == ResourceKind.PERSON:
        valid = row.resource.suitability.filter(expires_on__gt=row.ends_at.date())
        if not set(valid.values_list("kind", flat=True)) >= SUITABLE:
            yield Clash.VETTING_EXPIRED
