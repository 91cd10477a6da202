"""What holds of a row, or of hours, whoever asks. The engine remembers it for as long as it holds.

The definition works everything out anew: `Anew`. A property test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from protect.directory.hours import Hours, Now, State, both, next_open, state_at, waits
from protect.directory.hours.timeline import minute_of
from protect.directory.rules import DUE_FOR, EXPIRED_AFTER
from protect.matching.services.rows import ServiceRow

KEPT = 4096  # rows, and hours, before all are forgotten
NEVER = datetime.max.replace(tzinfo=UTC)
TICK = timedelta(microseconds=1)
A_SECOND = timedelta(seconds=1)
STEADY = {State.OPEN, State.UNKNOWN, State.BY_APPOINTMENT}  # the wait is the same while it lasts

type Known = dict[Hashable, Any]


def next_change(row: ServiceRow, at: datetime) -> datetime | None:
    """Return when something that is known of a row next changes by itself."""
    return min([when for when in _changes(row, at) if when > at], default=None)


def _changes(row: ServiceRow, at: datetime) -> Iterator[datetime]:
    if row.capacity is not None:
        yield row.capacity.expires_at
    yield from (room.expires_at for room in row.rooms)
    for checks in row.checks.values():
        for _, made, due in checks:
            if due > at:
                yield due
            else:
                yield due + DUE_FOR + TICK
                yield made + EXPIRED_AFTER * (due - made)


class Meeting(NamedTuple):
    """From when to when a line is open and its language spoken; None: not known."""

    start: datetime | None
    until: datetime | None


class Anew:
    """Remembers nothing."""

    def row(self, row: ServiceRow, at: datetime) -> Known:
        """Return what is known of a row so far; what is worked out may be added."""
        return {}

    def now(self, hours: Hours, at: datetime) -> Now:
        """Return what hours.state_at does."""
        return state_at(hours, at)

    def wait(self, hours: Hours, at: datetime) -> int:
        """Return what hours.waits does."""
        return waits(hours, at)

    def opening(self, hours: Hours, at: datetime) -> datetime | None:
        """Return what hours.next_open does of hours that are closed."""
        return next_open(hours, at)

    def meeting(self, hours: Hours, window: Hours, at: datetime) -> Meeting:
        """Return when hours and the window of a language are next open together."""
        return _meeting(hours, window, at)


class _Row(NamedTuple):
    row: ServiceRow  # held, so that no other gets its identity
    since: datetime
    until: datetime
    known: Known


class _Outlook(NamedTuple):
    since: datetime
    until: datetime
    now: Now
    wait: int  # minutes, at `since`
    opening: datetime | None  # None: the wait stays what it is


class Memory(Anew):
    """Remembers, until it is full. Threads may share it."""

    def __init__(self) -> None:
        self._rows: dict[int, _Row] = {}
        self._hours: dict[Hours, _Outlook] = {}
        self._meetings: dict[tuple[Hours, Hours], tuple[datetime, datetime, Meeting]] = {}

    def row(self, row: ServiceRow, at: datetime) -> Known:
        found = self._rows.get(id(row))
        if found is None or not found.since <= at < found.until:
            found = _Row(row, at, next_change(row, at) or NEVER, {})
            _keep(self._rows, id(row), found)
        return found.known

    def now(self, hours: Hours, at: datetime) -> Now:
        return self._outlook(hours, at).now

    def wait(self, hours: Hours, at: datetime) -> int:
        found = self._outlook(hours, at)
        if found.opening is None:
            return found.wait
        return minute_of(found.opening) - minute_of(at)

    def opening(self, hours: Hours, at: datetime) -> datetime | None:
        return self._outlook(hours, at).opening

    def meeting(self, hours: Hours, window: Hours, at: datetime) -> Meeting:
        since, until, found = self._meetings.get((hours, window), _NO_MEETING)
        if not since <= at < until:
            found = _meeting(hours, window, at)
            until = found.start or at.replace(microsecond=0) + A_SECOND
            _keep(self._meetings, (hours, window), (at, until, found))
        return found

    def _outlook(self, hours: Hours, at: datetime) -> _Outlook:
        found = self._hours.get(hours)
        if found is None or not found.since <= at < found.until:
            found = _outlook(hours, at)
            _keep(self._hours, hours, found)
        return found


def _outlook(hours: Hours, at: datetime) -> _Outlook:
    """Return what hours say, and until when that stands: a state lasts, a horizon moves on."""
    now, wait = state_at(hours, at), waits(hours, at)
    until = datetime(at.astimezone(UTC).year + 1, 1, 1, tzinfo=UTC)  # `now` looks at two years
    if now.until is not None:
        until = now.until.astimezone(UTC)
    opening = None
    if now.state not in STEADY:
        opening = next_open(hours, at)
        if opening is None:
            until = min(until, at.replace(microsecond=0) + A_SECOND)
    return _Outlook(at, until, now, wait, opening)


def _meeting(hours: Hours, window: Hours, at: datetime) -> Meeting:
    start = next_open(hours, at, window=window)
    return Meeting(start, None if start is None else both(hours, window, start).until)


_NO_MEETING = NEVER, NEVER, Meeting(None, None)


def _keep[K, V](kept: dict[K, V], key: K, value: V) -> None:
    if len(kept) >= KEPT:
        kept.clear()
    kept[key] = value
