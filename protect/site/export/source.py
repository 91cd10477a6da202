"""Where an export reads the directory: in the database, or, while that is away, in the snapshot
file that a server keeps."""

import logging
from collections import deque
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.db import Error

from protect.kernel import clock
from protect.matching.engine.files import FileRefused
from protect.matching.services import store
from protect.matching.services.records import RowDamaged
from protect.matching.snapshots import storage
from protect.matching.snapshots.current import Snapshot
from protect.reference.lookup import store as lookup
from protect.site.errors import SiteRefusal

log = logging.getLogger("protect")

MAX_FILE_AGE = timedelta(days=2)  # of a snapshot file that stands in for the database


class Source(NamedTuple):
    snapshot: Snapshot
    as_of: datetime  # until when it is known that the directory was so
    is_file: bool  # whether the database was away


def open_source() -> Source:
    """Return the newest directory that can be read. Errors: export_no_directory, if neither the
    database nor a snapshot file can be read; export_snapshot_refused for a damaged one."""
    path = storage.snapshot_path()
    try:
        return Source(_read_newest(path, store.version()), clock.now(), is_file=False)
    except Error as error:
        problem = str(error).splitlines()[0]
    if path is None or not path.exists():
        raise SiteRefusal("export_no_directory", problem=problem)
    lookup.read_data_files()
    return _read_file(path)


def _read_newest(path: Path | None, version: int) -> Snapshot:
    """Return the directory of the database: as a server that starts reads it, from the file and
    what has changed since, if there is a good file. Errors: django.db.Error."""
    try:
        if path is not None and path.exists():
            return _read_whole(path).refreshed(version)
    except (FileRefused, OSError, RowDamaged) as error:
        log.warning("the snapshot file is not used: %r", error)
    return Snapshot.read(version)


def _read_file(path: Path) -> Source:
    try:
        confirmed_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)  # servers touch it
        if clock.now() - confirmed_at > MAX_FILE_AGE:
            raise SiteRefusal("export_snapshot_old", file=str(path), days=MAX_FILE_AGE.days)
        return Source(_read_whole(path), confirmed_at, is_file=True)
    except (FileRefused, OSError, RowDamaged) as error:
        raise SiteRefusal("export_snapshot_refused", file=str(path), problem=str(error)) from None


def _read_whole(path: Path) -> Snapshot:
    """Return the snapshot of a file of which each row was read once: rows are compared with their
    digests when they are read. Errors: FileRefused; OSError; RowDamaged."""
    snapshot = Snapshot.from_file(path)
    deque(snapshot.engine.rows, maxlen=0)
    return snapshot
