"""The first few of a set of rows: those nearby, then as far out as anything better may lie."""

from __future__ import annotations

import numpy as np

from protect.directory.matching.asked import Asked
from protect.directory.matching.engine import points
from protect.directory.matching.engine.bits import SHIFT, Bits, Ints, rows_of
from protect.directory.matching.engine.keys import LAST_AT, Weighing, is_beyond
from protect.directory.matching.engine.sieve import Sieved
from protect.directory.matching.engine.snapshot import ANSWERS, REACH, Snapshot


def first(
    snapshot: Snapshot, asked: Asked, sieved: Sieved, among: Bits, most: int
) -> list[int]:
    """Return the places of the best rows of a set, at most so many, best first.

    Whatever lies outside her reach and must be visited comes after all that does not. So it is
    only looked at if there is not enough within.
    """
    everywhere = snapshot.everywhere(asked)
    rows = np.concatenate([rows_of(among & everywhere), _near(snapshot, asked, among & ~everywhere)])
    keys = Weighing(snapshot, asked, sieved, rows).keys()
    if asked.point is not None and np.count_nonzero(~is_beyond(keys)) < most:
        rows = rows_of(among)
        keys = Weighing(snapshot, asked, sieved, rows).keys()
    return _best(snapshot, rows, keys, most)


def national(snapshot: Snapshot, asked: Asked, sieved: Sieved, shown: list[int]) -> list[int]:
    """Return the places of the national lines for her, those that answer the need first.

    Without a country, the best of each. As oracle.national has it.
    """
    lines = rows_of(snapshot.is_national & sieved.open_to_her & ~snapshot.barred(asked))
    lines = lines[~np.isin(lines, shown)]
    keys = Weighing(snapshot, asked, sieved, lines).keys()
    keys += (snapshot.met(asked)[snapshot.columns.categories[lines]] & ANSWERS == 0) << LAST_AT
    most = asked.weights.lists.national
    where = asked.question.where
    if where is not None and where.country is not None:
        return _best(snapshot, lines, keys, most)
    found = _best(snapshot, lines, keys, len(lines))
    one_each: dict[str, int] = {}
    for place in found:
        one_each.setdefault(snapshot.rows[place].country, place)
    return list(one_each.values())[:most]


def _near(snapshot: Snapshot, asked: Asked, among: Bits) -> Ints:
    """Return the rows of a set that may lie within reach."""
    if asked.point is None:
        return np.empty(0, dtype=np.int64)
    met = snapshot.met(asked)
    reach = int(met[met & ANSWERS > 0].max(initial=0)) // REACH
    window = points.window(asked.point, reach, asked.weights.travel)
    first_band, last_band = window.bands
    start, end = snapshot.starts[first_band], snapshot.starts[last_band + 1]
    word = start >> SHIFT
    rows = rows_of(among[word : (end >> SHIFT) + 1], word)
    longitude = snapshot.tables.points.longitude[snapshot.columns.first_point[rows]]
    return rows[window.holds(longitude)]


def _best(snapshot: Snapshot, rows: Ints, keys: Ints, most: int) -> list[int]:
    """Return the places of the rows with the smallest keys; of equal keys, by UUID."""
    if len(keys) > most:
        last = np.partition(keys, most - 1)[most - 1]
        chosen = np.flatnonzero(keys <= last)
        rows, keys = rows[chosen], keys[chosen]
    ordered = sorted(
        (key, snapshot.rows[place].id.int, place)
        for key, place in zip(keys.tolist(), rows.tolist(), strict=True)
    )
    return [place for _, _, place in ordered[:most]]
