"""The code of a room's screen: whose it is, when it is good, and that no other tells it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protect.trainings.attendance.rules.room_code import (
    LENGTH,
    REMEMBERED,
    SECONDS,
    Verdict,
    code_of,
    is_open,
    judge,
    window_of,
)

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
ROOM, OTHER_ROOM = UUID(int=1), UUID(int=2)
NINE = datetime(2027, 1, 12, 9, tzinfo=UTC)
TWELVE = NINE + timedelta(hours=3)
TIMES = (NINE, TWELVE)


def shown(at: datetime, room: UUID = ROOM, key: bytes = KEY) -> str:
    return code_of(key, room, window_of(at))


@pytest.mark.parametrize(
    ("shown_at", "typed_at", "verdict"),
    [
        (NINE, NINE, Verdict.GOOD),
        (NINE, NINE + timedelta(seconds=SECONDS), Verdict.GOOD),  # typed slowly
        (NINE, NINE + timedelta(seconds=2 * SECONDS), Verdict.OVER),
        (NINE, NINE + timedelta(seconds=REMEMBERED * SECONDS), Verdict.OVER),
        (NINE, NINE + timedelta(seconds=(REMEMBERED + 1) * SECONDS), Verdict.UNKNOWN),
        (NINE + timedelta(seconds=SECONDS), NINE, Verdict.UNKNOWN),  # of the minute to come
        (NINE - timedelta(minutes=30), NINE - timedelta(minutes=30), Verdict.GOOD),
        (NINE - timedelta(minutes=31), NINE - timedelta(minutes=31), Verdict.EARLY),
        (TWELVE + timedelta(minutes=14), TWELVE + timedelta(minutes=14), Verdict.GOOD),
        (TWELVE + timedelta(minutes=15), TWELVE + timedelta(minutes=15), Verdict.OVER),
    ],
)
def test_a_code_is_good_in_its_minutes_and_while_the_half_day_takes_claims(
    shown_at, typed_at, verdict
):
    assert judge(KEY, ROOM, shown(shown_at), TIMES, typed_at) is verdict


@pytest.mark.parametrize("typed", ["", "bcd", "bcdfgh", "é" * 6, shown(NINE, OTHER_ROOM)])
def test_another_code_is_unknown(typed):
    assert judge(KEY, ROOM, typed, TIMES, NINE) is Verdict.UNKNOWN


def test_it_may_be_typed_with_capitals_and_gaps():
    code = shown(NINE)

    assert judge(KEY, ROOM, f" {code[:3]} {code[3:]}".upper(), TIMES, NINE) is Verdict.GOOD


@given(st.integers(0, 10**8), st.uuids())
def test_a_code_belongs_to_one_room_one_minute_and_one_key(window, room):
    code = code_of(KEY, room, window)

    assert len(code) == LENGTH
    assert code == code_of(KEY, room, window)
    assert len({code, code_of(OTHER_KEY, room, window), code_of(KEY, room, window + 1)}) == 3


def test_a_half_day_is_open_from_half_an_hour_before_to_a_quarter_after():
    assert not is_open(*TIMES, NINE - timedelta(minutes=31))
    assert is_open(*TIMES, NINE - timedelta(minutes=30))
    assert not is_open(*TIMES, TWELVE + timedelta(minutes=15))
