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
WRITE_SECONDS = 60.0  # shortest time between two files

log = logging.getLogger("protect")


class NoSnapshot(OperationalError):
    """A server has not built its first snapshot yet. Pages answer as without a database."""


class ServedSnapshot(CurrentSnapshot):
    """The newest snapshot of a server: read from a file, and kept up to date by two threads."""

    def __init__(self, path: Path | None) -> None:
        super().__init__()
        self._path = path
        self._is_compared = False  # whether all stamps were compared, after a start or an hour
        self._written: Snapshot | None = None
        self._is_there, self._is_asked, self._is_idle = Event(), Event(), Event()

    def start(self) -> None:
        Thread(target=self._keep_current, daemon=True, name="snapshot").start()
        if self._path is not None:
            Thread(target=self._keep_file, args=[self._path], daemon=True, name="file").start()

    def get(self) -> Snapshot:
        """Return the snapshot, perhaps an old one while a newer is built. Errors: NoSnapshot."""
        self._is_there.wait(FIRST_WAIT_SECONDS)
        return self.get_now()

    def get_now(self) -> Snapshot:
        """Return what `get` does, without a wait for the first snapshot. Errors: NoSnapshot."""
        snapshot = self._snapshot
        if snapshot is None:
            raise NoSnapshot("the first snapshot is being built")
        if self._clock() - self._checked_at < VERSION_CHECK_SECONDS:
            return snapshot
        if not self._lock.acquire(blocking=False):
            return snapshot  # another thread is already asking
        try:
            if snapshot.is_damaged or store.version() != snapshot.engine.version:
                self._ask()
        except Error:
            return snapshot
        finally:
            self._checked_at = self._clock()
            self._lock.release()
        return self._snapshot or snapshot

    def forget(self) -> None:
        self._snapshot = None
        self._is_there.clear()
        self._is_asked.set()

    def refresh(self) -> bool:
        """Bring the snapshot up to date; say whether that succeeded."""
        close_old_connections()
        try:
            self._snapshot = self._refreshed(self._snapshot)
        except Error:
            return False  # the database is away: the last snapshot serves
        except Exception:  # this thread must live on, or no change would ever appear
            log.exception("the snapshot was not refreshed")
            return False
        finally:
            connection.close()
        self._is_there.set()
        return True

    def load(self, path: Path) -> None:
        """Serve what a file holds, if there is a good one."""
        try:
            self._snapshot = Snapshot.from_file(path)
        except FileNotFoundError:
            return
        except Exception as error:  # whatever it is, a server builds its snapshot and a good file
            is_known = isinstance(error, FileRefused | OSError | MemoryError)
            log.warning("the snapshot file is not used: %r", error, exc_info=not is_known)
            storage.remove(path)
        else:
            self._is_there.set()

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
        except Exception:  # this thread must live on
            log.exception("the snapshot file is not written")
        else:
            if rows is not None:  # equal rows, read from the file: memory is given back
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

    def _ask(self) -> None:
        """Ask for a refresh, and wait a moment for it if it can begin at once."""
        is_at_once = self._is_idle.is_set()
        self._is_idle.clear()
        self._is_asked.set()
        if is_at_once:
            self._is_idle.wait(CHANGE_WAIT_SECONDS)

    def _keep_current(self) -> None:
        if self._path is not None:
            self.load(self._path)
        while True:
            self._is_asked.clear()
            is_current = self.refresh()
            self._is_idle.set()
            self._wait(COMPARE_SECONDS if is_current else RETRY_SECONDS)

    def _wait(self, seconds: float) -> None:
        """Wait until a refresh is asked for; if none is, compare all stamps at the next one."""
        if not self._is_asked.wait(seconds):
            self._is_compared = False

    def _keep_file(self, path: Path) -> None:
        self._is_there.wait()
        while True:
            self.write(path)
            time.sleep(WRITE_SECONDS)
