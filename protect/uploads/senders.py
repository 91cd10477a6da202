"""The sender of the file that is being parsed: a user of the desk, or a network of visitors. The
request names the sender only when a file is parsed. A visitor's address is used for nothing else
and stored nowhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import NamedTuple


class Queue(StrEnum):
    """A queue of files that wait to be parsed. Staff go before visitors without an account."""

    VISITORS = "visitors"
    DESK = "desk"


class Sender(NamedTuple):
    """The sender of a file. `key` is the id of a user or a network, "" for a command."""

    queue: Queue
    key: str = ""


OPERATOR_SENDER = Sender(Queue.DESK)  # the default, for commands

_sender: ContextVar[Callable[[], Sender]] = ContextVar("_sender", default=lambda: OPERATOR_SENDER)


@contextmanager
def sent_by(get_sender: Callable[[], Sender]) -> Iterator[None]:
    """Attribute each file that is parsed in this block to the sender which `get_sender` gives."""
    token = _sender.set(get_sender)
    try:
        yield
    finally:
        _sender.reset(token)


def current_sender() -> Sender:
    """Return the sender of the file to parse now; OPERATOR_SENDER outside of `sent_by`."""
    return _sender.get()()
