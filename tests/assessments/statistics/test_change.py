from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.weightstats import DescrStatsW

from protect.assessments.statistics.change import Change, Spread, change, spread
from protect.assessments.statistics.numbers import differences
from protect.assessments.statistics.reasons import Reason
from tests.assessments.statistics.given import (
    CALM,
    LIMITS,
    PLANTS,
    SLEEP_AFTER,
    SLEEP_BEFORE,
    changes,
    points,
)

uneven = changes(10, 40).filter(lambda found: np.ptp(found) > 0)


def measured(found: np.ndarray) -> Change:
    result = change(found, LIMITS)
    assert isinstance(result, Change)
    return result


def test_students_sleep():
    found = measured(differences(SLEEP_BEFORE, SLEEP_AFTER))

    # Student 1908; to these digits in R's documentation of its data set "sleep".
    assert (found.pairs, found.mean) == (10, pytest.approx(1.58))
    assert (found.low, found.high) == pytest.approx((0.7001142, 2.4598858), abs=1e-6)
    assert found.p == pytest.approx(0.002833, abs=1e-6)


def test_darwins_plants():
    assert measured(PLANTS).p == pytest.approx(0.0497, abs=1e-4)  # Fisher 1935, chapter III


@CALM
@given(uneven)
def test_mean_interval_and_p_are_those_of_statsmodels(found):
    theirs, ours = DescrStatsW(found), measured(found)

    assert (ours.low, ours.high) == pytest.approx(theirs.tconfint_mean())
    assert ours.p == pytest.approx(theirs.ttest_mean()[1], abs=1e-12)
    assert ours.mean == pytest.approx(pd.Series(found).mean())


@CALM
@given(uneven)
def test_the_interval_contains_the_mean_and_nought_exactly_where_p_says_so(found):
    ours = measured(found)

    assert ours.low < ours.mean < ours.high
    assert (ours.low <= 0 <= ours.high) == (ours.p >= 0.05 - 1e-9)


@CALM
@given(changes(10, 40), points)
def test_points_that_both_tests_have_more_change_nothing(found, shift):
    pre = np.linspace(0, 8, len(found)).round() / 4
    shifted = differences(pre + shift, pre + found + shift)

    assert change(shifted, LIMITS) == change(differences(pre, pre + found), LIMITS)


@CALM
@given(uneven)
def test_before_and_after_exchanged_is_the_same_with_the_other_sign(found):
    there, back = measured(found), measured(-found)

    assert (back.mean, back.low, back.high) == pytest.approx((-there.mean, -there.high, -there.low))
    assert back.p == pytest.approx(there.p)


@pytest.mark.parametrize(
    ("pairs", "dots", "mean"),
    [
        (0, Reason.NO_PAIRS, Reason.NO_PAIRS),
        (1, Reason.FEW_ANSWERS, Reason.FEW_PAIRS),
        (2, Reason.FEW_ANSWERS, Reason.FEW_PAIRS),
        (4, Reason.FEW_ANSWERS, Reason.FEW_PAIRS),
        (5, Spread, Reason.FEW_PAIRS),
        (9, Spread, Reason.FEW_PAIRS),
        (10, Spread, Change),
    ],
)
def test_what_so_many_pairs_may_show(pairs, dots, mean):
    found = np.arange(pairs, dtype=float)

    for result, wanted in ((spread(found, LIMITS), dots), (change(found, LIMITS), mean)):
        assert result is wanted or isinstance(result, wanted)


@pytest.mark.parametrize("value", [0.0, 2.0, -0.5])
def test_where_all_changed_alike_there_is_no_interval(value):
    assert change(np.full(12, value), LIMITS) is Reason.ALL_ALIKE


def test_dots_count_pairs_by_their_change():
    found = spread(np.array([2.0, -1, 0, 2, 0, 2]), LIMITS)

    assert found == Spread(6, 1.0, (-1.0, 0.0, 2.0), (1, 2, 3))


@CALM
@given(st.lists(st.integers(0, 30), min_size=10, max_size=20))
def test_tenths_of_points_tie_as_they_do_on_paper(tenths):
    pre = np.array(tenths) / 10
    found = differences(pre, pre + 0.1 + 0.2)

    assert change(found, LIMITS) is Reason.ALL_ALIKE
    assert set(found.tolist()) == {0.3}
