from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protect.assessments.statistics.pair_ids import Half, half_day, pair_ids
from protect.assessments.statistics.pairs import NO_CODE
from protect.assessments.statistics.test_results import learning
from tests.assessments.statistics.given import CALM, LIMITS, answers

hashes = st.lists(st.sampled_from([NO_CODE, *"abcdefghijklmnop"]), max_size=30)
BRUSSELS = ZoneInfo("Europe/Brussels")


@CALM
@given(hashes)
def test_each_hash_gets_an_id_of_its_own_that_says_nothing(found):
    swapped = pair_ids(found)

    assert swapped.keys() == set(found) - {NO_CODE}
    assert len(set(swapped.values())) == len(swapped)
    assert all(len(each) == 32 and each not in swapped for each in swapped.values())
    assert not set(swapped.values()) & set(pair_ids(found).values())


@CALM
@given(hashes, hashes)
def test_what_was_learned_is_the_same_after_freezing(pre, post):
    swapped = {NO_CODE: NO_CODE} | pair_ids([*pre, *post])
    before, after = (
        [answers([row % 7 for row in range(len(codes))], codes, items=3) for codes in (pre, post)],
        [
            answers([row % 7 for row in range(len(codes))], [swapped[c] for c in codes], items=3)
            for codes in (pre, post)
        ],
    )

    assert learning(*after, 10, LIMITS) == learning(*before, 10, LIMITS)


def test_an_id_that_is_drawn_again_is_not_taken():
    ids = iter(["x", "x", NO_CODE, "y"])

    assert pair_ids(["a", "b"], lambda: next(ids)) == {"a": "x", "b": "y"}


@pytest.mark.parametrize(
    ("at", "day", "half"),
    [
        (datetime(2026, 3, 2, 10, 59, 59, tzinfo=UTC), date(2026, 3, 2), Half.MORNING),
        (datetime(2026, 3, 2, 11, 0, tzinfo=UTC), date(2026, 3, 2), Half.AFTERNOON),
        (datetime(2026, 3, 2, 23, 30, tzinfo=UTC), date(2026, 3, 3), Half.MORNING),
        (datetime(2026, 7, 2, 10, 0, tzinfo=UTC), date(2026, 7, 2), Half.AFTERNOON),
    ],
)
def test_an_answer_knows_its_half_day_by_the_clock_on_the_wall(at, day, half):
    assert half_day(at, BRUSSELS) == (day, half)


def test_a_time_without_a_zone_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="time zone"):
        half_day(datetime(2026, 3, 2, 10), BRUSSELS)  # noqa: DTZ001 - the case
