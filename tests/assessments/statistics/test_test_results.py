from dataclasses import fields, is_dataclass

import numpy as np
import pytest
from hypothesis import given, strategies as st

from protect.assessments.statistics.change import Change, Spread
from protect.assessments.statistics.items import ItemStatistics
from protect.assessments.statistics.limits import Reason
from protect.assessments.statistics.test_results import (
    PhaseAnswers,
    PrePostResults,
    compute,
)
from tests.assessments.statistics.given import CALM, LIMITS, make_answers

rows = st.lists(st.tuples(st.sampled_from("abcdefghijklmnopqrst"), st.integers(0, 8)), max_size=30)


def course(pairs: int, before: float = 3, after: float = 6) -> PrePostResults:
    """So many people with one of three results, all paired."""
    pre = [before + row % 3 for row in range(pairs)]
    post = [after + row % 2 for row in range(pairs)]
    return compute(make_answers(pre, items=5), make_answers(post, items=5), 10, LIMITS)


def same(one: object, other: object) -> bool:
    """Whether two results are equal but for the order in which numbers were added."""
    if is_dataclass(one):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == (pytest.approx(other) if isinstance(other, float) else other)


def test_course_with_twelve_pairs_shows_all_results():
    results = course(12)

    assert isinstance(results.change, Change)
    assert results.change.mean == pytest.approx(2.5)
    assert results.gain == pytest.approx(2.5 / 6)
    assert isinstance(results.effect_size, float)
    assert isinstance(results.pre_items, ItemStatistics)
    assert not isinstance(results.item_changes, Reason)
    assert len(results.item_changes) == 5
    assert results.pair_count == 12


@pytest.mark.parametrize(
    ("pairs", "why"),
    [(0, Reason.NO_PAIRS), (1, Reason.FEW_PAIRS), (4, Reason.FEW_PAIRS), (9, Reason.FEW_PAIRS)],
)
def test_small_course_withholds_results(pairs, why):
    results = course(pairs)

    assert (results.change, results.effect_size, results.gain, results.item_changes) == (why,) * 4
    assert isinstance(results.spread, Spread) == (pairs >= 5)
    assert isinstance(results.post_items, ItemStatistics) == (pairs >= 5)


def test_gain_of_a_too_easy_test_is_withheld():
    results = course(12, before=8)  # a third had 10 of 10, a third 9

    assert (results.change, results.effect_size, results.gain, results.item_changes) == (
        Reason.TOO_EASY,
    ) * 4
    assert isinstance(results.spread, Spread)
    assert isinstance(results.pre_items, ItemStatistics)


def test_too_easy_is_reported_before_an_undefined_gain():
    full = make_answers([10.0] * 12, items=3)

    assert compute(full, full, 10, LIMITS).gain is Reason.TOO_EASY


def test_fitness_uses_all_pre_tests_and_change_uses_pairs():
    pre = make_answers([2.0] * 10 + [10.0] * 5, [f"c{row}" for row in range(15)])
    post = make_answers([float(row % 3 + 4) for row in range(10)])

    results = compute(pre, post, 10, LIMITS)

    assert results.change is Reason.TOO_EASY  # 5 of 15, of whom none came back
    assert results.pre.alone == 5


@CALM
@given(rows, rows, st.randoms())
def test_results_ignore_the_order_of_rows(pre, post, chance):
    mixed = [pre.copy(), post.copy()]
    for group in mixed:
        chance.shuffle(group)
    there, again = (
        compute(
            *(make_answers([s for _, s in rows], [c for c, _ in rows], 8) for rows in both),
            8,
            LIMITS,
        )
        for both in ((pre, post), mixed)
    )

    assert same(there, again)


@pytest.mark.parametrize("score", [-0.5, 10.5, float("nan")])
def test_score_outside_the_test_raises_an_error(score):
    with pytest.raises(ValueError, match="must lie"):
        compute(make_answers([score]), make_answers([]), 10, LIMITS)


def test_incomparable_tests_raise_an_error():
    with pytest.raises(ValueError, match="questions"):
        compute(make_answers([1.0], items=2), make_answers([1.0], items=3), 10, LIMITS)
    with pytest.raises(ValueError, match="differ"):
        PhaseAnswers(["a"], np.zeros(2), np.zeros((2, 1), bool))
    with pytest.raises(ValueError, match="must lie"):
        compute(make_answers([]), make_answers([]), 0, LIMITS)
