"""Rules for each shipped form in every language of the desk."""

import re
from collections import Counter

import pytest
from django.conf import settings

from protect.questionnaires import sources
from protect.questionnaires.enums import FormKind
from protect.questionnaires.sources import find_barred_phrase
from protect.questionnaires.words import question_texts

OWN = {path.stem for path in sources.BUILT_IN_FOLDER.glob("*.toml") if "." not in path.stem}
FORMS = {code: source for code, source in sources.load_sources().items() if code in OWN}
MODULES = {
    "violence-and-migration",
    "impact",
    "first-support",
    "lgbtqi",
    "interpreters",
    "psea",
    "care",
}
ANONYMOUS_FORMS = [c for c, e in FORMS.items() if e.definition.kind != FormKind.ASSESSMENT]
PLACES = re.compile(r"\{[^}]*\}|<|&")


def questions_of(code):
    return list(FORMS[code].definition.questions())


@pytest.mark.parametrize("code", FORMS)
def test_form_is_translated_completely_into_every_desk_language(code):
    told = FORMS[code].translations

    assert told.keys() == set(settings.DESK_LANGUAGES)
    for tag, translation in told.items():
        assert translation.words.keys() == FORMS[code].own_words.keys(), tag
        assert not any(PLACES.search(text) for text in translation.words.values())


@pytest.mark.parametrize("code", FORMS)
def test_options_of_a_question_have_different_texts(code):
    for tag, translation in FORMS[code].translations.items():
        for field in questions_of(code):
            said = [translation.words[f"{field.key}.options.{option}"] for option in field.options]
            assert len(set(said)) == len(said), (tag, field.key)


def test_no_shipped_translation_is_marked_as_reviewed():
    told = [translation for form in FORMS.values() for translation in form.translations.values()]

    assert [translation.reviewed_on for translation in told if translation.reviewed_on] == []


def test_both_question_sets_measure_the_same_objectives():
    a, b = questions_of("knowledge-a"), questions_of("knowledge-b")
    plan = [
        (field.key, field.type, field.measures, field.points, len(field.options)) for field in a
    ]

    assert plan == [(e.key, e.type, e.measures, e.points, len(e.options)) for e in b]
    assert Counter(field.measures for field in a) == dict.fromkeys(MODULES, 2)
    assert 12 <= len(a) <= 15
    assert not {*FORMS["knowledge-a"].own_words.values()} & {
        text for name, text in FORMS["knowledge-b"].own_words.items() if name.endswith("label")
    }


@pytest.mark.parametrize("code", ["knowledge-a", "knowledge-b"])
def test_position_of_the_right_option_is_balanced(code):
    places = Counter(str(question.right[0]) for question in questions_of(code))

    assert places.keys() == {"a", "b", "c"}
    assert max(places.values()) - min(places.values()) <= 1


@pytest.mark.parametrize("code", ["knowledge-a", "knowledge-b"])
@pytest.mark.parametrize("tag", settings.DESK_LANGUAGES)
def test_longest_option_is_right_in_at_most_two_of_three_questions(code, tag):
    words = FORMS[code].translations[tag].words
    longest = sum(
        max(question.options, key=lambda o: len(words[f"{question.key}.options.{o}"]))
        == question.right[0]
        for question in questions_of(code)
    )

    assert longest <= 9, longest


def test_the_assessment_measures_every_objective():
    form = FORMS["assessment"].definition

    assert {question.measures for question in form.questions() if question.points} == MODULES
    assert [question.key for question in form.questions() if question.required] == ["named"]


def test_evaluation_is_short_and_tells_participants_that_they_may_stop():
    assert len(questions_of("evaluation")) <= 10
    assert "may leave out any question" in FORMS["evaluation"].own_words["intro"]


@pytest.mark.parametrize("code", ANONYMOUS_FORMS)
def test_anonymous_form_has_no_required_question(code):
    assert [question.key for question in questions_of(code) if question.required] == []


@pytest.mark.parametrize("code", FORMS)
def test_no_question_states_statistics(code):
    for field in questions_of(code):
        words = {n: t for n, t in FORMS[code].own_words.items() if n.startswith(f"{field.key}.")}
        assert not any(re.search(r"\d", text) for text in words.values()), field.key


@pytest.mark.parametrize("code", FORMS)
def test_no_question_asks_for_own_experience_of_violence(code):
    form = FORMS[code]
    for translation in form.translations.values():
        for _key, text in question_texts(form.definition, translation.words):
            for barred in sources.load_barred_phrases().values():
                assert find_barred_phrase(text, barred.phrases) is None


@pytest.mark.parametrize("tag", settings.DESK_LANGUAGES)
def test_barred_phrases_exist_in_every_desk_language(tag):
    phrases = sources.load_barred_phrases()[tag].phrases

    assert len(phrases) > 10
    assert all(find_barred_phrase(f"— {phrase}, {phrase}?", [phrase]) for phrase in phrases)
