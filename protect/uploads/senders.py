"""The sender of the file that is parsed now: a person at work, or a network of visitors.
The request names the sender only when a file is parsed: a visitor's address is looked at for
nothing else, and written down nowhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import NamedTuple


class Queue(StrEnum):
    """A line of waiting senders: visitors without an account never delay people at work."""

    VISITORS = "visitors"
    DESK = "desk"


class Sender(NamedTuple):
    """Whose files wait in one queue, one at a time. Without a key: a command of the operator."""

    queue: Queue
    key: str = ""


OPERATOR = Sender(Queue.DESK)

_current_sender: ContextVar[Callable[[], Sender]] = ContextVar(
    "_current_sender", default=lambda: OPERATOR
)


@contextmanager
def sent_by(ask: Callable[[], Sender]) -> Iterator[None]:
    """Let files that are parsed in this block be those of a sender."""
    token = _current_sender.set(ask)
    try:
        yield
    finally:
        _current_sender.reset(token)


def sender() -> Sender:
    """Return the sender of the file that is parsed now."""
    return _current_sender.get()()
