"""The nearest of many services to many settlements, for many persons and languages at once.

A key is an integer that orders as answers do. It holds, from the top: beyond reach or not, the
millimetres straight through the Earth, the site. So what is least is what is nearest; of equally
near ones, the row with the smallest id.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from protect.directory.coverage.candidates import ASK, FITS, Candidates, Levels
from protect.directory.coverage.distances import NONE, Bounds, Distances
from protect.directory.coverage.grounds import Ground
from protect.directory.coverage.served import Block, Served
from protect.directory.matching.engine.bits import Flags, Ints


class Entries(NamedTuple):
    """Who may use what: a row in a segment, that is for one person and language.

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


def nearest(candidates: Candidates, ground: Ground, entries: Entries, segments: int) -> Nearest:
    """Return the nearest rows of each settlement, for each segment."""
    shape = segments, len(ground)
    found = Nearest(*(np.full(shape, NONE, dtype=np.int64) for _ in Nearest._fields))
    if not len(entries.row):
        return found
    served, distances = Served(candidates, ground), Distances(candidates, ground)
    search = _Search(entries, served, distances)
    for block in served.blocks():
        for kept in search.kept(block):
            out = found.fits if kept.wanted == FITS else found.asks
            segment, keys = search.least(block, kept)
            out[np.ix_(segment, block.members)] = keys
    return found


class _Search:
    def __init__(self, entries: Entries, served: Served, distances: Distances) -> None:
        self._entries, self._served, self._distances = entries, served, distances
        is_first = np.diff(entries.segment, prepend=-1) > 0
        self._starts = np.flatnonzero(is_first)
        self._run = np.cumsum(is_first) - 1  # by entry: which of the segments that have any

    def kept(self, block: Block) -> Iterator[Kept]:
        """Yield what may be nearest among what fits, and among what must be asked first."""
        inside = self._inside(block)
        is_near = np.maximum(block.level, inside) > 0
        bounds = self._distances.bounds(block.members)
        row, level = self._entries.row, self._entries.level
        outer = np.minimum(block.level[row], level)
        inner = np.minimum(inside[row], level)
        if not is_near.any():
            return
        for wanted in (FITS, ASK):
            chosen = self._near_enough(outer == wanted, inner == wanted, bounds)
            if len(chosen):
                yield Kept(chosen, wanted)

    def _near_enough(self, outer: Flags, inner: Flags, bounds: Bounds) -> Ints:
        """Return entries that are offered, and not farther for all than another is for all."""
        row = self._entries.row
        upper = np.where(outer & inner, bounds.upper[row], NONE)
        most = np.minimum.reduceat(upper, self._starts)[self._run]
        return np.flatnonzero((outer | inner) & (bounds.lower[row] <= most))

    def _inside(self, block: Block) -> Levels:
        """Return how far rows would do for those settlements that lie in their circles."""
        inside = block.level.copy()
        inside[block.circled] = self._served.inside[block.circled]
        return inside

    def least(self, block: Block, kept: Kept) -> tuple[Ints, Ints]:
        """Return the segments that have something, and by settlement the least of their keys."""
        row, segment = self._entries.row[kept.entry], self._entries.segment[kept.entry]
        rows, place = np.unique(row, return_inverse=True)
        keys = self._distances.keys(rows, block.members)[place]
        circle = np.full(len(block.level), -1)
        circle[block.circled] = np.arange(len(block.circled))
        circled = np.flatnonzero(circle[row] >= 0)
        if len(circled):
            level = self._entries.level[kept.entry[circled]]
            inner = np.minimum(self._served.inside[row[circled]], level) == kept.wanted
            outer = np.minimum(block.level[row[circled]], level) == kept.wanted
            within = block.within[circle[row[circled]]]
            is_offered = np.where(within, inner[:, None], outer[:, None])
            keys[circled] = np.where(is_offered, keys[circled], NONE)
        starts = np.flatnonzero(np.diff(segment, prepend=-1) > 0)
        return segment[starts], np.minimum.reduceat(keys, starts, axis=0)
