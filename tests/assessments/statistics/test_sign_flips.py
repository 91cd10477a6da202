from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from protect.assessments.statistics import sign_flips
from protect.assessments.statistics.sign_flips import EXACT_TO, Check, sign_flip, signed_rank
from tests.assessments.statistics.given import CALM, PLANTS, SLEEP_AFTER, SLEEP_BEFORE, changes


def by_brute_force(values: list[float]) -> float:
    """Try every pattern of signs, noughts included, in whole quarters."""
    whole = [round(each * 4) for each in values]
    reached = abs(sum(whole))
    patterns = list(product((1, -1), repeat=len(whole)))
    far = [p for p in patterns if abs(sum(s * w for s, w in zip(p, whole, strict=True))) >= reached]
    return len(far) / len(patterns)


def pratt_ranks(values: np.ndarray) -> np.ndarray:
    return stats.rankdata(np.abs(values)) * np.sign(values)


def test_fisher_counted_1726_patterns_of_darwins_plants():
    assert sign_flip(PLANTS) == Check(1726 / 32768, is_exact=True)  # Fisher 1935, chapter III


def test_wilcoxons_plants():
    assert signed_rank(PLANTS) == Check(0.041259765625, is_exact=True)  # SciPy, after Wilcoxon 1945


@CALM
@given(changes(0, 10))
def test_the_sign_flip_is_that_of_brute_force(found):
    assert sign_flip(found).p == pytest.approx(by_brute_force(found.tolist()))


@CALM
@given(changes(0, 10))
def test_pratts_test_is_a_sign_flip_of_ranks_in_which_noughts_took_part(found):
    brute = by_brute_force(pratt_ranks(found).tolist())

    assert signed_rank(found).p == pytest.approx(brute)


@CALM
@given(changes(1, 40), st.randoms())
def test_neither_test_minds_the_order_or_the_direction(found, chance):
    mixed = found.copy()
    chance.shuffle(mixed)

    for check in (sign_flip, signed_rank):
        assert check(mixed).p == pytest.approx(check(found).p)
        assert check(-found).p == pytest.approx(check(found).p)
        assert 0 < check(found).p <= 1


@CALM
@given(changes(21, 60).filter(lambda found: np.count_nonzero(found) > EXACT_TO))
def test_many_ranks_are_judged_as_scipy_does(found):
    theirs = stats.wilcoxon(found, zero_method="pratt", method="asymptotic", correction=False)

    assert signed_rank(found).p == pytest.approx(float(theirs.pvalue), abs=1e-12)
    assert not signed_rank(found).is_exact


def test_noughts_are_ranked_before_they_are_left_out():
    found = np.array([0.0, 0.0, 1.0, 2.0, 3.0, -4.0, 5.0, 6.0])

    pratt = signed_rank(found).p

    assert pratt == pytest.approx(by_brute_force([0, 0, 3, 4, 5, -6, 7, 8]))
    assert pratt != pytest.approx(signed_rank(found[found != 0]).p)


@pytest.mark.parametrize("found", [[], [0.0], [0.0] * 30])
def test_where_nothing_changed_chance_explains_all(found):
    for check in (sign_flip, signed_rank):
        assert check(np.array(found, float)) == Check(1.0, is_exact=True)


def test_sleep_with_its_nought_and_its_tie():
    found = np.round(SLEEP_AFTER - SLEEP_BEFORE, 9)

    assert sign_flip(found).p == pytest.approx(4 / 1024)  # nine all plus, one nought
    assert signed_rank(found).p == pytest.approx(4 / 1024)


@pytest.mark.parametrize("distinct", [True, False])
def test_what_is_drawn_comes_near_what_is_enumerated(monkeypatch, distinct):
    chance = np.random.default_rng(7)
    found = chance.normal(0.5, 1, 18) if distinct else chance.integers(-2, 4, 18).astype(float)
    exact = sign_flip(found)
    monkeypatch.setattr(sign_flips, "EXACT_TO", 3)

    drawn = sign_flip(found)

    assert exact.is_exact
    assert not drawn.is_exact
    assert drawn.p == pytest.approx(
        exact.p, abs=4 * np.sqrt(exact.p * (1 - exact.p) / sign_flips.DRAWS)
    )


def test_what_is_drawn_is_the_same_each_time_and_in_any_portions(monkeypatch):
    found = np.random.default_rng(3).integers(-3, 5, 200).astype(float)

    once = sign_flip(found)
    assert sign_flip(found) == once
    assert sign_flip(np.full(50, 2.0)).p == 1 / (sign_flips.DRAWS + 1)  # never nought
    monkeypatch.setattr(sign_flips, "AT_ONCE", 1000)
    assert sign_flip(found).p == pytest.approx(once.p, abs=0.02)


def test_enumeration_ends_where_it_says():
    found = np.arange(1.0, EXACT_TO + 1)

    assert sign_flip(found).is_exact
    assert not sign_flip(np.append(found, 0.5)).is_exact
    assert sign_flip(np.append(found, 0.0)).is_exact  # a nought has no sign
