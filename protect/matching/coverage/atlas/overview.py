"""All slices of a country and a need at once: every language and every person, in one go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np

from protect.matching.coverage.atlas import persons as coverage_persons
from protect.matching.coverage.atlas.candidates import ANY, ASK, Candidates, Levels
from protect.matching.coverage.atlas.figures import Figures, figures
from protect.matching.coverage.atlas.nearest import Entries, nearest
from protect.matching.coverage.atlas.settlements import Settlements
from protect.matching.engine.columns.bits import Ints
from protect.matching.engine.snapshot import Snapshot


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


class Keys(NamedTuple):
    """As nearest.Nearest, by person, language and settlement."""

    fits: Ints
    asks: Ints


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


def keys(candidates: Candidates, settlements: Settlements, axes: Axes) -> Keys:
    """Return what is nearest for each person and language.

    Rows without known languages count for every language: they are searched once for all.
    """
    entries = _entries(candidates, axes)
    width = 1 + len(axes.languages)
    nearest_keys = nearest(candidates, settlements, entries, len(axes.persons) * width)
    fits, asks = (each.reshape(len(axes.persons), width, len(settlements)) for each in nearest_keys)
    silent, asks = asks[:, :1], asks[:, 1:].copy()
    spoken = [number for number, tag in enumerate(axes.languages) if tag != ANY]
    asks[:, spoken] = np.minimum(asks[:, spoken], silent)
    return Keys(fits[:, 1:], asks)


def _entries(candidates: Candidates, axes: Axes) -> Entries:
    of_language = [candidates.of_language(tag) for tag in axes.languages]
    for tag, levels in zip(axes.languages, of_language, strict=True):
        if tag != ANY:
            levels[candidates.is_silent] = 0
    columns = [candidates.is_silent.astype(np.int8) * ASK, *of_language]
    segments = [
        np.minimum(person, column).astype(np.int8)
        for person in _persons(candidates, axes)
        for column in columns
    ]
    rows = [np.flatnonzero(levels) for levels in segments]
    return Entries(
        row=_joined(rows),
        segment=np.repeat(np.arange(len(segments)), np.array(list(map(len, rows)), dtype=np.int64)),
        level=np.concatenate(
            [np.empty(0, np.int8), *(each[row] for each, row in zip(segments, rows, strict=True))]
        ),
    )


def _persons(candidates: Candidates, axes: Axes) -> Iterator[Levels]:
    types = coverage_persons.types()
    yield from (candidates.of_person(types[code].person) for code in axes.persons)


def _joined(parts: Sequence[Ints]) -> Ints:
    return np.concatenate([np.empty(0, dtype=np.int64), *parts])


def grouped(lines: Iterable[Line]) -> list[Group]:
    """Group lines with equal figures in several languages, in their order."""
    languages_by_group: dict[tuple[str, str, Figures], list[str]] = {}
    for line in lines:
        languages_by_group.setdefault((line.need, line.person, line.figures), []).append(
            line.language
        )
    return [
        Group(need, tuple(languages), person, numbers)
        for (need, person, numbers), languages in languages_by_group.items()
    ]
