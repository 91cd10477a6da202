from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protect.assessments.statistics.effect_sizes import (
    Fitness,
    correction,
    fitness,
    normalised_gain,
    size,
)
from protect.assessments.statistics.reasons import Reason
from tests.assessments.statistics.given import CALM, LIMITS, SLEEP_AFTER, SLEEP_BEFORE

MAXIMUM = 20.0
scores = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=10, max_size=30).map(
    lambda pairs: np.array(pairs, float).T
)
uneven = scores.filter(lambda both: np.ptp(both[0]) + np.ptp(both[1]) > 0)


# Hedges 1981: J(m) = Γ(m/2) / (√(m/2) Γ((m−1)/2)), in closed form.
@pytest.mark.parametrize(
    ("free", "factor"),
    [(2, 1 / np.sqrt(np.pi)), (3, np.sqrt(np.pi / 6)), (4, np.sqrt(2 / np.pi))],
)
def test_the_correction_is_that_of_hedges(free, factor):
    assert correction(free) == pytest.approx(factor)


@pytest.mark.parametrize("free", [9, 30, 100, 99_999])
def test_the_correction_is_near_its_rule_of_thumb(free):
    assert correction(free) == pytest.approx(1 - 3 / (4 * free - 1), abs=5e-4)
    assert correction(free) < 1


def test_sleep_in_standard_deviations():
    # By hand: 1.58 / sqrt((3.2006 + 4.0090) / 2) = 0.8322; J of 9 = 0.9139 (rule of thumb 0.9143).
    assert size(SLEEP_BEFORE, SLEEP_AFTER, LIMITS) == pytest.approx(0.8322 * 0.9139, abs=2e-4)


@CALM
@given(uneven)
def test_the_size_is_that_of_pandas(both):
    pre, post = map(pd.Series, both)
    wanted = (post.mean() - pre.mean()) / np.sqrt((pre.var() + post.var()) / 2)

    assert size(*both, LIMITS) == pytest.approx(wanted * correction(len(pre) - 1))


@CALM
@given(uneven, st.randoms())
def test_the_size_does_not_depend_on_how_closely_the_tests_go_together(both, chance):
    pre, post = both
    mixed = post.copy()
    chance.shuffle(mixed)

    assert size(pre, mixed, LIMITS) == pytest.approx(size(pre, post, LIMITS))


@CALM
@given(uneven, st.integers(-5, 5))
def test_the_size_minds_neither_shift_nor_direction(both, shift):
    pre, post = both

    assert size(pre + shift, post + shift, LIMITS) == pytest.approx(size(pre, post, LIMITS))
    assert size(post, pre, LIMITS) == pytest.approx(-size(pre, post, LIMITS))


def test_a_group_without_spread_has_no_size():
    assert size(np.full(12, 3.0), np.full(12, 5.0), LIMITS) is Reason.ALL_ALIKE


@pytest.mark.parametrize(("pairs", "why"), [(0, Reason.NO_PAIRS), (9, Reason.FEW_PAIRS)])
def test_small_groups_have_neither_size_nor_gain(pairs, why):
    found = np.arange(pairs, dtype=float)

    assert size(found, found + 1, LIMITS) is why
    assert normalised_gain(found, found, MAXIMUM, LIMITS) is why


@pytest.mark.parametrize(
    ("pre", "post", "gain"),
    [(8.0, 14.0, 0.5), (8.0, 8.0, 0.0), (8.0, 20.0, 1.0), (10.0, 8.0, -0.2)],
)
def test_the_gain_is_of_what_was_left(pre, post, gain):
    found = normalised_gain(np.full(10, pre), np.full(10, post), MAXIMUM, LIMITS)

    assert found == pytest.approx(gain)  # Hake 1998: of the means


def test_the_gain_is_of_the_means_of_the_group_not_the_mean_of_gains():
    pre, post = np.array([0.0, 10] * 5), np.array([10.0, 20] * 5)

    assert normalised_gain(pre, post, MAXIMUM, LIMITS) == pytest.approx(10 / 15)  # not 0.75


def test_at_the_maximum_no_gain_is_defined():
    full = np.full(10, MAXIMUM)

    assert normalised_gain(full, full, MAXIMUM, LIMITS) is Reason.AT_MAXIMUM


@pytest.mark.parametrize(
    ("near", "of", "is_too_easy"),
    [(3, 10, False), (4, 10, True), (0, 5, False), (30_001, 10**5, True)],
)
def test_a_test_is_too_easy_over_thirty_percent(near, of, is_too_easy):
    pre = np.array([18.0] * near + [17.75] * (of - near))

    assert fitness(pre, MAXIMUM, LIMITS) == Fitness(of, near, is_too_easy)


@pytest.mark.parametrize(("of", "why"), [(0, Reason.NO_ANSWERS), (4, Reason.FEW_ANSWERS)])
def test_fitness_is_not_told_of_few(of, why):
    assert fitness(np.full(of, 20.0), MAXIMUM, LIMITS) is why


def test_nine_tenths_are_near_although_they_are_no_binary_fraction():
    found = fitness(np.full(6, 0.9 * 0.7), 0.7, LIMITS)

    assert isinstance(found, Fitness)
    assert found.near_maximum == 6
