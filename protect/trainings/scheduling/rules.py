"""Rules of scheduling, without queries: state changes, conflicts, requirements."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from protect.kernel.errors import next_state
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
LIVE_STATES = frozenset({BookingState.ASKED, BookingState.ACCEPTED})


def next_edition_state(state: EditionState, move: EditionMove) -> EditionState:
    """Return the state to which `move` leads. Errors: EditionMoveNotAllowed."""
    return next_state(EDITION_MOVES, state, move, EditionMoveNotAllowed)


def next_booking_state(state: BookingState, move: BookingMove) -> BookingState:
    """Return the state to which `move` leads. Errors: BookingMoveNotAllowed."""
    return next_state(BOOKING_MOVES, state, move, BookingMoveNotAllowed)


TEACHING_ROLES = frozenset({BookingRole.TRAINER, BookingRole.CO_TRAINER})
# Roles of people, who can be in only one session at a time.
PEOPLE_ROLES = TEACHING_ROLES | {BookingRole.INTERPRETER, BookingRole.AMBASSADOR}


class ConflictKind(StrEnum):
    """A kind of conflict. clashes.toml sets its severity."""

    PERSON_TWICE = "person_twice"
    ROOM_TWICE = "room_twice"
    SHARED_ROOM_TWICE = "shared_room_twice"
    THING_TWICE = "thing_twice"
    CLOSED = "closed"
    SESSIONS_MEET = "sessions_meet"
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
    """A half-open interval between two aware instants."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end

    def widened(self, before: timedelta, after: timedelta) -> "Span":
        return Span(self.start - before, self.end + after)


@dataclass(frozen=True, slots=True)
class Occupancy:
    """A booking in the search for conflicts, with the venue and the edition of its session."""

    key: UUID
    resource: UUID
    role: BookingRole
    span: Span
    venue: UUID | None = None
    training: UUID | None = None


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """A resource in the search for conflicts. `set_up` and `clear_away` are whole minutes.
    `capacity`: people, None if not known. `closed`: when a venue is closed or a person away."""

    is_venue: bool = False
    is_shareable: bool = False
    set_up: int = 0
    clear_away: int = 0
    capacity: int | None = None
    closed: tuple[Span, ...] = ()


type TravelMinutes = Mapping[frozenset[UUID], int]  # by pair of venues


def conflict_kinds(
    own: Occupancy, others: Iterable[Occupancy], facts: ResourceFacts, travel: TravelMinutes
) -> Iterator[ConflictKind]:
    """Yield the kinds of conflict of a booking with its resource's absences, then with `others`:
    live bookings of any resource. `travel`: times between venues that a coordinator entered."""
    if any(closed.overlaps(own.span) for closed in facts.closed):
        yield ConflictKind.CLOSED if facts.is_venue else ConflictKind.UNAVAILABLE
    for other in others:
        if other.key != own.key and other.resource == own.resource:
            kind = _conflict_between(own, other, facts, travel)
            if kind is not None:
                yield kind


def overlaps_any(span: Span, others: Iterable[Span]) -> bool:
    return any(span.overlaps(other) for other in others)


def _conflict_between(
    own: Occupancy, other: Occupancy, facts: ResourceFacts, travel: TravelMinutes
) -> ConflictKind | None:
    if facts.is_venue:
        return _room_conflict(own, other, facts)
    is_person = own.role in PEOPLE_ROLES
    if own.span.overlaps(other.span):
        return ConflictKind.PERSON_TWICE if is_person else ConflictKind.THING_TWICE
    is_short = is_person and _is_travel_too_short(own, other, travel)
    return ConflictKind.TRAVEL_SHORT if is_short else None


def _room_conflict(own: Occupancy, other: Occupancy, facts: ResourceFacts) -> ConflictKind | None:
    """Return the conflict of two bookings of one room; set-up is ignored within an edition."""
    before, after = timedelta(minutes=facts.set_up), timedelta(minutes=facts.clear_away)
    if own.training is not None and own.training == other.training:
        before = after = timedelta(0)
    if not own.span.widened(before, after).overlaps(other.span.widened(before, after)):
        return None
    return ConflictKind.SHARED_ROOM_TWICE if facts.is_shareable else ConflictKind.ROOM_TWICE


def _is_travel_too_short(own: Occupancy, other: Occupancy, travel: TravelMinutes) -> bool:
    if own.venue is None or other.venue is None or own.venue == other.venue:
        return False
    minutes = travel.get(frozenset({own.venue, other.venue}), 0)
    return own.span.overlaps(other.span.widened(*[timedelta(minutes=minutes)] * 2))


@dataclass(frozen=True, slots=True)
class Requirements:
    """The requirements of a session. `people`: the participants, or the seat limit if higher."""

    languages: frozenset[str] = frozenset()
    children: int = 0
    needs_access: bool = False
    needs_privacy: bool = False  # a community session: a room for private talks
    people: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """The properties of a session's room; None for one that is not known."""

    capacity: int | None = None
    is_step_free: bool | None = None
    has_private_room: bool | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the bookings of a session provide. `room` is None online, or if none is chosen."""

    languages: frozenset[str] = frozenset()
    children: int = 0
    room: Room | None = None


def unmet_requirements(required: Requirements, coverage: Coverage) -> list[ConflictKind]:
    """Return the requirements that are not met, of a room only if one is chosen. An unknown
    property of the room counts as unmet if it is required; an unknown capacity always does."""
    missing = []
    if not required.languages <= coverage.languages:
        missing.append(ConflictKind.LANGUAGE_UNCOVERED)
    if required.children > coverage.children:
        missing.append(ConflictKind.CHILDCARE_UNCOVERED)
    return [*missing, *_unmet_by_room(required, coverage.room)] if coverage.room else missing


def _unmet_by_room(required: Requirements, room: Room) -> Iterator[ConflictKind]:
    """Yield what a room lacks; a known lack of a private room counts even if not required."""
    if required.needs_access and not room.is_step_free:
        yield ConflictKind.STEP_FREE_NEEDED
    if room.has_private_room is False or (required.needs_privacy and not room.has_private_room):
        yield ConflictKind.VENUE_UNSUITABLE
    if room.capacity is None:
        yield ConflictKind.CAPACITY_UNKNOWN
    elif room.capacity < required.people:
        yield ConflictKind.ROOM_SMALL
