"""From a day and two times on the wall to instants, and back.

When clocks go back a time comes twice, and when they go forward one does not exist. Neither is
guessed: of the first both readings are offered, the second is refused with the next time there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import product
from zoneinfo import ZoneInfo, available_timezones

from protect.trainings.scheduling.calendars.errors import (
    ClockAmbiguous,
    ClockSkipped,
    DayFarAway,
    EndsBeforeStart,
    ZoneUnknown,
)

FIRST_YEAR, LAST_YEAR = 2000, 2100  # what lies outside was mistyped
MINUTE = timedelta(minutes=1)
MIDNIGHT = time()


@dataclass(frozen=True, slots=True, order=True)
class Reading:
    """One thing that a day and two times may mean. Aware, in UTC."""

    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        """Return how long it lasts, whatever clocks do meanwhile."""
        return (self.ends_at - self.starts_at) // MINUTE

    @property
    def key(self) -> str:
        """Return the value that the form sends back for this reading."""
        return f"{self.starts_at:%Y%m%dT%H%MZ}-{self.ends_at:%Y%m%dT%H%MZ}"


def instants(day: date, clock_from: time, clock_to: time, zone: str, reading: str = "") -> Reading:
    """Return when a session is. An end at 00:00 is the midnight after it.

    `reading` is the key of the reading that was chosen, where there are several.
    Units: whole minutes; seconds are cut off.
    Errors: ZoneUnknown; DayFarAway; ClockSkipped; EndsBeforeStart; ClockAmbiguous with readings.
    """
    if zone not in _zones():
        raise ZoneUnknown("zone")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise DayFarAway("day")
    wall_from = _wall(day, clock_from)
    wall_to = _wall(day if clock_to > MIDNIGHT else day + timedelta(1), clock_to)
    starts = _existing("from", wall_from, zone)
    ends = _existing("to", wall_to, zone)
    readings = sorted(Reading(*pair) for pair in product(starts, ends) if pair[0] < pair[1])
    if not readings:
        raise EndsBeforeStart("to")
    if len(starts) == len(ends) == 1:
        return readings[0]
    chosen = next((each for each in readings if each.key == reading), None)
    if chosen is None:
        twice = ("from", wall_from) if len(starts) > 1 else ("to", wall_to)
        raise ClockAmbiguous(twice[0], f"{twice[1]:%H:%M}", readings)
    return chosen


def is_plain(at: datetime, zone: str) -> bool:
    """Return whether the time on the wall means this instant to a calendar.

    Source: RFC 5545 §3.3.5: a local time that comes twice is the first of the two.
    """
    return not at.astimezone(ZoneInfo(zone)).fold


def has_change(starts_at: datetime, ends_at: datetime, zone: str) -> bool:
    """Return whether clocks change between two instants."""
    first, last = (at.astimezone(ZoneInfo(zone)).utcoffset() for at in (starts_at, ends_at))
    return first != last


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _wall(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock.replace(second=0, microsecond=0, tzinfo=None, fold=0))


def _existing(where: str, wall: datetime, zone: str) -> list[datetime]:
    """Return the instants at which the wall shows a time: one, or two in autumn."""
    instants = list(_shown(wall, zone))
    if not instants:
        raise ClockSkipped(where, clock=f"{wall:%H:%M}", next=f"{_next(wall, zone):%H:%M}")
    return instants


def _shown(wall: datetime, zone: str) -> Iterator[datetime]:
    place = ZoneInfo(zone)
    for at in sorted({wall.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1)}):
        if at.astimezone(place).replace(tzinfo=None, fold=0) == wall:
            yield at


def _next(wall: datetime, zone: str) -> datetime:
    """Return the first time after a gap: by as much later as the clock is put forward."""
    place = ZoneInfo(zone)
    before, after = (wall.replace(tzinfo=place, fold=fold).utcoffset() for fold in (0, 1))
    gap = (after or timedelta()) - (before or timedelta())
    step = wall
    while not list(_shown(step, zone)) and step - wall <= gap:
        step += MINUTE
    return step
