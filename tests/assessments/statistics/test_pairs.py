import secrets

import pandas as pd
import pytest
from hypothesis import given, strategies as st

from protect.assessments.statistics.pairs import NO_CODE, PhaseCounts, pair_ids, pair_rows
from protect.assessments.statistics.test_results import compute
from tests.assessments.statistics.given import CALM, LIMITS, make_answers

hashes = st.lists(st.sampled_from([NO_CODE, *"abcdefghijklmnop"]), max_size=30)
codes = st.lists(st.sampled_from([NO_CODE, *"abcdefghij"]), max_size=20)


def test_code_found_once_in_both_tests_is_a_pair():
    pairs = pair_rows(["a", "b", "c"], ["c", "x", "a"])

    assert list(zip(pairs.before.tolist(), pairs.after.tolist(), strict=True)) == [(0, 2), (2, 0)]
    assert pairs.pre == PhaseCounts(
        3, paired=2, alone=1, repeated=0, without_code=0, repeated_codes=0
    )
    assert pairs.post == pairs.pre


def test_repeated_code_is_not_paired():
    pairs = pair_rows(["a", "a", "b"], ["a", "b"])

    assert pairs.before.tolist() == [2]
    assert pairs.pre == PhaseCounts(
        3, paired=1, alone=0, repeated=2, without_code=0, repeated_codes=1
    )
    # The other test under that code could be of either of them.
    assert pairs.post == PhaseCounts(
        2, paired=1, alone=0, repeated=1, without_code=0, repeated_codes=0
    )


def test_answers_without_a_code_are_not_paired():
    pairs = pair_rows([NO_CODE, "a"], [NO_CODE, NO_CODE])

    assert pairs.pair_count == 0
    assert pairs.pre == PhaseCounts(
        2, paired=0, alone=1, repeated=0, without_code=1, repeated_codes=0
    )
    assert pairs.post == PhaseCounts(
        2, paired=0, alone=0, repeated=0, without_code=2, repeated_codes=0
    )


def test_without_answers_there_is_no_result():
    pairs = pair_rows([], [])

    assert (pairs.pair_count, pairs.pre, pairs.post) == (
        0,
        PhaseCounts(*[0] * 6),
        PhaseCounts(*[0] * 6),
    )


@CALM
@given(codes, codes)
def test_each_answer_is_counted_once(pre, post):
    pairs = pair_rows(pre, post)

    for side, given_codes in ((pairs.pre, pre), (pairs.post, post)):
        parts = (side.paired, side.alone, side.repeated, side.without_code)
        assert sum(parts) == side.answers == len(given_codes)
        assert min(parts) >= 0
        assert side.paired == pairs.pair_count


@CALM
@given(codes, codes)
def test_pairs_equal_pandas(pre, post):
    frames = [
        pd.DataFrame({"code": pd.Series(column, dtype="str"), "row": range(len(column))})
        for column in (pre, post)
    ]
    once = [
        frame[(frame["code"] != NO_CODE) & ~frame["code"].duplicated(keep=False)]
        for frame in frames
    ]
    wanted = once[0].merge(once[1], on="code").sort_values("row_x")

    pairs = pair_rows(pre, post)

    assert pairs.before.tolist() == wanted["row_x"].tolist()
    assert pairs.after.tolist() == wanted["row_y"].tolist()


@CALM
@given(codes, codes)
def test_exchanging_the_phases_exchanges_the_sides(pre, post):
    there, back = pair_rows(pre, post), pair_rows(post, pre)

    assert (back.pre, back.post) == (there.post, there.pre)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_repeats_are_counted_as_codes_and_as_answers(count):
    side = pair_rows(["a"] * count + ["b"], ["b"]).pre

    assert side.repeated_codes == (count > 1)
    assert side.repeated == (count if count > 1 else 0)


@CALM
@given(hashes)
def test_each_hash_is_replaced_by_a_distinct_random_id(found):
    swapped = pair_ids(found)

    assert swapped.keys() == set(found) - {NO_CODE}
    assert len(set(swapped.values())) == len(swapped)
    assert all(len(digest) == 32 and digest not in swapped for digest in swapped.values())
    assert not set(swapped.values()) & set(pair_ids(found).values())


@CALM
@given(hashes, hashes)
def test_results_are_the_same_after_the_freeze(pre, post):
    swapped = {NO_CODE: NO_CODE} | pair_ids([*pre, *post])
    before, after = (
        [
            make_answers([row % 7 for row in range(len(codes))], codes, items=3)
            for codes in (pre, post)
        ],
        [
            make_answers(
                [row % 7 for row in range(len(codes))], [swapped[c] for c in codes], items=3
            )
            for codes in (pre, post)
        ],
    )

    assert compute(*after, 10, LIMITS) == compute(*before, 10, LIMITS)


def test_random_id_drawn_twice_is_used_once(monkeypatch):
    ids = iter(["x", "x", NO_CODE, "y"])
    monkeypatch.setattr(secrets, "token_hex", lambda length: next(ids))

    assert pair_ids(["a", "b"]) == {"a": "x", "b": "y"}
