"""What a half day needs beyond a free time: languages, childcare, a way in, a quiet room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from protect.trainings.scheduling.rules.conflicts import Clash


@dataclass(frozen=True, slots=True)
class Asked:
    """What is needed. `people`: who has a seat, or the seats that there are, whichever is more."""

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
    """What is booked and not declined. Without `room` it is online, or no room is chosen yet."""

    languages: frozenset[str] = frozenset()
    children: int = 0
    room: Room | None = None


def uncovered(asked: Asked, covered: Covered) -> list[Clash]:
    """Return what is needed and not there. What is not known is not there."""
    found = []
    if not asked.languages <= covered.languages:
        found.append(Clash.LANGUAGE_UNCOVERED)
    if asked.children > covered.children:
        found.append(Clash.CHILDCARE_UNCOVERED)
    return found if covered.room is None else [*found, *_of_room(asked, covered.room)]


def _of_room(asked: Asked, room: Room) -> Iterator[Clash]:
    if asked.needs_access and not room.is_step_free:
        yield Clash.STEP_FREE_NEEDED
    if room.has_private_room is False or (asked.needs_privacy and not room.has_private_room):
        yield Clash.VENUE_UNSUITABLE
    if room.capacity is None:
        yield Clash.CAPACITY_UNKNOWN
    elif room.capacity < asked.people:
        yield Clash.ROOM_SMALL
