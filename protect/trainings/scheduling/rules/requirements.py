"""Requirements of a half day: languages, childcare, step-free access, a private room, seats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from protect.trainings.scheduling.rules.conflicts import Clash


@dataclass(frozen=True, slots=True)
class Asked:
    """The needs of a half day. `people`: participants or the seat limit, whichever is more."""

    languages: frozenset[str] = frozenset()
    children: int = 0
    needs_access: bool = False
    needs_privacy: bool = False  # a community: a room where somebody can talk alone
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


def uncovered(required: Asked, covered: Covered) -> list[Clash]:
    """Return the needs that no booking covers. An unknown property of a room counts as absent."""
    missing = []
    if not required.languages <= covered.languages:
        missing.append(Clash.LANGUAGE_UNCOVERED)
    if required.children > covered.children:
        missing.append(Clash.CHILDCARE_UNCOVERED)
    return missing if covered.room is None else [*missing, *_of_room(required, covered.room)]


def _of_room(required: Asked, room: Room) -> Iterator[Clash]:
    if required.needs_access and not room.is_step_free:
        yield Clash.STEP_FREE_NEEDED
    if room.has_private_room is False or (required.needs_privacy and not room.has_private_room):
        yield Clash.VENUE_UNSUITABLE
    if room.capacity is None:
        yield Clash.CAPACITY_UNKNOWN
    elif room.capacity < required.people:
        yield Clash.ROOM_SMALL
