"""Answers from opening hours: state now, next opening, waiting time, hours of a week."""

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

HORIZON_DAYS = 35  # five weeks, so that monthly hours are included
WAIT_UNKNOWN = -1  # in place of minutes
WAIT_NEVER = HORIZON_DAYS * syntax.DAY  # minutes; closed until the horizon

Segment = tuple[int, int]  # first minute (since 1970 UTC) and code of its State


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours of one channel or one language, made by `parse`. `expression` is OpenStreetMap
    syntax, blank if nothing is stated; `subdivision` is an ISO 3166-2 code, None if unknown."""

    expression: str
    zone: str
    country: str
    subdivision: str | None = None
    by_appointment: bool = False


class StateUntil(NamedTuple):
    """A state, and when a different one begins; None: not before the end of next year."""

    state: syntax.State
    until: datetime | None


class Span(NamedTuple):
    """Part of a day's hours, also past its midnight. An `end` <= `start` is a day later."""

    start: time
    end: time
    state: syntax.State


class Day(NamedTuple):
    weekday: int  # 0 is Monday
    spans: list[Span]  # hours that begin on this day; closed times are left out


def parse(
    expression: str,
    zone: str,
    country: str,
    subdivision: str | None = None,
    *,
    by_appointment: bool = False,
) -> Hours:
    """Return checked opening hours. Errors: BadHours; ValueError for an unknown zone or country."""
    text = expression.strip()
    syntax.parse_rules(text)
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError):
        raise ValueError(f"no time zone {zone!r}") from None
    return Hours(text, zone, calendars.country_code(country), subdivision, by_appointment)


def state_at(hours: Hours, at: datetime) -> StateUntil:
    """Return the state at an instant, and the next change in the zone of the hours.
    Errors: ValueError for a naive `at`."""
    return _first_state(hours, _segments(hours, timeline.minute_of(at)))


def state_of_both(hours: Hours, other: Hours, at: datetime) -> StateUntil:
    """Return the weaker state of two opening hours that must both hold.
    For example a phone line and the hours of a language: open only if both are; unknown if
    one is and the other is not closed. Errors: ValueError for a naive `at`."""
    return _first_state(hours, _weaker_segments(hours, other, timeline.minute_of(at)))


def next_open(
    hours: Hours, at: datetime, horizon_days: int = HORIZON_DAYS, window: Hours | None = None
) -> datetime | None:
    """Return when the hours next open: `at` if open, None beyond the horizon. With `window`
    both must be open. Hours by appointment never count. Errors: ValueError for a naive `at`."""
    minute = timeline.minute_of(at)
    segments = _weaker_segments(hours, window, minute) if window else _segments(hours, minute)
    for start, code in segments:
        if start >= minute + horizon_days * syntax.DAY:
            break
        if code == syntax.OPEN:
            zone = ZoneInfo(hours.zone)
            return at.astimezone(zone) if start == minute else _to_datetime(start, zone)
    return None


def wait_minutes(hours: Hours, at: datetime) -> int:
    """Return the minutes until the hours next open, rounded up, for the matching engine.
    WAIT_UNKNOWN, when the state is unknown or by appointment: now, or later without a certain
    opening; WAIT_NEVER, when all is closed or answerphone. Errors: ValueError for a naive `at`."""
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
    """Return the hours of seven days from `monday`, holidays included, for printing.
    Hours after midnight belong to the day on which they began. Closed times are left out."""
    return [_hours_of_day(hours, monday + timedelta(offset)) for offset in range(7)]


def _hours_of_day(hours: Hours, day: date) -> Day:
    frame = days.Frame.of(day.year)
    codes_by_day = days.codes_by_day(hours.expression, hours.country, hours.subdivision, day.year)
    codes = codes_by_day[frame.index(day)]
    starts = np.flatnonzero(np.diff(codes, prepend=np.uint8(255))).tolist()
    spans = [
        Span(_time(start), _time(end), syntax.STATES[_apply_appointment(hours, int(codes[start]))])
        for start, end in zip(starts, [*starts[1:], 2 * syntax.DAY], strict=True)
        if codes[start] != syntax.CLOSED
    ]
    return Day(day.weekday(), spans)


def _time(minute_of_day: int) -> time:
    return time(minute_of_day % syntax.DAY // 60, minute_of_day % 60)


def _segments(hours: Hours, minute: int) -> Iterator[Segment]:
    """Yield the state at `minute`, then every later state until the end of next year."""
    year = datetime.fromtimestamp(minute * 60, UTC).year
    for covered_year in (year, year + 1):
        starts, codes = timeline.timeline(
            hours.expression, hours.zone, hours.country, hours.subdivision, covered_year
        )
        first = max(bisect_right(starts, minute) - 1, 0)
        for index in range(first, len(starts)):
            yield max(starts[index], minute), _apply_appointment(hours, codes[index])


def _apply_appointment(hours: Hours, code: int) -> int:
    """Return a state's code: BY_APPOINTMENT for such hours if they are open or not stated."""
    if hours.by_appointment and (code == syntax.OPEN or not hours.expression):
        return syntax.BY_APPOINTMENT
    return code


def _weaker_segments(hours: Hours, other: Hours, minute: int) -> Iterator[Segment]:
    """Yield the weaker state of two opening hours at `minute`, then at each change of either."""
    codes = [syntax.CLOSED, syntax.CLOSED]
    marked = merge(
        ((start, 0, code) for start, code in _segments(hours, minute)),
        ((start, 1, code) for start, code in _segments(other, minute)),
    )
    for start, changes in groupby(marked, key=itemgetter(0)):
        for _, which, code in changes:
            codes[which] = code
        yield start, min(codes)


def _first_state(hours: Hours, segments: Iterator[Segment]) -> StateUntil:
    """Return the first state of the segments, and when a different one begins."""
    _, now = next(segments)
    change = next((start for start, code in segments if code != now), None)
    until = None if change is None else _to_datetime(change, ZoneInfo(hours.zone))
    return StateUntil(syntax.STATES[now], until)


def _to_datetime(unix_minute: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(unix_minute * 60, zone)
