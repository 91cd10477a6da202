"""The sentences of restrictions that codes can express, and the remaining text beside the codes."""

import csv

import pytest
from django.conf import settings

from protect.directory.enums import CriterionKind, CriterionOperator
from protect.directory.facts.criteria import VALUE_LABELS
from protect.directory.facts.restrictions import (
    SENTENCE_END,
    KnownSentence,
    StatedCriterion,
    known_sentences,
    remove_coded_sentences,
)
from protect.kernel import tables
from protect.reference import vocabulary

STARTER = settings.BASE_DIR / "protect/directory/data/services/services.csv"
KNOWN = tables.load("directory", "restrictions", KnownSentence)
OFFICE = "This is a state office for migrants."
ONLY = "Only for people who asked for asylum or have international protection."
SONS = "Sons may come up to 12 years."
CODES = StatedCriterion(
    CriterionKind.LEGAL_STATUS, CriterionOperator.ONLY, frozenset({"asylum_seeker", "refugee"}), ""
)


@pytest.mark.parametrize("known", KNOWN.values(), ids=lambda known: known.code[:30])
def test_known_sentences_have_valid_codes_and_a_reason(known):
    assert known.criteria or known.categories or known.channel or known.names_people
    assert known.why
    assert set(known.categories) <= vocabulary.categories().keys()
    for criterion in known.criteria:
        assert set(criterion.values) <= VALUE_LABELS.get(criterion.kind, {}).keys()
    if known.is_whole:
        assert known.criteria or known.categories  # what visitors read in its place


def test_every_known_sentence_occurs_in_the_starter_directory():
    with STARTER.open(encoding="utf-8") as file:
        texts = {row["restrictions"] for row in csv.DictReader(file)}

    assert {each for text in texts for each in SENTENCE_END.split(text)} >= KNOWN.keys()


def test_only_sentences_stated_by_codes_are_left_out():
    assert remove_coded_sentences(f"{OFFICE} {ONLY}", [CODES], ()) == OFFICE
    assert remove_coded_sentences(ONLY, [CODES], ()) == ""


@pytest.mark.parametrize("codes", [[], [CODES._replace(values=frozenset({"refugee"}))]])
def test_sentence_stays_if_an_editor_changed_its_codes(codes):
    assert remove_coded_sentences(f"{OFFICE} {ONLY}", codes, ()) == f"{OFFICE} {ONLY}"


@pytest.mark.parametrize(("oldest", "left"), [(12, ""), (14, SONS)])
def test_sentence_about_sons_is_left_out_only_for_the_same_age(oldest, left):
    stated = StatedCriterion(
        CriterionKind.BOYS, CriterionOperator.RANGE, frozenset(), "", maximum=oldest
    )

    assert remove_coded_sentences(SONS, [stated], ()) == left


def test_category_can_state_a_sentence():
    text = "People who use violence may also call this line."

    assert remove_coded_sentences(text, (), {"for-people-who-use-violence", "helpline"}) == ""
    assert remove_coded_sentences(text, (), {"helpline"}) == text


def test_text_with_other_words_is_not_a_known_sentence():
    assert not [*known_sentences(f"Maybe: {ONLY}")]
    assert remove_coded_sentences("Demo line one.\n\nDemo line two.", [CODES], ()) == (
        "Demo line one.\n\nDemo line two."
    )
