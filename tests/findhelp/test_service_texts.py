"""Texts of a service in the language of the page, as far as the catalogue has their sentences."""

import pytest

from protect.findhelp.answers import limits, sheets
from protect.findhelp.answers.limits import AUDIENCE_WORDS
from protect.findhelp.answers.sentences import reason_text
from protect.findhelp.answers.service_texts import (
    admission_texts,
    quotes,
    quotes_before_going,
    texts_to_translate,
)
from protect.matching import published
from protect.matching.questions import Reason
from protect.reference.catalogue import translation_with_language
from tests.findhelp.paper.demo import AT, service

POLICE = "Information is passed to the police."
OTHER = "Demo sentence of another directory."


def test_a_known_sentence_is_in_the_language_of_the_page():
    row = service(restrictions=POLICE, text_language="en")

    assert [quote.tag for quote in quotes(row, "restrictions", "ar")] == ["ar"]
    assert quotes(row, "restrictions", "ar")[0].direction == "rtl"
    assert [quote.text for quote in quotes(row, "restrictions", "en")] == [POLICE]


def test_a_sentence_that_the_catalogue_lacks_keeps_its_text_and_language():
    row = service(restrictions=f"{POLICE} {OTHER} {POLICE}", text_language="en")

    given = quotes(row, "restrictions", "fr")

    assert [each.tag for each in given] == ["fr", "en", "fr"]
    assert given[1].text == OTHER
    assert [quote.tag for quote in quotes(service(restrictions=OTHER), "restrictions", "fr")] == [
        "fr"
    ]


def test_a_text_in_another_language_and_a_blank_one_stay():
    french = service(restrictions=POLICE, text_language="fr")

    assert [(quote.text, quote.tag) for quote in quotes(french, "restrictions", "ar")] == [
        (POLICE, "fr")
    ]
    assert quotes(service(restrictions=""), "restrictions", "ar") == ()


def test_a_full_stop_that_the_source_left_out_is_no_other_sentence():
    row = service(how_to_access="Call or e-mail", text_language="en")

    assert [quote.tag for quote in quotes(row, "how_to_access", "ti")] == ["ti"]
    assert [quote.text for quote in quotes(row, "how_to_access", "en")] == ["Call or e-mail"]


def test_each_sentence_of_the_catalogue_is_translated():
    sentences = {sentence for sentence, _note in texts_to_translate()}

    assert POLICE in sentences
    assert len(sentences) > 80
    assert [
        sentence for sentence in sentences if translation_with_language(sentence, "ti")[1] != "ti"
    ] == []


@pytest.mark.django_db
def test_no_page_prints_a_restriction_or_a_word_of_the_audience_in_english(starter):
    for row in published.rows():
        page = sheets.sheet_view(row, "el", AT)
        quoted = {word for fact in page.facts for quote in fact.quoted for word in _words(quote)}

        assert [quote.tag for quote in page.before] in ([], ["el"]), row.name
        assert quoted.isdisjoint(AUDIENCE_WORDS), row.name


def _words(quote):
    return quote.text.split(" · ")


def test_a_translation_of_the_restrictions_does_not_hide_that_a_service_takes_trans_women():
    row = service(
        restrictions="Takes trans women, too.",
        text_language="en",
        translations={"restrictions": {"fr": "Démo : autre texte."}},
    )
    french = translation_with_language("Takes trans women, too.", "fr")[0]

    assert [*admission_texts(row, "fr")] == [french]
    assert [quote.text for quote in quotes_before_going(row, "fr")] == ["Démo : autre texte."]


def test_a_service_that_takes_trans_people_too_still_takes_everyone():
    row = service(restrictions="Takes trans people, too.")
    everyone = reason_text(Reason("gender_everyone"), "en")

    kept, beside = limits.texts_beside_limits(row, "en", [everyone])

    assert everyone in kept
    assert "Takes trans people, too." in beside
