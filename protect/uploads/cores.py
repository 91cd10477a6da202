"""The cores on which a server parses files: half of its machine's, for pages need the others.
The server has a process for each core, and each lets one file be parsed at a time. A lock on a file
holds their number down over all of them; the kernel lets it go when its holder ends, however.
People at work look for a free core three times as often as visitors, whichever process they are in.
"""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from protect.uploads import errors, senders

COUNT = max(1, (os.cpu_count() or 1) // 2)
PAUSE = 0.02  # seconds between two looks of people at work
PAUSE_OF_VISITORS = 3 * PAUSE  # before each look, the first too: so people at work are quicker
FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def held_core(queue: senders.Queue, *, deadline: float) -> Iterator[None]:
    """Hold a core until the block ends. Units: `deadline` as the monotonic clock has it. Errors:
    ParsersBusy, where other files hold all cores until then."""
    is_visitor = queue is senders.Queue.VISITORS
    if is_visitor:
        time.sleep(PAUSE_OF_VISITORS)
    while (handle := _free_core()) is None:
        if time.monotonic() > deadline:
            raise errors.ParsersBusy
        time.sleep(PAUSE_OF_VISITORS if is_visitor else PAUSE)
    try:
        yield
    finally:
        os.close(handle)  # and with it the lock


def _free_core() -> int | None:
    """Return an open file that we hold the lock of now, None where every core is held."""
    for number in range(COUNT):
        handle = os.open(_file_of(number), FLAGS, 0o600)
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


def _file_of(number: int) -> Path:
    return Path(tempfile.gettempdir(), f"protect-parser-{os.getuid()}-{number}")
