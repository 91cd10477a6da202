"""One slice of the atlas: the distance to help, for one need, language and person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

import numpy as np

from protect.matching.coverage.atlas import distances, persons
from protect.matching.coverage.atlas.candidates import ANY_LANGUAGE, ASK, Candidates
from protect.matching.coverage.atlas.distances import Figures, figures, is_within_reach, metres
from protect.matching.coverage.atlas.nearest import Entries, Nearest, find_nearest
from protect.matching.coverage.atlas.settlements import Settlements
from protect.matching.engine.columns.bits import Flags, Ints
from protect.matching.engine.snapshot import Snapshot


class Gap(IntEnum):
    """What help there is for a settlement, from best to worst."""

    FITS = 0  # a service that fits, within reach
    ASK = 1  # only services to ask first, within reach
    BEYOND = 2  # a service beyond reach, or only a last resort
    NOTHING = 3  # no service for this person


@dataclass(frozen=True, slots=True)
class SliceKey:
    """The codes of a country, a need, a language ("" = any) and a person type."""

    country: str
    need: str
    language: str = ANY_LANGUAGE
    person: str = persons.NO_DETAILS


@dataclass(frozen=True)
class Slice:
    """How far help is from each settlement of a country. Arrays have one entry per settlement."""

    key: SliceKey
    at: datetime  # the instant for which the slice is computed
    version: int  # version of the directory
    settlements: Settlements
    candidates: Candidates
    fits: Ints  # key of the nearest service that fits, NO_SITE where there is none
    asks: Ints  # key of the nearest service to ask first

    @cached_property
    def gaps(self) -> Ints:
        """Return the class of each settlement: values of Gap."""
        fits, asks = self.fits, self.asks
        gaps = np.full(len(fits), Gap.NOTHING)
        gaps[np.minimum(fits, asks) != distances.NO_SITE] = Gap.BEYOND
        gaps[is_within_reach(asks)] = Gap.ASK
        gaps[is_within_reach(fits)] = Gap.FITS
        return gaps

    @cached_property
    def figures(self) -> Figures:
        """Return the numbers of settlements and inhabitants by the help within reach."""
        return figures(self.candidates, self.settlements, self.fits[None], self.asks[None])[0]

    @cached_property
    def fits_metres(self) -> Ints:
        """Return metres to the nearest fitting service, as `distances.metres` does."""
        return self._metres_from_keys(self.fits)

    @cached_property
    def asks_metres(self) -> Ints:
        """Return metres to the nearest service to ask first, as `distances.metres` does."""
        return self._metres_from_keys(self.asks)

    @cached_property
    def best_keys(self) -> Ints:
        """Return the key of the service that decides the class of each settlement."""
        fits, asks = self.fits, self.asks
        nearer = np.where(is_within_reach(asks), asks, np.minimum(fits, asks))
        return np.where(is_within_reach(fits), fits, nearer)

    @cached_property
    def metres(self) -> Ints:
        """Return metres to the service that decides the class, as `distances.metres` does."""
        return self._metres_from_keys(self.best_keys)

    @cached_property
    def is_across(self) -> Flags:
        """Return whether the service that decides the class lies across water; remote: never."""
        sites = distances.sites_of(self.best_keys)
        is_across = np.zeros(len(sites), dtype=np.bool_)
        with_service = np.flatnonzero(sites >= 0)
        with_service = with_service[self.candidates.sites.has_known_place[sites[with_service]]]
        distinct, places = np.unique(sites[with_service], return_inverse=True)
        islands = [self._island_of_site(site) for site in distinct.tolist()]
        is_across[with_service] = (
            np.array(islands, dtype=np.int64)[places] != self.settlements.island[with_service]
        )
        return is_across

    @cached_property
    def reach_m(self) -> int:
        """Return how far people travel for this need at most, in metres."""
        return int(self.candidates.reach_m.max(initial=0))

    def _metres_from_keys(self, keys: Ints) -> Ints:
        return metres(self.candidates, self.settlements, keys, np.arange(len(keys)))

    def _island_of_site(self, site: int) -> int:
        """Return the island number at a site: the nearest settlement's, 0 on the mainland."""
        positions = self.candidates.snapshot.tables.positions.vector
        differences = (
            self.settlements.positions.vector - positions[self.candidates.sites.position[site]]
        )
        return int(
            self.settlements.island[np.argmin(np.einsum("ij,ij->i", differences, differences))]
        )


def compute_slice(
    snapshot: Snapshot, settlements: Settlements, slice_key: SliceKey, at: datetime, version: int
) -> Slice:
    """Compute a slice. Errors: KeyError for an unknown code."""
    candidates = Candidates(snapshot, slice_key.country, slice_key.need, at)
    person = persons.person_types()[slice_key.person].to_person()
    spoken = candidates.language_levels(slice_key.language)
    levels = np.minimum(candidates.person_levels(person), spoken)
    rows = np.flatnonzero(levels)
    entries = Entries(rows, np.zeros_like(rows), levels[rows])
    result = find_nearest(candidates, settlements, entries, 1)
    return Slice(slice_key, at, version, settlements, candidates, result.fits[0], result.asks[0])


class SliceLine(NamedTuple):
    """The figures of one slice (one need, language and person) in a country's report."""

    need: str
    language: str
    person: str
    figures: Figures


class LanguageGroup(NamedTuple):
    """Lines of a report that differ only in the language."""

    need: str
    languages: tuple[str, ...]
    person: str
    figures: Figures


class ReportAxes(NamedTuple):
    """The codes of the languages and person types that a report covers."""

    languages: Sequence[str]
    persons: Sequence[str]


def compute_lines(
    snapshot: Snapshot, settlements: Settlements, need: str, axes: ReportAxes, at: datetime
) -> list[SliceLine]:
    """Return the figures of every slice of a need. Errors: KeyError for an unknown code."""
    candidates = Candidates(snapshot, settlements.country, need, at)
    nearest = compute_nearest(candidates, settlements, axes)
    flat = [keys.reshape(-1, len(settlements)) for keys in nearest]
    numbers = iter(figures(candidates, settlements, *flat))
    return [
        SliceLine(need, language, person, next(numbers))
        for person in axes.persons
        for language in axes.languages
    ]


def compute_nearest(candidates: Candidates, settlements: Settlements, axes: ReportAxes) -> Nearest:
    """Return the nearest services, by person, language and settlement. Rows without known languages
    count for every language, so they are searched only once."""
    entries = _build_entries(candidates, axes)
    shape = len(axes.persons), 1 + len(axes.languages), len(settlements)
    nearest = find_nearest(candidates, settlements, entries, shape[0] * shape[1])
    fits, asks = (keys.reshape(shape) for keys in nearest)
    unknown, asks = asks[:, :1], asks[:, 1:].copy()
    spoken = [number for number, tag in enumerate(axes.languages) if tag != ANY_LANGUAGE]
    asks[:, spoken] = np.minimum(asks[:, spoken], unknown)
    return Nearest(fits[:, 1:], asks)


def _build_entries(candidates: Candidates, axes: ReportAxes) -> Entries:
    """Return the rows that may help, by segment: for each person one segment of rows with unknown
    languages, then one for each language."""
    by_language = [candidates.language_levels(tag) for tag in axes.languages]
    for tag, levels in zip(axes.languages, by_language, strict=True):
        if tag != ANY_LANGUAGE:
            levels[candidates.has_unknown_languages] = 0
    types = [persons.person_types()[code] for code in axes.persons]
    by_person = [candidates.person_levels(person_type.to_person()) for person_type in types]
    columns = [candidates.has_unknown_languages.astype(np.int8) * ASK, *by_language]
    segments = [
        np.minimum(of_person, column).astype(np.int8)
        for of_person in by_person
        for column in columns
    ]
    rows = [np.flatnonzero(levels) for levels in segments]
    chosen = [levels[row] for levels, row in zip(segments, rows, strict=True)]
    return Entries(
        row=np.concatenate([np.empty(0, np.int64), *rows]),
        segment=np.repeat(np.arange(len(segments)), np.array(list(map(len, rows)), dtype=np.int64)),
        level=np.concatenate([np.empty(0, np.int8), *chosen]),
    )


def group_languages(lines: Iterable[SliceLine]) -> list[LanguageGroup]:
    """Group the lines with equal figures in several languages; keep their order."""
    groups: dict[tuple[str, str, Figures], list[str]] = {}
    for line in lines:
        groups.setdefault((line.need, line.person, line.figures), []).append(line.language)
    return [
        LanguageGroup(need, tuple(languages), person, numbers)
        for (need, person, numbers), languages in groups.items()
    ]
