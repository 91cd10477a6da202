"""Small numbers of people are hidden, and no sum reveals them."""

import pytest
from hypothesis import given, strategies as st

from protect.kernel.small_numbers import (
    FEWEST_SHOWN,
    hide_small_parts,
    shown_number,
    sum_without_small,
)

PARTS = st.dictionaries(st.integers(), st.integers(0, 40), max_size=6)


@pytest.mark.parametrize(
    ("parts", "shown", "total"),
    [
        ({"a": 7, "b": 9}, {"a": 7, "b": 9}, 16),
        ({"a": 3}, {"a": None}, None),
        ({"a": 0}, {"a": 0}, 0),
        ({"a": 3, "b": 40, "c": 9}, {"a": None, "b": 40, "c": None}, 52),
        ({"a": 3, "b": 0}, {"a": None, "b": 0}, None),
        ({"a": 1, "b": 1, "c": 8}, {"a": None, "b": None, "c": None}, 10),
        ({"a": 4, "b": 4, "c": 8}, {"a": None, "b": None, "c": 8}, 16),
    ],
)
def test_a_small_part_is_hidden_with_a_larger_one(parts, shown, total):
    assert hide_small_parts(parts) == (shown, total)


@given(PARTS)
def test_what_a_sum_says_of_hidden_parts_is_about_several_parts_and_people(parts):
    shown, total = hide_small_parts(parts)

    hidden = [number for key, number in parts.items() if shown[key] is None]
    assert all(not 0 < number < FEWEST_SHOWN for number in shown.values() if number is not None)
    if hidden and total is not None:
        assert len(hidden) >= 2
        assert total - sum(number for number in shown.values() if number) >= FEWEST_SHOWN
    assert total in (None, sum(parts.values()))


@given(st.integers(0, 1000))
def test_zero_and_five_are_shown(number):
    assert shown_number(number) == (None if number in (1, 2, 3, 4) else number)


@pytest.mark.parametrize(
    ("numbers", "total"),
    [([], 0), ([0], 0), ([3], None), ([3, 0], None), ([3, 4], None), ([3, 40], 40), ([5, 6], 11)],
)
def test_a_small_number_is_in_no_sum(numbers, total):
    assert sum_without_small(numbers) == total


@given(st.lists(st.integers(0, 40)), st.lists(st.integers(0, 40)))
def test_two_sums_never_differ_by_a_small_number(some, more):
    one, two = (sum_without_small(each) or 0 for each in (some, [*some, *more]))

    assert not 0 < abs(two - one) < FEWEST_SHOWN
