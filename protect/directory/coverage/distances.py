"""How far it is from settlements to services: as keys, as bounds for whole blocks, in metres."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protect.directory.coverage.candidates import Candidates
from protect.directory.coverage.grounds import Ground
from protect.directory.matching.engine.bits import Flags, Ints
from protect.directory.matching.engine.points import (
    DOUBT_METRES,
    DOUBT_SQUARED,
    Floats,
    Positions,
)
from protect.directory.matching.sphere import metres_between
from protect.directory.matching.weights import Travel

NONE = np.iinfo(np.int64).max
SITE_BITS, MM_BITS = 21, 35  # two million places; the Earth's girth in millimetres
BEYOND = 1 << (SITE_BITS + MM_BITS)
SITE = (1 << SITE_BITS) - 1
MILLIMETRES = 1000  # in a metre
SLACK = 3  # millimetres: more than rounding makes of two distances together


class Bounds(NamedTuple):
    """By row: no settlement of a block is nearer than this, and none farther. Millimetres.

    `upper` is NONE where the row may be beyond the reach of some.
    """

    lower: Ints
    upper: Ints


class Distances:
    """Distances of candidates from settlements.

    Help from afar is at nought, before whatever must be gone to; where it is not known how far,
    it is as far as people go.
    """

    def __init__(self, candidates: Candidates, ground: Ground) -> None:
        sites, radius = candidates.sites, candidates.travel.earth_radius_metres
        self._is_far, self._scale = sites.is_far, radius * MILLIMETRES
        self._there = _axes(candidates.snapshot.tables.positions.vector[sites.position])
        self._here = _axes(ground.positions.vector)
        self._is_last = candidates.is_last[sites.row]
        reach = candidates.reach_m[sites.row]
        self._farthest = np.where(self._is_last, -1, _chord(reach + 0.5, radius))
        fixed = _chord(np.where(candidates.is_visit[sites.row], reach, 0), radius)
        self._fixed = np.rint(fixed * self._scale).astype(np.int64)
        self._first = np.searchsorted(sites.row, np.arange(len(candidates)))
        self._counts = np.diff(self._first, append=len(sites.row))

    def bounds(self, members: Ints) -> Bounds:
        """Return between what distances each row lies from all of these settlements."""
        middle = [np.array([axis[members].mean()]) for axis in self._here]
        spread = _chords(self._here, members, middle)
        radius = float(spread.max()) * self._scale
        apart = _chords(self._there, slice(None), middle)[:, 0] * self._scale
        lower = np.where(self._is_far, np.maximum(apart - radius - SLACK, 0), self._fixed)
        upper = np.where(self._is_far, apart + radius + SLACK, self._fixed)
        is_sure = ~self._is_last & (~self._is_far | (upper <= self._farthest * self._scale))
        return Bounds(
            lower=np.minimum.reduceat(lower.astype(np.int64), self._first),
            upper=np.minimum.reduceat(
                np.where(is_sure, upper, NONE >> 1).astype(np.int64), self._first
            ),
        )

    def keys(self, rows: Ints, members: Ints) -> Ints:
        """Return the keys of rows, by row and settlement."""
        counts = self._counts[rows]
        starts = np.cumsum(counts) - counts
        sites = np.repeat(self._first[rows] - starts, counts) + np.arange(counts.sum())
        keys = self._of_sites(sites, members)
        return keys if len(sites) == len(rows) else np.minimum.reduceat(keys, starts, axis=0)

    def _of_sites(self, sites: Ints, members: Ints) -> Ints:
        keys = np.empty((len(sites), len(members)), dtype=np.int64)
        is_far = self._is_far[sites]
        fixed, far = sites[~is_far], sites[is_far]
        keys[~is_far] = ((self._fixed[fixed] << SITE_BITS) + self._is_last[fixed] * BEYOND)[:, None]
        chords = _chords(self._there, far, [axis[members] for axis in self._here])
        is_beyond = chords > self._farthest[far, None]
        chords *= self._scale
        keys[is_far] = np.rint(chords, out=chords).astype(np.int64) + 1 << SITE_BITS
        keys[is_far] += is_beyond * BEYOND
        return keys + sites[:, None]


def _chord(metres: NDArray[np.floating | np.integer], radius: float) -> Floats:
    """Return the way straight through a sphere whose radius is 1, of distances on the Earth."""
    found: Floats = 2 * np.sin(np.minimum(metres / (2 * radius), np.pi / 2))
    return found


def _chords(there: tuple[Floats, ...], chosen: Ints | slice, here: list[Floats]) -> Floats:
    squared = np.zeros((len(there[0][chosen]), len(here[0])))
    for one, other in zip(there, here, strict=True):
        apart = one[chosen, None] - other
        apart *= apart
        squared += apart
    return np.sqrt(squared, out=squared)


def is_within(keys: Ints) -> Flags:
    """Return which keys are within reach."""
    return keys < BEYOND


def sites_of(keys: Ints) -> Ints:
    """Return the sites of keys, -1 where there is none."""
    return np.where(keys == NONE, -1, keys & SITE)


def millimetres(keys: Ints) -> Ints:
    """Return how far the sites of keys are, straight through the Earth: enough to order them."""
    return (keys >> SITE_BITS) & ((1 << MM_BITS) - 1)


def metres(candidates: Candidates, ground: Ground, keys: Ints, members: Ints) -> Ints:
    """Return how far it is from settlements to the sites of their keys, as sphere.metres_between.

    Units: metres; 0 for help from afar; the reach of the need where it is not known how far; -1
    where there is none.
    """
    sites, chosen = sites_of(keys), candidates.sites
    found = np.full(len(keys), -1, dtype=np.int64)
    some = np.flatnonzero(sites >= 0)
    rows = chosen.row[sites[some]]
    found[some] = np.where(candidates.is_visit[rows], candidates.reach_m[rows], 0)
    far = some[chosen.is_far[sites[some]]]
    there = candidates.snapshot.tables.positions
    found[far] = _between(
        (there, chosen.position[sites[far]]), (ground.positions, members[far]), candidates.travel
    )
    return found


def _between(there: tuple[Positions, Ints], here: tuple[Positions, Ints], travel: Travel) -> Ints:
    """Return the distances of points, one by one. Those in doubt are measured by the definition."""
    apart = there[0].vector[there[1]] - here[0].vector[here[1]]
    squared = np.einsum("ij,ij->i", apart, apart) * 0.25
    exact = 2 * travel.earth_radius_metres * np.arcsin(np.minimum(np.sqrt(squared), 1.0))
    whole = np.rint(exact)
    found: Ints = whole.astype(np.int64)
    doubtful = (np.abs(exact - whole) > 0.5 - DOUBT_METRES) | (squared > DOUBT_SQUARED)
    for each in np.flatnonzero(doubtful).tolist():
        found[each] = metres_between(_degrees(there, each), _degrees(here, each), travel)
    return found


def _degrees(points: tuple[Positions, Ints], each: int) -> tuple[float, float]:
    positions, chosen = points
    place = chosen[each]
    return float(positions.latitude[place]), float(positions.longitude[place])


def _axes(vectors: Floats) -> tuple[Floats, ...]:
    return tuple(np.ascontiguousarray(axis) for axis in vectors.T)
