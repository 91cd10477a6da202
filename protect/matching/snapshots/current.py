"""One version of the published directory, and the newest one of this process."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Lock

from django.db import Error

from protect.kernel import clock
from protect.matching.engine import Engine, files
from protect.matching.services import records, store
from protect.matching.services.rows import ServiceRow
from protect.matching.snapshots import storage

VERSION_CHECK_SECONDS = 0.05  # shortest time between two reads of the version


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of the directory; immutable, replaced as a whole."""

    engine: Engine
    load_stamps: Callable[[], files.Stamps]
    is_correction: bool = False  # replaces one of the same version, from before a restore
    number: int = field(default_factory=count(1).__next__)  # unique in this process

    @classmethod
    def read(cls, version: int) -> "Snapshot":
        """Read all stamps, then all rows; `refreshed` rereads services that changed between."""
        stamps = store.stamps()
        engine, now = Engine(store.read(None), version), clock.now()
        engine.precompute_hours(now)
        engine.warm_up(now)
        return cls(engine, lambda: stamps)

    @classmethod
    def from_file(cls, path: Path) -> "Snapshot":
        """Return the snapshot of a file. Errors: FileRefused; OSError."""
        engine, stamps = storage.read(path)
        return cls(engine, stamps.stamps)

    def refreshed(self, version: int) -> "Snapshot":
        """Return a snapshot in which changed services were read again."""
        old_stamps, stamps = self.load_stamps(), store.stamps()
        changed_ids = [key for key, stamp in stamps.items() if old_stamps.get(key) != stamp]
        changed_rows = list(store.read(changed_ids))
        removed_ids = old_stamps.keys() - stamps.keys()
        is_same = version == self.engine.version
        if is_same and not changed_ids and not removed_ids:
            return self
        engine = self.engine.with_changes(changed_rows, removed_ids, version)
        engine.precompute_hours(clock.now())
        return Snapshot(engine, lambda: stamps, is_correction=is_same)

    @property
    def is_damaged(self) -> bool:
        """Return whether the file was changed or cut off after it was opened."""
        rows = self.engine.snapshot.rows
        return isinstance(rows, records.Rows) and rows.records.is_damaged

    def row_with_short(self, short: str) -> ServiceRow | None:
        return self.engine.snapshot.row_with_short(short)


class CurrentSnapshot:
    """The newest snapshot, shared by all threads; one thread at a time refreshes it."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._clock = seconds
        self._lock = Lock()
        self._checked_at = float("-inf")
        self._snapshot: Snapshot | None = None

    def get(self) -> Snapshot:
        """Return the snapshot; check at most every VERSION_CHECK_SECONDS for a newer version.
        Errors: django.db.Error, only before the first snapshot was read."""
        snapshot = self._snapshot
        if snapshot is not None and self._clock() - self._checked_at < VERSION_CHECK_SECONDS:
            return snapshot
        if not self._lock.acquire(blocking=snapshot is None):
            return snapshot or self.get()  # another thread is already reading it
        try:
            self._snapshot = self._refreshed(self._snapshot)
        except Error:
            if self._snapshot is None:
                raise
        finally:
            self._checked_at = self._clock()
            self._lock.release()
        return self._snapshot

    def get_now(self) -> Snapshot:
        return self.get()

    def forget(self) -> None:
        """Drop the snapshot; the next question reads everything again."""
        self._snapshot = None
        self._checked_at = float("-inf")

    def _refreshed(self, old: Snapshot | None) -> Snapshot:
        newest_version = store.version()
        if old is None:
            return Snapshot.read(newest_version)
        return old if old.engine.version == newest_version else old.refreshed(newest_version)


class PinnedSnapshot(CurrentSnapshot):
    """One snapshot, which is never refreshed."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self._pinned = snapshot

    def get(self) -> Snapshot:
        return self._pinned
