import pytest

from protect.questionnaires.rules.definitions import find_problems
from protect.questionnaires.schemas import Condition, FormField
from tests.questionnaires.building import equals, make_definition, make_field

POINTS = {"right": ["b"], "points": 1}


def bare_field(type_: str, **more) -> FormField:
    return FormField.model_validate({"key": "g", "type": type_, **more})


def conditional_field(**condition) -> FormField:
    return make_field("g", "short", shown_if=Condition.model_validate(condition))


FIRST = make_field("f", "yes_no")


@pytest.mark.parametrize(
    "wrong",
    [
        bare_field("single"),
        bare_field("single", options=["a"]),
        bare_field("single", options=["a", "a"]),
        bare_field("short", options=["a", "b"]),
        bare_field("matrix", options=["a", "b"]),
        bare_field("single", options=["a", "b"], rows=["x"]),
        bare_field("short", least=1),
        bare_field("number", least=2, most=1),
        bare_field("date", first="2026-02-01", last="2026-01-01"),
        bare_field("note", required=True),
        make_field("g", "single", right=["b"]),
        make_field("g", "single", points=1),
        make_field("g", "single", right=["z"], points=1),
        make_field("g", "single", right=["b", "b"], points=1),
        make_field("g", "yes_no", right=["yes"], points=1),
        make_field("g", "number", right=[True], points=1),
        make_field("g", "scale", right=[6], points=1),
        make_field("g", "ranking", right=["a", "b"], points=1),
        make_field("g", "matrix", right=["a"], points=1),
        make_field("g", "short", right=["a"], points=1),
        make_field("g", "single", **POINTS, partial="each"),
        make_field("g", "short", shown_if=equals("g", True)),
        make_field("g", "short", shown_if=equals("later", True)),
        conditional_field(equals={"field": "f", "value": "yes"}),
        conditional_field(any_of={"field": "f", "values": [True, 1]}),
        conditional_field(at_least={"field": "f", "value": 1}),
        conditional_field(**{"not": {"and": [{"equals": {"field": "nobody", "value": True}}]}}),
    ],
    ids=str,
)
def test_invalid_field_is_reported_with_a_remedy(wrong):
    has_points = wrong.points > 0
    form = make_definition(FIRST, wrong, kind="assessment" if has_points else "other")

    problems = list(find_problems(form))

    assert {problem.key for problem in problems} == {"g"}
    assert all(problem.text and problem.remedy for problem in problems)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ([bare_field("note")], "other"),
        ([FIRST], "test"),
        ([make_field("g", "single", **POINTS)], "evaluation"),
        ([bare_field("multiple", options=[f"o{at}" for at in range(51)])], "other"),
    ],
)
def test_problem_of_the_whole_form_is_reported(fields, kind):
    problems = list(find_problems(make_definition(*fields, kind=kind)))

    assert [problem.key for problem in problems] == ["form"]


@pytest.mark.parametrize(("kind", "is_fine"), [("evaluation", False), ("other", True)])
def test_free_text_of_an_anonymous_form_must_be_marked_as_comment(kind, is_fine):
    assert (list(find_problems(make_definition(bare_field("long"), kind=kind))) == []) is is_fine
    assert (
        list(find_problems(make_definition(bare_field("long", comment=True), kind="evaluation")))
        == []
    )
