import pytest

from protect.questionnaires.rules.definitions import find_problems
from protect.questionnaires.schemas import Condition, FormField
from tests.questionnaires.building import asked, definition, equals

POINTS = {"right": ["b"], "points": 1}


def bare(type_: str, **more) -> FormField:
    return FormField.model_validate({"key": "g", "type": type_, **more})


def later(**condition) -> FormField:
    return asked("g", "short", shown_if=Condition.model_validate(condition))


FIRST = asked("f", "yes_no")


@pytest.mark.parametrize(
    "wrong",
    [
        bare("single"),
        bare("single", options=["a"]),
        bare("single", options=["a", "a"]),
        bare("short", options=["a", "b"]),
        bare("matrix", options=["a", "b"]),
        bare("single", options=["a", "b"], rows=["x"]),
        bare("short", least=1),
        bare("number", least=2, most=1),
        bare("date", first="2026-02-01", last="2026-01-01"),
        bare("note", required=True),
        asked("g", "single", right=["b"]),
        asked("g", "single", points=1),
        asked("g", "single", right=["z"], points=1),
        asked("g", "single", right=["b", "b"], points=1),
        asked("g", "yes_no", right=["yes"], points=1),
        asked("g", "number", right=[True], points=1),
        asked("g", "scale", right=[6], points=1),
        asked("g", "ranking", right=["a", "b"], points=1),
        asked("g", "matrix", right=["a"], points=1),
        asked("g", "short", right=["a"], points=1),
        asked("g", "single", **POINTS, partial="each"),
        asked("g", "short", shown_if=equals("g", True)),
        asked("g", "short", shown_if=equals("later", True)),
        later(equals={"field": "f", "value": "yes"}),
        later(any_of={"field": "f", "values": [True, 1]}),
        later(at_least={"field": "f", "value": 1}),
        later(**{"not": {"and": [{"equals": {"field": "nobody", "value": True}}]}}),
    ],
    ids=str,
)
def test_invalid_field_is_reported_with_a_remedy(wrong):
    has_points = wrong.points > 0
    form = definition(FIRST, wrong, kind="assessment" if has_points else "other")

    found = list(find_problems(form))

    assert {problem.key for problem in found} == {"g"}
    assert all(problem.text and problem.remedy for problem in found)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ([bare("note")], "other"),
        ([FIRST], "test"),
        ([asked("g", "single", **POINTS)], "evaluation"),
        ([bare("multiple", options=[f"o{at}" for at in range(51)])], "other"),
    ],
)
def test_problem_of_the_whole_form_is_reported(fields, kind):
    found = list(find_problems(definition(*fields, kind=kind)))

    assert [problem.key for problem in found] == ["form"]


@pytest.mark.parametrize(("kind", "is_fine"), [("evaluation", False), ("other", True)])
def test_free_text_of_an_anonymous_form_must_be_marked_as_comment(kind, is_fine):
    assert (list(find_problems(definition(bare("long"), kind=kind))) == []) is is_fine
    assert list(find_problems(definition(bare("long", comment=True), kind="evaluation"))) == []
