"""The coverage atlas: one slice, and all slices of twelve countries.

"Demo …" services over the real settlements. A slice is a country, a need, a language and a person:
for each settlement the nearest service that fits and the nearest to ask first, judged as the
engine judges. The whole atlas is 12 countries × 20 needs × 25 languages × 6 person types, on as
many processes as there are cores; the first figures of each sheet are compared with its slices.
"""

import os
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from typing import NamedTuple

from bench.answer import AT
from bench.measure import resident_mb, seconds, table, times
from protect.matching.coverage.atlas import persons
from protect.matching.coverage.atlas.settlements import Settlements, build_settlements
from protect.matching.coverage.atlas.slices import (
    ReportAxes,
    Slice,
    SliceKey,
    SliceLine,
    compute_lines,
    compute_slice,
)
from protect.matching.engine import Engine
from protect.reference import vocabulary
from protect.reference.lookup.index import PlaceRow
from protect.reference.populations import official_populations
from tests.matching import generate

SIZES = (571, 100_000)  # services: those of the starter file, and many
NEEDS, LANGUAGES, PERSONS = 20, 25, 6
CHECK_EVERY = 97  # one slice in so many is worked out alone as well
LARGEST = "IT"
HEADER = ("services", "p50 ms", "p95 ms", "p99 ms", "slices")
WHOLE = ("services", "slices", "answers", "one process s", "all cores s", "MB", "largest sheet s")


class TimedLines(NamedTuple):
    """The lines of a country and need, and how long they took. Units: seconds."""

    country: str
    lines: list[SliceLine]
    took: float


class Atlas:
    """A directory and the settlements by country. Forked processes share it."""

    def __init__(self, size: int) -> None:
        drawn = generate.draw(size, 1, at=AT)
        self.snapshot = Engine(generate.rows(drawn), 1).snapshot
        self.settlements_by_country = dict(_settlements_by_country())
        needs = vocabulary.needs().values()
        self.needs = [need.code for need in needs if need.categories][:NEEDS]
        tags = [tag for tag, each in vocabulary.languages().items() if each.has_text]
        people = [code for code in persons.person_types() if code != persons.NO_DETAILS]
        self.axes = ReportAxes(tags[:LANGUAGES], people[:PERSONS])

    def tasks(self) -> list[tuple[str, str]]:
        """Return country and need of each sheet, the largest country first."""
        order = sorted(
            self.settlements_by_country,
            key=lambda country: -len(self.settlements_by_country[country]),
        )
        return [(country, need) for country in order for need in self.needs]

    def sheet(self, task: tuple[str, str]) -> TimedLines:
        country, need = task
        lines, took = seconds(
            lambda: compute_lines(
                self.snapshot, self.settlements_by_country[country], need, self.axes, AT
            )
        )
        return TimedLines(country, lines, took)

    def slice(self, which: SliceKey) -> Slice:
        return compute_slice(
            self.snapshot, self.settlements_by_country[which.country], which, AT, 1
        )


ATLAS: list[Atlas] = []  # the one that is measure, for forked processes


def report() -> str:
    """Return the tables."""
    about = (__doc__ or "").partition("\n")[2].strip()
    ones, wholes = [], []
    for size in SIZES:
        one, whole = measure(size)
        ones.append(one)
        wholes.append(whole)
    alone = f"One slice of the largest country ({LARGEST}), classes and metres included, each once:"
    return "\n\n".join(
        [about, alone, table(HEADER, ones), "The whole atlas:", table(WHOLE, wholes)]
    )


def measure(size: int) -> tuple[tuple[object, ...], tuple[object, ...]]:
    """Measure a directory of so many services: one slice, and all."""
    atlas = Atlas(size)
    ATLAS[:] = [atlas]
    return _measure_slice(atlas, size), _measure_atlas(atlas, size)


def _measure_slice(atlas: Atlas, size: int) -> tuple[object, ...]:
    tags = ("", *atlas.axes.languages[:7])
    cuts = [
        SliceKey(LARGEST, need, tags[number % len(tags)], person)
        for number, need in enumerate(atlas.needs)
        for person in atlas.axes.persons
    ]
    atlas.slice(cuts[0])  # areas and circles are laid over the settlements once
    timing = times(lambda which: _evaluate_slice(atlas.slice(which)), cuts, passes=1)
    return (f"{size:,}", *(each / 1000 for each in timing), len(cuts))


def _evaluate_slice(found: Slice) -> object:
    return found.figures, found.metres, found.is_across


def _measure_atlas(atlas: Atlas, size: int) -> tuple[object, ...]:
    tasks = atlas.tasks()
    alone, alone_s = seconds(lambda: list(map(atlas.sheet, tasks)))
    _compare_with_slices(atlas, alone)
    memory = resident_mb()
    cores = os.cpu_count() or 1
    with get_context("fork").Pool(cores) as pool:
        parallel, parallel_s = seconds(lambda: pool.map(_sheet, tasks, chunksize=1))
    assert [sheet.lines for sheet in parallel] == [sheet.lines for sheet in alone]
    slices = sum(len(sheet.lines) for sheet in alone)
    answers = sum(line.figures.settlements for sheet in alone for line in sheet.lines)
    largest = max(sheet.took for sheet in alone)
    return (
        f"{size:,}", f"{slices:,}", f"{answers:,}", alone_s, parallel_s, memory, largest
    )  # fmt: skip


def _sheet(task: tuple[str, str]) -> TimedLines:
    return ATLAS[0].sheet(task)


def _compare_with_slices(atlas: Atlas, made: Sequence[TimedLines]) -> None:
    lines = [(each.country, line) for each in made for line in each.lines]
    for country, line in lines[::CHECK_EVERY]:
        which = SliceKey(country, line.need, line.language, line.person)
        assert atlas.slice(which).figures == line.figures, f"the sheet differs: {which}"


def _settlements_by_country() -> Iterator[tuple[str, Settlements]]:
    settlements = generate.settlements()
    upwards: dict[str, str | None] = {}
    for place in settlements:
        upwards |= zip(place.areas, (*place.areas[1:], None), strict=True)
    for country in vocabulary.countries():
        rows = [_row(place) for place in settlements if place.country == country]
        yield (
            country,
            build_settlements(
                country,
                sorted(rows, key=lambda row: (row.area, row.id)),
                upwards,
                official_populations()[country].people,
            ),
        )


def _row(place: generate.Settlement) -> PlaceRow:
    return PlaceRow(
        id=place.id,
        country=place.country,
        area=place.areas[0],
        name=place.name,
        population=place.population,
        latitude=place.latitude,
        longitude=place.longitude,
    )
