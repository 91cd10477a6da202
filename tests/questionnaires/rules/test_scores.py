from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from protect.questionnaires.rules.answers import parse_answers
from protect.questionnaires.rules.scores import score, score_answer
from tests.questionnaires.building import (
    definitions,
    equals,
    make_definition,
    make_field,
    post_data,
)

ABC = {"right": ["a", "c"], "points": 4}
ORDER = {"right": ["c", "a", "b"], "points": 3}


@pytest.mark.parametrize(
    ("field", "value", "points"),
    [
        (make_field("f", "single", right=["b"], points=2), "b", 2),
        (make_field("f", "single", right=["b", "c"], points=2), "c", 2),
        (make_field("f", "single", right=["b"], points=2), "a", 0),
        (make_field("f", "single", right=["b"], points=2), None, 0),
        (make_field("f", "yes_no", right=[False], points=1), False, 1),
        (make_field("f", "yes_no", right=[False], points=1), True, 0),
        (make_field("f", "scale", right=[4, 5], points=1), 5, 1),
        (make_field("f", "scale", right=[1], points=1), True, 0),
        (make_field("f", "number", right=[7], points=1), 7, 1),
        (make_field("f", "number", right=[7], points=1, decimals=2), "7.00", 1),
        (make_field("f", "multiple", **ABC), ["a", "c"], 4),
        (make_field("f", "multiple", **ABC), ["a"], 0),
        (make_field("f", "multiple", **ABC, partial="each"), ["a"], 2),
        (make_field("f", "multiple", **ABC, partial="each"), ["a", "b"], 0),
        (make_field("f", "multiple", **ABC, partial="each"), ["a", "b", "c"], 2),
        (make_field("f", "multiple", **ABC, partial="each"), ["b"], 0),
        (make_field("f", "ranking", **ORDER), ["c", "a", "b"], 3),
        (make_field("f", "ranking", **ORDER), ["c", "b", "a"], 0),
        (make_field("f", "ranking", **ORDER, partial="each"), ["c", "b", "a"], 1),
        (make_field("f", "single"), "a", 0),
    ],
)
def test_answer_gets_its_points(field, value, points):
    assert score_answer(field, value) == Fraction(points)


def test_ticking_every_option_gives_no_points():
    field = make_field("f", "multiple", right=["a"], points=1, partial="each")

    assert score_answer(field, ["a", "b", "c"]) == 0


def test_hidden_question_adds_neither_points_nor_maximum():
    form = make_definition(
        make_field("f", "yes_no"),
        make_field("g", "single", right=["b"], points=5, shown_if=equals("f", True)),
        make_field("h", "single", right=["b"], points=1),
    )

    hidden = score(form, {"f": False, "g": "b", "h": "a"})
    seen = score(form, {"f": True, "g": "b", "h": "a"})

    assert (hidden.points, hidden.maximum) == (0, 1)
    assert (seen.points, seen.maximum, seen.percent) == (5, 6, 83)
    assert [item.is_right for item in seen.items] == [True, False]


def test_form_without_scored_questions_has_no_percentage():
    result = score(make_definition(make_field("f", "short")), {"f": "x"})

    assert (result.maximum, result.percent) == (0, None)


@given(data=st.data())
def test_score_lies_between_zero_and_the_maximum(data):
    form = data.draw(definitions())
    values = parse_answers(form, data.draw(post_data(form))).values

    result = score(form, values)

    assert 0 <= result.points <= result.maximum
    assert result.maximum <= sum(question.points for question in form.questions())
    assert all(0 <= item.points <= item.maximum for item in result.items)
    assert score(form, {}).points == 0
