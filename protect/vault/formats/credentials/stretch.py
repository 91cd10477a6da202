"""Making a guess expensive: Argon2id, its cost and the bounds of it."""

import os
import sys
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from struct import Struct

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from protect.vault.formats.errors import Malformed

LAYOUT = Struct(">BIBB")  # id, memory in KiB, passes, lanes
NONE, ARGON2ID = 0, 1
HASH = 32  # bytes
MEMORY_KIB, PASSES, LANES = (19 * 1024, 256 * 1024), (1, 10), (1, 4)  # smallest, largest
RUNS = 2  # at once in a process: each takes a core and 64 MiB
ROOM = 16  # threads that run or wait for it; later ones are asked to come again
BACK = 10  # steps of niceness: pages that others wait for go first


@dataclass(frozen=True, slots=True)
class Kdf:
    """How a key was made from what a person has. Units: memory in KiB."""

    id: int
    memory: int = 0
    passes: int = 0
    lanes: int = 0

    def raw(self) -> bytes:
        """Return the seven bytes that stand in a bundle and in its context."""
        return LAYOUT.pack(*astuple(self))

    @classmethod
    def parse(cls, raw: bytes) -> "Kdf":
        """Return what seven bytes say. Errors: Malformed, for a cost that we would not write."""
        kdf = cls(*LAYOUT.unpack(raw))
        if kdf != PLAIN and not kdf.is_bounded():
            raise Malformed("a cost outside the bounds")
        return kdf

    def is_bounded(self) -> bool:
        """Return whether a run is neither too cheap for us nor too dear for the machine."""
        bounds = ((self.memory, MEMORY_KIB), (self.passes, PASSES), (self.lanes, LANES))
        return self.id == ARGON2ID and all(low <= n <= high for n, (low, high) in bounds)


PLAIN = Kdf(NONE)  # for secrets beyond guessing: 160 or 256 random bits
COST = Kdf(ARGON2ID, memory=64 * 1024, passes=3, lanes=1)


def normal(password: str) -> bytes:
    """Return a password as the same bytes, whichever keyboard typed it.
    Source: NIST SP 800-63B, 5.1.1.2: NFKC before hashing."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def stretch(password: str, salt: bytes, kdf: Kdf) -> bytes:
    """Return 32 bytes that cost `kdf` to come by. Waits while `RUNS` others run.
    Errors: ValueError for a cost outside the bounds. Source: RFC 9106."""
    if not kdf.is_bounded():
        raise ValueError("a cost outside the bounds")
    WAITING.add(threading.get_ident())
    try:
        return POOL.submit(_run, normal(password), salt, kdf).result()
    finally:
        WAITING.discard(threading.get_ident())


def is_crowded() -> bool:
    """Return whether so many wait already that this process would answer nothing else."""
    return len(WAITING) >= ROOM


def _run(password: bytes, salt: bytes, kdf: Kdf) -> bytes:
    return Argon2id(
        salt=salt, length=HASH, iterations=kdf.passes, lanes=kdf.lanes, memory_cost=kdf.memory
    ).derive(password)


def _step_back() -> None:
    """Let every other thread go first, where niceness is a thread's own: on Linux."""
    if sys.platform == "linux":
        me = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, me, os.getpriority(os.PRIO_PROCESS, me) + BACK)


POOL = ThreadPoolExecutor(RUNS, initializer=_step_back)
WAITING: set[int] = set()  # threads
