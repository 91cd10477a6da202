"""The wait for each distinct set of hours, and whether they are closed now, both cached until the
state of the hours changes."""

from datetime import datetime
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from protect.directory.hours import State, answers
from protect.matching.engine.columns.bits import Ints
from protect.matching.weights import PreferenceWeights

MINUTES_PER_DAY = 24 * 60  # minutes
NO_HOURS = 0  # number for None: unknown hours, or a language without hours of its own
MAX_MINUTE = 2**31 - 1  # minutes since 1970; later than every instant
UNKNOWN_WAIT = 2**30  # minutes; a wait of this length or more is unknown
BATCH_SIZE = 64  # sets of hours evaluated under one lock, for which questions have to wait
ALREADY_OPEN, UNKNOWN_OPENING = 0, MAX_MINUTE  # instead of the minute of the next opening
COST_OUTDATED = -1  # in place of a cost that has to be computed anew


class WaitCache:
    """Waits for distinct hours by number; each is cached until the state of its hours changes."""

    def __init__(self) -> None:
        self._numbers: dict[answers.Hours | None, int] = {None: NO_HOURS}
        self._hours: list[answers.Hours] = []  # index 0 holds number 1
        # Columns: since, until, opens at, whether it is closed.
        self._cached = np.zeros((256, 4), dtype=np.int32)
        self._cached[NO_HOURS] = 0, MAX_MINUTE, UNKNOWN_OPENING, False
        self._costs = np.empty(0, dtype=np.int64)  # see closed_costs
        self._costs_minute = 0
        self._costs_weights: PreferenceWeights | None = None
        self._next_new = 1  # first number that is not precomputed
        self._lock = Lock()

    def number(self, hours: answers.Hours | None) -> int:
        """Return the number of these hours; NO_HOURS for None. Equal hours share a number."""
        number = self._numbers.get(hours)
        if number is None and hours is not None:
            with self._lock:
                number = self._numbers.setdefault(hours, len(self._hours) + 1)
                if number > len(self._hours):
                    self._hours.append(hours)
                if number == len(self._cached):
                    self._cached = np.vstack([self._cached, np.zeros_like(self._cached)])
        return number or NO_HOURS

    def restore(self, hours: list[answers.Hours], cached: NDArray[np.int32]) -> None:
        """Take over the hours and the cached waits of another cache, as `state` returned them."""
        self._numbers.update((entry, number) for number, entry in enumerate(hours, 1))
        self._hours, self._cached, self._next_new = hours, cached, len(hours) + 1

    def state(self) -> tuple[list[answers.Hours], NDArray[np.int32]]:
        """Return the hours in the order of their numbers, and the cached waits."""
        with self._lock:
            return self._hours.copy(), self._cached.copy()

    def precompute_hours(self, at: datetime) -> None:
        """Evaluate the hours that are new, so that no question has to."""
        with self._lock:
            first, self._next_new = self._next_new, len(self._hours) + 1
        numbers = np.arange(first, self._next_new, dtype=np.int32)
        for start in range(0, len(numbers), BATCH_SIZE):
            self.waits(numbers[start : start + BATCH_SIZE], at)

    def waits(self, numbers: NDArray[np.int32], at: datetime) -> Ints:
        """Return the waits for hours, in minutes rounded up; UNKNOWN_WAIT or more is unknown."""
        with self._lock:
            self._update(numbers, at)
            cached = self._cached.take(numbers, axis=0)
        return np.maximum(cached[:, 2] - _minute_of(at), 0)

    def closed_costs(
        self, numbers: NDArray[np.int32], at: datetime, weights: PreferenceWeights
    ) -> Ints:
        """Return twice the cost of each wait in minutes, plus 1 if the hours say that it is closed
        now; `no_hours_index(weights)` for NO_HOURS. The costs of a minute are computed once."""
        with self._lock:
            costs = self._costs_at(at, weights).take(numbers)
            if costs.min(initial=0) == COST_OUTDATED:
                # All of them: a question about another minute may have replaced waits since then.
                self._update(numbers, at)
                self._costs = self._costs[:0]
                costs = self._costs_at(at, weights).take(numbers)
        return costs

    def any_hour_costs(
        self, numbers: NDArray[np.int32], at: datetime, weights: PreferenceWeights
    ) -> Ints:
        """Return costs as `closed_costs` does, for an unknown time of day: hours that never close
        cost as open, others as unknown; none count as closed."""
        self.waits(numbers.ravel(), at)  # evaluates what is outdated
        with self._lock:
            cached = self._cached.take(numbers, axis=0)
        never_closes = (cached[..., 1] == MAX_MINUTE) & (cached[..., 2] == ALREADY_OPEN)
        costs: Ints = 2 * np.where(never_closes, weights.yes, weights.unknown)
        costs[numbers == NO_HOURS] = no_hours_index(weights)
        return costs

    def _costs_at(self, at: datetime, weights: PreferenceWeights) -> Ints:
        """Return the costs of all hours by number; COST_OUTDATED where the state may differ."""
        minute = _minute_of(at)
        is_same = minute == self._costs_minute and weights is self._costs_weights
        if not is_same or len(self._costs) < len(self._cached):
            since, until, opens_at, is_closed = self._cached.T
            waits = np.maximum(opens_at - minute, 0)
            costs = np.minimum(weights.yes + waits, weights.no).astype(np.int64)
            costs[waits >= UNKNOWN_WAIT] = weights.unknown
            costs = 2 * costs + is_closed
            costs[(since > minute) | (until <= minute)] = COST_OUTDATED
            costs[NO_HOURS] = no_hours_index(weights)
            self._costs, self._costs_minute, self._costs_weights = costs, minute, weights
        return self._costs

    def _update(self, numbers: NDArray[np.int32], at: datetime) -> None:
        """Evaluate those of the hours whose cached state does not hold at this instant."""
        minute = _minute_of(at)
        since, until, _opens_at, _is_closed = self._cached.take(numbers.ravel(), axis=0).T
        outdated = numbers.ravel()[(since > minute) | (until <= minute)]
        for number in np.unique(outdated).tolist():
            self._cached[number] = _evaluate_hours(self._hours[number - 1], at, minute)


def no_hours_index(weights: PreferenceWeights) -> int:
    """Return the index, above all doubled costs, of unknown hours in `StaleCosts.closed_table`."""
    return 2 * weights.no + 2


def _minute_of(at: datetime) -> int:
    """Return an instant in whole minutes since 1970."""
    return int(at.timestamp() // 60)


def _evaluate_hours(hours: answers.Hours, at: datetime, minute: int) -> tuple[int, int, int, bool]:
    """Return three minutes: from and until when the state at `at` holds, and the next opening; and
    whether the state is closed."""
    now, wait = answers.state_at(hours, at), answers.wait_minutes(hours, at)
    until = MAX_MINUTE if now.until is None else int(now.until.timestamp() // 60)
    if now.state is State.OPEN:
        return minute, until, ALREADY_OPEN, False
    if now.state in {State.UNKNOWN, State.BY_APPOINTMENT}:
        return minute, until, UNKNOWN_OPENING, False
    if wait == answers.WAIT_NEVER:  # until an opening comes within the horizon
        return minute, minute + 1, minute + wait, True
    if wait == answers.WAIT_UNKNOWN:  # unknown; check whether the horizon of tomorrow changes it
        is_steady = answers.next_open(hours, at, answers.HORIZON_DAYS + 1) is None
        until = min(until, minute + (MINUTES_PER_DAY if is_steady else 1))
        return minute, until, UNKNOWN_OPENING, True
    return minute, until, minute + wait, True
