"""Calls on connections of their own: what they write is committed, and others see it."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection


def apart[T](call: Callable[..., T], *args: Any, **fields: Any) -> T:
    """Return what a call gives on another connection; its refusal is ours."""
    (found,) = together(lambda: call(*args, **fields))
    if isinstance(found, Exception):
        raise found
    return found


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Run each call on a connection of its own, at once; return what each gave or raised."""
    start, found = threading.Barrier(len(calls)), [None] * len(calls)

    def run(number: int) -> None:
        start.wait()
        try:
            found[number] = calls[number]()
        except Exception as error:  # noqa: BLE001 - what was refused is the answer
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
