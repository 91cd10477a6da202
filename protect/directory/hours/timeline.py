"""The states of a year in UTC, computed from wall time and clock changes."""

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
    Units: `starts` are minutes since 1970 UTC; the first is the first minute of the year."""

    starts: array[int]
    codes: bytes


class OffsetPeriod(NamedTuple):
    """A period with a constant UTC offset. Units: minutes; `start` and `end` since 1970 UTC."""

    start: int
    end: int
    offset: int


@lru_cache(maxsize=32768)
def timeline(expression: str, zone: str, country: str, region: str | None, year: int) -> Timeline:
    """Return the states of a year (UTC). Each instant has the state that the wall clock implies:
    an hour that occurs twice in autumn is open twice, and one skipped in spring does not exist."""
    minutes, codes = days.wall_time_changes(expression, country, region, year)
    minutes = minutes + minute_of(datetime(year, 1, 1, tzinfo=UTC)) - syntax.DAY
    parts = [_changes_in_utc(period, minutes, codes) for period in offset_periods(zone, year)]
    starts = np.concatenate([start for start, _ in parts])
    codes = np.concatenate([code for _, code in parts])
    is_change = np.diff(codes, prepend=np.uint8(255)) != 0
    return Timeline(array("i", starts[is_change].tolist()), codes[is_change].tobytes())


def _changes_in_utc(
    period: OffsetPeriod, minutes: NDArray[np.int64], codes: syntax.Codes
) -> days.Changes:
    """Return the changes of state in a period, converted from wall time to UTC. The state at its
    start counts as a change in its first minute. `minutes`: wall-time minutes since 1970."""
    start, end = period.start + period.offset, period.end + period.offset
    # The change before the period sets its first state.
    first = np.searchsorted(minutes, start, side="right") - 1
    last = np.searchsorted(minutes, end)
    return np.maximum(minutes[first:last], start) - period.offset, codes[first:last]


@lru_cache(maxsize=512)
def offset_periods(zone: str, year: int) -> tuple[OffsetPeriod, ...]:
    """Return the periods of constant UTC offset that make up a year (UTC) in a zone."""
    tz = ZoneInfo(zone)
    parts: list[OffsetPeriod] = []
    start = minute_of(datetime(year, 1, 1, tzinfo=UTC))
    last = minute_of(datetime(year + 1, 1, 1, tzinfo=UTC))
    for day in range(start, last, syntax.DAY):
        before = _utc_offset(tz, day)
        if _utc_offset(tz, day + syntax.DAY) != before:
            minutes = range(day, day + syntax.DAY)
            change = day + bisect_left(minutes, True, key=lambda at: _utc_offset(tz, at) != before)
            parts.append(OffsetPeriod(start, change, before))
            start = change
    return (*parts, OffsetPeriod(start, last, _utc_offset(tz, start)))


def _utc_offset(zone: ZoneInfo, utc_minute: int) -> int:
    local_time = datetime.fromtimestamp(utc_minute * 60, zone)
    return minute_of(local_time.replace(tzinfo=UTC)) - utc_minute


def minute_of(at: datetime) -> int:
    """Return the minute since 1970 UTC of an instant. Errors: ValueError for a naive `at`."""
    if at.tzinfo is None:
        raise ValueError("at must carry a time zone")
    return int(at.timestamp() // 60)
