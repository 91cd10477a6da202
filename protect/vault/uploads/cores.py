"""The cores on which a server parses files: half of its machine's, for pages need the others.

The server has a process for each core, and each lets one file be parsed at a time. A lock on a file
holds their number down over all of them; the kernel lets it go when its holder ends, however.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from protect.vault.uploads.errors import ParsersBusy

COUNT = max(1, (os.cpu_count() or 1) // 2)
LONGEST_WAIT = 20.0  # seconds
PAUSE = 0.02  # seconds between two looks
FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def held_core() -> Iterator[None]:
    """Hold a core until the block ends. Errors: ParsersBusy, where all are held for too long."""
    ends = time.monotonic() + LONGEST_WAIT
    while (handle := _free_core()) is None:
        if time.monotonic() > ends:
            raise ParsersBusy
        time.sleep(PAUSE)
    try:
        yield
    finally:
        os.close(handle)  # and with it the lock


def _free_core() -> int | None:
    """Return an open file whose lock we hold now, None where every core is held."""
    for number in range(COUNT):
        handle = os.open(_file_of(number), FLAGS, 0o600)
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return handle
        os.close(handle)
    return None


def _file_of(number: int) -> Path:
    return Path(tempfile.gettempdir(), f"protect-parser-{os.getuid()}-{number}")
