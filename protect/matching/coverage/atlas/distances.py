"""Distances from settlements to services: as sort keys, as bounds, and in metres."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protect.matching.conditions.places import metres_between
from protect.matching.coverage.atlas.candidates import Candidates
from protect.matching.coverage.atlas.settlements import Settlements
from protect.matching.engine.columns.bits import Flags, Ints, expand_runs
from protect.matching.engine.columns.points import Floats, round_distances

NO_SITE = np.iinfo(np.int64).max  # key that sorts after all others
SITE_BITS, MM_BITS = 21, 35  # room for two million sites and the Earth's circumference
BEYOND_REACH = 1 << (SITE_BITS + MM_BITS)  # bit of a key: beyond reach, or a last resort
SITE_MASK = (1 << SITE_BITS) - 1  # bits of a key that hold the site
MILLIMETRES_PER_METRE = 1000  # per metre
SLACK_MILLIMETRES = 3  # more than the rounding errors of two distances together


class Bounds(NamedTuple):
    """Limits of the distance from a block of settlements to each site, in millimetres."""

    lower: Floats  # no settlement of the block is nearer
    upper: Floats  # infinite if the site may be beyond reach for some settlement


class Distances:
    """Distances from settlements: of remote help 0, of unknown places the reach of the need."""

    def __init__(self, candidates: Candidates, settlements: Settlements) -> None:
        sites, radius = candidates.sites, candidates.travel.earth_radius_metres
        self._has_known_place, self._scale = sites.has_known_place, radius * MILLIMETRES_PER_METRE
        self._site_axes = _split_axes(candidates.snapshot.tables.positions.vector[sites.position])
        self._settlement_axes = _split_axes(settlements.positions.vector)
        self._is_last = candidates.is_last[sites.row]
        reach = candidates.reach_m[sites.row]
        farthest = _metres_to_chord(reach + 0.5, radius) * self._scale
        self._reach_limit = np.where(self._is_last, -1, farthest)
        self._certain_limit = np.where(self._is_last, -np.inf, farthest)
        fixed = _metres_to_chord(np.where(candidates.is_visit[sites.row], reach, 0), radius)
        self._fixed_distance = np.rint(fixed * self._scale)
        self._fixed_upper_bound = np.where(self._is_last, np.inf, self._fixed_distance)
        self._fixed_keys = self._fixed_distance.astype(np.int64) << SITE_BITS
        self._fixed_keys += self._is_last * BEYOND_REACH + np.arange(len(sites.row))
        self._first_site = np.searchsorted(sites.row, np.arange(len(candidates)))
        self._site_counts = np.diff(self._first_site, append=len(sites.row))

    def sites_of_rows(self, rows: Ints) -> tuple[Ints, Ints]:
        """Return (index in `rows` of each site, the sites): all sites of `rows` in order."""
        sites, starts = expand_runs(self._first_site[rows], self._site_counts[rows])
        is_first = np.zeros(len(sites), dtype=np.int64)
        is_first[starts] = 1
        return np.cumsum(is_first) - 1, sites

    def bounds(self, members: Ints) -> Bounds:
        """Return limits of the distance from the settlements `members` to each site."""
        middle = [np.array([axis[members].mean()]) for axis in self._settlement_axes]
        radius = _chord_lengths(self._settlement_axes, members, middle).max() * self._scale
        radius += SLACK_MILLIMETRES
        distance = _chord_lengths(self._site_axes, slice(None), middle)[:, 0]
        distance *= self._scale
        upper = distance + radius
        upper = np.where(upper <= self._certain_limit, upper, np.inf)
        distance -= radius
        return Bounds(
            lower=np.where(self._has_known_place, np.maximum(distance, 0.5), self._fixed_distance),
            upper=np.where(self._has_known_place, upper, self._fixed_upper_bound),
        )

    def keys(self, sites: Ints, members: Ints) -> Ints:
        """Return sort keys: a row for each of `sites`, a column for each of `members`."""
        origin_axes = [axis[members] for axis in self._settlement_axes]
        is_far = self._has_known_place[sites]
        if is_far.all():
            return self._keys_by_distance(sites, origin_axes)
        keys = np.empty((len(sites), len(members)), dtype=np.int64)
        fixed = sites[~is_far]
        keys[~is_far] = self._fixed_keys[fixed, None]
        if len(fixed) < len(sites):
            keys[is_far] = self._keys_by_distance(sites[is_far], origin_axes)
        return keys

    def _keys_by_distance(self, sites: Ints, origin_axes: list[Floats]) -> Ints:
        """Return sort keys made of distance and site; those beyond reach come last."""
        chords = _chord_lengths(self._site_axes, sites, origin_axes)
        chords *= self._scale
        is_beyond = chords > self._reach_limit[sites, None]
        keys = np.rint(chords, out=chords).astype(np.int64)
        keys += 1
        keys <<= SITE_BITS
        keys += sites[:, None]
        keys[is_beyond] += BEYOND_REACH
        return keys


def _metres_to_chord(metres: NDArray[np.floating | np.integer], radius: float) -> Floats:
    """Return chord lengths in a unit sphere for metres on the Earth, whose radius is `radius`."""
    chord: Floats = 2 * np.sin(np.minimum(metres / (2 * radius), np.pi / 2))
    return chord


def _chord_lengths(ends: tuple[Floats, ...], chosen: Ints | slice, starts: list[Floats]) -> Floats:
    squared = np.zeros((len(ends[0][chosen]), len(starts[0])))
    for end_axis, start_axis in zip(ends, starts, strict=True):
        difference = end_axis[chosen, None] - start_axis
        difference *= difference
        squared += difference
    return np.sqrt(squared, out=squared)


def is_within_reach(keys: Ints) -> Flags:
    return keys < BEYOND_REACH


def sites_of(keys: Ints) -> Ints:
    """Return the sites of keys; -1 for a key without a site."""
    return np.where(keys == NO_SITE, -1, keys & SITE_MASK)


def millimetres(keys: Ints) -> Ints:
    """Return the chord lengths that the keys hold; they sort as the distances do."""
    return (keys >> SITE_BITS) & ((1 << MM_BITS) - 1)


def metres(candidates: Candidates, settlements: Settlements, keys: Ints, members: Ints) -> Ints:
    """Return the distances from settlements to the sites of their keys. Units: metres; 0 for remote
    help; the reach of the need for an unknown place; -1 without a site."""
    sites, chosen = sites_of(keys), candidates.sites
    distances = np.full(len(keys), -1, dtype=np.int64)
    has_site = np.flatnonzero(sites >= 0)
    rows = chosen.row[sites[has_site]]
    distances[has_site] = np.where(candidates.is_visit[rows], candidates.reach_m[rows], 0)
    measured = has_site[chosen.has_known_place[sites[has_site]]]
    targets = candidates.snapshot.tables.positions
    positions, origins = chosen.position[sites[measured]], settlements.positions
    here = members[measured]
    vectors = targets.vector[positions] - origins.vector[here]
    exact, doubtful = round_distances(vectors, candidates.travel)
    for index in doubtful:  # measured again with metres_between
        ends = targets.degrees(int(positions[index])), origins.degrees(int(here[index]))
        exact[index] = metres_between(*ends, candidates.travel)
    distances[measured] = exact
    return distances


def _split_axes(vectors: Floats) -> tuple[Floats, ...]:
    return tuple(np.ascontiguousarray(axis) for axis in vectors.T)


class Figures(NamedTuple):
    """How far help reaches in a country, for one need, language and person."""

    settlements: int
    fits: int  # settlements with a fitting service within reach
    asks: int  # settlements with only services to ask first within reach
    beyond: int  # settlements whose nearest service is beyond reach, or only a last resort
    nothing: int  # settlements without any service
    gap_people: int | None  # inhabitants of `beyond` and `nothing`; None: not shown
    ask_people: int | None  # inhabitants of `asks`; None: people of this country are not shown
    median_metres: int | None  # to the nearest service; None: half of the settlements have none

    @property
    def gaps(self) -> int:
        """Return how many settlements have no service within reach."""
        return self.beyond + self.nothing

    @property
    def gap_share(self) -> float:
        """Return the share of settlements that have no service within reach, from 0 to 1."""
        return self.gaps / (self.settlements or 1)

    @property
    def ask_share(self) -> float:
        """Return the share of settlements with only services to ask first, from 0 to 1."""
        return self.asks / (self.settlements or 1)


def figures(
    candidates: Candidates, settlements: Settlements, fits: Ints, asks: Ints
) -> list[Figures]:
    """Return the figures of several slices. `fits` and `asks`: keys by slice and settlement."""
    best, count = np.minimum(fits, asks), len(settlements)
    is_fit, is_reached = is_within_reach(fits), is_within_reach(best)
    columns = zip(
        is_fit.sum(axis=1).tolist(),
        is_reached.sum(axis=1).tolist(),
        (best != NO_SITE).sum(axis=1).tolist(),
        _sum_people(~is_reached, settlements),
        _sum_people(is_reached & ~is_fit, settlements),
        _medians(candidates, settlements, best),
        strict=True,
    )
    return [
        Figures(
            count,
            fit,
            reached - fit,
            with_service - reached,
            count - with_service,
            gap,
            ask,
            median,
        )
        for fit, reached, with_service, gap, ask, median in columns
    ]


def _sum_people(chosen: Flags, settlements: Settlements) -> list[int] | list[None]:
    """Return the inhabitants of the chosen settlements of each slice; None if not shown."""
    if not settlements.shows_people:
        return [None] * len(chosen)
    # Floating point makes the matrix product fast; it is exact up to 2 ** 53 people.
    population = settlements.population.astype(np.float64)
    sums: list[float] = (chosen.astype(np.float64) @ population).tolist()
    return [round(people) for people in sums]


def _medians(candidates: Candidates, settlements: Settlements, best: Ints) -> list[int | None]:
    """Return the median metres of each slice; None if half of the settlements have no service."""
    if not len(settlements):
        return [None] * len(best)
    distances = np.where(best == NO_SITE, NO_SITE, millimetres(best))
    middle = (len(settlements) - 1) // 2
    members = np.argpartition(distances, middle, axis=1)[:, middle]
    keys = np.take_along_axis(best, members[:, None], axis=1)[:, 0]
    medians = metres(candidates, settlements, keys, members).tolist()
    return [None if median < 0 else median for median in medians]
