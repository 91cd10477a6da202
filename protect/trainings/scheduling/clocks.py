"""From a day and two times on the wall to instants. A time that is not one instant is refused."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from protect.trainings.scheduling.errors import ClockRefused

FIRST_YEAR, LAST_YEAR = 2000, 2100  # what lies outside was mistyped
MIDNIGHT = time()


class Times(NamedTuple):
    """When a session is. Aware, in UTC."""

    starts_at: datetime
    ends_at: datetime


def instants(day: date, clock_from: time, clock_to: time, zone: str) -> Times:
    """Return when a session is. An end at 00:00 is the midnight after it.
    Units: whole minutes; seconds are cut off.
    Errors: ClockRefused, also for a time that the clocks of that night show twice or never."""
    if zone not in _zones():
        raise ClockRefused("trainings_zone_unknown", where="zone")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ClockRefused("trainings_day_far_away", where="day")
    starts = _instant("from", day, clock_from, zone)
    ends = _instant("to", day if clock_to > MIDNIGHT else day + timedelta(1), clock_to, zone)
    if ends <= starts:
        raise ClockRefused("trainings_clock_backwards", where="to")
    return Times(starts, ends)


def is_plain(at: datetime, zone: str) -> bool:
    """Return whether the time on the wall means this instant to a calendar.
    Source: RFC 5545 §3.3.5: a local time that comes twice is the first of the two."""
    return not at.astimezone(ZoneInfo(zone)).fold


def has_change(starts_at: datetime, ends_at: datetime, zone: str) -> bool:
    first, last = (at.astimezone(ZoneInfo(zone)).utcoffset() for at in (starts_at, ends_at))
    return first != last


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _instant(where: str, day: date, clock: time, zone: str) -> datetime:
    wall = datetime.combine(day, clock.replace(second=0, microsecond=0, tzinfo=ZoneInfo(zone)))
    first, second = (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first != second:  # once with summer time, once without: shown twice, or skipped
        raise ClockRefused("trainings_clock_change", where=where, clock=f"{wall:%H:%M}")
    return first
