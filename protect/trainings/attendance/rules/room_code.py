"""The code on the screen of a room: it belongs to one session and to one minute. Pure.

A participant who types it checks in; staff confirm it. Units: minutes of the server's clock.
Source: docs/adr/0030-attendance.md.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from protect.kernel.ids import ALPHABET, squeezed

SECONDS = 60  # for which a code stands on the screen
STILL_GOOD = 1  # codes before it, for whoever types slowly
REMEMBERED = 90  # codes before it of which it is said that they are over
BEFORE, AFTER = timedelta(minutes=30), timedelta(minutes=15)  # around a half day
LENGTH = 6


class Verdict(StrEnum):
    """The verdict on a typed code."""

    GOOD = "good"
    EARLY = "early"  # the half day takes none yet
    OVER = "over"  # it was good: it is on the screen no more, or the half day is over
    UNKNOWN = "unknown"


def window_of(at: datetime) -> int:
    """Return the number of the minute in which a code stands on the screen."""
    return int(at.timestamp()) // SECONDS


def code_of(key: bytes, session: UUID, window: int) -> str:
    """Return the code of a session and a minute. It cannot be computed without the key."""
    digest = hmac.digest(key, session.bytes + window.to_bytes(8), "sha256")
    number, letters = int.from_bytes(digest), []
    for _ in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(letters)


def is_open(starts_at: datetime, ends_at: datetime, at: datetime) -> bool:
    """Return whether participants can check in to a session at an instant."""
    return starts_at - BEFORE <= at < ends_at + AFTER


def judge(
    key: bytes, session: UUID, typed: str, times: tuple[datetime, datetime], at: datetime
) -> Verdict:
    """Return the verdict on a code for a session; `times` are its beginning and its end."""
    age = _age(key, session, squeezed(typed), window_of(at))
    if age is None:
        return Verdict.UNKNOWN
    if at < times[0] - BEFORE:
        return Verdict.EARLY
    if age > STILL_GOOD or not is_open(*times, at):
        return Verdict.OVER
    return Verdict.GOOD


def _age(key: bytes, session: UUID, typed: str, now: int) -> int | None:
    """Return how many codes ago one stood on the screen; None for a code that never did."""
    for age in range(REMEMBERED + 1):
        if hmac.compare_digest(code_of(key, session, now - age).encode(), typed.encode()):
            return age
    return None
