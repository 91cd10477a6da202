"""The description of a zone for the days that need it: a part for each change of its clocks.

`icalendar.Timezone.from_tzid` would do, but lets summer begin at 03:00 on the wall of winter (7.3):
an hour late by RFC 5545 §3.6.5, and for the sake of one part less it uses lists of dates.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from protect.kernel.content_lines import line, text

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def description(zone: str, first: datetime, last: datetime) -> Iterator[str]:
    """Yield the lines that describe a zone from the day of one instant to another instant."""
    place = ZoneInfo(zone)
    begin = first.astimezone(UTC) - DAY  # whatever the wall shows, its day has begun then
    yield line("BEGIN", "VTIMEZONE")
    yield line("TZID", zone)
    yield from _part(begin, begin, place)
    for change in _changes(begin, last.astimezone(UTC), place):
        yield from _part(change, change - SECOND, place)
    yield line("END", "VTIMEZONE")


def _part(at: datetime, before: datetime, place: ZoneInfo) -> Iterator[str]:
    """Yield what holds from an instant on; it is named by the wall as it was before."""
    shown, was = at.astimezone(place), before.astimezone(place).utcoffset() or timedelta()
    name = "DAYLIGHT" if (shown.dst() or timedelta()) > timedelta() else "STANDARD"
    yield line("BEGIN", name)
    yield line("DTSTART", f"{at.replace(tzinfo=None) + was:%Y%m%dT%H%M%S}")
    yield line("TZOFFSETFROM", _offset(before, place))
    yield line("TZOFFSETTO", _offset(at, place))
    yield text("TZNAME", shown.tzname() or "")
    yield line("END", name)


def _changes(first: datetime, last: datetime, place: ZoneInfo) -> Iterator[datetime]:
    """Yield the instants at which the clocks of a zone change. Nowhere twice within a day."""
    day = first
    while day < last:
        if _offset(day, place) != _offset(day + DAY, place):
            change = _change(day, place)
            if change <= last:
                yield change
        day += DAY


def _change(day: datetime, place: ZoneInfo) -> datetime:
    """Return the first second of another offset within a day."""
    before, low, high = _offset(day, place), 0, DAY // SECOND
    while high - low > 1:
        middle = (low + high) // 2
        is_before = _offset(day + middle * SECOND, place) == before
        low, high = (middle, high) if is_before else (low, middle)
    return day + high * SECOND


def _offset(at: datetime, place: ZoneInfo) -> str:
    return f"{at.astimezone(place):%z}"
