"""How long one must wait at each distinct door, kept for as long as its state lasts."""

from datetime import datetime
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from protect.directory.hours import State, answers
from protect.matching.engine.columns.bits import Ints

A_DAY = 24 * 60  # minutes
NO_DOOR = 0  # a door that nothing is known of
LONG = 2**31 - 1
NOT_KNOWN = 2**30  # a wait of that many minutes or more
SLICE = 64  # doors learnt at a time, so that questions meanwhile do not wait for all
OPEN_SINCE_EVER, OPENS_UNKNOWN = 0, LONG  # in place of the minute of opening


class WaitCache:
    """Distinct hours by number, and the state of each from a minute to another. Under a lock.
    Units: minutes since 1970 UTC."""

    def __init__(self) -> None:
        self._numbers: dict[answers.Hours | None, int] = {None: NO_DOOR}
        self._hours: list[answers.Hours] = []  # the one numbered 1 stands first
        self._cached = np.zeros((256, 3), dtype=np.int32)  # since, until, opens at
        self._cached[NO_DOOR] = 0, LONG, OPENS_UNKNOWN
        self._learnt = 1  # the first number that `precompute_hours` has not seen
        self._lock = Lock()

    def number(self, hours: answers.Hours | None) -> int:
        """Return the number of hours, NO_DOOR for none; equal ones share it."""
        number = self._numbers.get(hours)
        if number is None and hours is not None:
            with self._lock:
                number = self._numbers.setdefault(hours, len(self._hours) + 1)
                if number > len(self._hours):
                    self._hours.append(hours)
                if number == len(self._cached):
                    self._cached = np.vstack([self._cached, np.zeros_like(self._cached)])
        return number or NO_DOOR

    def precompute_hours(self, at: datetime) -> None:
        """Evaluate the hours that are new, so that no question has to."""
        with self._lock:
            first, self._learnt = self._learnt, len(self._hours) + 1
        numbers = np.arange(first, self._learnt, dtype=np.int32)
        for start in range(0, len(numbers), SLICE):
            self.waits(numbers[start : start + SLICE], at)

    def waits(self, numbers: NDArray[np.int32], at: datetime) -> Ints:
        """Return the waits at doors; from NOT_KNOWN up: unknown. Units: minutes, rounded up."""
        minute = int(at.timestamp() // 60)
        with self._lock:
            cached = self._cached.take(numbers, axis=0)
            old = (cached[..., 0] > minute) | (cached[..., 1] <= minute)
            if old.any():
                for number in np.unique(numbers[old]).tolist():
                    self._cached[number] = _state(self._hours[number - 1], at, minute)
                cached = self._cached.take(numbers, axis=0)
        return np.maximum(cached[..., 2] - minute, 0)


def _state(hours: answers.Hours, at: datetime, minute: int) -> tuple[int, int, int]:
    """Return the minutes from and until which the state at `at` holds, and of the next opening."""
    now, wait = answers.state_at(hours, at), answers.waits(hours, at)
    until = LONG if now.until is None else int(now.until.timestamp() // 60)
    if now.state is State.OPEN:
        return minute, until, OPEN_SINCE_EVER
    if now.state in {State.UNKNOWN, State.BY_APPOINTMENT}:
        return minute, until, OPENS_UNKNOWN
    if wait == answers.WAIT_NEVER:  # until something comes within the horizon
        return minute, minute + 1, minute + wait
    if wait == answers.WAIT_UNKNOWN:  # nothing opens within the horizon: for how long?
        is_steady = answers.next_open(hours, at, answers.HORIZON_DAYS + 1) is None
        return minute, min(until, minute + (A_DAY if is_steady else 1)), OPENS_UNKNOWN
    return minute, until, minute + wait
