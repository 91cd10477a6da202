"""The first few of sets of rows: those nearby, then as far as anything better may lie."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from protect.matching.engine.columns import points
from protect.matching.engine.columns.bits import SHIFT, Bits, Ints, holds, rows_of
from protect.matching.engine.keys import LAST_AT, Weighing, is_beyond
from protect.matching.engine.row_filter import FilteredRows
from protect.matching.engine.snapshot import ANSWERS, Snapshot
from protect.matching.questions.prepared import PreparedQuestion


class Selected(NamedTuple):
    """Places of rows, best first."""

    best: list[int]
    missed: list[int]
    national: list[int]


class Selection:
    """One question, about to be answered from what the conditions left."""

    def __init__(
        self, snapshot: Snapshot, prepared: PreparedQuestion, filtered: FilteredRows
    ) -> None:
        self._snapshot, self._prepared, self._filtered = snapshot, prepared, filtered

    def choose(self) -> Selected:
        """Return what is shown. All rows that may be are weighed together: it is cheaper."""
        filtered, lists = self._filtered, self._prepared.weights.lists
        within, lines = self._within(filtered.passed | filtered.missed), self._lines()
        keys = self._keys(np.concatenate([within, lines]))
        keys, of_lines = keys[: len(within)], keys[len(within) :]
        has_passed = holds(filtered.passed, within)
        rest = ~has_passed
        limit = self._prepared.question.limit
        best = self._first(filtered.passed, within[has_passed], keys[has_passed], limit)
        return Selected(
            best=best,
            missed=self._first(filtered.missed, within[rest], keys[rest], lists.near_misses),
            national=self._national(lines, of_lines, best),
        )

    def _keys(self, rows: Ints) -> Ints:
        return Weighing(self._snapshot, self._prepared, self._filtered, rows).keys()

    def _within(self, among: Bits) -> Ints:
        """Return the rows of a set that may be within reach: remote ones, and those nearby."""
        snapshot, origin = self._snapshot, self._prepared.point
        if origin is None:
            return rows_of(among)
        everywhere = snapshot.everywhere(self._prepared)
        local, parts = among & ~everywhere, [rows_of(among & everywhere)]
        for reach, rows in snapshot.by_reach(self._prepared).items():
            window = points.window(origin, reach, self._prepared.weights.travel)
            first, last = (snapshot.starts[band] >> SHIFT for band in window.bands)
            near = rows_of(local[first : last + 1] & rows[first : last + 1], first)
            parts.append(near[window.holds(snapshot.longitude.take(near))])
        return np.concatenate(parts)

    def _first(self, among: Bits, within: Ints, keys: Ints, most: int) -> list[int]:
        """Return the best rows of a set.

        What lies beyond reach comes after all that does not, so the others are only looked at if
        there is not enough within.
        """
        is_complete = self._prepared.point is None
        if is_complete or np.count_nonzero(~is_beyond(keys)) >= most:
            return self._best(within, keys, most)
        rows = rows_of(among)
        return self._best(rows, self._keys(rows), most)

    def _lines(self) -> Ints:
        """Return the national lines for her, whatever they are for."""
        snapshot = self._snapshot
        barred = snapshot.barred(self._prepared)
        return rows_of(snapshot.is_national & self._filtered.open_to_her & ~barred)

    def _national(self, lines: Ints, keys: Ints, shown: list[int]) -> list[int]:
        """Return the national lines, those that answer the need first, as oracle.national."""
        snapshot, most = self._snapshot, self._prepared.weights.lists.national
        met = snapshot.met(self._prepared)[snapshot.columns.categories[lines]]
        keys = keys + ((met & ANSWERS == 0).astype(np.int64) << LAST_AT)
        is_new = np.array([line not in shown for line in lines.tolist()], dtype=np.bool_)
        lines, keys = lines[is_new], keys[is_new]
        where = self._prepared.question.where
        if where is not None and where.country is not None:
            return self._best(lines, keys, most)
        one_each: dict[str, int] = {}  # without a country, the best of each
        for place in self._best(lines, keys, len(lines)):
            one_each.setdefault(snapshot.rows[place].country, place)
        return list(one_each.values())[:most]

    def _best(self, rows: Ints, keys: Ints, most: int) -> list[int]:
        """Return the rows with the smallest keys; of equal keys, by UUID."""
        if len(keys) > most:
            last = np.partition(keys, most - 1)[most - 1]
            chosen = np.flatnonzero(keys <= last)
            rows, keys = rows[chosen], keys[chosen]
        ordered = sorted(
            (key, self._snapshot.rows[place].id.int, place)
            for key, place in zip(keys.tolist(), rows.tolist(), strict=True)
        )
        return [place for _, _, place in ordered[:most]]
