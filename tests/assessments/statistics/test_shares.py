from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from protect.assessments.statistics.shares import share
from tests.assessments.statistics.given import CALM

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
def test_newcombes_examples(part, whole, low, high):
    found = share(part, whole)

    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@CALM
@given(shares)
def test_the_interval_is_that_of_statsmodels(of):
    found = share(*of)

    wanted = proportion_confint(*of, method="wilson")
    assert (found.low, found.high) == pytest.approx(wanted, abs=1e-9)


@CALM
@given(shares)
def test_the_interval_stays_within_nought_and_one_and_holds_the_share(of):
    found = share(*of)

    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.low < found.high


@CALM
@given(shares)
def test_who_did_not_is_the_mirror_of_who_did(of):
    part, whole = of
    did, did_not = share(part, whole), share(whole - part, whole)

    assert did_not.low == pytest.approx(1 - did.high)


@pytest.mark.parametrize(("part", "whole"), [(0, 0), (3, 2), (-1, 2)])
def test_what_is_no_part_is_a_mistake_of_ours(part, whole):
    with pytest.raises(ValueError, match="no part"):
        share(part, whole)
