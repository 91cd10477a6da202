from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from protect.assessments.statistics.change import (
    MAX_EXACT_RANKS,
    CeilingEffect,
    Change,
    Spread,
    ceiling_effect,
    effect_size,
    hedges_correction,
    mean_change,
    normalised_gain,
    score_differences,
    spread_of_changes,
    wilcoxon_p_value,
)
from protect.assessments.statistics.limits import Reason
from tests.assessments.statistics.given import (
    CALM,
    LIMITS,
    PLANTS,
    SLEEP_AFTER,
    SLEEP_BEFORE,
    change_arrays,
    points,
)

uneven = change_arrays(10, 40).filter(lambda found: np.ptp(found) > 0)
MAXIMUM = 20.0
scores = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=10, max_size=30).map(
    lambda pairs: np.array(pairs, float).T
)
uneven_scores = scores.filter(lambda both: np.ptp(both[0]) + np.ptp(both[1]) > 0)


def change_of(differences: np.ndarray) -> Change:
    result = mean_change(differences, LIMITS)
    assert isinstance(result, Change)
    return result


def test_change_of_students_sleep_data():
    change = change_of(score_differences(SLEEP_BEFORE, SLEEP_AFTER))

    # Student 1908; to these digits in R's documentation of its data set "sleep".
    assert (change.pairs, change.mean) == (10, pytest.approx(1.58))
    assert (change.low, change.high) == pytest.approx((0.7001142, 2.4598858), abs=1e-6)
    assert change.p == pytest.approx(0.002833, abs=1e-6)


def test_change_of_darwins_plant_data():
    assert change_of(PLANTS).p == pytest.approx(0.0497, abs=1e-4)  # Fisher 1935, chapter III


@CALM
@given(uneven)
def test_mean_interval_and_p_equal_statsmodels(differences):
    theirs, ours = DescrStatsW(differences), change_of(differences)

    assert (ours.low, ours.high) == pytest.approx(theirs.tconfint_mean())
    assert ours.p == pytest.approx(theirs.ttest_mean()[1], abs=1e-12)
    assert ours.mean == pytest.approx(pd.Series(differences).mean())


@CALM
@given(uneven)
def test_interval_contains_zero_exactly_when_p_is_not_significant(differences):
    ours = change_of(differences)

    assert ours.low < ours.mean < ours.high
    assert (ours.low <= 0 <= ours.high) == (ours.p >= 0.05 - 1e-9)


@CALM
@given(change_arrays(10, 40), points)
def test_points_added_to_both_tests_change_nothing(differences, shift):
    pre = np.linspace(0, 8, len(differences)).round() / 4
    shifted = score_differences(pre + shift, pre + differences + shift)

    assert mean_change(shifted, LIMITS) == mean_change(
        score_differences(pre, pre + differences), LIMITS
    )


@CALM
@given(uneven)
def test_exchanging_before_and_after_flips_the_sign(differences):
    there, back = change_of(differences), change_of(-differences)

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
def test_number_of_pairs_limits_the_shown_results(pairs, dots, mean):
    differences = np.arange(pairs, dtype=float)

    for result, wanted in (
        (spread_of_changes(differences, LIMITS), dots),
        (mean_change(differences, LIMITS), mean),
    ):
        assert result is wanted or isinstance(result, wanted)


@pytest.mark.parametrize("value", [0.0, 2.0, -0.5])
def test_equal_changes_have_no_interval(value):
    assert mean_change(np.full(12, value), LIMITS) is Reason.ALL_ALIKE


def test_dots_count_pairs_by_their_change():
    result = spread_of_changes(np.array([2.0, -1, 0, 2, 0, 2]), LIMITS)

    assert result == Spread(6, 1.0, (-1.0, 0.0, 2.0), (1, 2, 3))


@CALM
@given(st.lists(st.integers(0, 30), min_size=10, max_size=20))
def test_equal_decimal_changes_tie_exactly(tenths):
    pre = np.array(tenths) / 10
    differences = score_differences(pre, pre + 0.1 + 0.2)

    assert mean_change(differences, LIMITS) is Reason.ALL_ALIKE
    assert set(differences.tolist()) == {0.3}


def by_brute_force(values: list[float]) -> float:
    """Try every pattern of signs, noughts included, in whole quarters."""
    whole = [round(value * 4) for value in values]
    reached = abs(sum(whole))
    patterns = list(product((1, -1), repeat=len(whole)))
    far = [p for p in patterns if abs(sum(s * w for s, w in zip(p, whole, strict=True))) >= reached]
    return len(far) / len(patterns)


def pratt_ranks(values: np.ndarray) -> np.ndarray:
    return stats.rankdata(np.abs(values)) * np.sign(values)


def test_wilcoxon_p_of_plant_data():
    assert wilcoxon_p_value(PLANTS) == 0.041259765625  # SciPy, after Wilcoxon 1945


@CALM
@given(change_arrays(0, 10))
def test_pratt_p_equals_enumeration_of_all_signs(differences):
    brute = by_brute_force(pratt_ranks(differences).tolist())

    assert wilcoxon_p_value(differences) == pytest.approx(brute)


@CALM
@given(change_arrays(1, 40), st.randoms())
def test_rank_p_ignores_order_and_direction(differences, chance):
    mixed = differences.copy()
    chance.shuffle(mixed)

    assert wilcoxon_p_value(mixed) == pytest.approx(wilcoxon_p_value(differences))
    assert wilcoxon_p_value(-differences) == pytest.approx(wilcoxon_p_value(differences))
    assert 0 < wilcoxon_p_value(differences) <= 1


@CALM
@given(change_arrays(21, 60).filter(lambda found: np.count_nonzero(found) > MAX_EXACT_RANKS))
def test_rank_p_of_many_pairs_equals_scipy(differences):
    theirs = stats.wilcoxon(differences, zero_method="pratt", method="asymptotic", correction=False)

    assert wilcoxon_p_value(differences) == pytest.approx(float(theirs.pvalue), abs=1e-12)


def test_zeros_are_ranked_before_they_are_dropped():
    differences = np.array([0.0, 0.0, 1.0, 2.0, 3.0, -4.0, 5.0, 6.0])

    pratt = wilcoxon_p_value(differences)

    assert pratt == pytest.approx(by_brute_force([0, 0, 3, 4, 5, -6, 7, 8]))
    assert pratt != pytest.approx(wilcoxon_p_value(differences[differences != 0]))


@pytest.mark.parametrize("differences", [[], [0.0], [0.0] * 30])
def test_p_is_one_without_any_change(differences):
    assert wilcoxon_p_value(np.array(differences, float)) == 1.0


def test_rank_p_of_sleep_data_with_a_zero_and_a_tie():
    differences = np.round(SLEEP_AFTER - SLEEP_BEFORE, 9)

    assert wilcoxon_p_value(differences) == pytest.approx(4 / 1024)  # nine all plus, one nought


# Hedges 1981: J(m) = Γ(m/2) / (√(m/2) Γ((m−1)/2)), in closed form.
@pytest.mark.parametrize(
    ("free", "factor"),
    [(2, 1 / np.sqrt(np.pi)), (3, np.sqrt(np.pi / 6)), (4, np.sqrt(2 / np.pi))],
)
def test_correction_factor_equals_hedges_table(free, factor):
    assert hedges_correction(free) == pytest.approx(factor)


@pytest.mark.parametrize("free", [9, 30, 100, 99_999])
def test_correction_factor_is_near_its_approximation(free):
    assert hedges_correction(free) == pytest.approx(1 - 3 / (4 * free - 1), abs=5e-4)
    assert hedges_correction(free) < 1


def test_effect_size_of_sleep_data():
    # By hand: 1.58 / sqrt((3.2006 + 4.0090) / 2) = 0.8322; J of 9 = 0.9139 (rule of thumb 0.9143).
    assert effect_size(SLEEP_BEFORE, SLEEP_AFTER, LIMITS) == pytest.approx(
        0.8322 * 0.9139, abs=2e-4
    )


@CALM
@given(uneven_scores)
def test_effect_size_equals_pandas(both):
    pre, post = map(pd.Series, both)
    wanted = (post.mean() - pre.mean()) / np.sqrt((pre.var() + post.var()) / 2)

    assert effect_size(*both, LIMITS) == pytest.approx(wanted * hedges_correction(len(pre) - 1))


@CALM
@given(uneven_scores, st.randoms())
def test_effect_size_ignores_the_correlation_of_the_tests(both, chance):
    pre, post = both
    mixed = post.copy()
    chance.shuffle(mixed)

    assert effect_size(pre, mixed, LIMITS) == pytest.approx(effect_size(pre, post, LIMITS))


@CALM
@given(uneven_scores, st.integers(-5, 5))
def test_effect_size_ignores_shift_and_flips_with_direction(both, shift):
    pre, post = both

    assert effect_size(pre + shift, post + shift, LIMITS) == pytest.approx(
        effect_size(pre, post, LIMITS)
    )
    assert effect_size(post, pre, LIMITS) == pytest.approx(-effect_size(pre, post, LIMITS))


def test_group_without_variance_has_no_effect_size():
    assert effect_size(np.full(12, 3.0), np.full(12, 5.0), LIMITS) is Reason.ALL_ALIKE


@pytest.mark.parametrize(("pairs", "why"), [(0, Reason.NO_PAIRS), (9, Reason.FEW_PAIRS)])
def test_small_group_has_neither_effect_size_nor_gain(pairs, why):
    differences = np.arange(pairs, dtype=float)

    assert effect_size(differences, differences + 1, LIMITS) is why
    assert normalised_gain(differences, differences, MAXIMUM, LIMITS) is why


@pytest.mark.parametrize(
    ("pre", "post", "gain"),
    [(8.0, 14.0, 0.5), (8.0, 8.0, 0.0), (8.0, 20.0, 1.0), (10.0, 8.0, -0.2)],
)
def test_gain_is_the_share_of_the_points_still_missing(pre, post, gain):
    result = normalised_gain(np.full(10, pre), np.full(10, post), MAXIMUM, LIMITS)

    assert result == pytest.approx(gain)  # Hake 1998: of the means


def test_gain_is_computed_from_means_of_the_group():
    pre, post = np.array([0.0, 10] * 5), np.array([10.0, 20] * 5)

    assert normalised_gain(pre, post, MAXIMUM, LIMITS) == pytest.approx(10 / 15)  # not 0.75


def test_gain_is_undefined_if_all_had_the_maximum_before():
    full = np.full(10, MAXIMUM)

    assert normalised_gain(full, full, MAXIMUM, LIMITS) is Reason.AT_MAXIMUM


@pytest.mark.parametrize(
    ("near", "of", "is_too_easy"),
    [(3, 10, False), (4, 10, True), (0, 5, False), (30_001, 10**5, True)],
)
def test_too_easy_means_over_thirty_percent_near_the_maximum(near, of, is_too_easy):
    pre = np.array([18.0] * near + [17.75] * (of - near))

    assert ceiling_effect(pre, MAXIMUM, LIMITS) == CeilingEffect(of, near, is_too_easy)


@pytest.mark.parametrize(("of", "why"), [(0, Reason.NO_ANSWERS), (4, Reason.FEW_ANSWERS)])
def test_fitness_is_withheld_for_few_answers(of, why):
    assert ceiling_effect(np.full(of, 20.0), MAXIMUM, LIMITS) is why


def test_exactly_nine_tenths_count_as_near_the_maximum():
    result = ceiling_effect(np.full(6, 0.9 * 0.7), 0.7, LIMITS)

    assert isinstance(result, CeilingEffect)
    assert result.near_maximum == 6
