"""The nearest of many services to many settlements, for many persons and languages at once.

A key is an integer that orders as answers do. It holds, from the top: beyond reach or not, the
millimetres straight through the Earth, the site. So what is least is what is nearest; of equally
near ones, the row with the smallest id.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from protect.matching.conditions.places import KILOMETRE
from protect.matching.coverage.atlas.candidates import ASK, FITS, Candidates, Levels
from protect.matching.coverage.atlas.distances import NONE, Distances
from protect.matching.coverage.atlas.settlements import Settlements
from protect.matching.engine.columns.bits import Flags, Ints
from protect.matching.engine.columns.points import window
from protect.matching.services.rows import Reach
from protect.matching.weights import Travel

CHUNK = 128  # settlements looked at together
CIRCLES_KEPT = 100_000


class Block(NamedTuple):
    """Settlements that share all areas; areas given as circles are not compared."""

    members: Ints  # numbers of settlements
    level: Levels  # by row, circles left aside
    circled: Ints  # rows with circles that may hold some of the members
    within: Flags  # of these: by row and member


class Served:
    """The lists of areas of some candidates, laid over the settlements of their country."""

    def __init__(self, candidates: Candidates, settlements: Settlements) -> None:
        self._ground = settlements
        self.inside, self.outside = candidates.of_area()
        lists, self._list = np.unique(candidates.lists, return_inverse=True)
        samples = candidates.snapshot.encoder.areas.facet.samples
        reaches = [samples[number].areas for number in lists.tolist()]
        matters = np.zeros(len(lists), dtype=np.bool_)
        matters[self._list[self.inside != self.outside]] = True
        self._whole = np.zeros((len(lists), len(settlements.chains)), dtype=np.bool_)
        circled = []
        for number in np.flatnonzero(matters).tolist():
            for reach in reaches[number]:
                self._whole[number] |= _areas_of(reach, settlements)
            if any(reach.radius_km is not None for reach in reaches[number]):
                circled.append(number)
        self._within = np.zeros((len(circled), len(settlements)), dtype=np.bool_)
        for place, number in enumerate(circled):
            for reach in reaches[number]:
                if reach.radius_km is not None:
                    self._within[place, _circle(settlements, reach, candidates.travel)] = True
        place_of = np.full(len(lists), -1)
        place_of[circled] = np.arange(len(circled))
        self._circle = place_of[self._list]  # by row: its place in `_within`, -1 for none
        self._circled = np.flatnonzero((self._circle >= 0) & (self.inside != self.outside))

    def blocks(self) -> Iterator[Block]:
        if not len(self._ground):
            return
        packed = np.packbits(self._whole, axis=0).T  # by smallest area
        _, kinds = np.unique(packed, axis=0, return_inverse=True)
        kind = kinds.reshape(-1)[self._ground.area]
        order = np.lexsort((self._ground.patch, kind))
        within = self._within[:, order]
        ends = [0, *(np.flatnonzero(np.diff(kind[order])) + 1).tolist(), len(order)]
        for first, last in pairwise(ends):
            is_inside = self._whole[:, self._ground.area[order[first]]][self._list]
            level = np.where(is_inside, self.inside, self.outside)
            for start in range(first, last, CHUNK):
                part = slice(start, min(start + CHUNK, last))
                yield self._block(order[part], level, within[:, part])

    def _block(self, members: Ints, level: Levels, within: Flags) -> Block:
        is_touched = within.any(axis=1)
        rows = self._circled[is_touched[self._circle[self._circled]]]
        rows = rows[level[rows] != self.inside[rows]]
        return Block(members, level, rows, within[self._circle[rows]])


def _areas_of(reach: Reach, settlements: Settlements) -> Flags:
    """Return the smallest areas that lie in what a service states, a circle left aside."""
    if reach.radius_km is None and reach.country == settlements.country:
        if reach.area is None:
            return np.ones(len(settlements.chains), dtype=np.bool_)
        if reach.area in settlements.holding:
            return settlements.holding[reach.area]
    return np.zeros(len(settlements.chains), dtype=np.bool_)


def _circle(settlements: Settlements, reach: Reach, travel: Travel) -> Ints:
    if reach.latitude is None or reach.longitude is None:  # store gives every circle its centre
        return np.empty(0, dtype=np.int64)
    radius = (reach.radius_km or 0) * KILOMETRE
    return _round(settlements, (reach.latitude, reach.longitude), radius, travel)


@lru_cache(CIRCLES_KEPT)
def _round(
    settlements: Settlements, centre: tuple[float, float], radius: int, travel: Travel
) -> Ints:
    positions = settlements.positions
    near = window(centre, radius, travel)
    close = (positions.latitude >= near.south) & (positions.latitude <= near.north)
    chosen = np.flatnonzero(close & near.holds(positions.longitude))
    inside: Ints = chosen[positions.metres(centre, chosen, travel) <= radius]
    return inside


class Entries(NamedTuple):
    """Rows of candidates in the order of segments; a segment is one person and language."""

    row: Ints
    segment: Ints
    level: Levels  # how far the row would do for them, wherever they are: 1 or 2


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
        inside = block.level.copy()
        inside[block.circled] = self._served.inside[block.circled]
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
