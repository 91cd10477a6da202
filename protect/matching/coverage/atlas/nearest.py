"""The nearest of many services to many settlements, for many persons and languages at once.

A key is an integer that orders as answers do. It holds, from the top: beyond reach or not, the
millimetres straight through the Earth, the site. So what is least is what is nearest; of equally
near ones, the row with the smallest id.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from protect.matching.coverage.atlas.areas_served import Block, Served
from protect.matching.coverage.atlas.candidates import ASK, FITS, Candidates, Levels
from protect.matching.coverage.atlas.distances import NONE, Distances
from protect.matching.coverage.atlas.settlements import Settlements
from protect.matching.engine.columns.bits import Ints


class Entries(NamedTuple):
    """Rows of candidates by segment; a segment is one person and language.

    Ordered by segment. `level`: how far the row would do for them, wherever they are: 1 or 2.
    """

    row: Ints
    segment: Ints
    level: Levels


class Nearest(NamedTuple):
    """By segment and settlement: the key of the nearest row that fits, and of one to ask first."""

    fits: Ints  # NONE where there is none
    asks: Ints


class Kept(NamedTuple):
    """Entries of a block that may be the nearest of their segment for one of its settlements."""

    entry: Ints
    wanted: int


def nearest(
    candidates: Candidates, settlements: Settlements, entries: Entries, segments: int
) -> Nearest:
    """Return the nearest rows of each settlement, for each segment."""
    shape = segments, len(settlements)
    result = Nearest(*(np.full(shape, NONE, dtype=np.int64) for _ in Nearest._fields))
    if not len(entries.row):
        return result
    served, distances = Served(candidates, settlements), Distances(candidates, settlements)
    search = _Search(entries, served, distances)
    for block in served.blocks():
        for kept in search.kept(block):
            out = result.fits if kept.wanted == FITS else result.asks
            segment, keys = search.least(block, kept)
            out[np.ix_(segment, block.members)] = keys
    return result


class _Search:
    """Entries by site, and what is looked up for each block."""

    def __init__(self, entries: Entries, served: Served, distances: Distances) -> None:
        self._served, self._distances = served, distances
        place, self._site = distances.sites(entries.row)
        self._row = entries.row[place]
        self._level = entries.level[place]
        self._segment = entries.segment[place]
        is_first = np.diff(self._segment, prepend=-1) > 0
        self._starts = np.flatnonzero(is_first)
        self._run = np.cumsum(is_first) - 1  # by entry: which of the segments that have any

    def kept(self, block: Block) -> Iterator[Kept]:
        """Yield the candidates for the nearest row that fits, and for the nearest to ask first."""
        inside = self._inside(block)
        bounds = self._distances.bounds(block.members)
        lower, upper = bounds.lower[self._site], bounds.upper[self._site]
        outer = np.minimum(block.level[self._row], self._level)
        inner = np.minimum(inside[self._row], self._level) if len(block.circled) else outer
        for wanted in (FITS, ASK):
            is_outer, is_inner = outer == wanted, inner == wanted
            offered = np.where(is_outer & is_inner, upper, np.inf)
            most = np.minimum.reduceat(offered, self._starts)[self._run]
            chosen = np.flatnonzero((is_outer | is_inner) & (lower <= most))
            if len(chosen):
                yield Kept(chosen, wanted)

    def _inside(self, block: Block) -> Levels:
        """Return how far rows would do for those settlements that lie in their circles."""
        inside = block.level.copy()
        inside[block.circled] = self._served.inside[block.circled]
        return inside

    def least(self, block: Block, kept: Kept) -> tuple[Ints, Ints]:
        """Return the segments that have something, and by settlement the least of their keys."""
        sites, place = np.unique(self._site[kept.entry], return_inverse=True)
        keys = self._distances.keys(sites, block.members)
        if len(sites) < len(place):
            keys = keys[place]
        if len(block.circled):
            self._leave_out(block, kept, keys)
        segment = self._segment[kept.entry]
        starts = np.flatnonzero(np.diff(segment, prepend=-1) > 0)
        return segment[starts], np.minimum.reduceat(keys, starts, axis=0)

    def _leave_out(self, block: Block, kept: Kept, keys: Ints) -> None:
        """Take out of keys what is offered to other settlements of the block only."""
        circle = np.full(len(block.level), -1)
        circle[block.circled] = np.arange(len(block.circled))
        row, level = self._row[kept.entry], self._level[kept.entry]
        circled = np.flatnonzero(circle[row] >= 0)
        row, level = row[circled], level[circled]
        inner = np.minimum(self._served.inside[row], level) == kept.wanted
        outer = np.minimum(block.level[row], level) == kept.wanted
        is_offered = np.where(block.within[circle[row]], inner[:, None], outer[:, None])
        keys[circled] = np.where(is_offered, keys[circled], NONE)
