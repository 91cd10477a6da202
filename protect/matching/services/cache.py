"""Caches what holds of a row or hours for every question. A test holds it equal to anew."""

from collections.abc import Callable, Hashable, Iterator
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

type RowCache = dict[Hashable, Any]


class Kept[K, V](dict[K, V]):
    """At most so many values by key. All are dropped before one more is added."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: K, value: V) -> None:
        if len(self) >= self._most:
            self.clear()
        super().__setitem__(key, value)

    def once(self, key: K, build: Callable[[], V]) -> V:
        """Return the value of a key, built on first use."""
        value = self.get(key)
        if value is None:
            value = self[key] = build()
        return value


def next_change(row: ServiceRow, at: datetime) -> datetime | None:
    """Return when a cached result about a row next changes by itself."""
    return min([when for when in _changes(row, at) if when > at], default=None)


def _changes(row: ServiceRow, at: datetime) -> Iterator[datetime]:
    if row.capacity is not None:
        yield row.capacity.expires_at
    yield from (room.expires_at for room in row.rooms)
    for checks in row.checks.values():
        for _, checked, due in checks:
            if due > at:
                yield due
            else:
                yield due + DUE_FOR + TICK
                yield checked + EXPIRED_AFTER * (due - checked)


class Meeting(NamedTuple):
    """When a line is open and its language spoken; None: not known."""

    start: datetime | None
    until: datetime | None


class _Row(NamedTuple):
    row: ServiceRow  # held, so that no other gets its identity
    since: datetime
    until: datetime
    cached: RowCache


class _Outlook(NamedTuple):
    since: datetime
    until: datetime
    now: Now
    wait: int  # minutes, at `since`
    opening: datetime | None  # None: the wait stays what it is


class Cache:
    """Remembers, until it is full. Threads may share it."""

    def __init__(self) -> None:
        self._rows = Kept[int, _Row](KEPT)
        self._hours = Kept[Hours, _Outlook](KEPT)
        self._meetings = Kept[tuple[Hours, Hours], tuple[datetime, datetime, Meeting]](KEPT)

    def row(self, row: ServiceRow, at: datetime) -> RowCache:
        """Return the cached results of a row; callers may add to them."""
        entry = self._rows.get(id(row))
        if entry is None or not entry.since <= at < entry.until:
            entry = self._rows[id(row)] = _Row(row, at, next_change(row, at) or NEVER, {})
        return entry.cached

    def now(self, hours: Hours, at: datetime) -> Now:
        return self._outlook(hours, at).now

    def wait(self, hours: Hours, at: datetime) -> int:
        outlook = self._outlook(hours, at)
        if outlook.opening is None:
            return outlook.wait
        return minute_of(outlook.opening) - minute_of(at)

    def opening(self, hours: Hours, at: datetime) -> datetime | None:
        """Return what hours.next_open does of hours that are closed."""
        return self._outlook(hours, at).opening

    def meeting(self, hours: Hours, window: Hours, at: datetime) -> Meeting:
        """Return when hours and the window of a language are next open together."""
        since, until, meeting = self._meetings.get((hours, window), _NO_MEETING)
        if not since <= at < until:
            meeting = meeting_of(hours, window, at)
            until = meeting.start or at.replace(microsecond=0) + A_SECOND
            self._meetings[hours, window] = at, until, meeting
        return meeting

    def _outlook(self, hours: Hours, at: datetime) -> _Outlook:
        outlook = self._hours.get(hours)
        if outlook is None or not outlook.since <= at < outlook.until:
            outlook = self._hours[hours] = _outlook(hours, at)
        return outlook


def _outlook(hours: Hours, at: datetime) -> _Outlook:
    """Return the state of hours, and until when it holds: a state lasts, a horizon moves on."""
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


def meeting_of(hours: Hours, window: Hours, at: datetime) -> Meeting:
    start = next_open(hours, at, window=window)
    return Meeting(start, None if start is None else both(hours, window, start).until)


_NO_MEETING = NEVER, NEVER, Meeting(None, None)
