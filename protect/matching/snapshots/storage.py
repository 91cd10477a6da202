"""Where the snapshot file is, its key, and which process writes it. The name of the file has a
digest of the database, and one of all code and data that decide what its columns mean, so that an
upgraded server reads another file."""

import fcntl
import hmac
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from importlib.metadata import version as version_of
from pathlib import Path
from sys import version as python_version
from time import time

from django.conf import settings
from django.db import connection

from protect.matching.engine import Engine, files
from protect.matching.services.records import Rows

KEY_PURPOSE = b"protect.matching.snapshot"
PACKAGES = ("directory", "matching", "reference")
SUFFIXES = (".py", ".toml", ".tsv")
LIBRARIES = ("holidays", "numpy", "opening-hours-py", "pydantic", "tzdata")
UNUSED_AFTER = 3600  # seconds; a server in use touches its file each minute
NAME = "-".join(["[0-9a-f]" * 16] * 2)  # of a file, without its suffix

log = logging.getLogger("protect")


def snapshot_path() -> Path | None:
    """Return the path of the snapshot file; None if settings name no folder for it."""
    if not settings.SNAPSHOT_FOLDER:
        return None
    return Path(settings.SNAPSHOT_FOLDER) / f"{_database_digest()}-{_code_digest()}.snapshot"


def read(path: Path) -> tuple[Engine, files.StampColumns]:
    """Return what a file holds. Errors: FileRefused; OSError."""
    return files.read(path, _key())


def write(
    path: Path,
    engine: Engine,
    load_stamps: Callable[[], files.Stamps],
    *,
    replaces_same_version: bool = False,
) -> Rows | None:
    """Write a file, and return the engine's rows as its records; None while another process writes,
    or if the file has this version and is not to be replaced. Until a new file is complete, the old
    one stays; then `_tidy` removes others. Errors: OSError; RowDamaged."""
    with _lock(path.with_name("snapshot.lock")) as is_ours:
        if not is_ours:
            return None
        rows = None
        if replaces_same_version or files.version(path, _key()) != engine.version:
            rows = files.write(path, engine, load_stamps(), _key())
        else:
            os.utime(path)  # marks the file as in use
        _tidy(path, engine.version)
        return rows


def remove(path: Path) -> None:
    """Remove a file that no server may read. A failure is logged."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("a snapshot file is not removed: %s", error)


def _tidy(path: Path, version: int) -> None:
    """Remove unfinished files of killed writers, files that no server uses, and those of an older
    version of this database: they may have an address that was erased since."""
    for unfinished in path.parent.glob(f"{NAME}.new"):
        remove(unfinished)
    for other in path.parent.glob(f"{NAME}.snapshot"):
        is_ours = other.name.startswith(_database_digest())
        is_older = is_ours and (files.version(other, _key()) or 0) < version
        is_unused = other.lstat().st_mtime < time() - UNUSED_AFTER
        if other != path and (is_older or is_unused):
            remove(other)


@contextmanager
def _lock(path: Path) -> Iterator[bool]:
    """Hold a lock that only one process can hold; yield whether this one does. Errors: OSError."""
    descriptor = files.open_own(path, os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(descriptor)


def _key() -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), KEY_PURPOSE, "sha256")


def _database_digest() -> str:
    parts = (str(connection.settings_dict[part]) for part in ("ENGINE", "HOST", "PORT", "NAME"))
    return sha256("\0".join(parts).encode()).hexdigest()[:16]


@cache
def _code_digest() -> str:
    """Return a digest of the code, data and libraries from which the columns are made."""
    folders = [settings.BASE_DIR / "protect" / name for name in PACKAGES]
    folders += map(Path, settings.PROTECT_DATA_DIRS)
    digest = sha256(python_version.encode())
    for name in LIBRARIES:
        digest.update(f"{name} {version_of(name)}\n".encode())
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in SUFFIXES:
                digest.update(f"{path.relative_to(folder)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
