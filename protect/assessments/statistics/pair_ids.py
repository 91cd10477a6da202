"""Freezing replaces codes by random pair ids: results stay, and cards lead to no row.

The store writes the ids, forgets the edition's key and re-inserts the rows in random order.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from protect.assessments.statistics.pairs import NO_CODE

ID_BYTES = 16
NOON = 12  # o'clock


class Half(StrEnum):
    """Half of a day. A response stores no more exact time."""

    MORNING = "morning"
    AFTERNOON = "afternoon"  # and the evening


def half_day(at: datetime, zone: ZoneInfo) -> tuple[date, Half]:
    """Return the only stored time of a response, by the clock of the session.

    Errors: ValueError for a naive `at`.
    """
    if at.tzinfo is None:
        raise ValueError("at must carry a time zone")
    there = at.astimezone(zone)
    return there.date(), Half.MORNING if there.hour < NOON else Half.AFTERNOON


def _drawn() -> str:
    return secrets.token_hex(ID_BYTES)


def pair_ids(hashes: Iterable[str], draw: Callable[[], str] = _drawn) -> dict[str, str]:
    """Return a random id for each hash of an edition, both phases together; none for NO_CODE.

    Equal hashes get equal ids, so whatever is worked out afterwards is the same as before.
    """
    swapped: dict[str, str] = {}
    taken = {NO_CODE}
    for code in sorted(set(hashes) - {NO_CODE}):
        fresh = NO_CODE
        while fresh in taken:
            fresh = draw()
        taken.add(fresh)
        swapped[code] = fresh
    return swapped
