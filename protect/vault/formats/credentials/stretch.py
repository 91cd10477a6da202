"""Argon2id, which makes each password guess expensive: its cost and the cost's bounds."""

import os
import sys
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from struct import Struct

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from protect.vault.formats.errors import Malformed

KDF_LAYOUT = Struct(">BIBB")  # id, memory in KiB, passes, lanes
NO_KDF, ARGON2ID = 0, 1
HASH_BYTES = 32  # bytes that Argon2id returns
MEMORY_BOUNDS = 19 * 1024, 256 * 1024  # KiB, smallest and largest
PASSES_BOUNDS, LANES_BOUNDS = (1, 10), (1, 4)  # smallest and largest
MAX_PARALLEL_RUNS = 2  # runs of Argon2id at a time in a process; each takes a core and 64 MiB
MAX_WAITING_THREADS = 16  # threads that run or wait; further sign-ins must try again later
NICENESS_STEPS = 10  # added to the niceness of Argon2id threads, so that other requests go first


@dataclass(frozen=True, slots=True)
class Kdf:
    """The key derivation function of a bundle and its cost. Units: memory in KiB."""

    id: int
    memory: int = 0
    passes: int = 0
    lanes: int = 0

    def raw(self) -> bytes:
        """Return the seven bytes that a bundle and its context contain."""
        return KDF_LAYOUT.pack(*astuple(self))

    @classmethod
    def parse(cls, raw: bytes) -> "Kdf":
        """Parse seven bytes. Errors: Malformed, for a cost that this server never writes."""
        kdf = cls(*KDF_LAYOUT.unpack(raw))
        if kdf != UNSTRETCHED and not kdf.is_bounded():
            raise Malformed("a cost outside the bounds")
        return kdf

    def is_bounded(self) -> bool:
        """Return whether a run is expensive enough and the machine can bear it."""
        costs = (self.memory, self.passes, self.lanes)
        bounds = zip(costs, (MEMORY_BOUNDS, PASSES_BOUNDS, LANES_BOUNDS), strict=True)
        return self.id == ARGON2ID and all(low <= n <= high for n, (low, high) in bounds)


UNSTRETCHED = Kdf(NO_KDF)  # for secrets that cannot be guessed: 160 or 256 random bits
DEFAULT_COST = Kdf(ARGON2ID, memory=64 * 1024, passes=3, lanes=1)


def normalise_password(password: str) -> bytes:
    """Return the same bytes for a password, whichever keyboard typed it.
    Source: NIST SP 800-63B, 5.1.1.2: NFKC before hashing."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def stretch(password: str, salt: bytes, kdf: Kdf) -> bytes:
    """Derive 32 bytes with Argon2id; wait while `MAX_PARALLEL_RUNS` other runs are under way.
    Errors: ValueError for a cost outside the bounds. Source: RFC 9106."""
    if not kdf.is_bounded():
        raise ValueError("a cost outside the bounds")
    WAITING_THREADS.add(threading.get_ident())
    try:
        return ARGON2_POOL.submit(_run_argon2id, normalise_password(password), salt, kdf).result()
    finally:
        WAITING_THREADS.discard(threading.get_ident())


def is_crowded() -> bool:
    """Return whether so many threads run or wait for Argon2id that sign-ins must be refused."""
    return len(WAITING_THREADS) >= MAX_WAITING_THREADS


def _run_argon2id(password: bytes, salt: bytes, kdf: Kdf) -> bytes:
    return Argon2id(
        salt=salt, length=HASH_BYTES, iterations=kdf.passes, lanes=kdf.lanes, memory_cost=kdf.memory
    ).derive(password)


def _lower_thread_priority() -> None:
    """On Linux, where niceness is per thread, give all other threads precedence."""
    if sys.platform == "linux":
        thread_id = threading.get_native_id()
        niceness = os.getpriority(os.PRIO_PROCESS, thread_id) + NICENESS_STEPS
        os.setpriority(os.PRIO_PROCESS, thread_id, niceness)


def _start_pool() -> None:
    """Make the pool of this process. A process that was forked, as those of the server are, has
    none of the threads of its parent: in the parent's pool a run would wait for ever."""
    global ARGON2_POOL
    ARGON2_POOL = ThreadPoolExecutor(MAX_PARALLEL_RUNS, initializer=_lower_thread_priority)
    WAITING_THREADS.clear()


ARGON2_POOL: ThreadPoolExecutor
WAITING_THREADS: set[int] = set()  # ids of threads that run or wait for Argon2id
_start_pool()
os.register_at_fork(after_in_child=_start_pool)
