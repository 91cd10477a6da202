import pytest

from protect.assessments.rules import box_numbers_to_post_data
from protect.questionnaires.enums import Mistake
from protect.questionnaires.rules.answers import AnswerError, parse_field
from tests.questionnaires.building import make_field

MANY = [f"o{number}" for number in range(1, 13)]


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (make_field("q", "single"), "2", "b"),
        (make_field("q", "single"), " ٢ ", "b"),
        (make_field("q", "multiple"), "31", ["a", "c"]),
        (make_field("q", "multiple"), "3, 1", ["a", "c"]),
        (make_field("q", "multiple", options=MANY), "12 1", ["o1", "o12"]),
        (make_field("q", "multiple", options=MANY), "11", ["o11"]),
        (make_field("q", "yes_no"), "1", True),
        (make_field("q", "yes_no"), "2", False),
        (make_field("q", "consent"), "1", True),
        (make_field("q", "scale"), "5", 5),
        (make_field("q", "rating"), "1", 1),
        (make_field("q", "ranking"), "312", ["b", "c", "a"]),
        (make_field("q", "matrix"), "3 1", {"x": "c", "y": "a"}),
        (make_field("q", "matrix"), "-1", {"y": "a"}),
        (
            make_field("q", "short"),
            "a word",
            "a word",
        ),
        (make_field("q", "number"), "12", 12),
        (make_field("q", "single"), "  ", None),
    ],
)
def test_typed_box_numbers_become_answers(field, typed, value):
    assert parse_field(field, box_numbers_to_post_data(field, typed)) == value


@pytest.mark.parametrize(
    ("field", "typed", "mistake"),
    [
        (make_field("q", "single"), "4", Mistake.CHOICE_UNKNOWN),
        (make_field("q", "single"), "0", Mistake.CHOICE_UNKNOWN),
        (make_field("q", "single"), "b", Mistake.CHOICE_UNKNOWN),
        (make_field("q", "multiple"), "14", Mistake.CHOICE_UNKNOWN),
        (make_field("q", "scale"), "6", Mistake.CHOICE_UNKNOWN),
        (make_field("q", "ranking"), "3124", Mistake.CHOICES_TOO_MANY),
        (make_field("q", "ranking"), "31", Mistake.PLACE_MISSING),
    ],
)
def test_number_of_a_missing_box_is_a_mistake(field, typed, mistake):
    with pytest.raises(AnswerError) as raised:
        parse_field(field, box_numbers_to_post_data(field, typed))

    assert raised.value.mistake is mistake
