from datetime import date

import pytest
from hypothesis import given, strategies as st

from protect.questionnaires.enums import TEXT_ONLY_TYPES, FieldType, Mistake
from protect.questionnaires.rules.answers import (
    ANSWER_TYPES,
    AnswerError,
    parse_answers,
    validate_stored_answers,
)
from tests.questionnaires.building import asked, definition, definitions, equals, sent

DAYS = {"first": date(2026, 1, 1), "last": date(2026, 11, 26)}
PLACES = {"f-a": ["2"], "f-b": ["3"], "f-c": ["1"]}


def value(field, given):
    reading = parse_answers(definition(field), {"f": given})
    assert reading.mistakes == ()
    return reading.values.get("f")


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        (asked("f", "short"), ["  Demo \n town "], "Demo town"),
        (asked("f", "short"), ["e\u0301"], "\u00e9"),
        (asked("f", "long"), ["one\r\ntwo"], "one\ntwo"),
        (asked("f", "long"), ["  "], None),
        (asked("f", "number"), ["12"], 12),
        (asked("f", "number"), ["\u0661\u0662"], 12),
        (asked("f", "number"), ["-0"], 0),
        (asked("f", "number", decimals=2), ["1,5"], "1.50"),
        (asked("f", "number", decimals=1), ["-0"], "0.0"),
        (asked("f", "date", **DAYS), ["2026-11-26"], "2026-11-26"),
        (asked("f", "date"), ["\u0662\u0660\u0662\u0666-\u0661\u0661-\u0662\u0666"], "2026-11-26"),
        (asked("f", "yes_no"), ["no"], False),
        (asked("f", "single"), ["b"], "b"),
        (asked("f", "multiple"), ["c", "a", "a"], ["a", "c"]),
        (asked("f", "scale", steps=7), ["7"], 7),
        (asked("f", "rating"), ["5"], 5),
        (asked("f", "consent"), ["yes"], True),
        (asked("f", "consent"), [], False),
    ],
)
def test_sent_texts_are_parsed_into_an_answer(field, given, kept):
    assert value(field, given) == kept


def test_ranking_is_parsed_into_its_order_and_matrix_into_its_rows():
    assert parse_answers(definition(asked("f", "ranking")), PLACES).values == {"f": ["c", "a", "b"]}
    assert parse_answers(definition(asked("f", "matrix")), {"f-y": ["a"]}).values == {
        "f": {"y": "a"}
    }


@pytest.mark.parametrize(
    ("field", "given", "mistake"),
    [
        (asked("f", "short", required=True), {}, Mistake.MISSING),
        (asked("f", "number", required=True), {"f": [" "]}, Mistake.MISSING),
        (asked("f", "consent", required=True), {}, Mistake.CONSENT_MISSING),
        (asked("f", "long"), {"f": ["a\x00b"]}, Mistake.TEXT_UNREADABLE),
        (asked("f", "short"), {"f": ["\ud800"]}, Mistake.TEXT_UNREADABLE),
        (asked("f", "short", length=3), {"f": ["four"]}, Mistake.TEXT_TOO_LONG),
        (asked("f", "short"), {"f": ["a", "b"]}, Mistake.CHOICE_TWICE),
        (asked("f", "number"), {"f": ["ten"]}, Mistake.NUMBER_UNREADABLE),
        (asked("f", "number"), {"f": ["Infinity"]}, Mistake.NUMBER_UNREADABLE),
        (asked("f", "number"), {"f": ["1e999"]}, Mistake.NUMBER_UNREADABLE),
        (asked("f", "number"), {"f": ["1.5"]}, Mistake.NUMBER_TOO_FINE),
        (asked("f", "number", least=1), {"f": ["0"]}, Mistake.NUMBER_TOO_SMALL),
        (asked("f", "number", most=9), {"f": ["10"]}, Mistake.NUMBER_TOO_LARGE),
        (asked("f", "date"), {"f": ["26/11/2026"]}, Mistake.DATE_UNREADABLE),
        (asked("f", "date"), {"f": ["2026-02-30"]}, Mistake.DATE_UNREADABLE),
        (asked("f", "date", **DAYS), {"f": ["2025-12-31"]}, Mistake.DATE_TOO_EARLY),
        (asked("f", "date", **DAYS), {"f": ["2026-11-27"]}, Mistake.DATE_TOO_LATE),
        (asked("f", "yes_no"), {"f": ["maybe"]}, Mistake.CHOICE_UNKNOWN),
        (asked("f", "single"), {"f": ["z"]}, Mistake.CHOICE_UNKNOWN),
        (asked("f", "single"), {"f": ["a", "b"]}, Mistake.CHOICE_TWICE),
        (asked("f", "multiple"), {"f": ["a", "z"]}, Mistake.CHOICE_UNKNOWN),
        (asked("f", "multiple", least=2), {"f": ["a"]}, Mistake.CHOICES_TOO_FEW),
        (asked("f", "multiple", most=1), {"f": ["a", "b"]}, Mistake.CHOICES_TOO_MANY),
        (asked("f", "rating"), {"f": ["6"]}, Mistake.CHOICE_UNKNOWN),
        (asked("f", "ranking"), {"f-a": ["1"]}, Mistake.PLACE_MISSING),
        (asked("f", "ranking"), {**PLACES, "f-a": ["1"]}, Mistake.PLACE_TWICE),
        (asked("f", "ranking"), {**PLACES, "f-a": ["4"]}, Mistake.CHOICE_UNKNOWN),
        (asked("f", "matrix", required=True), {"f-x": ["a"]}, Mistake.ROW_MISSING),
        (asked("f", "matrix", required=True), {}, Mistake.MISSING),
        (asked("f", "matrix"), {"f-x": ["z"]}, Mistake.CHOICE_UNKNOWN),
        (asked("f", "consent"), {"f": ["on"]}, Mistake.CHOICE_UNKNOWN),
    ],
)
def test_each_bad_input_has_its_own_mistake_code(field, given, mistake):
    reading = parse_answers(definition(field), given)

    assert [refused.mistake for refused in reading.mistakes] == [mistake]
    assert reading.values == {} or mistake == Mistake.CONSENT_MISSING


def test_every_question_type_can_be_parsed_and_stored():
    asking = set(FieldType) - TEXT_ONLY_TYPES

    assert ANSWER_TYPES.keys() == asking


def test_answer_to_a_hidden_question_is_dropped_and_reported():
    form = definition(
        asked("f", "yes_no"),
        asked("g", "number", required=True, shown_if=equals("f", True)),
        asked("h", "ranking", shown_if=equals("f", True)),
    )

    reading = parse_answers(form, {"f": ["no"], "g": ["no number"], "h-a": ["1"]})

    assert (reading.values, reading.mistakes, reading.dropped) == ({"f": False}, (), ("g", "h"))
    assert parse_answers(form, {"f": ["yes"], "g": ["3"]}).dropped == ()


KEPT = [
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


@pytest.mark.parametrize("kept", KEPT, ids=str)
def test_impossible_stored_answers_are_refused(kept):
    form = definition(
        asked("f", "single", required=True),
        asked("s", "section"),
        asked("g", "yes_no", shown_if=equals("f", "b")),
        asked("n", "number"),
        asked("m", "multiple"),
        asked("r", "ranking"),
        asked("x", "matrix"),
        asked("t", "short"),
    )

    with pytest.raises(AnswerError):
        validate_stored_answers(form, kept)


@given(data=st.data())
def test_any_input_is_parsed_without_a_crash_and_valid_answers_are_unchanged(data):
    form = data.draw(definitions())

    reading = parse_answers(form, data.draw(sent(form)))

    touched = {*reading.values, *(refused.key for refused in reading.mistakes)}
    assert touched.isdisjoint(reading.dropped)
    if reading.is_valid:
        assert validate_stored_answers(form, dict(reading.values)) == reading.values
