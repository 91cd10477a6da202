from itertools import product

import pytest

from protect.directory.enums import Answer, CriterionOperator, Freshness
from protect.matching.conditions.truth import (
    NO,
    UNKNOWN,
    YES,
    is_restrictive,
    kleene_and,
    truth_if_trusted,
    truth_of_age,
    truth_of_all,
    truth_of_value,
    truth_of_values,
)
from protect.matching.services.rows import Condition

WOMEN = frozenset({"f"})


@pytest.mark.parametrize(
    ("one", "other", "result"),
    [(one, other, min(one, other)) for one, other in product([NO, UNKNOWN, YES], repeat=2)],
)
def test_and_is_the_weaker_of_two(one, other, result):
    assert kleene_and([one, other]) is result


def test_and_of_nothing_is_yes():
    assert kleene_and([]) is YES


@pytest.mark.parametrize(
    ("operator", "inside", "outside"),
    [
        (CriterionOperator.ALL, YES, YES),
        (CriterionOperator.ONLY, YES, NO),
        (CriterionOperator.INCLUDES, YES, UNKNOWN),
        (CriterionOperator.EXCLUDES, NO, UNKNOWN),
        (CriterionOperator.FIRST, YES, YES),
        (CriterionOperator.SPECIALISED, YES, UNKNOWN),
    ],
)
def test_each_operator_says_something_about_those_named_and_about_others(operator, inside, outside):
    condition = Condition(operator, WOMEN)

    assert (truth_of_value(condition, "f"), truth_of_value(condition, "m")) == (inside, outside)


@pytest.mark.parametrize(
    ("minimum", "maximum", "age", "truth"),
    [
        (18, None, 18, YES),
        (18, None, 17, NO),
        (None, 12, 12, YES),
        (None, 12, 13, NO),
        (14, 17, 15, YES),
        (14, 17, None, UNKNOWN),
    ],
)
def test_an_age_range_includes_its_ends_and_a_missing_bound_is_unlimited(
    minimum, maximum, age, truth
):
    condition = Condition(CriterionOperator.RANGE, minimum=minimum, maximum=maximum)

    assert truth_of_age(condition, age) is truth


def test_a_service_for_all_ages_accepts_an_unknown_age():
    assert truth_of_age(Condition(CriterionOperator.ALL), None) is YES


@pytest.mark.parametrize(
    ("truths", "result"),
    [
        ([YES, NO, UNKNOWN], NO),
        ([UNKNOWN, YES], YES),
        ([UNKNOWN], UNKNOWN),
        ([], UNKNOWN),
    ],
)
def test_of_several_rows_one_no_decides_then_one_yes(truths, result):
    waiting = list(truths)
    rows = [Condition(CriterionOperator.ALL)] * len(truths)

    assert truth_of_all(rows, lambda condition: waiting.pop(0)) is result


@pytest.mark.parametrize(
    ("operator", "hers", "truth"),
    [
        (CriterionOperator.ONLY, {"trafficking", "pregnant"}, YES),  # one exclusive group is enough
        (CriterionOperator.ONLY, set(), NO),
        (
            CriterionOperator.INCLUDES,
            {"trafficking", "pregnant"},
            UNKNOWN,
        ),  # of her pregnancy nobody spoke
        (CriterionOperator.INCLUDES, set(), UNKNOWN),
        (CriterionOperator.EXCLUDES, {"trafficking", "pregnant"}, NO),
    ],
)
def test_all_groups_of_a_person_are_evaluated_together(operator, hers, truth):
    condition = Condition(operator, frozenset({"trafficking"}))

    assert truth_of_values(condition, frozenset(hers)) is truth


@pytest.mark.parametrize("freshness", [Freshness.EXPIRED, Freshness.DISPUTED])
@pytest.mark.parametrize(
    ("truth", "keeps_no", "left"),
    [(NO, False, UNKNOWN), (NO, True, NO), (YES, False, UNKNOWN), (YES, True, UNKNOWN)],
)
def test_a_truth_decays_to_unknown_except_a_no_that_is_kept(freshness, truth, keeps_no, left):
    assert truth_if_trusted(truth, freshness, keeps_no=keeps_no) is left


@pytest.mark.parametrize(
    "freshness", [None, Freshness.FRESH, Freshness.DUE, Freshness.OVERDUE, Freshness.UNVERIFIED]
)
def test_a_truth_that_is_not_expired_or_disputed_stays(freshness):
    assert truth_if_trusted(NO, freshness, keeps_no=False) is NO


@pytest.mark.parametrize(
    ("condition", "shuts_out"),
    [
        (Condition(CriterionOperator.ONLY, WOMEN), True),
        (Condition(CriterionOperator.EXCLUDES, WOMEN), True),
        (Condition(CriterionOperator.RANGE, maximum=12), True),
        (Condition(CriterionOperator.ANSWER, answer=Answer.NO), True),
        (Condition(CriterionOperator.ANSWER, answer=Answer.CASES), True),
        (Condition(CriterionOperator.ANSWER, answer=Answer.YES), False),
        (Condition(CriterionOperator.ALL), False),
        (Condition(CriterionOperator.INCLUDES, WOMEN), False),
        (Condition(CriterionOperator.FIRST, WOMEN), False),
    ],
)
def test_conditions_that_can_exclude_people_are_restrictive(condition, shuts_out):
    assert is_restrictive(condition) is shuts_out
