"""The coverage atlas: figures computed on demand and cached in this process."""

import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np

from protect.kernel import clock
from protect.matching import published
from protect.matching.coverage.atlas import distances, persons, settlements as places, slices
from protect.matching.coverage.atlas.candidates import ANY_LANGUAGE, FITS, Candidates
from protect.matching.coverage.atlas.nearest import Entries, ServedAreas, find_nearest
from protect.matching.coverage.atlas.settlements import Settlements
from protect.matching.engine import Engine
from protect.matching.engine.columns.bits import Flags, Ints
from protect.matching.engine.snapshot import Snapshot
from protect.reference import vocabulary

MAX_CACHED_RESULTS = 160  # most cached results; beyond, the one computed first is dropped


class Report(NamedTuple):
    """The slices of a country computed so far. A slice is one need, language and person type."""

    lines: list[slices.SliceLine]
    needs_done: int  # needs whose lines are computed
    needs_total: int  # all needs of the public site

    @property
    def is_whole(self) -> bool:
        """Return whether the lines of all needs of the public site are computed."""
        return self.needs_done == self.needs_total


class ResultCache:
    """A cache of results for one version of the directory and one hour."""

    def __init__(self) -> None:
        self._basis: tuple[Engine, datetime] | None = None
        self._results: dict[Hashable, Any] = {}
        self._lock = Lock()

    def get[T](self, key: Hashable, build: Callable[[Engine, datetime], T]) -> T:
        """Return the cached result, or compute it; two threads may compute it twice."""
        basis = engine_and_hour()
        result: T | None = self._clear_outdated_and_find(basis, key)
        if result is None:
            result = build(*basis)
            with self._lock:
                if self._basis == basis:
                    self._results[key] = result
                    if len(self._results) > MAX_CACHED_RESULTS:
                        del self._results[next(iter(self._results))]
        return result

    def has(self, key: Hashable) -> bool:
        return self._clear_outdated_and_find(engine_and_hour(), key) is not None

    def forget(self) -> None:
        with self._lock:
            self._basis, self._results = None, {}

    def _clear_outdated_and_find(self, basis: tuple[Engine, datetime], key: Hashable) -> Any:
        with self._lock:
            if self._basis != basis:
                self._basis, self._results = basis, {}
            return self._results.get(key)


RESULT_CACHE = ResultCache()


def engine_and_hour() -> tuple[Engine, datetime]:
    """Return the engine of the newest directory and this hour's start. Errors: django.db.Error."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    return published.CURRENT.get().engine, hour


def slice_of(slice_key: slices.SliceKey) -> slices.Slice:
    """Return how far help is from each settlement, for one country, need, language and person.
    Errors: KeyError for an unknown code; django.db.Error."""

    def compute_slice(engine: Engine, at: datetime) -> slices.Slice:
        settlements = places.settlements_of(slice_key.country)
        return slices.compute_slice(engine.snapshot, settlements, slice_key, at, engine.version)

    return RESULT_CACHE.get(slice_key, compute_slice)


def report(country: str, seconds: float = float("inf")) -> Report:
    """Return the slices of a country for every need, language and person type of its report. After
    `seconds`, needs without cached slices are left out, except the first. Errors: as slice_of."""
    started, lines, needs_done = time.monotonic(), list[slices.SliceLine](), 0
    needs, is_first = report_needs(), True
    for need in needs:
        if not RESULT_CACHE.has((country, need)):
            if not is_first and time.monotonic() - started > seconds:
                continue
            is_first = False
        lines += _cached_report_lines(country, need)
        needs_done += 1
    return Report(lines, needs_done, len(needs))


def report_needs() -> tuple[str, ...]:
    """Return the codes of the needs in a report: public ones with a category of services."""
    needs = vocabulary.needs().values()
    return tuple(need.code for need in needs if need.public and need.categories)


def report_languages() -> tuple[str, ...]:
    """Return the languages of a report: "" for any language, and those of the public site."""
    languages = vocabulary.languages().items()
    return ANY_LANGUAGE, *(tag for tag, language in languages if language.has_text)


def report_persons(need: str) -> tuple[str, ...]:
    """Return the codes of the person types that a report covers for a need."""
    types = persons.person_types().items()
    return tuple(code for code, person_type in types if need not in person_type.not_asked)


def dependents() -> Mapping[UUID, int]:
    """Return by service how many settlements depend on it now. Errors: django.db.Error."""
    countries = (places.settlements_of(country) for country in vocabulary.countries())
    return count_dependents(published.CURRENT.get().engine.snapshot, countries, clock.now())


def forget() -> None:
    """Drop the cached figures and settlements."""
    RESULT_CACHE.forget()
    places.forget()


def _cached_report_lines(country: str, need: str) -> list[slices.SliceLine]:
    def compute_lines(engine: Engine, at: datetime) -> list[slices.SliceLine]:
        axes = slices.ReportAxes(report_languages(), report_persons(need))
        return slices.compute_lines(engine.snapshot, places.settlements_of(country), need, axes, at)

    return RESULT_CACHE.get((country, need), compute_lines)


def count_dependents(
    snapshot: Snapshot, countries: Iterable[Settlements], at: datetime
) -> Mapping[UUID, int]:
    """Return, by service, for how many settlements it is the nearest one for one of its needs.
    Counted in any language, for a person without details, whether the service fits or must be asked
    first. Among places to visit only one is the nearest; remote help is equally near to all
    settlements that it serves. Services that are never the nearest are left out."""
    counts: dict[UUID, int] = {}
    for settlements in countries:
        for row, count in _count_in_country(snapshot, settlements, at).items():
            key = snapshot.rows[row].id
            counts[key] = counts.get(key, 0) + count
    return counts


def _count_in_country(snapshot: Snapshot, settlements: Settlements, at: datetime) -> dict[int, int]:
    """Return by snapshot row its number of dependent settlements, as in `count_dependents`."""
    visit_numbers, remote_counts = [np.empty(0, dtype=np.int64)], dict[int, int]()
    for need in vocabulary.needs().values():
        if need.categories and len(settlements):
            candidates = Candidates(snapshot, settlements.country, need.code, at)
            visit_numbers.append(_nearest_visits(candidates, settlements))
            new = ~candidates.is_visit & ~np.isin(candidates.rows, list(remote_counts))
            remote_counts |= _count_remote(candidates, settlements, new)
    # A settlement counts once for a service, even if the service answers several needs.
    numbers = np.unique(np.concatenate(visit_numbers))
    rows, counts = np.unique(numbers // len(settlements), return_counts=True)
    return remote_counts | dict(zip(rows.tolist(), counts.tolist(), strict=True))


def _nearest_visits(candidates: Candidates, settlements: Settlements) -> Ints:
    """Return each settlement's nearest row to visit, however far: row × count + settlement."""
    rows = np.flatnonzero(candidates.is_visit)
    entries = Entries(rows, np.zeros_like(rows), np.full(len(rows), FITS, dtype=np.int8))
    fits, asks = find_nearest(candidates, settlements, entries, 1)
    keys = np.minimum(fits[0], asks[0])
    places = np.flatnonzero(keys != distances.NO_SITE)
    chosen = candidates.sites.row[distances.sites_of(keys[places])]
    numbers: Ints = candidates.rows[chosen] * len(settlements) + places
    return numbers


def _count_remote(candidates: Candidates, settlements: Settlements, new: Flags) -> dict[int, int]:
    """Return how many settlements each chosen remote service serves, by snapshot row. `new`: which
    candidates to count, because no earlier need counted them. Services without any are left out."""
    if not new.any():
        return {}
    counts, served = np.zeros(len(candidates), dtype=np.int64), ServedAreas(candidates, settlements)
    for block in served.blocks():
        block_counts = (block.level > 0) * len(block.members)
        within = block.is_in_circle.sum(axis=1)
        outside = (block.level[block.circle_rows] > 0) * (len(block.members) - within)
        block_counts[block.circle_rows] = within * (served.inside[block.circle_rows] > 0) + outside
        counts += block_counts
    chosen = np.flatnonzero(new & (counts > 0))
    return dict(zip(candidates.rows[chosen].tolist(), counts[chosen].tolist(), strict=True))
