"""From wall time to instants: a year of states along UTC, clock changes included."""

from array import array
from bisect import bisect_left
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from protect.directory.hours import days, syntax


class Timeline(NamedTuple):
    """The changes of state in a year.
    Units: `starts` in minutes since 1970 UTC; the first is the year's first minute."""

    starts: array[int]
    codes: bytes


class Stretch(NamedTuple):
    """A time of constant offset. Units: minutes, since 1970 UTC and of the offset."""

    start: int
    end: int
    offset: int


@lru_cache(maxsize=32768)
def timeline(
    expression: str, zone: str, country: str, subdivision: str | None, year: int
) -> Timeline:
    """Return the states of a year (UTC).
    Each instant has the state of what a clock on the wall shows: an hour that is shown twice in
    autumn is open twice, one that is skipped in spring does not exist."""
    minutes, codes = days.wall(expression, country, subdivision, year)
    minutes = minutes + minute_of(datetime(year, 1, 1, tzinfo=UTC)) - syntax.DAY
    parts = [_within(stretch, minutes, codes) for stretch in stretches(zone, year)]
    starts = np.concatenate([start for start, _ in parts])
    codes = np.concatenate([code for _, code in parts])
    is_change = np.diff(codes, prepend=np.uint8(255)) != 0
    return Timeline(array("i", starts[is_change].tolist()), codes[is_change].tobytes())


def _within(stretch: Stretch, minutes: NDArray[np.int64], codes: syntax.Codes) -> days.Changes:
    """Return the changes on the wall that a stretch shows, as instants, from its first minute."""
    start, end = stretch.start + stretch.offset, stretch.end + stretch.offset
    first = np.searchsorted(minutes, start, side="right") - 1  # what holds when it begins
    last = np.searchsorted(minutes, end)
    return np.maximum(minutes[first:last], start) - stretch.offset, codes[first:last]


@lru_cache(maxsize=512)
def stretches(zone: str, year: int) -> tuple[Stretch, ...]:
    """Return the stretches of constant offset that make up a year (UTC) in a zone."""
    there = ZoneInfo(zone)
    parts: list[Stretch] = []
    start = minute_of(datetime(year, 1, 1, tzinfo=UTC))
    last = minute_of(datetime(year + 1, 1, 1, tzinfo=UTC))
    for day in range(start, last, syntax.DAY):
        before = _offset(there, day)
        if _offset(there, day + syntax.DAY) != before:
            minutes = range(day, day + syntax.DAY)
            change = day + bisect_left(minutes, True, key=lambda at: _offset(there, at) != before)
            parts.append(Stretch(start, change, before))
            start = change
    return (*parts, Stretch(start, last, _offset(there, start)))


def _offset(zone: ZoneInfo, minute: int) -> int:
    there = datetime.fromtimestamp(minute * 60, zone)
    return minute_of(there.replace(tzinfo=UTC)) - minute


def minute_of(at: datetime) -> int:
    """Return the minute, since 1970 UTC, that an instant lies in.
    Errors: ValueError for a naive `at`."""
    if at.tzinfo is None:
        raise ValueError("at must carry a time zone")
    return int(at.timestamp() // 60)
