"""The clock of the whole project: all code reads the time here. A test can therefore stop it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_stopped_at: list[datetime] = []


def now() -> datetime:
    """Return the present instant, aware and in UTC."""
    return _stopped_at[-1] if _stopped_at else datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Stop the clock in all threads until the block ends. Errors: ValueError for a naive `at`."""
    if at.tzinfo is None:
        raise ValueError("at must carry a time zone")
    _stopped_at.append(at.astimezone(UTC))
    try:
        yield
    finally:
        _stopped_at.pop()
