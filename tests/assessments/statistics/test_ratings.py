import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st
from statsmodels.stats.proportion import proportion_confint

from protect.assessments.statistics.limits import Reason
from protect.assessments.statistics.ratings import (
    Rating,
    practice_shares,
    rate_levels,
    share_with_interval,
    sort_comments,
)
from tests.assessments.statistics.given import CALM, LIMITS

levels = st.lists(st.integers(0, 5), max_size=60).map(lambda found: np.array(found, np.int64))


@CALM
@given(levels)
def test_counts_and_share_equal_pandas_and_statsmodels(found):
    given_levels = pd.Series(found, dtype=int)
    answered = given_levels[given_levels > 0]
    result = rate_levels(found, 5, LIMITS)

    if len(answered) < 5:
        assert result is (Reason.FEW_ANSWERS if len(answered) else Reason.NO_ANSWERS)
        return
    assert isinstance(result, Rating)
    assert list(result.counts) == [int((answered == level).sum()) for level in range(1, 6)]
    assert result.skipped == len(found) - len(answered)
    top = int((answered >= 4).sum())
    low, high = proportion_confint(top, len(answered), method="wilson")
    assert (result.top_two.low, result.top_two.high) == pytest.approx((low, high))
    assert result.top_two.value == pytest.approx(top / len(answered))


def test_level_outside_the_scale_raises_an_error():
    with pytest.raises(ValueError, match="above 4"):
        rate_levels(np.array([1, 2, 3, 4, 5]), 4, LIMITS)
    with pytest.raises(ValueError, match="negative"):
        rate_levels(np.array([1, 2, 3, 4, -1]), 4, LIMITS)


@pytest.mark.parametrize(
    ("answered", "why"), [(0, Reason.NO_ANSWERS), (1, Reason.FEW_ANSWERS), (4, Reason.FEW_ANSWERS)]
)
def test_counts_and_comments_are_withheld_below_five_answers(answered, why):
    differences = np.array([5] * answered + [0] * 10)

    assert rate_levels(differences, 5, LIMITS) is why
    assert sort_comments(["Good"], answered, LIMITS) is why
    assert practice_shares(0, answered, 20, LIMITS) is why


def test_comments_are_sorted_and_empty_ones_dropped():
    assert sort_comments([" More time", "", "  ", "Breaks"], 5, LIMITS) == ("Breaks", "More time")


def test_practice_is_a_share_of_responders_and_of_attendees():
    shares = practice_shares(12, 15, 40, LIMITS)

    assert not isinstance(shares, Reason)
    assert (shares.of_responders.value, shares.of_attendees.value) == (0.8, 0.3)
    for interval, whole in ((shares.of_responders, 15), (shares.of_attendees, 40)):
        wanted = proportion_confint(12, whole, method="wilson")
        assert (interval.low, interval.high) == pytest.approx(wanted)


@CALM
@given(st.lists(st.integers(0, 500), min_size=3, max_size=3).map(sorted))
def test_share_of_attendees_is_never_above_share_of_responders(numbers):
    shares = practice_shares(*numbers, LIMITS)

    if numbers[1] < 5:
        assert isinstance(shares, Reason)
    else:
        assert not isinstance(shares, Reason)
        assert shares.of_attendees.value <= shares.of_responders.value


@pytest.mark.parametrize("numbers", [(6, 5, 10), (5, 11, 10), (-1, 5, 10)])
def test_counts_above_the_number_of_attendees_raise_an_error(numbers):
    with pytest.raises(ValueError, match="of"):
        practice_shares(*numbers, LIMITS)


shares = st.integers(1, 200_000).flatmap(
    lambda whole: st.tuples(st.integers(0, whole), st.just(whole))
)


# Newcombe 1998, table I, method 3.
@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_interval_equals_newcombes_examples(part, whole, low, high):
    shares = share_with_interval(part, whole)

    assert (shares.low, shares.high) == pytest.approx((low, high), abs=5e-5)


@CALM
@given(shares)
def test_wilson_interval_equals_statsmodels(of):
    found = share_with_interval(*of)

    wanted = proportion_confint(*of, method="wilson")
    assert (found.low, found.high) == pytest.approx(wanted, abs=1e-9)


@CALM
@given(shares)
def test_interval_lies_within_zero_and_one_and_contains_the_share(of):
    found = share_with_interval(*of)

    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.low < found.high


@CALM
@given(shares)
def test_interval_of_the_complement_is_mirrored(of):
    part, whole = of
    did, did_not = share_with_interval(part, whole), share_with_interval(whole - part, whole)

    assert did_not.low == pytest.approx(1 - did.high)


@pytest.mark.parametrize(("part", "whole"), [(0, 0), (3, 2), (-1, 2)])
def test_part_outside_the_whole_raises_an_error(part, whole):
    with pytest.raises(ValueError, match="not between"):
        share_with_interval(part, whole)
