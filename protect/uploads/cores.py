"""Limit parsing to half of the machine's cores, because pages need the others. The server has a
process for each core, and each lets one file be parsed at a time. File locks limit their number
over all processes; the kernel releases a lock however its holder ends. Staff look for a free core
three times as often as visitors, whichever process serves them."""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from protect.uploads import errors, senders

COUNT = max(1, (os.cpu_count() or 1) // 2)  # cores that parsers may use
STAFF_PAUSE_SECONDS = 0.02  # between two attempts of a staff file to lock a core
VISITOR_PAUSE_SECONDS = 3 * STAFF_PAUSE_SECONDS  # before each attempt, also the first
LOCK_FILE_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def hold_core(queue: senders.Queue, *, deadline: float) -> Iterator[None]:
    """Hold a core until the block ends. Units: `deadline` is a value of the monotonic clock.
    Errors: ParsersBusy if other files hold all cores until then."""
    is_visitor = queue is senders.Queue.VISITORS
    if is_visitor:
        time.sleep(VISITOR_PAUSE_SECONDS)
    while (handle := _lock_free_core()) is None:
        if time.monotonic() > deadline:
            raise errors.ParsersBusy
        time.sleep(VISITOR_PAUSE_SECONDS if is_visitor else STAFF_PAUSE_SECONDS)
    try:
        yield
    finally:
        os.close(handle)  # releases the lock, too


def _lock_free_core() -> int | None:
    """Lock a free core; return the open lock file, None if all cores are held."""
    for number in range(COUNT):
        handle = os.open(_lock_file_of(number), LOCK_FILE_FLAGS, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
        except BaseException:
            os.close(handle)
            raise
        else:
            return handle
    return None


def _lock_file_of(number: int) -> Path:
    return Path(tempfile.gettempdir(), f"protect-parser-{os.getuid()}-{number}")
