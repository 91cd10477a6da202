"""Where the snapshot file is, its key, and which worker writes it. The name of the file has a
digest of the database, and one of all code and data that decide what its columns mean: after an
upgrade another file is read."""

import fcntl
import hmac
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
OTHERS_KEPT_FOR = 3600  # seconds: files of other code, while a server with it may still run


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
    one stays. Errors: OSError; RecordDamaged."""
    with _lock(path.with_name("snapshot.lock")) as is_ours:
        is_written = files.version(path) == engine.version
        if not is_ours or (is_written and not replaces_same_version):
            return None
        rows = files.write(path, engine, load_stamps(), _key())
        for other in path.parent.glob(f"{_database_digest()}-*.snapshot"):
            if other != path and other.stat().st_mtime < time() - OTHERS_KEPT_FOR:
                other.unlink(missing_ok=True)
        return rows


@contextmanager
def _lock(path: Path) -> Iterator[bool]:
    """Hold a lock that only one process can hold; say whether this one does. Errors: OSError."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, files.FILE_MODE)
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
