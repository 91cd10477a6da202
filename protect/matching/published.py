"""The published directory in this process: one snapshot, replaced as a whole after a change."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from uuid import UUID

from django.db import Error

from protect.directory.service_models import Stamp
from protect.kernel import clock
from protect.matching.engine import Engine
from protect.matching.questions import Answers, Question, Where
from protect.matching.services import store
from protect.matching.services.rows import ServiceRow

PATHWAY_ROWS = 12  # more never fit on one page
ASK_SECONDS = 0.05  # the version is asked for at most this often


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of the directory. Never changed, only replaced."""

    engine: Engine
    by_short: Mapping[str, ServiceRow]
    stamps: Mapping[UUID, Stamp]

    @classmethod
    def read(cls, version: int) -> "Snapshot":
        """Read every row, and first when each was changed: later changes are read once more."""
        stamps = store.stamps()
        rows = tuple(store.read(None))
        engine, now = Engine(rows, version), clock.now()
        engine.precompute_hours(now)
        engine.warm_up(now)
        return cls(engine, {row.short: row for row in rows}, stamps)

    def renewed(self, version: int) -> "Snapshot":
        """Read again what has changed, in the same order."""
        stamps = store.stamps()
        changed = [key for key, stamp in stamps.items() if self.stamps.get(key) != stamp]
        fresh = list(store.read(changed))
        gone = self.stamps.keys() - stamps.keys()
        kept = {short: row for short, row in self.by_short.items() if row.id not in gone}
        engine = self.engine.with_changes(fresh, gone, version)
        engine.precompute_hours(clock.now())
        return Snapshot(engine, kept | {row.short: row for row in fresh}, stamps)


class Current:
    """The newest snapshot. Threads share it by one reference; one of them at a time renews it."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._clock = seconds
        self._lock = Lock()
        self._asked_at = float("-inf")
        self._snapshot: Snapshot | None = None

    def get(self) -> Snapshot:
        """Return the snapshot, not older than ASK_SECONDS if the database can be reached.
        Errors: django.db.Error, only before the first snapshot was read."""
        snapshot = self._snapshot
        if snapshot is not None and self._clock() - self._asked_at < ASK_SECONDS:
            return snapshot
        if not self._lock.acquire(blocking=snapshot is None):
            return snapshot or self.get()  # another thread is reading it already
        try:
            self._snapshot = self._renewed(self._snapshot)
        except Error:
            if self._snapshot is None:
                raise
        finally:
            self._asked_at = self._clock()
            self._lock.release()
        return self._snapshot

    def forget(self) -> None:
        """Drop the snapshot: the next question reads everything again."""
        self._snapshot = None
        self._asked_at = float("-inf")

    def _renewed(self, old: Snapshot | None) -> Snapshot:
        number = store.version()
        if old is None:
            return Snapshot.read(number)
        return old if old.engine.version == number else old.renewed(number)


CURRENT = Current()


def match(question: Question) -> Answers:
    """Answer a question from the newest snapshot. Errors: KeyError; django.db.Error at first."""
    return CURRENT.get().engine.answer(question)


def pathway(where: Where | None, need: str, *, language: str, at: datetime) -> Answers:
    """Answer a need at a place without any details of a person, for a page. Errors: as `match`."""
    return match(Question((need,), at, where, (language,), limit=PATHWAY_ROWS))


def service(short: str) -> ServiceRow | None:
    return CURRENT.get().by_short.get(short)


def rows() -> tuple[ServiceRow, ...]:
    return tuple(CURRENT.get().engine.rows)


def hidden(country: str) -> tuple[ServiceRow, ...]:
    """Return what only professionals may see of a country. Errors: django.db.Error."""
    return tuple(store.hidden(country))


def version() -> int:
    """Return the version of the directory that answers are made from."""
    return CURRENT.get().engine.version


def forget() -> None:
    """Drop the caches, after the tables were reloaded."""
    CURRENT.forget()
    store.forget()
