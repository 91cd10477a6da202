from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from django.utils import translation

from protect.reference import vocabulary, wording
from protect.reference.vocabulary import schemas
from protect.site.catalogues import translatable_strings

MOST_STRINGS = 70  # of the 250 that the whole interface may have

PAIRS = {
    "needs": (
        wording.NEED_NAMES,
        {code: each.name for code, each in vocabulary.needs().items() if each.public},
    ),
    "hints": (
        wording.NEED_HINTS,
        {code: each.hint for code, each in vocabulary.needs().items() if each.public},
    ),
    "categories": (
        wording.CATEGORY_NAMES,
        {c: each.name for c, each in vocabulary.categories().items() if each.is_named},
    ),
    "statuses": (
        wording.STATUS_NAMES,
        {code: each.name for code, each in vocabulary.statuses().items()},
    ),
    "groups": (
        wording.GROUP_NAMES,
        {code: each.name for code, each in vocabulary.groups().items()},
    ),
    "documents": (
        wording.DOCUMENT_NAMES,
        {code: each.name for code, each in vocabulary.documents().items()},
    ),
}


def strings():
    return list(extract_from_file("python", Path(wording.__file__), comment_tags=("Translators:",)))


@pytest.mark.parametrize("kind", list(PAIRS))
def test_words_of_the_code_and_of_the_data_are_the_same(kind):
    said, written = PAIRS[kind]

    with translation.override("en"):
        assert {code: str(text) for code, text in said.items()} == written


def test_words_of_the_vocabularies_leave_room_for_the_rest_of_the_interface():
    assert len({message for _, message, _, _ in strings()}) <= MOST_STRINGS


def test_a_term_of_an_overlay_has_the_name_in_the_overlay():
    sauna = schemas.Group(code="sauna", name="Sauna")

    assert wording.display_name(wording.GROUP_NAMES, sauna) == "Sauna"


def test_a_built_in_term_has_its_translatable_name():
    pregnant = vocabulary.groups()["pregnant"]

    assert wording.display_name(wording.GROUP_NAMES, pregnant) is wording.GROUP_NAMES["pregnant"]


def test_every_string_carries_a_note_for_translators():
    ours = [string for string in translatable_strings() if string.place == "reference/wording.py"]

    assert len(ours) > 30
    assert [text.text for text in ours if not text.note] == []


def test_no_word_that_people_choose_says_violence():
    kinds_of_help = {"gender-based-violence", "domestic-violence"}  # only headings of services
    said = [
        str(text)
        for texts, _ in PAIRS.values()
        for code, text in texts.items()
        if code not in kinds_of_help
    ]

    assert not [text for text in said if "violen" in text.lower()]
