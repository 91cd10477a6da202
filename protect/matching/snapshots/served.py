"""The snapshot of a server. A thread reads it from its file when the server starts and refreshes it
after each change, another one writes the file: no visitor waits for a build."""

import logging
import time
from pathlib import Path
from threading import Event, Thread

from django.db import Error, OperationalError, close_old_connections, connection

from protect.matching.engine.files import FileRefused
from protect.matching.services import records, store
from protect.matching.snapshots import storage
from protect.matching.snapshots.current import VERSION_CHECK_SECONDS, CurrentSnapshot, Snapshot

FIRST_WAIT_SECONDS = 1.0  # how long a question waits for the first snapshot
CHANGE_WAIT_SECONDS = 0.1  # how long the question that notices a change waits for it
RETRY_SECONDS = 5.0  # after a build failed
COMPARE_SECONDS = 3600.0  # without a change: a restored database may have the same version
WRITE_SECONDS = 60.0  # shortest time between two writes of the file

log = logging.getLogger("protect")


class NoSnapshot(OperationalError):
    """A server has not built its first snapshot yet. Pages answer as without a database."""


class ServedSnapshot(CurrentSnapshot):
    """The newest snapshot of a server: read from a file, and kept up to date by two threads."""

    def __init__(self, path: Path | None) -> None:
        super().__init__()
        self._path = path
        self._is_compared = False  # whether all stamps were compared in the last hour
        self._written: Snapshot | None = None
        self._has_snapshot, self._is_refresh_requested, self._is_refresh_idle = (
            Event(),
            Event(),
            Event(),
        )

    def start(self) -> None:
        Thread(target=self._run_refreshes, daemon=True, name="snapshot").start()
        if self._path is not None:
            Thread(
                target=self._run_file_writes, args=[self._path], daemon=True, name="file"
            ).start()

    def get(self) -> Snapshot:
        """Return the snapshot, perhaps an old one while a newer is built. Errors: NoSnapshot."""
        self._has_snapshot.wait(FIRST_WAIT_SECONDS)
        return self.get_now()

    def get_now(self) -> Snapshot:
        """Return what `get` does, without a wait for the first snapshot. Errors: NoSnapshot."""
        snapshot = self._snapshot
        if snapshot is None:
            raise NoSnapshot("the first snapshot is being built")
        if self._clock() - self._checked_at < VERSION_CHECK_SECONDS:
            return snapshot
        if not self._lock.acquire(blocking=False):
            return snapshot  # another thread is checking already
        try:
            if snapshot.is_damaged or store.version() != snapshot.engine.version:
                self._request_refresh()
        except Error:
            return snapshot
        finally:
            self._checked_at = self._clock()
            self._lock.release()
        return self._snapshot or snapshot

    def forget(self) -> None:
        self._snapshot = None
        self._has_snapshot.clear()
        self._is_refresh_requested.set()

    def refresh(self) -> bool:
        """Bring the snapshot up to date; return whether that succeeded."""
        close_old_connections()
        try:
            self._snapshot = self._refreshed(self._snapshot)
        except Error:
            return False  # the database is unavailable: the last snapshot stays in use
        except Exception:  # if this thread ended, no change would ever appear
            log.exception("the snapshot was not refreshed")
            return False
        finally:
            connection.close()
        self._has_snapshot.set()
        return True

    def load(self, path: Path) -> None:
        """Serve the snapshot of the file, if it can be read."""
        try:
            self._snapshot = Snapshot.from_file(path)
        except FileNotFoundError:
            return
        except Exception as error:  # after any error, the server builds its snapshot and a new file
            is_known = isinstance(error, FileRefused | OSError | MemoryError)
            log.warning("the snapshot file is not used: %r", error, exc_info=not is_known)
            storage.remove(path)
        else:
            self._has_snapshot.set()

    def write(self, path: Path) -> None:
        """Write the snapshot to the file, unless that has its version; remove old files."""
        snapshot = self._snapshot
        if snapshot is None or snapshot.is_damaged:
            return
        try:
            is_wrong = snapshot.is_correction and snapshot is not self._written
            rows = storage.write(
                path, snapshot.engine, snapshot.load_stamps, replaces_same_version=is_wrong
            )
        except (OSError, records.RowDamaged) as error:
            log.warning("the snapshot file is not written: %s", error)
        except Exception:  # the thread must go on
            log.exception("the snapshot file is not written")
        else:
            if rows is not None:  # equal rows, read from the file on demand: frees memory
                snapshot.engine.snapshot.rows = rows
                self._written = snapshot

    def _refreshed(self, old: Snapshot | None) -> Snapshot:
        version = store.version()
        if old is not None and old.is_damaged and self._path is not None:
            storage.remove(self._path)
        if old is None or old.is_damaged:
            new = Snapshot.read(version)
        elif self._is_compared and old.engine.version == version:
            new = old
        else:  # also with the same version: the database may be a restored one
            new = old.refreshed(version)
        self._is_compared = True
        return new

    def _request_refresh(self) -> None:
        """Ask for a refresh, and wait a moment for it if it can begin at once."""
        begins_at_once = self._is_refresh_idle.is_set()
        self._is_refresh_idle.clear()
        self._is_refresh_requested.set()
        if begins_at_once:
            self._is_refresh_idle.wait(CHANGE_WAIT_SECONDS)

    def _run_refreshes(self) -> None:
        if self._path is not None:
            self.load(self._path)
        while True:
            self._is_refresh_requested.clear()
            is_current = self.refresh()
            self._is_refresh_idle.set()
            self._wait(COMPARE_SECONDS if is_current else RETRY_SECONDS)

    def _wait(self, seconds: float) -> None:
        """Wait until a refresh is asked for; if none is, compare all stamps at the next one."""
        if not self._is_refresh_requested.wait(seconds):
            self._is_compared = False

    def _run_file_writes(self, path: Path) -> None:
        self._has_snapshot.wait()
        while True:
            self.write(path)
            time.sleep(WRITE_SECONDS)
