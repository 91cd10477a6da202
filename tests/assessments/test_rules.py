from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from protect.assessments.rules import (
    DAYS_OPEN,
    has_reached,
    is_open,
    swaps_test_sets,
    to_half_day,
)
from protect.trainings.base.enums import Phase
from protect.trainings.curricula.enums import SetOrder

BRUSSELS = ZoneInfo("Europe/Brussels")
FIRST = datetime(2027, 1, 12, 8, tzinfo=UTC)
SESSIONS = [(FIRST + timedelta(days=d), FIRST + timedelta(days=d, hours=3)) for d in (0, 1)]
BEGINS, ENDS = SESSIONS[-1]


@pytest.mark.parametrize(
    ("phase", "at", "opened"),
    [
        (Phase.PRE, FIRST - timedelta(days=90), True),
        (Phase.PRE, SESSIONS[0][1] - timedelta(minutes=1), True),
        (Phase.PRE, SESSIONS[0][1], False),
        (Phase.POST, BEGINS - timedelta(minutes=1), False),
        (Phase.POST, BEGINS, True),
        (Phase.EVALUATION, ENDS + DAYS_OPEN - timedelta(minutes=1), True),
        (Phase.NAMED, ENDS + DAYS_OPEN, False),
        (Phase.FOLLOW_UP, ENDS + timedelta(days=200), True),
    ],
)
def test_each_form_is_open_in_its_time(phase, at, opened):
    assert is_open(phase, SESSIONS, at) == opened


@pytest.mark.parametrize("phase", [Phase.PRE, Phase.POST, Phase.EVALUATION, Phase.NAMED])
def test_no_form_is_open_without_sessions(phase):
    assert not is_open(phase, [], FIRST)


@given(st.timedeltas(timedelta(-400), timedelta(400)))
def test_pre_and_post_test_are_never_open_at_once_with_two_sessions(later):
    asked = {phase for phase in (Phase.PRE, Phase.POST) if is_open(phase, SESSIONS, FIRST + later)}

    assert len(asked) <= 1


@pytest.mark.parametrize("order", SetOrder)
@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("coin", [0, 1])
def test_only_the_split_order_gives_halves_different_sets(order, phase, coin):
    swapped = order is SetOrder.HALVES and phase in {Phase.PRE, Phase.POST} and coin == 1

    assert swaps_test_sets(order, phase, coin) == swapped


@given(st.fractions(0, 14), st.integers(0, 100))
def test_decimal_points_are_compared_exactly_with_the_pass_mark(points, percent):
    assert has_reached(float(points), 14, percent) == (round(points * 100 - percent * 14, 9) >= 0)


def test_form_without_points_is_not_passed():
    assert not has_reached(0, 0, 0)


@pytest.mark.parametrize(
    ("at", "day", "is_afternoon"),
    [
        (datetime(2026, 3, 2, 10, 59, 59, tzinfo=UTC), date(2026, 3, 2), False),
        (datetime(2026, 3, 2, 11, 0, tzinfo=UTC), date(2026, 3, 2), True),
        (datetime(2026, 3, 2, 23, 30, tzinfo=UTC), date(2026, 3, 3), False),
        (datetime(2026, 7, 2, 10, 0, tzinfo=UTC), date(2026, 7, 2), True),
    ],
)
def test_half_day_follows_local_time(at, day, is_afternoon):
    assert to_half_day(at, BRUSSELS) == (day, is_afternoon)


def test_naive_time_raises_an_error():
    with pytest.raises(ValueError, match="time zone"):
        to_half_day(datetime(2026, 3, 2, 10), BRUSSELS)  # noqa: DTZ001 - the case
