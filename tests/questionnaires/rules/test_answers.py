from datetime import date

import pytest
from hypothesis import given, strategies as st

from protect.questionnaires.enums import TYPES_WITHOUT_ANSWER, FieldType, Mistake
from protect.questionnaires.rules.answers import (
    ANSWER_TYPES,
    AnswerError,
    parse_answers,
    validate_stored_answers,
)
from tests.questionnaires.building import (
    definitions,
    equals,
    make_definition,
    make_field,
    post_data,
)

DAYS = {"first": date(2026, 1, 1), "last": date(2026, 11, 26)}
PLACES = {"f-a": ["2"], "f-b": ["3"], "f-c": ["1"]}


def parse_value(field, given):
    reading = parse_answers(make_definition(field), {"f": given})
    assert reading.mistakes == ()
    return reading.values.get("f")


@pytest.mark.parametrize(
    ("field", "given", "expected"),
    [
        (make_field("f", "short"), ["  Demo \n town "], "Demo town"),
        (make_field("f", "short"), ["e\u0301"], "\u00e9"),
        (make_field("f", "long"), ["one\r\ntwo"], "one\ntwo"),
        (make_field("f", "long"), ["  "], None),
        (make_field("f", "number"), ["12"], 12),
        (make_field("f", "number"), ["\u0661\u0662"], 12),
        (make_field("f", "number"), ["-0"], 0),
        (make_field("f", "number", decimals=2), ["1,5"], "1.50"),
        (make_field("f", "number", decimals=1), ["-0"], "0.0"),
        (make_field("f", "date", **DAYS), ["2026-11-26"], "2026-11-26"),
        (
            make_field("f", "date"),
            ["\u0662\u0660\u0662\u0666-\u0661\u0661-\u0662\u0666"],
            "2026-11-26",
        ),
        (make_field("f", "yes_no"), ["no"], False),
        (make_field("f", "single"), ["b"], "b"),
        (make_field("f", "multiple"), ["c", "a", "a"], ["a", "c"]),
        (make_field("f", "scale", steps=7), ["7"], 7),
        (make_field("f", "rating"), ["5"], 5),
        (make_field("f", "consent"), ["yes"], True),
        (make_field("f", "consent"), [], False),
    ],
)
def test_sent_texts_are_parsed_into_an_answer(field, given, expected):
    assert parse_value(field, given) == expected


def test_ranking_is_parsed_into_its_order_and_matrix_into_its_rows():
    assert parse_answers(make_definition(make_field("f", "ranking")), PLACES).values == {
        "f": ["c", "a", "b"]
    }
    assert parse_answers(make_definition(make_field("f", "matrix")), {"f-y": ["a"]}).values == {
        "f": {"y": "a"}
    }


@pytest.mark.parametrize(
    ("field", "given", "mistake"),
    [
        (make_field("f", "short", required=True), {}, Mistake.MISSING),
        (make_field("f", "number", required=True), {"f": [" "]}, Mistake.MISSING),
        (make_field("f", "consent", required=True), {}, Mistake.CONSENT_MISSING),
        (make_field("f", "long"), {"f": ["a\x00b"]}, Mistake.TEXT_UNREADABLE),
        (make_field("f", "short"), {"f": ["\ud800"]}, Mistake.TEXT_UNREADABLE),
        (make_field("f", "short", length=3), {"f": ["four"]}, Mistake.TEXT_TOO_LONG),
        (make_field("f", "short"), {"f": ["a", "b"]}, Mistake.CHOICE_TWICE),
        (make_field("f", "number"), {"f": ["ten"]}, Mistake.NUMBER_UNREADABLE),
        (make_field("f", "number"), {"f": ["Infinity"]}, Mistake.NUMBER_UNREADABLE),
        (make_field("f", "number"), {"f": ["1e999"]}, Mistake.NUMBER_UNREADABLE),
        (make_field("f", "number"), {"f": ["1.5"]}, Mistake.NUMBER_TOO_FINE),
        (make_field("f", "number", least=1), {"f": ["0"]}, Mistake.NUMBER_TOO_SMALL),
        (make_field("f", "number", most=9), {"f": ["10"]}, Mistake.NUMBER_TOO_LARGE),
        (make_field("f", "date"), {"f": ["26/11/2026"]}, Mistake.DATE_UNREADABLE),
        (make_field("f", "date"), {"f": ["2026-02-30"]}, Mistake.DATE_UNREADABLE),
        (make_field("f", "date", **DAYS), {"f": ["2025-12-31"]}, Mistake.DATE_TOO_EARLY),
        (make_field("f", "date", **DAYS), {"f": ["2026-11-27"]}, Mistake.DATE_TOO_LATE),
        (make_field("f", "yes_no"), {"f": ["maybe"]}, Mistake.CHOICE_UNKNOWN),
        (make_field("f", "single"), {"f": ["z"]}, Mistake.CHOICE_UNKNOWN),
        (make_field("f", "single"), {"f": ["a", "b"]}, Mistake.CHOICE_TWICE),
        (make_field("f", "multiple"), {"f": ["a", "z"]}, Mistake.CHOICE_UNKNOWN),
        (make_field("f", "multiple", least=2), {"f": ["a"]}, Mistake.CHOICES_TOO_FEW),
        (make_field("f", "multiple", most=1), {"f": ["a", "b"]}, Mistake.CHOICES_TOO_MANY),
        (make_field("f", "rating"), {"f": ["6"]}, Mistake.CHOICE_UNKNOWN),
        (make_field("f", "ranking"), {"f-a": ["1"]}, Mistake.PLACE_MISSING),
        (make_field("f", "ranking"), {**PLACES, "f-a": ["1"]}, Mistake.PLACE_TWICE),
        (make_field("f", "ranking"), {**PLACES, "f-a": ["4"]}, Mistake.CHOICE_UNKNOWN),
        (make_field("f", "matrix", required=True), {"f-x": ["a"]}, Mistake.ROW_MISSING),
        (make_field("f", "matrix", required=True), {}, Mistake.MISSING),
        (make_field("f", "matrix"), {"f-x": ["z"]}, Mistake.CHOICE_UNKNOWN),
        (make_field("f", "consent"), {"f": ["on"]}, Mistake.CHOICE_UNKNOWN),
    ],
)
def test_each_bad_input_has_its_own_mistake_code(field, given, mistake):
    reading = parse_answers(make_definition(field), given)

    assert [refused.mistake for refused in reading.mistakes] == [mistake]
    assert reading.values == {} or mistake == Mistake.CONSENT_MISSING


def test_every_question_type_can_be_parsed_and_stored():
    asking = set(FieldType) - TYPES_WITHOUT_ANSWER

    assert ANSWER_TYPES.keys() == asking


def test_answer_to_a_hidden_question_is_dropped_and_reported():
    form = make_definition(
        make_field("f", "yes_no"),
        make_field("g", "number", required=True, shown_if=equals("f", True)),
        make_field("h", "ranking", shown_if=equals("f", True)),
    )

    reading = parse_answers(form, {"f": ["no"], "g": ["no number"], "h-a": ["1"]})

    assert (reading.values, reading.mistakes, reading.dropped) == ({"f": False}, (), ("g", "h"))
    assert parse_answers(form, {"f": ["yes"], "g": ["3"]}).dropped == ()


IMPOSSIBLE_VALUES = [
    {"f": "a", "g": True},
    {"f": "z"},
    {"f": 1},
    {"f": ["a"]},
    {"h": "a"},
    {"s": True},
    {"g": True},
    {"f": "b", "g": 1},
    {"f": "b", "n": "7"},
    {"f": "b", "n": True},
    {"f": "b", "m": ["c", "a"]},
    {"f": "b", "m": []},
    {"f": "b", "r": ["a", "b"]},
    {"f": "b", "x": {"x": "z"}},
    {"f": "b", "t": " blank "},
    {"f": None},
    [],
    None,
]


@pytest.mark.parametrize("kept", IMPOSSIBLE_VALUES, ids=str)
def test_impossible_stored_answers_are_refused(kept):
    form = make_definition(
        make_field("f", "single", required=True),
        make_field("s", "section"),
        make_field("g", "yes_no", shown_if=equals("f", "b")),
        make_field("n", "number"),
        make_field("m", "multiple"),
        make_field("r", "ranking"),
        make_field("x", "matrix"),
        make_field("t", "short"),
    )

    with pytest.raises(AnswerError):
        validate_stored_answers(form, kept)


@given(data=st.data())
def test_any_input_is_parsed_without_a_crash_and_valid_answers_are_unchanged(data):
    form = data.draw(definitions())

    reading = parse_answers(form, data.draw(post_data(form)))

    touched = {*reading.values, *(refused.key for refused in reading.mistakes)}
    assert touched.isdisjoint(reading.dropped)
    if reading.is_valid:
        assert validate_stored_answers(form, dict(reading.values)) == reading.values
