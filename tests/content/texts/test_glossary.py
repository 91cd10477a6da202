"""The glossary: which terms a source text has, and which a translation does not use."""

import pytest

from protect.content.drafts.page_files import load_pages, load_translations
from protect.content.enums import SegmentKind
from protect.content.texts.glossary import (
    SOURCE_TAG,
    glossary_tags,
    load_glossary,
    missing_terms,
    split_terms,
    term_pairs,
)

RAPED = "If you were raped, or if they abused you, go to a shelter."
TAGS = [tag for tag in glossary_tags() if tag != SOURCE_TAG]


def test_there_is_a_glossary_for_each_language_with_drafts_of_all_pages():
    assert {"fr", "nl", "es", "it", "el", "pl", "ar", "fa", "ti", "uk"} == set(TAGS)


@pytest.mark.parametrize("tag", TAGS)
def test_each_language_has_each_term(tag):
    assert load_glossary(tag).keys() == load_glossary(SOURCE_TAG).keys()
    assert all(term.term and term.forms for term in load_glossary(tag).values())


@pytest.mark.parametrize("tag", TAGS)
def test_the_drafts_of_the_project_use_the_terms(tag):
    drafts, checked = load_translations()[tag], 0
    for code, page in load_pages().items():
        for segment in page.segment:
            draft = drafts.get(code, {}).get(segment.key)
            if draft and segment.kind is not SegmentKind.BLOCK:
                assert missing_terms(segment.text, draft.text, tag) == [], (code, segment.key)
                checked += len(term_pairs(segment.text, tag))
    assert checked > 90


def test_terms_are_found_as_whole_words_in_any_form():
    codes = [passage.code for passage in split_terms(RAPED) if passage.code]

    assert codes == ["rape", "abuse", "shelter"]
    assert "".join(passage.text for passage in split_terms(RAPED)) == RAPED
    assert [each.code for each in split_terms("A grape in therapy.") if each.code] == []


def test_a_longer_term_comes_before_a_shorter_one():
    codes = [each.code for each in split_terms("Sexual violence is violence.") if each.code]

    assert codes == ["sexual_violence", "violence"]


def test_a_translation_without_the_term_is_named():
    (missing,) = missing_terms("They raped him.", "Ils l’ont déshonoré.", "fr")

    assert (missing.source, missing.translated) == ("rape", "viol")
    assert missing_terms("They raped him.", "Ils l’ont VIOLÉ.", "fr") == []


def test_a_language_without_a_glossary_has_no_hints():
    assert missing_terms("They raped him.", "…", "so") == []
    assert [pair.translated for pair in term_pairs("They raped him.", "so")] == [""]


def test_letters_that_only_look_like_a_term_do_not_break_a_page():
    assert (
        "".join(each.text for each in split_terms("GENDER-BASED VıOLENCE"))
        == "GENDER-BASED VıOLENCE"
    )
