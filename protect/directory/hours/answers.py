"""Answers from opening hours: now, next, how long, both, this week."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from protect.directory.hours import calendars, days, syntax, timeline

HORIZON_DAYS = 35  # five weeks: nothing monthly is missed
WAIT_UNKNOWN = -1  # minutes
WAIT_NEVER = HORIZON_DAYS * syntax.DAY  # minutes

Segment = tuple[int, int]  # from this minute on (since 1970 UTC), this code of a State


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours of one door, phone line or language.
    `expression` is OpenStreetMap syntax, blank where nothing is stated; `subdivision` an ISO 3166-2
    code, None where the region is not known. Made by `parse`."""

    expression: str
    zone: str
    country: str
    subdivision: str | None = None
    by_appointment: bool = False


class Now(NamedTuple):
    """A state, and when the next one begins: None if that is further off than next year."""

    state: syntax.State
    until: datetime | None


class Span(NamedTuple):
    """Part of a day. An `end` not after `start` lies on the next day."""

    start: time
    end: time
    state: syntax.State


class Day(NamedTuple):
    weekday: int  # 0 is Monday
    spans: list[Span]


def parse(
    expression: str,
    zone: str,
    country: str,
    subdivision: str | None = None,
    *,
    by_appointment: bool = False,
) -> Hours:
    """Return hours that can be judged.
    Errors: BadHours for the text; ValueError for an unknown zone or country."""
    text = expression.strip()
    syntax.rules(text)
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError):
        raise ValueError(f"no time zone {zone!r}") from None
    return Hours(text, zone, calendars.country_code(country), subdivision, by_appointment)


def state_at(hours: Hours, at: datetime) -> Now:
    """Return the state at an instant and the next change, in the zone of the hours.
    Errors: ValueError for a naive `at`."""
    return _now(hours, _segments(hours, timeline.minute_of(at)))


def both(hours: Hours, window: Hours, at: datetime) -> Now:
    """Return the state of a line together with the window of a language: the weaker of the two.
    Open only if both are; unknown if one is and the other is not closed. Errors: ValueError for a
    naive `at`."""
    return _now(hours, _joint(hours, window, timeline.minute_of(at)))


def next_open(
    hours: Hours, at: datetime, horizon_days: int = HORIZON_DAYS, window: Hours | None = None
) -> datetime | None:
    """Return when the hours are next stated to be open, with `window` both; now if they are.
    Hours by appointment are never open. None: not within the horizon. Errors: ValueError for a
    naive `at`."""
    minute = timeline.minute_of(at)
    segments = _joint(hours, window, minute) if window else _segments(hours, minute)
    for start, code in segments:
        if start >= minute + horizon_days * syntax.DAY:
            break
        if code == syntax.OPEN:
            zone = ZoneInfo(hours.zone)
            return at.astimezone(zone) if start == minute else _instant(start, zone)
    return None


def waits(hours: Hours, at: datetime) -> int:
    """Return the wait for the matching engine: cheap, and always a number.
    Units: minutes, rounded up. WAIT_UNKNOWN when the state now is unknown or by appointment, or
    when nothing but such states lies within the horizon; WAIT_NEVER when all of it is closed.
    Errors: ValueError for a naive `at`."""
    minute = timeline.minute_of(at)
    is_doubtful = False
    for start, code in _segments(hours, minute):
        if start >= minute + WAIT_NEVER:
            break
        if code == syntax.OPEN:
            return start - minute
        if code in {syntax.UNKNOWN, syntax.BY_APPOINTMENT}:
            if start == minute:
                return WAIT_UNKNOWN
            is_doubtful = True
    return WAIT_UNKNOWN if is_doubtful else WAIT_NEVER


def week(hours: Hours, monday: date) -> list[Day]:
    """Return the hours of seven days from `monday`, their holidays included, for printing.
    Hours after midnight stay with the day that they began on; closed is what is left out."""
    return [_day(hours, monday + timedelta(offset)) for offset in range(7)]


def _day(hours: Hours, day: date) -> Day:
    frame = days.Frame.of(day.year)
    strips = days.strips(hours.expression, hours.country, hours.subdivision, day.year)
    strip = strips[frame.index(day)]
    starts = np.flatnonzero(np.diff(strip, prepend=np.uint8(255))).tolist()
    spans = [
        Span(_clock(start), _clock(end), syntax.BY_CODE[_code(hours, int(strip[start]))])
        for start, end in zip(starts, [*starts[1:], 2 * syntax.DAY], strict=True)
        if strip[start] != syntax.CLOSED
    ]
    return Day(day.weekday(), spans)


def _clock(minute: int) -> time:
    return time(minute % syntax.DAY // 60, minute % 60)


def _segments(hours: Hours, minute: int) -> Iterator[Segment]:
    """Yield the state at `minute`, then each later one until the end of the year after."""
    year = datetime.fromtimestamp(minute * 60, UTC).year
    for each in (year, year + 1):
        starts, codes = timeline.timeline(
            hours.expression, hours.zone, hours.country, hours.subdivision, each
        )
        first = max(bisect_right(starts, minute) - 1, 0)
        for index in range(first, len(starts)):
            yield max(starts[index], minute), _code(hours, codes[index])


def _code(hours: Hours, code: int) -> int:
    """Return the code of a state under the flag: what is open takes an appointment."""
    if hours.by_appointment and (code == syntax.OPEN or not hours.expression):
        return syntax.BY_APPOINTMENT
    return code


def _joint(hours: Hours, window: Hours, minute: int) -> Iterator[Segment]:
    """Yield the weaker state of two hours at `minute`, then at each change of either."""
    codes = [syntax.CLOSED, syntax.CLOSED]
    marked = merge(
        ((start, 0, code) for start, code in _segments(hours, minute)),
        ((start, 1, code) for start, code in _segments(window, minute)),
    )
    for start, changes in groupby(marked, key=itemgetter(0)):
        for _, which, code in changes:
            codes[which] = code
        yield start, min(codes)


def _now(hours: Hours, segments: Iterator[Segment]) -> Now:
    _, now = next(segments)
    change = next((start for start, code in segments if code != now), None)
    until = None if change is None else _instant(change, ZoneInfo(hours.zone))
    return Now(syntax.BY_CODE[now], until)


def _instant(minute: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(minute * 60, zone)
