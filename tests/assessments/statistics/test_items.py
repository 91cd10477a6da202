from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from protect.assessments.statistics.items import (
    ItemStatistics,
    adjust_p_values,
    item_changes,
    item_statistics,
)
from protect.assessments.statistics.limits import Reason
from tests.assessments.statistics.given import CALM, LIMITS

right = st.tuples(st.integers(5, 40), st.integers(2, 8)).flatmap(lambda s: arrays(bool, s))
both = st.tuples(st.integers(10, 40), st.integers(1, 8)).flatmap(
    lambda shape: st.tuples(arrays(bool, shape), arrays(bool, shape))
)
ps = st.lists(st.floats(0, 1), min_size=1, max_size=20).map(np.array)


def describe(data: np.ndarray) -> ItemStatistics:
    result = item_statistics(data, LIMITS)
    assert isinstance(result, ItemStatistics)
    return result


def holm_of_statsmodels(data: list[float]) -> list[float]:
    with patch("gc.collect"):  # which it calls each time, for a second
        return list(multipletests(data, method="holm")[1])


def table(gained: int, lost: int, same: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """One question, of which so many answers moved each way."""
    pre = np.array([0] * gained + [1] * lost + [1] * same, bool)[:, None]
    post = np.array([1] * gained + [0] * lost + [1] * same, bool)[:, None]
    return pre, post


@CALM
@given(right)
def test_facility_correlations_and_kr20_equal_pandas(data):
    ours, frame = describe(data), pd.DataFrame(data.astype(float))
    total = frame.sum(axis=1)

    assert ours.facility == pytest.approx(tuple(frame.mean()))
    for column, value in enumerate(ours.rest):
        item, rest = frame[column], total - frame[column]
        if item.nunique() == 1 or rest.nunique() == 1:
            assert value is Reason.ALL_ALIKE
        else:
            assert value == pytest.approx(item.corr(rest))
    if total.nunique() == 1:
        assert ours.kr20 is Reason.ALL_ALIKE
    else:  # Cronbach's alpha of right and wrong answers is KR-20
        items = len(frame.columns)
        assert ours.kr20 == pytest.approx(
            items / (items - 1) * (1 - frame.var().sum() / total.var())
        )


def test_kr20_equals_a_hand_computed_value():
    # A Guttman scale: 3 questions, 0 to 3 right, two people each. Σpq = 0.625, variance 1.25.
    differences = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1]] * 2, bool)

    assert describe(differences).kr20 == pytest.approx(1.5 * (1 - 0.625 / 1.25))


@CALM
@given(both)
def test_mcnemar_and_holm_equal_statsmodels(data):
    pre, post = data
    ours = item_changes(pre, post, LIMITS)
    theirs = [
        float(mcnemar(pd.crosstab(*_columns(pre, post, item), dropna=False), exact=True).pvalue)
        for item in range(pre.shape[1])
    ]

    assert not isinstance(ours, Reason)
    assert [item.p for item in ours] == pytest.approx(theirs)
    assert [item.p_holm for item in ours] == pytest.approx(holm_of_statsmodels(theirs))


def _columns(pre: np.ndarray, post: np.ndarray, item: int) -> tuple[pd.Categorical, ...]:
    return tuple(
        pd.Categorical(matrix[:, item], categories=[False, True]) for matrix in (pre, post)
    )


@pytest.mark.parametrize(
    ("gained", "lost", "p"),
    [
        (7, 1, 18 / 256),  # Fagerland, Lydersen and Laake 2013: 0.070
        (0, 0, 1.0),
        (3, 3, 1.0),
        (10, 0, 2 / 1024),
    ],
)
def test_exact_mcnemar_equals_hand_computed_values(gained, lost, p):
    changes = item_changes(*table(gained, lost), LIMITS)

    assert not isinstance(changes, Reason)
    assert changes[0].p == pytest.approx(p)
    assert (changes[0].gained, changes[0].lost) == (gained, lost)


@CALM
@given(both)
def test_exchanging_before_and_after_swaps_gained_and_lost(data):
    there, back = item_changes(*data, LIMITS), item_changes(*data[::-1], LIMITS)

    assert not isinstance(there, Reason)
    assert not isinstance(back, Reason)
    assert [(m.lost, m.gained, m.p) for m in back] == [(m.gained, m.lost, m.p) for m in there]


@CALM
@given(ps)
def test_holm_only_raises_p_keeps_the_order_and_stays_at_most_one(data):
    adjusted = adjust_p_values(data)

    assert np.all(adjusted >= data)
    assert np.all(adjusted <= 1)
    assert np.all(np.diff(adjusted[np.argsort(data, kind="stable")]) >= 0)
    assert adjusted.min() == pytest.approx(min(1.0, data.min() * len(data)))


@CALM
@given(ps)
def test_holm_equals_statsmodels(data):
    assert adjust_p_values(data).tolist() == pytest.approx(holm_of_statsmodels(data))


@pytest.mark.parametrize(
    ("answers", "why"), [(0, Reason.NO_ANSWERS), (1, Reason.FEW_ANSWERS), (4, Reason.FEW_ANSWERS)]
)
def test_question_statistics_are_withheld_below_five_answers(answers, why):
    assert item_statistics(np.ones((answers, 3), bool), LIMITS) is why


@pytest.mark.parametrize(("pairs", "why"), [(0, Reason.NO_PAIRS), (9, Reason.FEW_PAIRS)])
def test_question_changes_are_withheld_below_ten_pairs(pairs, why):
    differences = np.ones((pairs, 3), bool)

    assert item_changes(differences, differences, LIMITS) is why


def test_all_right_answers_have_neither_correlation_nor_reliability():
    statistics = describe(np.ones((5, 3), bool))

    assert statistics.facility == (1.0, 1.0, 1.0)
    assert statistics.rest == (Reason.ALL_ALIKE,) * 3
    assert statistics.kr20 is Reason.ALL_ALIKE


def test_single_question_has_no_correlation():
    statistics = describe(np.array([[0], [1], [1], [0], [1]], bool))

    assert (statistics.rest, statistics.kr20) == ((Reason.ONE_ITEM,), Reason.ONE_ITEM)


def test_form_without_scored_questions_has_no_question_statistics():
    nothing = np.zeros((12, 0), bool)

    assert describe(nothing) == ItemStatistics(12, (), (), Reason.ONE_ITEM)
    assert item_changes(nothing, nothing, LIMITS) == ()
