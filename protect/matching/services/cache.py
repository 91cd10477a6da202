"""Cached results about a row or its hours. A test compares them with fresh ones."""

from collections.abc import Callable, Hashable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from protect.directory.hours import Hours, State, StateUntil, answers, timeline
from protect.directory.rules import DUE_FOR, EXPIRED_AFTER
from protect.matching.services.rows import ServiceRow

MAX_ENTRIES = 4096  # maximum number of entries of each cache; a full cache is emptied
NEVER = datetime.max.replace(tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
ONE_MINUTE = timedelta(minutes=1)
STEADY_STATES = {State.OPEN, State.UNKNOWN, State.BY_APPOINTMENT}  # their wait is constant

type RowCache = dict[Hashable, Any]


class BoundedDict[K, V](dict[K, V]):
    """A dictionary of limited size: when it is full, it drops all entries before it adds one."""

    def __init__(self, max_size: int) -> None:
        super().__init__()
        self._max_size = max_size

    def __setitem__(self, key: K, value: V) -> None:
        if len(self) >= self._max_size:
            self.clear()
        super().__setitem__(key, value)

    def get_or_build(self, key: K, build: Callable[[], V]) -> V:
        """Return the value of a key; build it on first use."""
        value = self.get(key)
        if value is None:
            value = self[key] = build()
        return value


def next_change(row: ServiceRow, at: datetime) -> datetime | None:
    """Return when cached free places or checks next expire or age (not hours); None: never."""
    return min([when for when in _change_times(row, at) if when > at], default=None)


def _change_times(row: ServiceRow, at: datetime) -> Iterator[datetime]:
    """Yield when capacity and rooms expire and checks of facts age, also times before `at`."""
    if row.capacity is not None:
        yield row.capacity.expires_at
    yield from (room.expires_at for room in row.rooms)
    for checks in row.checks.values():
        for _, checked_at, due_at in checks:
            if due_at > at:
                yield due_at
            else:
                yield due_at + DUE_FOR + MICROSECOND
                yield checked_at + EXPIRED_AFTER * (due_at - checked_at)


class LanguageOpening(NamedTuple):
    """When a service is next open while a language is spoken; None: no such time is known."""

    start: datetime | None
    until: datetime | None


class _RowEntry(NamedTuple):
    row: ServiceRow  # kept alive, so that no other row gets its id()
    since: datetime
    until: datetime
    results: RowCache


class _CachedState(NamedTuple):
    since: datetime
    until: datetime
    state: StateUntil
    wait: int  # minutes, at `since`
    opening_if_closed: datetime | None  # None: the wait stays the same


class Cache:
    """Caches results until they expire or the cache is full. Threads may share it."""

    def __init__(self) -> None:
        self._rows = BoundedDict[int, _RowEntry](MAX_ENTRIES)
        self._last: tuple[ServiceRow | None, datetime, RowCache] = None, NEVER, {}
        self._hours = BoundedDict[Hours, _CachedState](MAX_ENTRIES)
        self._openings = BoundedDict[
            tuple[Hours, Hours], tuple[datetime, datetime, LanguageOpening]
        ](MAX_ENTRIES)

    def row_results(self, row: ServiceRow, at: datetime) -> RowCache:
        """Return the cached results of a row; callers may add to them."""
        last_row, last_at, results = self._last
        if last_row is row and last_at is at:  # an answer asks for one row many times in succession
            return results
        entry = self._rows.get(id(row))
        if entry is None or not entry.since <= at < entry.until:
            entry = self._rows[id(row)] = _RowEntry(row, at, next_change(row, at) or NEVER, {})
        self._last = row, at, entry.results
        return entry.results

    def state_now(self, hours: Hours, at: datetime) -> StateUntil:
        return self._hours_entry(hours, at).state

    def state_and_wait(self, hours: Hours, at: datetime) -> tuple[StateUntil, int]:
        """Return the state of hours and the minutes until they open."""
        entry = self._hours_entry(hours, at)
        if entry.opening_if_closed is None:
            return entry.state, entry.wait
        return entry.state, timeline.minute_of(entry.opening_if_closed) - timeline.minute_of(at)

    def opening_if_closed(self, hours: Hours, at: datetime) -> datetime | None:
        """Return the next opening of closed hours; None in other states or beyond the horizon."""
        return self._hours_entry(hours, at).opening_if_closed

    def language_opening(self, hours: Hours, window: Hours, at: datetime) -> LanguageOpening:
        """Return when the service is next open while the language is spoken (`window`)."""
        since, until, opening = self._openings.get((hours, window), _NO_CACHED_OPENING)
        if not since <= at < until:
            opening = next_language_opening(hours, window, at)
            until = opening.start or _start_of_minute(at) + ONE_MINUTE
            self._openings[hours, window] = at, until, opening
        return opening

    def _hours_entry(self, hours: Hours, at: datetime) -> _CachedState:
        entry = self._hours.get(hours)
        if entry is None or not entry.since <= at < entry.until:
            entry = self._hours[hours] = _evaluate_hours(hours, at)
        return entry


def _evaluate_hours(hours: Hours, at: datetime) -> _CachedState:
    """Return an entry with the state of hours, valid until the state changes. Hours know minutes
    only. Closed hours without a next opening are evaluated each minute: the horizon moves."""
    since = _start_of_minute(at)
    now, wait = answers.state_at(hours, at), answers.wait_minutes(hours, at)
    until = datetime(at.astimezone(UTC).year + 1, 1, 1, tzinfo=UTC)  # horizon of state_at
    if now.until is not None:
        until = now.until.astimezone(UTC)
    opening = None
    if now.state not in STEADY_STATES:
        opening = answers.next_open(hours, at)
        if opening is None:
            until = min(until, since + ONE_MINUTE)
    return _CachedState(since, until, now, wait, opening)


def _start_of_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def next_language_opening(hours: Hours, window: Hours, at: datetime) -> LanguageOpening:
    start = answers.next_open(hours, at, window=window)
    until = None if start is None else answers.state_of_both(hours, window, start).until
    return LanguageOpening(start, until)


# Stands for a missing entry: never valid.
_NO_CACHED_OPENING = (NEVER, NEVER, LanguageOpening(None, None))
