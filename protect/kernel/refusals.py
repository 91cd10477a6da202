"""Collects the refusals of one request, for the refusal log of `site`.
A refusal may become a page of its own or a mistake in a form; both report it here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from protect.kernel.errors import ProtectError

_heard: ContextVar[list[ProtectError] | None] = ContextVar("heard", default=None)


def tell(error: ProtectError) -> None:
    """Add a refusal to the list of `collected`; outside of one it is lost."""
    heard = _heard.get()
    if heard is not None:
        heard.append(error)


@contextmanager
def collected() -> Iterator[list[ProtectError]]:
    """Yield the list to which every refusal of this block is added, in order."""
    heard: list[ProtectError] = []
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)
