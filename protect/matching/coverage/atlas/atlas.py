"""The coverage atlas, computed on demand and cached in this process."""

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
from protect.matching.coverage.atlas.candidates import ANY, FITS, Candidates
from protect.matching.coverage.atlas.nearest import Entries, Served, nearest
from protect.matching.coverage.atlas.settlements import Settlements
from protect.matching.engine import Engine
from protect.matching.engine.columns.bits import Flags, Ints
from protect.matching.engine.snapshot import Snapshot
from protect.reference import vocabulary

MOST_KEPT = 160  # slices and sheets, before the oldest goes


class Report(NamedTuple):
    """Every slice of a country, as far as it is worked out."""

    lines: list[slices.Line]
    done: int  # needs
    of: int

    @property
    def is_whole(self) -> bool:
        return self.done == self.of


class Kept:
    """A cache of results for one version of the directory and one hour."""

    def __init__(self) -> None:
        self._of: tuple[Engine, datetime] | None = None
        self._results: dict[Hashable, Any] = {}
        self._lock = Lock()

    def get[T](self, key: Hashable, build: Callable[[Engine, datetime], T]) -> T:
        """Return the cached result, else compute it with `build`, perhaps in two threads."""
        of = newest()
        result: T | None = self._find(of, key)
        if result is None:
            result = build(*of)
            with self._lock:
                if self._of == of:
                    self._results[key] = result
                    if len(self._results) > MOST_KEPT:
                        del self._results[next(iter(self._results))]
        return result

    def has(self, key: Hashable) -> bool:
        return self._find(newest(), key) is not None

    def forget(self) -> None:
        with self._lock:
            self._of, self._results = None, {}

    def _find(self, of: tuple[Engine, datetime], key: Hashable) -> Any:
        with self._lock:
            if self._of != of:
                self._of, self._results = of, {}
            return self._results.get(key)


KEPT = Kept()


def newest() -> tuple[Engine, datetime]:
    """Return the newest directory, and the beginning of this hour. Errors: django.db.Error."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    return published.CURRENT.get().engine, hour


def slice_of(which: slices.SliceKey) -> slices.Slice:
    """Return a slice as of this hour. Errors: KeyError for an unknown code; django.db.Error."""

    def build(engine: Engine, at: datetime) -> slices.Slice:
        return slices.compute_slice(
            engine.snapshot, places.settlements_of(which.country), which, at, engine.version
        )

    return KEPT.get(which, build)


def report(country: str, seconds: float = float("inf")) -> Report:
    """Return every slice of a country for what the public site offers.
    Missing results are computed need by need, at least one, until `seconds` are over.
    Errors: as slice_of."""
    started, lines, done = time.monotonic(), list[slices.Line](), 0
    needs, is_first = needs_offered(), True
    for need in needs:
        if not KEPT.has((country, need)):
            if not is_first and time.monotonic() - started > seconds:
                continue
            is_first = False
        lines += _sheet(country, need)
        done += 1
    return Report(lines, done, len(needs))


def needs_offered() -> tuple[str, ...]:
    """Return the needs of the public site that services answer, by code."""
    needs = vocabulary.needs().values()
    return tuple(need.code for need in needs if need.public and need.categories)


def report_languages() -> tuple[str, ...]:
    """Return the languages of a report: any, and those in which the public site can be read."""
    return ANY, *(tag for tag, each in vocabulary.languages().items() if each.has_text)


def report_persons(need: str) -> tuple[str, ...]:
    """Return the codes of the person types that ask for a need."""
    return tuple(code for code, each in persons.types().items() if need not in each.not_asked)


def dependents() -> Mapping[UUID, int]:
    """Return what `counted` does of every country, for a nightly job. Errors: django.db.Error."""
    countries = (places.settlements_of(country) for country in vocabulary.countries())
    return counted(published.CURRENT.get().engine.snapshot, countries, clock.now())


def forget() -> None:
    KEPT.forget()
    places.forget()


def _sheet(country: str, need: str) -> list[slices.Line]:
    def build(engine: Engine, at: datetime) -> list[slices.Line]:
        axes = slices.Axes(report_languages(), report_persons(need))
        return slices.sheet(engine.snapshot, places.settlements_of(country), need, axes, at)

    return KEPT.get((country, need), build)


def counted(
    snapshot: Snapshot, countries: Iterable[Settlements], at: datetime
) -> Mapping[UUID, int]:
    """Return by service for how many settlements it is the nearest for one of its needs.
    In any language, for a person without details, whether it fits or must be asked first. Of the
    places that people go to one is the nearest; remote help is equally near to all settlements that
    it serves. Services on which nothing depends are left out."""
    counts: dict[UUID, int] = {}
    for settlements in countries:
        for row, count in _in(snapshot, settlements, at).items():
            key = snapshot.rows[row].id
            counts[key] = counts.get(key, 0) + count
    return counts


def _in(snapshot: Snapshot, settlements: Settlements, at: datetime) -> dict[int, int]:
    nearby, afar = [np.empty(0, dtype=np.int64)], dict[int, int]()
    for need in vocabulary.needs().values():
        if need.categories and len(settlements):
            candidates = Candidates(snapshot, settlements.country, need.code, at)
            nearby.append(_visited(candidates, settlements))
            fresh = ~candidates.is_visit & ~np.isin(candidates.rows, list(afar))
            afar |= _from_afar(candidates, settlements, fresh)
    # A settlement counts once for a service, whatever it needs.
    rows, counts = np.unique(
        np.unique(np.concatenate(nearby)) // len(settlements), return_counts=True
    )
    return afar | dict(zip(rows.tolist(), counts.tolist(), strict=True))


def _visited(candidates: Candidates, settlements: Settlements) -> Ints:
    """Return the nearest place for each settlement: both in one number, the row before."""
    rows = np.flatnonzero(candidates.is_visit)
    entries = Entries(rows, np.zeros_like(rows), np.full(len(rows), FITS, dtype=np.int8))
    fits, asks = nearest(candidates, settlements, entries, 1)
    keys = np.minimum(fits[0], asks[0])
    places = np.flatnonzero(keys != distances.NONE)
    chosen = candidates.sites.row[distances.sites_of(keys[places])]
    numbers: Ints = candidates.rows[chosen] * len(settlements) + places
    return numbers


def _from_afar(candidates: Candidates, settlements: Settlements, fresh: Flags) -> dict[int, int]:
    if not fresh.any():
        return {}
    counts, served = np.zeros(len(candidates), dtype=np.int64), Served(candidates, settlements)
    for block in served.blocks():
        here = (block.level > 0) * len(block.members)
        within = block.within.sum(axis=1)
        outside = (block.level[block.circled] > 0) * (len(block.members) - within)
        here[block.circled] = within * (served.inside[block.circled] > 0) + outside
        counts += here
    chosen = np.flatnonzero(fresh & (counts > 0))
    return dict(zip(candidates.rows[chosen].tolist(), counts[chosen].tolist(), strict=True))
