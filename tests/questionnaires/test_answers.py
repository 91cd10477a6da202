import pytest

from protect.questionnaires.access import Answers, canonical_json, sha256_hex
from tests.questionnaires.building import make_definition, make_field
from tests.refusals import refuses

FORM = make_definition(make_field("g", "short"), make_field("f", "multiple", required=True))
HASH = sha256_hex("demo")
GOOD = Answers("demo", 1, HASH, {"g": "é", "f": ["a"]})


def test_answers_are_stored_as_canonical_json_and_read_back():
    text = GOOD.to_json()

    assert text == (f'{{"form":"demo","hash":"{HASH}","number":1,"values":{{"f":["a"],"g":"é"}}}}')
    assert Answers.from_json(text, FORM, HASH) == GOOD
    assert Answers.from_json(text, FORM, HASH).to_json() == text


def changed(old: str, new: str) -> str:
    return GOOD.to_json().replace(old, new)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "questionnaire_not_json"),
        ("[]", "questionnaire_version_other"),
        (changed('"number":1', '"number":2'), "questionnaire_version_other"),
        (changed('"form":"demo"', '"form":"else"'), "questionnaire_version_other"),
        (changed(HASH, "0"), "questionnaire_version_other"),
        (changed('"hash"', '"who":"Demo","hash"'), "questionnaire_version_other"),
        (changed('["a"]', '["z"]'), "questionnaire_choice_unknown"),
        (changed('"f":["a"],', ""), "questionnaire_answer_missing"),
        (changed('"values"', '"other"'), "questionnaire_version_other"),
    ],
)
def test_invalid_stored_document_is_refused_without_quoting_an_answer(text, problem):
    with refuses("questionnaire_answers_bad") as caught:
        Answers.from_json(text, FORM, HASH)

    assert caught.value.facts == {"form": "demo", "problem": problem}


def test_equal_answers_have_equal_json():
    assert (
        canonical_json({"b": 1, "a": "é"})
        == canonical_json({"a": "é", "b": 1})
        == '{"a":"é","b":1}'
    )
