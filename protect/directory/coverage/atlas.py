"""The atlas of the directory as this process knows it, worked out as it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from threading import Lock
from typing import Any
from uuid import UUID

from protect.directory.coverage import grounds
from protect.directory.coverage.dependents import counted
from protect.directory.coverage.slices import Cut, Slice, cut
from protect.directory.matching import current
from protect.directory.matching.engine import Engine
from protect.kernel import clock
from protect.reference import vocabulary

MOST_KEPT = 96  # slices and sheets


class Kept:
    """What was worked out of one version of the directory, at the beginning of one hour."""

    def __init__(self) -> None:
        self._of: tuple[Engine, datetime] | None = None
        self._made: dict[Hashable, Any] = {}
        self._lock = Lock()

    def get[T](self, key: Hashable, make: Callable[[Engine, datetime], T]) -> T:
        """Return what `make` makes of the newest directory, at most once for each key."""
        engine, hour = newest()
        with self._lock:
            if self._of is None or self._of[0] is not engine or self._of[1] != hour:
                self._of, self._made = (engine, hour), {}
            found: T | None = self._made.get(key)
        if found is None:
            found = make(engine, hour)
            with self._lock:
                if self._of == (engine, hour) and len(self._made) < MOST_KEPT:
                    self._made[key] = found
        return found

    def has(self, key: Hashable) -> bool:
        """Return whether something is there already."""
        engine, hour = newest()
        with self._lock:
            return self._of == (engine, hour) and key in self._made

    def forget(self) -> None:
        with self._lock:
            self._of, self._made = None, {}


KEPT = Kept()


def newest() -> tuple[Engine, datetime]:
    """Return the newest directory, and the beginning of this hour.

    Errors: django.db.Error before the first snapshot.
    """
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    return current.CURRENT.get().engine, hour


def slice_of(which: Cut) -> Slice:
    """Return a slice of the newest directory, as things are at the beginning of this hour.

    Errors: KeyError for a code that no vocabulary has; django.db.Error before the first snapshot.
    """

    def made(engine: Engine, at: datetime) -> Slice:
        return cut(engine.snapshot, grounds.ground(which.country), which, at, engine.version)

    return KEPT.get(which, made)


def dependents() -> Mapping[UUID, int]:
    """Return by service how many settlements depend on it; see dependents.counted.

    For a nightly job: it looks at every settlement and need. Errors: django.db.Error before the
    first snapshot.
    """
    lands = (grounds.ground(country) for country in vocabulary.countries())
    return counted(current.CURRENT.get().engine.snapshot, lands, clock.now())


def forget() -> None:
    """Drop what is remembered, after the tables were loaded anew."""
    KEPT.forget()
    grounds.forget()
