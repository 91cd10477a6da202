import pytest
from hypothesis import given, strategies as st

from protect.questionnaires.rules.conditions import (
    filter_shown,
    find_shown_keys,
    is_condition_met,
)
from protect.questionnaires.rules.definitions import find_problems
from protect.questionnaires.schemas import Condition
from tests.questionnaires.building import definitions, equals, make_definition, make_field

VALUES = st.one_of(
    st.booleans(),
    st.integers(-5, 50),
    st.text(max_size=5),
    st.lists(st.sampled_from(["a", "b", "c"]), max_size=4),
    st.dictionaries(st.sampled_from(["x", "y"]), st.sampled_from(["a", "b"]), max_size=2),
)


def evaluate(source: dict, values: dict) -> bool:
    return is_condition_met(Condition.model_validate(source), values)


YES = {"equals": {"field": "f", "value": True}}


@pytest.mark.parametrize(
    ("source", "values", "is_met"),
    [
        (YES, {"f": True}, True),
        (YES, {"f": False}, False),
        (YES, {}, False),
        (YES, {"f": 1}, False),
        ({"equals": {"field": "f", "value": 1}}, {"f": True}, False),
        ({"equals": {"field": "f", "value": "a"}}, {"f": ["b", "a"]}, True),
        ({"equals": {"field": "f", "value": 7}}, {"f": "7.00"}, True),
        ({"any_of": {"field": "f", "values": ["a", "b"]}}, {"f": "b"}, True),
        ({"any_of": {"field": "f", "values": ["a", "b"]}}, {"f": "c"}, False),
        ({"any_of": {"field": "f", "values": ["a", "b"]}}, {"f": ["c", "b"]}, True),
        ({"at_least": {"field": "f", "value": 3}}, {"f": 3}, True),
        ({"at_least": {"field": "f", "value": 3}}, {"f": "2.99"}, False),
        ({"at_least": {"field": "f", "value": 2}}, {"f": ["a", "b"]}, True),
        ({"at_least": {"field": "f", "value": 0}}, {}, False),
        ({"at_least": {"field": "f", "value": 0}}, {"f": "NaN"}, False),
        ({"at_least": {"field": "f", "value": 1}}, {"f": True}, False),
        ({"not": YES}, {}, True),
        ({"not": {"not": YES}}, {"f": True}, True),
        ({"and": [YES, {"not": YES}]}, {"f": True}, False),
        ({"or": [YES, {"not": YES}]}, {}, True),
    ],
)
def test_each_kind_of_condition_is_evaluated(source, values, is_met):
    assert evaluate(source, values) is is_met


@pytest.mark.parametrize("source", [{}, {"equals": None}, {**YES, "not": YES}, {"and": []}])
def test_condition_needs_exactly_one_operator(source):
    with pytest.raises(ValueError, match=r"condition|Input should|at least 1"):
        Condition.model_validate(source)


def test_hidden_section_hides_its_questions_but_not_the_next_section():
    form = make_definition(
        make_field("f", "yes_no"),
        make_field("s", "section", shown_if=equals("f", True)),
        make_field("g", "short"),
        make_field("t", "section"),
        make_field("h", "short"),
    )

    assert find_shown_keys(form, {}) == {"f", "t", "h"}
    assert find_shown_keys(form, {"f": True}) == {"f", "s", "g", "t", "h"}


def test_answer_to_a_hidden_question_meets_no_condition():
    form = make_definition(
        make_field("f", "yes_no"),
        make_field("g", "yes_no", shown_if=equals("f", True)),
        make_field("h", "short", shown_if=equals("g", True)),
    )

    assert find_shown_keys(form, {"f": False, "g": True}) == {"f"}
    assert filter_shown(form, {"f": False, "g": True, "h": "x"}) == {"f": False}


@given(data=st.data())
def test_any_answers_are_evaluated_and_only_shown_questions_count(data):
    form = data.draw(definitions())
    keys = st.sampled_from([*(field.key for field in form.fields), "unknown"])
    values = data.draw(st.dictionaries(keys, VALUES))

    seen, counted = find_shown_keys(form, values), filter_shown(form, values)

    assert seen <= {field.key for field in form.fields}
    assert counted.keys() <= seen
    assert find_shown_keys(form, counted) == seen  # what does not count changes nothing


@given(form=definitions())
def test_generated_forms_have_valid_conditions(form):
    found = [problem.text for problem in find_problems(form) if "shown_if" in problem.text]

    assert found == []
