"""Find the nearest of many services for many settlements, persons and languages. A key is an
integer that sorts as answers do. From its highest bits down it holds: beyond reach or not, the
straight-line distance in millimetres, the site. The smallest key is the nearest; among equally near
rows, the row with the smallest id wins."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from protect.matching.conditions.places import KILOMETRE
from protect.matching.coverage.atlas.candidates import ASK, FITS, Candidates, Levels
from protect.matching.coverage.atlas.distances import NO_SITE, Distances
from protect.matching.coverage.atlas.settlements import Settlements
from protect.matching.engine.columns.bits import Flags, Ints
from protect.matching.engine.columns.points import window
from protect.matching.services.rows import ServedArea
from protect.matching.weights import TravelWeights

BLOCK_SIZE = 128  # settlements handled together
MAX_CACHED_CIRCLES = 100_000  # circles; the least recently used are dropped first


class Block(NamedTuple):
    """At most BLOCK_SIZE settlements that lie in the same served areas, not counting circles."""

    members: Ints  # numbers of settlements
    level: Levels  # by row, without regard to circles
    circle_rows: Ints  # rows with a circle that contains some of the members
    is_in_circle: Flags  # by circle row and member: whether the circle contains the member


class ServedAreas:
    """The served areas of candidates, compared with the settlements of their country."""

    def __init__(self, candidates: Candidates, settlements: Settlements) -> None:
        self._settlements = settlements
        self.inside, self.outside = candidates.area_levels()
        lists, self._list_index = np.unique(candidates.area_lists, return_inverse=True)
        samples = candidates.snapshot.encoder.areas.facet.samples
        reaches = [samples[number].areas for number in lists.tolist()]
        matters = np.zeros(len(lists), dtype=np.bool_)
        matters[self._list_index[self.inside != self.outside]] = True
        self._is_area_served = np.zeros((len(lists), len(settlements.chains)), dtype=np.bool_)
        circled = []
        for number in np.flatnonzero(matters).tolist():
            for reach in reaches[number]:
                self._is_area_served[number] |= _smallest_areas_in(reach, settlements)
            if any(reach.radius_km is not None for reach in reaches[number]):
                circled.append(number)
        self._is_in_circle = np.zeros((len(circled), len(settlements)), dtype=np.bool_)
        for place, number in enumerate(circled):
            for reach in reaches[number]:
                if reach.radius_km is not None:
                    inside = _settlements_in_served_circle(settlements, reach, candidates.travel)
                    self._is_in_circle[place, inside] = True
        place_of = np.full(len(lists), -1)
        place_of[circled] = np.arange(len(circled))
        self._circle_index = place_of[self._list_index]  # by row: index in `_is_in_circle` or -1
        is_circled = (self._circle_index >= 0) & (self.inside != self.outside)
        self._circle_rows = np.flatnonzero(is_circled)

    def blocks(self) -> Iterator[Block]:
        if not len(self._settlements):
            return
        packed = np.packbits(self._is_area_served, axis=0).T  # by smallest area
        _, kinds = np.unique(packed, axis=0, return_inverse=True)
        kind = kinds.reshape(-1)[self._settlements.area]
        order = np.lexsort((self._settlements.z_order, kind))
        within = self._is_in_circle[:, order]
        ends = [0, *(np.flatnonzero(np.diff(kind[order])) + 1).tolist(), len(order)]
        for first, last in pairwise(ends):
            is_served = self._is_area_served[:, self._settlements.area[order[first]]]
            level = np.where(is_served[self._list_index], self.inside, self.outside)
            for start in range(first, last, BLOCK_SIZE):
                part = slice(start, min(start + BLOCK_SIZE, last))
                yield self._build_block(order[part], level, within[:, part])

    def _build_block(self, members: Ints, level: Levels, within: Flags) -> Block:
        is_touched = within.any(axis=1)
        rows = self._circle_rows[is_touched[self._circle_index[self._circle_rows]]]
        rows = rows[level[rows] != self.inside[rows]]
        return Block(members, level, rows, within[self._circle_index[rows]])


def _smallest_areas_in(served: ServedArea, settlements: Settlements) -> Flags:
    """Return for each smallest area whether `served` contains it; a circle contains none."""
    if served.radius_km is None and served.country == settlements.country:
        if served.area is None:
            return np.ones(len(settlements.chains), dtype=np.bool_)
        if served.area in settlements.smallest_areas_in:
            return settlements.smallest_areas_in[served.area]
    return np.zeros(len(settlements.chains), dtype=np.bool_)


def _settlements_in_served_circle(
    settlements: Settlements, served: ServedArea, travel: TravelWeights
) -> Ints:
    """Return the settlements in a served circle; none for an area without a circle."""
    if served.latitude is None or served.longitude is None:  # store sets every centre
        return np.empty(0, dtype=np.int64)
    radius = (served.radius_km or 0) * KILOMETRE
    return _settlements_in_circle(settlements, (served.latitude, served.longitude), radius, travel)


@lru_cache(MAX_CACHED_CIRCLES)
def _settlements_in_circle(
    settlements: Settlements, centre: tuple[float, float], radius_m: int, travel: TravelWeights
) -> Ints:
    positions = settlements.positions
    box = window(centre, radius_m, travel)
    is_in_latitudes = (positions.latitude >= box.south) & (positions.latitude <= box.north)
    chosen = np.flatnonzero(is_in_latitudes & box.contains(positions.longitude))
    inside: Ints = chosen[positions.metres(centre, chosen, travel) <= radius_m]
    return inside


class Entries(NamedTuple):
    """Candidate rows by segment: a person type with one language, or with unknown languages."""

    row: Ints
    segment: Ints
    level: Levels  # how well the row suits them, wherever they are: 1 or 2


class Nearest(NamedTuple):
    """By segment and settlement: the keys of the nearest fitting row and row to ask first."""

    fits: Ints  # NO_SITE where there is none
    asks: Ints


class BlockEntries(NamedTuple):
    """Entries that may be the nearest of their segment for a settlement of the block."""

    entry: Ints  # numbers of entries by site, as in _NearestSearch
    level: int  # of all of them: FITS or ASK


def find_nearest(
    candidates: Candidates, settlements: Settlements, entries: Entries, segments: int
) -> Nearest:
    """Return the nearest rows by segment and settlement. `segments`: the number of segments."""
    shape = segments, len(settlements)
    result = Nearest(*(np.full(shape, NO_SITE, dtype=np.int64) for _ in Nearest._fields))
    if not len(entries.row):
        return result
    served, distances = ServedAreas(candidates, settlements), Distances(candidates, settlements)
    search = _NearestSearch(entries, served, distances)
    for block in served.blocks():
        for block_entries in search.possible_entries(block):
            out = result.fits if block_entries.level == FITS else result.asks
            segment, keys = search.smallest_keys(block, block_entries)
            out[np.ix_(segment, block.members)] = keys
    return result


class _NearestSearch:
    """Entries by site, and the search for the nearest ones in each block."""

    def __init__(self, entries: Entries, served: ServedAreas, distances: Distances) -> None:
        self._served, self._distances = served, distances
        place, self._site = distances.sites_of_rows(entries.row)
        self._row = entries.row[place]
        self._level = entries.level[place]
        self._segment = entries.segment[place]
        is_first = np.diff(self._segment, prepend=-1) > 0
        self._starts = np.flatnonzero(is_first)
        self._run = np.cumsum(is_first) - 1  # by entry: the index of its segment

    def possible_entries(self, block: Block) -> Iterator[BlockEntries]:
        """Yield the entries that may be the nearest that fits, or the nearest to ask first."""
        inside = block.level.copy()
        inside[block.circle_rows] = self._served.inside[block.circle_rows]
        bounds = self._distances.bounds(block.members)
        lower, upper = bounds.lower[self._site], bounds.upper[self._site]
        outer = inner = np.minimum(block.level[self._row], self._level)
        if len(block.circle_rows):
            inner = np.minimum(inside[self._row], self._level)
        for wanted in (FITS, ASK):
            is_outer, is_inner = outer == wanted, inner == wanted
            offered = np.where(is_outer & is_inner, upper, np.inf)
            most = np.minimum.reduceat(offered, self._starts)[self._run]
            chosen = np.flatnonzero((is_outer | is_inner) & (lower <= most))
            if len(chosen):
                yield BlockEntries(chosen, wanted)

    def smallest_keys(self, block: Block, entries: BlockEntries) -> tuple[Ints, Ints]:
        """Return the segments with entries, and the smallest key by segment and settlement."""
        sites, place = np.unique(self._site[entries.entry], return_inverse=True)
        keys = self._distances.keys(sites, block.members)
        if (np.diff(place) != 1).any():  # entries repeat sites, or are in another order
            keys = keys[place]
        if len(block.circle_rows):
            self._exclude_not_offered(block, entries, keys)
        segment = self._segment[entries.entry]
        starts = np.flatnonzero(np.diff(segment, prepend=-1) > 0)
        return segment[starts], np.minimum.reduceat(keys, starts, axis=0)

    def _exclude_not_offered(self, block: Block, entries: BlockEntries, keys: Ints) -> None:
        """Set keys to NO_SITE where a row serves only other settlements of the block."""
        circle = np.full(len(block.level), -1)
        circle[block.circle_rows] = np.arange(len(block.circle_rows))
        row, level = self._row[entries.entry], self._level[entries.entry]
        circled = np.flatnonzero(circle[row] >= 0)
        row, level = row[circled], level[circled]
        inner = np.minimum(self._served.inside[row], level) == entries.level
        outer = np.minimum(block.level[row], level) == entries.level
        is_offered = np.where(block.is_in_circle[circle[row]], inner[:, None], outer[:, None])
        keys[circled] = np.where(is_offered, keys[circled], NO_SITE)
