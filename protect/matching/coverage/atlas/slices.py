"""One slice of the atlas: for a need, a language and a person, how far help is from everywhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

import numpy as np

from protect.matching.coverage.atlas import distances, persons
from protect.matching.coverage.atlas.candidates import ANY, ASK, Candidates
from protect.matching.coverage.atlas.distances import Figures, figures, is_within, metres
from protect.matching.coverage.atlas.nearest import Entries, Nearest, nearest
from protect.matching.coverage.atlas.settlements import Settlements
from protect.matching.engine.columns.bits import Flags, Ints
from protect.matching.engine.snapshot import Snapshot


class Gap(IntEnum):
    """What help there is for a settlement. The later, the worse."""

    FITS = 0  # one that fits, within reach
    ASK = 1  # none that fits, but one to ask first, within reach
    BEYOND = 2  # farther than people go for it, or only the last resort
    NOTHING = 3


@dataclass(frozen=True, slots=True)
class SliceKey:
    """Which slice: codes of a country, a need, a language ("" = any) and a person type."""

    country: str
    need: str
    language: str = ANY
    person: str = persons.NOBODY_SAID


@dataclass(frozen=True)
class Slice:
    """How far help is from every settlement of a country. One entry per settlement."""

    key: SliceKey
    at: datetime  # all of it holds at this instant
    version: int  # of the directory
    settlements: Settlements
    candidates: Candidates
    fits: Ints  # key of the nearest that fits, NONE where there is none
    asks: Ints  # key of the nearest that must be asked first

    @cached_property
    def gaps(self) -> Ints:
        """The class of each settlement: values of Gap."""
        fits, asks = self.fits, self.asks
        gaps = np.full(len(fits), Gap.NOTHING)
        gaps[np.minimum(fits, asks) != distances.NONE] = Gap.BEYOND
        gaps[is_within(asks)] = Gap.ASK
        gaps[is_within(fits)] = Gap.FITS
        return gaps

    @cached_property
    def figures(self) -> Figures:
        return figures(self.candidates, self.settlements, self.fits[None], self.asks[None])[0]

    @cached_property
    def fits_metres(self) -> Ints:
        """How far it is to the nearest that fits; -1: there is none, 0: help from afar."""
        return self._metres(self.fits)

    @cached_property
    def asks_metres(self) -> Ints:
        """The distance to the nearest service to ask first, as `fits_metres`."""
        return self._metres(self.asks)

    @cached_property
    def best(self) -> Ints:
        """The key of what the class of each settlement was read from."""
        fits, asks = self.fits, self.asks
        nearer = np.where(is_within(asks), asks, np.minimum(fits, asks))
        return np.where(is_within(fits), fits, nearer)

    @cached_property
    def metres(self) -> Ints:
        """How far it is to that, as `fits_metres`."""
        return self._metres(self.best)

    @cached_property
    def is_across(self) -> Flags:
        """Whether the nearest service lies on another island, or across water on the mainland."""
        sites, is_across = distances.sites_of(self.best), np.zeros(len(self.best), dtype=np.bool_)
        some = np.flatnonzero(sites >= 0)
        some = some[self.candidates.sites.is_far[sites[some]]]
        distinct, places = np.unique(sites[some], return_inverse=True)
        regions = np.array([self._region(site) for site in distinct.tolist()], dtype=np.int64)
        is_across[some] = regions[places] != self.settlements.island[some]
        return is_across

    @cached_property
    def reach_m(self) -> int:
        """How far people go for this need at most, in metres."""
        return int(self.candidates.reach_m.max(initial=0))

    def _metres(self, keys: Ints) -> Ints:
        return metres(self.candidates, self.settlements, keys, np.arange(len(keys)))

    def _region(self, site: int) -> int:
        """Return the island region of a site: that of the settlement nearest to it."""
        there = self.candidates.snapshot.tables.positions.vector
        apart = self.settlements.positions.vector - there[self.candidates.sites.position[site]]
        return int(self.settlements.island[np.argmin(np.einsum("ij,ij->i", apart, apart))])


def compute_slice(
    snapshot: Snapshot, settlements: Settlements, which: SliceKey, at: datetime, version: int
) -> Slice:
    """Work out a slice. Errors: KeyError for a code that no vocabulary has."""
    candidates = Candidates(snapshot, which.country, which.need, at)
    person = persons.types()[which.person].person()
    levels = np.minimum(candidates.of_person(person), candidates.of_language(which.language))
    rows = np.flatnonzero(levels)
    entries = Entries(rows, np.zeros_like(rows), levels[rows])
    result = nearest(candidates, settlements, entries, 1)
    return Slice(which, at, version, settlements, candidates, result.fits[0], result.asks[0])


class Line(NamedTuple):
    """One slice of a sheet."""

    need: str
    language: str
    person: str
    figures: Figures


class Group(NamedTuple):
    """Lines that differ in nothing but the language."""

    need: str
    languages: tuple[str, ...]
    person: str
    figures: Figures


class Axes(NamedTuple):
    """For which languages and persons a sheet is made: their codes."""

    languages: Sequence[str]
    persons: Sequence[str]


def sheet(
    snapshot: Snapshot, settlements: Settlements, need: str, axes: Axes, at: datetime
) -> list[Line]:
    """Return the numbers of every slice of a need. Errors: KeyError for an unknown code."""
    candidates = Candidates(snapshot, settlements.country, need, at)
    nearest_keys = keys(candidates, settlements, axes)
    flat = [each.reshape(-1, len(settlements)) for each in nearest_keys]
    numbers = iter(figures(candidates, settlements, *flat))
    return [
        Line(need, language, person, next(numbers))
        for person in axes.persons
        for language in axes.languages
    ]


def keys(candidates: Candidates, settlements: Settlements, axes: Axes) -> Nearest:
    """Return what is nearest, by person, language and settlement.
    Rows without known languages count for every language: they are searched once for all."""
    entries = _entries(candidates, axes)
    width = 1 + len(axes.languages)
    nearest_keys = nearest(candidates, settlements, entries, len(axes.persons) * width)
    fits, asks = (each.reshape(len(axes.persons), width, len(settlements)) for each in nearest_keys)
    silent, asks = asks[:, :1], asks[:, 1:].copy()
    spoken = [number for number, tag in enumerate(axes.languages) if tag != ANY]
    asks[:, spoken] = np.minimum(asks[:, spoken], silent)
    return Nearest(fits[:, 1:], asks)


def _entries(candidates: Candidates, axes: Axes) -> Entries:
    of_language = [candidates.of_language(tag) for tag in axes.languages]
    for tag, levels in zip(axes.languages, of_language, strict=True):
        if tag != ANY:
            levels[candidates.is_silent] = 0
    types = persons.types()
    columns = [candidates.is_silent.astype(np.int8) * ASK, *of_language]
    segments = [
        np.minimum(person, column).astype(np.int8)
        for person in (candidates.of_person(types[code].person()) for code in axes.persons)
        for column in columns
    ]
    rows = [np.flatnonzero(levels) for levels in segments]
    return Entries(
        row=np.concatenate([np.empty(0, np.int64), *rows]),
        segment=np.repeat(np.arange(len(segments)), np.array(list(map(len, rows)), dtype=np.int64)),
        level=np.concatenate(
            [np.empty(0, np.int8), *(each[row] for each, row in zip(segments, rows, strict=True))]
        ),
    )


def grouped(lines: Iterable[Line]) -> list[Group]:
    """Group lines with equal figures in several languages, in their order."""
    languages_by_group: dict[tuple[str, str, Figures], list[str]] = {}
    for line in lines:
        key = line.need, line.person, line.figures
        languages_by_group.setdefault(key, []).append(line.language)
    return [
        Group(need, tuple(languages), person, numbers)
        for (need, person, numbers), languages in languages_by_group.items()
    ]
