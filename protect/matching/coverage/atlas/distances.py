"""How far it is from settlements to services: as keys, as bounds for whole blocks, in metres."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protect.matching.conditions.places import metres_between
from protect.matching.coverage.atlas.candidates import Candidates
from protect.matching.coverage.atlas.settlements import Settlements
from protect.matching.engine.columns.bits import Flags, Ints, runs
from protect.matching.engine.columns.points import Floats, rounded

NONE = np.iinfo(np.int64).max
SITE_BITS, MM_BITS = 21, 35  # two million places; the Earth's girth in millimetres
BEYOND = 1 << (SITE_BITS + MM_BITS)
SITE = (1 << SITE_BITS) - 1
MILLIMETRES = 1000  # in a metre
SLACK = 3  # millimetres: more than rounding makes of two distances together


class Bounds(NamedTuple):
    """By site: no settlement of a block is nearer than this, and none farther. Millimetres."""

    lower: Floats
    upper: Floats  # infinite where it may be beyond the reach of some


class Distances:
    """Distances of candidates from settlements.
    Help from afar is at nought; where it is not known how far, it is as far as people go."""

    def __init__(self, candidates: Candidates, settlements: Settlements) -> None:
        sites, radius = candidates.sites, candidates.travel.earth_radius_metres
        self._is_far, self._scale = sites.is_far, radius * MILLIMETRES
        self._there = _axes(candidates.snapshot.tables.positions.vector[sites.position])
        self._here = _axes(settlements.positions.vector)
        self._is_last = candidates.is_last[sites.row]
        reach = candidates.reach_m[sites.row]
        farthest = _chord(reach + 0.5, radius) * self._scale
        self._farthest = np.where(self._is_last, -1, farthest)
        self._sure = np.where(self._is_last, -np.inf, farthest)
        fixed = _chord(np.where(candidates.is_visit[sites.row], reach, 0), radius)
        self._fixed = np.rint(fixed * self._scale)
        self._fixed_sure = np.where(self._is_last, np.inf, self._fixed)
        self._key = (self._fixed.astype(np.int64) << SITE_BITS) + self._is_last * BEYOND
        self._key += np.arange(len(sites.row))
        self._first = np.searchsorted(sites.row, np.arange(len(candidates)))
        self._counts = np.diff(self._first, append=len(sites.row))

    def sites(self, rows: Ints) -> tuple[Ints, Ints]:
        """Return the index in `rows` of each site, and the sites, row after row."""
        sites, starts = runs(self._first[rows], self._counts[rows])
        is_first = np.zeros(len(sites), dtype=np.int64)
        is_first[starts] = 1
        return np.cumsum(is_first) - 1, sites

    def bounds(self, members: Ints) -> Bounds:
        """Return between what distances each site lies from all of these settlements."""
        middle = [np.array([axis[members].mean()]) for axis in self._here]
        radius = _chords(self._here, members, middle).max() * self._scale + SLACK
        apart = _chords(self._there, slice(None), middle)[:, 0]
        apart *= self._scale
        upper = apart + radius
        is_sure = upper <= self._sure
        apart -= radius
        return Bounds(
            lower=np.where(self._is_far, np.maximum(apart, 0.5), self._fixed),
            upper=np.where(self._is_far, np.where(is_sure, upper, np.inf), self._fixed_sure),
        )

    def keys(self, sites: Ints, members: Ints) -> Ints:
        """Return the keys of sites, by site and settlement."""
        here = [axis[members] for axis in self._here]
        is_far = self._is_far[sites]
        if is_far.all():
            return self._of_far(sites, here)
        keys = np.empty((len(sites), len(members)), dtype=np.int64)
        fixed = sites[~is_far]
        keys[~is_far] = self._key[fixed, None]
        if len(fixed) < len(sites):
            keys[is_far] = self._of_far(sites[is_far], here)
        return keys

    def _of_far(self, sites: Ints, here: list[Floats]) -> Ints:
        chords = _chords(self._there, sites, here)
        chords *= self._scale
        is_beyond = chords > self._farthest[sites, None]
        keys = np.rint(chords, out=chords).astype(np.int64)
        keys += 1
        keys <<= SITE_BITS
        keys += sites[:, None]
        keys[is_beyond] += BEYOND
        return keys


def _chord(metres: NDArray[np.floating | np.integer], radius: float) -> Floats:
    """Return the chord through a sphere of radius 1, for distances on the Earth."""
    chord: Floats = 2 * np.sin(np.minimum(metres / (2 * radius), np.pi / 2))
    return chord


def _chords(there: tuple[Floats, ...], chosen: Ints | slice, here: list[Floats]) -> Floats:
    squared = np.zeros((len(there[0][chosen]), len(here[0])))
    for one, other in zip(there, here, strict=True):
        apart = one[chosen, None] - other
        apart *= apart
        squared += apart
    return np.sqrt(squared, out=squared)


def is_within(keys: Ints) -> Flags:
    return keys < BEYOND


def sites_of(keys: Ints) -> Ints:
    """Return the sites of keys, -1 where there is none."""
    return np.where(keys == NONE, -1, keys & SITE)


def millimetres(keys: Ints) -> Ints:
    """Return how far the sites of keys are, straight through the Earth: enough to order them."""
    return (keys >> SITE_BITS) & ((1 << MM_BITS) - 1)


def metres(candidates: Candidates, settlements: Settlements, keys: Ints, members: Ints) -> Ints:
    """Return how far it is from settlements to the sites of their keys, as places.metres_between.
    Units: metres; 0 for help from afar; the reach of the need where it is not known how far; -1
    where there is none."""
    sites, chosen = sites_of(keys), candidates.sites
    distances = np.full(len(keys), -1, dtype=np.int64)
    some = np.flatnonzero(sites >= 0)
    rows = chosen.row[sites[some]]
    distances[some] = np.where(candidates.is_visit[rows], candidates.reach_m[rows], 0)
    far = some[chosen.is_far[sites[some]]]
    there = candidates.snapshot.tables.positions
    positions, ours, here = chosen.position[sites[far]], settlements.positions, members[far]
    exact, doubtful = rounded(there.vector[positions] - ours.vector[here], candidates.travel)
    for index in doubtful:  # measured by the definition
        ends = there.degrees(int(positions[index])), ours.degrees(int(here[index]))
        exact[index] = metres_between(*ends, candidates.travel)
    distances[far] = exact
    return distances


def _axes(vectors: Floats) -> tuple[Floats, ...]:
    return tuple(np.ascontiguousarray(axis) for axis in vectors.T)


class Figures(NamedTuple):
    """How far help reaches in a country, for one need, language and person."""

    settlements: int
    fits: int  # settlements with a fitting service within reach
    asks: int  # the others with one that must be asked first
    beyond: int  # the others with one farther away
    nothing: int  # the others
    gap_people: int  # inhabitants of the last two; of some settlements they are not known
    ask_people: int  # of those of `asks`: nowhere fits for sure
    median_metres: int | None  # to the nearest of either; None: half of the settlements have none

    @property
    def gaps(self) -> int:
        return self.beyond + self.nothing


def figures(
    candidates: Candidates, settlements: Settlements, fits: Ints, asks: Ints
) -> list[Figures]:
    """Return the figures of several slices. `fits` and `asks`: keys by slice and settlement."""
    best, count = np.minimum(fits, asks), len(settlements)
    is_fit, is_reached = is_within(fits), is_within(best)
    columns = zip(
        is_fit.sum(axis=1).tolist(),
        is_reached.sum(axis=1).tolist(),
        (best != NONE).sum(axis=1).tolist(),
        _sums(~is_reached, settlements.population),
        _sums(is_reached & ~is_fit, settlements.population),
        _middles(candidates, settlements, best),
        strict=True,
    )
    return [
        Figures(count, fit, reached - fit, some - reached, count - some, gap, ask, far)
        for fit, reached, some, gap, ask, far in columns
    ]


def _sums(chosen: Flags, population: Ints) -> list[int]:
    # In floating point, where matrices are fast: whole up to 2 ** 53 people.
    sums: list[float] = (chosen.astype(np.float64) @ population.astype(np.float64)).tolist()
    return [round(each) for each in sums]


def _middles(candidates: Candidates, settlements: Settlements, best: Ints) -> list[int | None]:
    """Return the median way to the nearest service; a settlement without any is the farthest."""
    if not len(settlements):
        return [None] * len(best)
    way = np.where(best == NONE, NONE, millimetres(best))
    place = (len(settlements) - 1) // 2
    members = np.argpartition(way, place, axis=1)[:, place]
    keys = np.take_along_axis(best, members[:, None], axis=1)[:, 0]
    middles = metres(candidates, settlements, keys, members).tolist()
    return [None if far < 0 else far for far in middles]
