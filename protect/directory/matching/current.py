"""The directory as this process knows it: one snapshot, exchanged whole when it has changed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from uuid import UUID

from django.db import Error

from protect.directory.matching import oracle, store
from protect.directory.matching.answer import Answers
from protect.directory.matching.question import Question
from protect.directory.matching.rows import Rows, ServiceRow

ASK_SECONDS = 0.05  # the version is asked for at most this often


class Oracle:
    """Answers by looking at every row."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    def answer(self, question: Question) -> Answers:
        return oracle.answer(self.rows, question)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of the directory. Never changed, only replaced."""

    engine: Oracle
    by_short: dict[str, ServiceRow]
    modified: dict[UUID, datetime]

    @property
    def version(self) -> int:
        return self.engine.rows.version


class Current:
    """The newest snapshot. Threads share it by one reference; one of them at a time renews it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._asked_at = float("-inf")
        self._snapshot: Snapshot | None = None

    def get(self) -> Snapshot:
        """Return the snapshot, not older than ASK_SECONDS if the database can be reached.

        Errors: django.db.Error, only before the first snapshot was read.
        """
        snapshot = self._snapshot
        if snapshot is not None and self._clock() - self._asked_at < ASK_SECONDS:
            return snapshot
        if not self._lock.acquire(blocking=snapshot is None):
            return snapshot or self.get()  # somebody else is reading it already
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
        """Drop the snapshot: the next question reads everything anew."""
        self._snapshot = None
        self._asked_at = float("-inf")

    def _renewed(self, old: Snapshot | None) -> Snapshot:
        number = store.version()
        if old is not None and old.version == number:
            return old
        modified = store.modified()  # before the rows: what changes meanwhile is read once more
        if old is None:
            return _made(store.all_rows(number), modified)
        changed = [key for key, at in modified.items() if old.modified.get(key) != at]
        fresh = {row.id: row for row in store.read(changed)}
        kept = (row for row in old.engine.rows.rows if row.id in modified)
        rows = {row.id: row for row in kept} | fresh
        return _made(Rows(number, tuple(rows.values())), modified)


def _made(rows: Rows, modified: dict[UUID, datetime]) -> Snapshot:
    return Snapshot(
        engine=Oracle(rows),
        by_short={row.short: row for row in rows.rows},
        modified=modified,
    )


CURRENT = Current()


def match(question: Question) -> Answers:
    """Answer a question from the newest snapshot.

    Errors: KeyError for codes that the vocabularies lack; django.db.Error before the first
    snapshot.
    """
    return CURRENT.get().engine.answer(question)


def service(short: str) -> ServiceRow | None:
    """Return the service that stands at a short address, if the public may see it."""
    return CURRENT.get().by_short.get(short)


def rows() -> tuple[ServiceRow, ...]:
    """Return every service that the public may see."""
    return CURRENT.get().engine.rows.rows


def version() -> int:
    """Return the version of the directory that answers are made from."""
    return CURRENT.get().version


def forget() -> None:
    """Drop what is remembered, after the tables were loaded anew."""
    CURRENT.forget()
    store.forget()
