"""The atlas of the directory as this process knows it, worked out as it is asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID

from protect.kernel import clock
from protect.matching import published
from protect.matching.coverage import grounds, persons
from protect.matching.coverage.candidates import ANY
from protect.matching.coverage.dependents import counted
from protect.matching.coverage.overview import Asked, Line, sheet
from protect.matching.coverage.slices import Cut, Slice, cut
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
    """What was worked out of one version of the directory, at the beginning of one hour."""

    def __init__(self) -> None:
        self._of: tuple[Engine, datetime] | None = None
        self._made: dict[Hashable, Any] = {}
        self._lock = Lock()

    def get[T](self, key: Hashable, make: Callable[[Engine, datetime], T]) -> T:
        """Return what `make` makes of the newest directory. Threads may make it twice."""
        of = newest()
        found: T | None = self._find(of, key)
        if found is None:
            found = make(*of)
            with self._lock:
                if self._of == of:
                    self._made[key] = found
                    if len(self._made) > MOST_KEPT:
                        del self._made[next(iter(self._made))]
        return found

    def has(self, key: Hashable) -> bool:
        """Return whether something was made already."""
        return self._find(newest(), key) is not None

    def forget(self) -> None:
        """Drop everything."""
        with self._lock:
            self._of, self._made = None, {}

    def _find(self, of: tuple[Engine, datetime], key: Hashable) -> Any:
        with self._lock:
            if self._of != of:
                self._of, self._made = of, {}
            return self._made.get(key)


KEPT = Kept()


def newest() -> tuple[Engine, datetime]:
    """Return the newest directory, and the beginning of this hour.

    Errors: django.db.Error before the first snapshot.
    """
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    return published.CURRENT.get().engine, hour


def slice_of(which: Cut) -> Slice:
    """Return a slice of the newest directory, as things are at the beginning of this hour.

    Errors: KeyError for a code that no vocabulary has; django.db.Error before the first snapshot.
    """

    def made(engine: Engine, at: datetime) -> Slice:
        return cut(engine.snapshot, grounds.ground(which.country), which, at, engine.version)

    return KEPT.get(which, made)


def report(country: str, seconds: float = float("inf")) -> Report:
    """Return every slice of a country for what the public site offers.

    What is not known yet is worked out need by need, one at least, until `seconds` are over.
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


def languages_asked() -> tuple[str, ...]:
    """Return the languages of a report: any, and those in which the public site can be read."""
    return ANY, *(tag for tag, each in vocabulary.languages().items() if each.has_text)


def persons_asked(need: str) -> tuple[str, ...]:
    """Return the person types who ask for a need, by code."""
    return tuple(code for code, each in persons.types().items() if need not in each.not_asked)


def dependents() -> Mapping[UUID, int]:
    """Return by service how many settlements depend on it; see dependents.counted.

    For a nightly job: it looks at every settlement and need. Errors: django.db.Error before the
    first snapshot.
    """
    lands = (grounds.ground(country) for country in vocabulary.countries())
    return counted(published.CURRENT.get().engine.snapshot, lands, clock.now())


def forget() -> None:
    """Drop what is remembered, after the tables were loaded anew."""
    KEPT.forget()
    grounds.forget()


def _sheet(country: str, need: str) -> list[Line]:
    def made(engine: Engine, at: datetime) -> list[Line]:
        asked = Asked(languages_asked(), persons_asked(need))
        return sheet(engine.snapshot, grounds.ground(country), need, asked, at)

    return KEPT.get((country, need), made)
