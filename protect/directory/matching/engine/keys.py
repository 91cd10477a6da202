"""What rows cost a person, many at once: the sums of weigh.key, in the same integers."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protect.directory.enums import Fact, Truth, Verdict
from protect.directory.hours import WAIT_UNKNOWN
from protect.directory.matching import costs, reporting
from protect.directory.matching.asked import Asked
from protect.directory.matching.criteria import CRITERIA
from protect.directory.matching.engine import points, trust
from protect.directory.matching.engine.avoided import NOWHERE
from protect.directory.matching.engine.bits import Flags, Ints, holds
from protect.directory.matching.engine.sieve import Sieved
from protect.directory.matching.engine.snapshot import (
    IS_LAST,
    KEEPS_PLACE,
    REACH,
    REMOTE,
    VISIT,
    WANTS_ROOM,
    Snapshot,
)
from protect.directory.matching.engine.speech import GENDERS
from protect.directory.matching.engine.trust import LINE, PLACE
from protect.directory.matching.rows import ServiceRow
from protect.directory.matching.weigh import UNKNOWN_METRES
from protect.directory.matching.weights import Preference
from protect.directory.rules import CheckSeen

NO, UNKNOWN, YES = (int(truth) for truth in Truth)
NO_WAIT = 1_000_000_000  # minutes: of a door that is not there

# A key in one integer: beyond reach, reporting group, minutes, metres.
MINUTES_AT, GROUP_AT, BEYOND_AT = 27, 50, 52  # metres take 27 bits, minutes 23, groups 2


def beyond(keys: Ints) -> Flags:
    """Return which keys are beyond reach."""
    return keys >> BEYOND_AT > 0


class Scales:
    """One question, laid on rows."""

    def __init__(self, snapshot: Snapshot, asked: Asked, sieved: Sieved) -> None:
        self._snapshot, self._asked, self._sieved = snapshot, asked, sieved
        self._at = trust.ticks(asked.at)
        self._quarters = trust.quarters(asked.weights.staleness)

    def keys(self, rows: Ints) -> Ints:
        """Return the key of each row, but for its UUID."""
        return Weighing(self._snapshot, self._asked, self._sieved, rows).keys()


class Weighing:
    """One question laid on some rows. Each part is an array with one entry per row."""

    def __init__(self, snapshot: Snapshot, asked: Asked, sieved: Sieved, rows: Ints) -> None:
        self._snapshot, self._asked, self._sieved, self._rows = snapshot, asked, sieved, rows
        self._columns, self._weights = snapshot.columns, asked.weights
        self._at = trust.ticks(asked.at)
        self._met = snapshot.met(asked)[self._columns.categories[rows]].astype(np.int64)
        self._states = trust.states(self._columns.spans[rows], self._at)
        self._quarters = trust.quarters(asked.weights.staleness)[self._states]

    def keys(self) -> Ints:
        """Return the key of each row, but for its UUID. Smaller is better."""
        metres, reach = self._metres(), self._met // REACH
        is_known = metres != UNKNOWN_METRES
        way = np.where(is_known, metres, reach)
        minutes, is_visit = self._way(points.minutes(way, self._weights.travel))
        minutes += self._hard() + self._language() + self._capacity()
        minutes += self._acceptance() + self._phone()
        is_beyond = is_visit & is_known & (metres > reach)
        return (
            (is_beyond.astype(np.int64) << BEYOND_AT)
            + (self._group() << GROUP_AT)
            + (minutes << MINUTES_AT)
            + metres
        )
