"""Where she must not be seen: judged for each distinct spot, then for the rows that have one."""

from __future__ import annotations

from collections import defaultdict
from threading import Lock

import numpy as np

from protect.matching.engine.columns.facets import Truths
from protect.matching.enums import Truth
from protect.matching.services.rows import Point

NO, UNKNOWN, YES = (int(truth) for truth in Truth)
NOWHERE = 0  # the spot of rows without a place

type Spot = tuple[tuple[str, ...], int | None, frozenset[str]]


class AvoidedPlaces:
    """The distinct spots, and by code of an area or place those that lie in it."""

    def __init__(self) -> None:
        self._numbers: dict[Spot, int] = {}
        self._in: dict[str, list[int]] = defaultdict(list)
        self._perhaps_in: dict[str, list[int]] = defaultdict(list)
        self._lock = Lock()

    def number(self, point: Point | None) -> int:
        """Return the number of what matters about a point; NOWHERE for none."""
        if point is None:
            return NOWHERE
        spot = point.areas, point.place, point.inside
        return self._numbers.get(spot) or self._added(spot)

    def _added(self, spot: Spot) -> int:
        areas, place, inside = spot
        with self._lock:
            number = self._numbers[spot] = len(self._numbers) + 1
            for code in (*areas, str(place)):
                self._in[code].append(number)
            for code in inside:
                self._perhaps_in[code].append(number)
        return number

    def truths(self, avoided: frozenset[str]) -> Truths:
        """Return by spot whether it is apart from all that is avoided, as places.avoid has it."""
        with self._lock:
            truths = np.full(len(self._numbers) + 1, YES, dtype=np.int8)
            truths[NOWHERE] = UNKNOWN
            for code in avoided:
                truths[self._perhaps_in.get(code, [])] = UNKNOWN
            for code in avoided:
                truths[self._in.get(code, [])] = NO
        return truths
