"""What was refused while one request was answered: whoever keeps watch hears of it.

A refusal may end in a page of its own or as a mistake in a form; both tell of it here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from protect.kernel.errors import ProtectError

_heard: ContextVar[list[ProtectError] | None] = ContextVar("heard", default=None)


def tell(error: ProtectError) -> None:
    """Tell of a refusal that somebody met; lost where nobody listens."""
    heard = _heard.get()
    if heard is not None:
        heard.append(error)


@contextmanager
def told() -> Iterator[list[ProtectError]]:
    """Give the list to which every refusal of this block is added, in its order."""
    heard: list[ProtectError] = []
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)
