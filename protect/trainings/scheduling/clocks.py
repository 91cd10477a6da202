"""Conversion of local times to instants. A time that occurs twice or never is refused."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from protect.trainings.scheduling.errors import ClockRefused

FIRST_YEAR, LAST_YEAR = 2000, 2100  # other years are typing errors
MIDNIGHT = time()


class Times(NamedTuple):
    """The start and end of a session, aware and in UTC."""

    starts_at: datetime
    ends_at: datetime


def session_times(day: date, clock_from: time, clock_to: time, zone: str) -> Times:
    """Return the start and end of a session as instants. An end at 00:00 is the next midnight.
    Units: whole minutes; seconds are cut off. Errors: ClockRefused, also if the end is not
    after the start, or a clock change makes one of the two times occur twice or never."""
    if zone not in _known_zones():
        raise ClockRefused("trainings_zone_unknown", where="zone")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ClockRefused("trainings_day_far_away", where="day")
    starts = _resolve_instant("from", day, clock_from, zone)
    last_day = day if clock_to > MIDNIGHT else day + timedelta(1)
    ends = _resolve_instant("to", last_day, clock_to, zone)
    if ends <= starts:
        raise ClockRefused("trainings_clock_backwards", where="to")
    return Times(starts, ends)


def is_first_occurrence(at: datetime, zone: str) -> bool:
    """Return whether an instant is the first one at which its local time occurs. If a local time
    occurs twice, calendar programs assume its first occurrence (RFC 5545 §3.3.5)."""
    return not at.astimezone(ZoneInfo(zone)).fold


def has_clock_change(starts_at: datetime, ends_at: datetime, zone: str) -> bool:
    first, last = (at.astimezone(ZoneInfo(zone)).utcoffset() for at in (starts_at, ends_at))
    return first != last


@cache
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _resolve_instant(field: str, day: date, clock: time, zone: str) -> datetime:
    """Return a local time in UTC. Errors: ClockRefused (`field`), if it occurs twice or never."""
    local = datetime.combine(day, clock.replace(second=0, microsecond=0, tzinfo=ZoneInfo(zone)))
    first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first != second:  # the local time occurs twice or never
        raise ClockRefused("trainings_clock_change", where=field, clock=f"{local:%H:%M}")
    return first
