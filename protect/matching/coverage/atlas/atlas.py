"""The coverage atlas, computed on demand and cached in this process."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID

from protect.kernel import clock
from protect.matching import published
from protect.matching.coverage.atlas import persons, settlements
from protect.matching.coverage.atlas.candidates import ANY
from protect.matching.coverage.atlas.dependents import counted
from protect.matching.coverage.atlas.overview import Axes, Line, sheet
from protect.matching.coverage.atlas.slices import Slice, SliceKey, compute_slice
from protect.matching.engine import Engine
from protect.reference import vocabulary

MOST_KEPT = 160  # slices and sheets, before the oldest goes


class Report(NamedTuple):
    """Every slice of a country, as far as it is worked out."""

    lines: list[Line]
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
        """Return whether a result is cached."""
        return self._find(newest(), key) is not None

    def forget(self) -> None:
        """Drop everything."""
        with self._lock:
            self._of, self._results = None, {}

    def _find(self, of: tuple[Engine, datetime], key: Hashable) -> Any:
        with self._lock:
            if self._of != of:
                self._of, self._results = of, {}
            return self._results.get(key)


KEPT = Kept()


def newest() -> tuple[Engine, datetime]:
    """Return the newest directory, and the beginning of this hour.

    Errors: django.db.Error before the first snapshot.
    """
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    return published.CURRENT.get().engine, hour


def slice_of(which: SliceKey) -> Slice:
    """Return a slice of the newest directory, as things are at the beginning of this hour.

    Errors: KeyError for a code that no vocabulary has; django.db.Error before the first snapshot.
    """

    def build(engine: Engine, at: datetime) -> Slice:
        return compute_slice(
            engine.snapshot, settlements.settlements_of(which.country), which, at, engine.version
        )

    return KEPT.get(which, build)


def report(country: str, seconds: float = float("inf")) -> Report:
    """Return every slice of a country for what the public site offers.

    Missing results are computed need by need, at least one, until `seconds` are over.
    Errors: as slice_of.
    """
    started, lines, done = time.monotonic(), list[Line](), 0
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
    """Return by service how many settlements depend on it; see dependents.counted.

    For a nightly job: it looks at every settlement and need. Errors: django.db.Error before the
    first snapshot.
    """
    countries = (settlements.settlements_of(country) for country in vocabulary.countries())
    return counted(published.CURRENT.get().engine.snapshot, countries, clock.now())


def forget() -> None:
    """Drop the caches, after the tables were reloaded."""
    KEPT.forget()
    settlements.forget()


def _sheet(country: str, need: str) -> list[Line]:
    def build(engine: Engine, at: datetime) -> list[Line]:
        axes = Axes(report_languages(), report_persons(need))
        return sheet(engine.snapshot, settlements.settlements_of(country), need, axes, at)

    return KEPT.get((country, need), build)
