import pytest

from protect.assessments.rules import box_numbers_to_post_data
from protect.questionnaires.enums import Mistake
from protect.questionnaires.rules.answers import AnswerError, parse_field
from tests.questionnaires.building import asked

MANY = [f"o{number}" for number in range(1, 13)]


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (asked("q", "single"), "2", "b"),
        (asked("q", "single"), " ٢ ", "b"),
        (asked("q", "multiple"), "31", ["a", "c"]),
        (asked("q", "multiple"), "3, 1", ["a", "c"]),
        (asked("q", "multiple", options=MANY), "12 1", ["o1", "o12"]),
        (asked("q", "multiple", options=MANY), "11", ["o11"]),
        (asked("q", "yes_no"), "1", True),
        (asked("q", "yes_no"), "2", False),
        (asked("q", "consent"), "1", True),
        (asked("q", "scale"), "5", 5),
        (asked("q", "rating"), "1", 1),
        (asked("q", "ranking"), "312", ["b", "c", "a"]),
        (asked("q", "matrix"), "3 1", {"x": "c", "y": "a"}),
        (asked("q", "matrix"), "-1", {"y": "a"}),
        (
            asked("q", "short"),
            "a word",
            "a word",
        ),
        (asked("q", "number"), "12", 12),
        (asked("q", "single"), "  ", None),
    ],
)
def test_typed_box_numbers_become_answers(field, typed, value):
    assert parse_field(field, box_numbers_to_post_data(field, typed)) == value


@pytest.mark.parametrize(
    ("field", "typed", "mistake"),
    [
        (asked("q", "single"), "4", Mistake.CHOICE_UNKNOWN),
        (asked("q", "single"), "0", Mistake.CHOICE_UNKNOWN),
        (asked("q", "single"), "b", Mistake.CHOICE_UNKNOWN),
        (asked("q", "multiple"), "14", Mistake.CHOICE_UNKNOWN),
        (asked("q", "scale"), "6", Mistake.CHOICE_UNKNOWN),
        (asked("q", "ranking"), "3124", Mistake.CHOICES_TOO_MANY),
        (asked("q", "ranking"), "31", Mistake.PLACE_MISSING),
    ],
)
def test_number_of_a_missing_box_is_a_mistake(field, typed, mistake):
    with pytest.raises(AnswerError) as raised:
        parse_field(field, box_numbers_to_post_data(field, typed))

    assert raised.value.mistake is mistake
