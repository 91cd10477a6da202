"""How long one must wait at each distinct door, kept for as long as its state lasts."""

from __future__ import annotations

from datetime import datetime
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from protect.directory.hours import WAIT_NEVER, WAIT_UNKNOWN, Hours, State, state_at, waits
from protect.directory.matching.engine.bits import Ints

NO_DOOR = 0  # a door that nothing is known of
LONG = np.iinfo(np.int64).max
# What stands in place of the minute of opening where there is none to wait for.
IS_OPEN, IS_UNKNOWN, IS_NEVER = -1, -2, -3
WAITS = {IS_OPEN: 0, IS_UNKNOWN: WAIT_UNKNOWN, IS_NEVER: WAIT_NEVER}


class Clocks:
    """Distinct hours by number, and what is known of each: a state lasts from a minute to another.

    Shared by all snapshots and all threads: what is known is read and renewed under a lock.
    Units: minutes since 1970 UTC.
    """

    def __init__(self) -> None:
        self._numbers: dict[Hours | None, int] = {None: NO_DOOR}
        self._hours: list[Hours] = []  # the one numbered 1 stands first
        self._known = _nothing(256)  # since, until, opens at
        self._known[:, NO_DOOR] = 0, LONG, IS_UNKNOWN
        self._lock = Lock()

    def number(self, hours: Hours | None) -> int:
        """Return the number of hours, NO_DOOR for none; equal ones share it."""
        number = self._numbers.get(hours)
        if number is None and hours is not None:
            with self._lock:
                number = self._numbers.setdefault(hours, len(self._hours) + 1)
                if number > len(self._hours):
                    self._hours.append(hours)
                if number == self._known.shape[1]:
                    self._known = np.hstack([self._known, _nothing(number)])
        return number or NO_DOOR

    def waits(self, numbers: NDArray[np.int32], at: datetime) -> Ints:
        """Return the waits at doors, as hours.waits gives them.

        Units: minutes, rounded up.
        """
        minute = int(at.timestamp() // 60)
        with self._lock:
            since, until, opens_at = self._known[:, numbers]
            old = (minute < since) | (minute >= until)
            if old.any():
                self._renew(np.unique(numbers[old]), at, minute)
                opens_at = self._known[2, numbers]
        waiting = opens_at - minute
        for mark, wait in WAITS.items():
            waiting[opens_at == mark] = wait
        return waiting

    def _renew(self, numbers: NDArray[np.int32], at: datetime, minute: int) -> None:
        for number in numbers.tolist():
            self._known[:, number] = _state(self._hours[number - 1], at, minute)


def _nothing(count: int) -> Ints:
    return np.zeros((3, count), dtype=np.int64)


def _state(hours: Hours, at: datetime, minute: int) -> tuple[int, int, int]:
    """Return since when, until when and at which minute it opens, as far as `at` tells."""
    now, wait = state_at(hours, at), waits(hours, at)
    until = LONG if now.until is None else int(now.until.timestamp() // 60)
    if now.state is State.OPEN:
        return minute, until, IS_OPEN
    if now.state in {State.UNKNOWN, State.BY_APPOINTMENT}:
        return minute, until, IS_UNKNOWN
    if wait in {WAIT_UNKNOWN, WAIT_NEVER}:  # until the next opening comes within the horizon
        mark = IS_UNKNOWN if wait == WAIT_UNKNOWN else IS_NEVER
        return minute, minute + 1, mark
    return minute, until, minute + wait
