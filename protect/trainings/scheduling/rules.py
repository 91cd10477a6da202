"""Rules of scheduling: moves of editions and bookings, conflicts, requirements. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from protect.kernel.errors import take_step
from protect.trainings.scheduling.enums import (
    BookingMove,
    BookingRole,
    BookingState,
    EditionMove,
    EditionState,
)
from protect.trainings.scheduling.errors import BookingMoveNotAllowed, EditionMoveNotAllowed

EDITION_MOVES = {
    (EditionState.PLANNED, EditionMove.OPEN): EditionState.OPEN,
    (EditionState.PLANNED, EditionMove.CANCEL): EditionState.CANCELLED,
    (EditionState.OPEN, EditionMove.CLOSE): EditionState.CLOSED,
    (EditionState.OPEN, EditionMove.CANCEL): EditionState.CANCELLED,
    (EditionState.CLOSED, EditionMove.OPEN): EditionState.OPEN,
    (EditionState.CLOSED, EditionMove.FINISH): EditionState.DONE,
    (EditionState.CLOSED, EditionMove.CANCEL): EditionState.CANCELLED,
}
BOOKING_MOVES = {
    (BookingState.ASKED, BookingMove.ACCEPT): BookingState.ACCEPTED,
    (BookingState.ASKED, BookingMove.DECLINE): BookingState.DECLINED,
    (BookingState.ASKED, BookingMove.CANCEL): BookingState.CANCELLED,
    (BookingState.ACCEPTED, BookingMove.DECLINE): BookingState.DECLINED,
    (BookingState.ACCEPTED, BookingMove.CANCEL): BookingState.CANCELLED,
}
LIVE = frozenset({BookingState.ASKED, BookingState.ACCEPTED})


def step_edition(state: EditionState, move: EditionMove) -> EditionState:
    """Return the state that `move` leads to. Errors: EditionMoveNotAllowed."""
    return take_step(EDITION_MOVES, state, move, EditionMoveNotAllowed)


def step_booking(state: BookingState, move: BookingMove) -> BookingState:
    """Return the state that `move` leads to. Errors: BookingMoveNotAllowed."""
    return take_step(BOOKING_MOVES, state, move, BookingMoveNotAllowed)


TEACHING = frozenset({BookingRole.TRAINER, BookingRole.CO_TRAINER})
# People whom a session cannot share with another one.
PEOPLE = TEACHING | {BookingRole.INTERPRETER, BookingRole.AMBASSADOR}


class Clash(StrEnum):
    """A kind of conflict. Its severity is data: clashes.toml."""

    PERSON_TWICE = "person_twice"
    ROOM_TWICE = "room_twice"
    SHARED_ROOM_TWICE = "shared_room_twice"
    THING_TWICE = "thing_twice"
    CLOSED = "closed"
    HALF_DAYS_MEET = "half_days_meet"
    IN_THE_PAST = "in_the_past"
    TRAVEL_SHORT = "travel_short"
    UNAVAILABLE = "unavailable"
    ROOM_SMALL = "room_small"
    CAPACITY_UNKNOWN = "capacity_unknown"
    LANGUAGE_UNCOVERED = "language_uncovered"
    CHILDCARE_UNCOVERED = "childcare_uncovered"
    STEP_FREE_NEEDED = "step_free_needed"
    VENUE_UNSUITABLE = "venue_unsuitable"
    VETTING_EXPIRED = "vetting_expired"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open interval in which a resource is not free, in aware instants."""

    start: datetime
    end: datetime

    def meets(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end

    def widened(self, before: timedelta, after: timedelta) -> "Span":
        return Span(self.start - before, self.end + after)


@dataclass(frozen=True, slots=True)
class Taken:
    """A booking as the search for clashes reads it; `venue` and edition are of its session."""

    key: UUID
    resource: UUID
    role: BookingRole
    span: Span
    venue: UUID | None = None
    training: UUID | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """A resource as the search for clashes reads it.
    Units: whole minutes; people. `closed`: of a venue, or when a person said that they are away."""

    is_venue: bool = False
    is_shareable: bool = False
    set_up: int = 0
    clear_away: int = 0
    capacity: int | None = None
    closed: tuple[Span, ...] = ()


def clashes(
    wanted: Taken, others: Iterable[Taken], thing: Thing, travel: Mapping[frozenset[UUID], int]
) -> Iterator[Clash]:
    """Yield the conflicts of a booking: of its resource, then in the order of `others`.
    `others` are live; `travel` has the minutes between two venues that a coordinator entered."""
    if any(each.meets(wanted.span) for each in thing.closed):
        yield Clash.CLOSED if thing.is_venue else Clash.UNAVAILABLE
    for other in others:
        if other.key != wanted.key and other.resource == wanted.resource:
            clash = _between(wanted, other, thing, travel)
            if clash is not None:
                yield clash


def meets_any(wanted: Span, others: Iterable[Span]) -> bool:
    """Return whether a half day is at the same time as another one of its training."""
    return any(wanted.meets(other) for other in others)


def _between(
    wanted: Taken, other: Taken, thing: Thing, travel: Mapping[frozenset[UUID], int]
) -> Clash | None:
    if thing.is_venue:
        return _of_rooms(wanted, other, thing)
    if wanted.span.meets(other.span):
        return Clash.PERSON_TWICE if wanted.role in PEOPLE else Clash.THING_TWICE
    if wanted.role in PEOPLE and _is_far(wanted, other, travel):
        return Clash.TRAVEL_SHORT
    return None


def _of_rooms(wanted: Taken, other: Taken, thing: Thing) -> Clash | None:
    """Return the conflict of two sessions in one room. Each training needs time around it."""
    before, after = timedelta(minutes=thing.set_up), timedelta(minutes=thing.clear_away)
    if wanted.training is not None and wanted.training == other.training:
        before = after = timedelta(0)
    own_span, other_span = (each.span.widened(before, after) for each in (wanted, other))
    if not own_span.meets(other_span):
        return None
    return Clash.SHARED_ROOM_TWICE if thing.is_shareable else Clash.ROOM_TWICE


def _is_far(wanted: Taken, other: Taken, travel: Mapping[frozenset[UUID], int]) -> bool:
    if wanted.venue is None or other.venue is None or wanted.venue == other.venue:
        return False
    minutes = travel.get(frozenset({wanted.venue, other.venue}), 0)
    return wanted.span.meets(other.span.widened(*[timedelta(minutes=minutes)] * 2))


@dataclass(frozen=True, slots=True)
class Requirements:
    """The needs of a half day. `people`: participants or the seat limit, whichever is more."""

    languages: frozenset[str] = frozenset()
    children: int = 0
    needs_access: bool = False
    needs_privacy: bool = False  # a community: a room where two people can talk alone
    people: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """Where it is. None: not known."""

    capacity: int | None = None
    is_step_free: bool | None = None
    has_private_room: bool | None = None


@dataclass(frozen=True, slots=True)
class Covered:
    """The bookings of a half day. Without `room` it is online, or no room is chosen yet."""

    languages: frozenset[str] = frozenset()
    children: int = 0
    room: Room | None = None


def uncovered(required: Requirements, covered: Covered) -> list[Clash]:
    """Return the needs that no booking covers. An unknown property of a room counts as absent."""
    missing = []
    if not required.languages <= covered.languages:
        missing.append(Clash.LANGUAGE_UNCOVERED)
    if required.children > covered.children:
        missing.append(Clash.CHILDCARE_UNCOVERED)
    return missing if covered.room is None else [*missing, *_of_room(required, covered.room)]


def _of_room(required: Requirements, room: Room) -> Iterator[Clash]:
    if required.needs_access and not room.is_step_free:
        yield Clash.STEP_FREE_NEEDED
    if room.has_private_room is False or (required.needs_privacy and not room.has_private_room):
        yield Clash.VENUE_UNSUITABLE
    if room.capacity is None:
        yield Clash.CAPACITY_UNKNOWN
    elif room.capacity < required.people:
        yield Clash.ROOM_SMALL
