"""Clients that act at one moment, each in a thread with its own connection."""

import re
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress

from django.db import DatabaseError, connection
from django.db.models import QuerySet

from protect.kernel.errors import ProtectError

MOMENT = 0.5  # seconds in which everybody who may has looked: behind a lock, only the first may
PATIENCE = 20.0  # without locks all may look, and on a busy machine it takes them longer
DONE, LOST = "done", "lost"


def release_clients() -> None:
    """Let SQLite begin many transactions; PostgreSQL does anyway."""
    connection.settings_dict["OPTIONS"].pop("transaction_mode", None)


def disable_locks() -> None:
    """Lock no row, whoever asks for it, and wait for everybody until they have looked."""
    global MOMENT
    MOMENT = PATIENCE
    release_clients()
    QuerySet.select_for_update = lambda rows, **how: rows  # type: ignore[method-assign]


def run_concurrently(
    actions: Sequence[Callable[[], object]], *, after: str | Sequence[str]
) -> Counter[str]:
    """Do everything at one time; return what became of it: DONE, LOST, or the code of a refusal.

    `after`: a pattern, or one for each. Whoever has asked the database something like it waits
    until everybody has, or MOMENT is over.
    """
    patterns = [after] * len(actions) if isinstance(after, str) else after
    start, looked = threading.Barrier(len(actions)), threading.Barrier(len(actions))
    outcomes = Counter[str]()

    def client(action: Callable[[], object], pattern: str) -> None:
        with connection.execute_wrapper(_waiting(re.compile(pattern, re.DOTALL), looked)):
            start.wait()
            outcomes[_outcome(action)] += 1
        looked.abort()  # a client that ended before it looked lets the others go on
        connection.close()

    pairs = zip(actions, patterns, strict=True)
    threads = [threading.Thread(target=client, args=arguments) for arguments in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def _outcome(action: Callable[[], object]) -> str:
    try:
        action()
    except ProtectError as refused:
        return refused.code
    except DatabaseError:  # locked, deadlocked, or refused by a constraint
        return LOST
    return DONE


def _waiting(pattern: re.Pattern[str], looked: threading.Barrier) -> Callable[..., object]:
    """Return what stands between a client and the database: once, it waits for the others."""
    has_waited = False

    def execute(ask: Callable[..., object], sql: str, *given: object) -> object:
        nonlocal has_waited
        result = ask(sql, *given)
        if not has_waited and pattern.search(sql):
            has_waited = True
            with suppress(threading.BrokenBarrierError):
                looked.wait(MOMENT)
        return result

    return execute
