"""The texts of a service in the language of the page. Sentences that the starter directory has in
`restrictions`, and those that it repeats elsewhere, are in the catalogue `protect/locale_facts`."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from django.conf import settings

from protect.directory.facts.restrictions import SENTENCE_END, known_sentences
from protect.findhelp.answers.row_caches import cached_by_row
from protect.matching.services.rows import ServiceRow
from protect.reference import vocabulary
from protect.reference.catalogue import SOURCE_LANGUAGE, translation_with_language

STARTER_FILE = settings.BASE_DIR / "protect/directory/data/services/services.csv"
# A sentence of a column is translated if at least so many public rows have it.
FEWEST_ROWS = {"restrictions": 1, "how_to_access": 4, "description": 6}
# A sentence of how_to_access with these words decides whether a person goes: it is translated even
# if one row has it.
NO_REPORT = re.compile(r"(?i)\bno (?:police report|report to the police)\b")


class Quote(NamedTuple):
    """A text of a service and its language, which may differ from that of the page."""

    text: str
    tag: str
    direction: str


def quotes(row: ServiceRow, name: str, tag: str) -> tuple[Quote, ...]:
    """Return a text of a service for a page, each part in one language; none if it is blank."""
    return quotes_of_text(*row.translated_text(name, tag), tag)


@cached_by_row
def admission_texts(row: ServiceRow, tag: str) -> tuple[str, ...]:
    """Return the sentences of a service's restrictions that say that it takes trans people, for a
    page. The catalogue translates them, also where the service has a translation of its own."""
    return tuple(
        quote.text
        for sentence in _admission_sentences(row.restrictions)
        for quote in quotes_of_text(sentence, row.text_language, tag)
    )


def quotes_before_going(row: ServiceRow, tag: str) -> tuple[Quote, ...]:
    """Return a service's restrictions without the sentences of `admission_texts`, for a page."""
    text, language = row.translated_text("restrictions", tag)
    admission = {*_admission_sentences(text)}
    others = (
        sentence for sentence in SENTENCE_END.split(text.strip()) if sentence not in admission
    )
    return quotes_of_text(" ".join(others), language, tag)


def _admission_sentences(text: str) -> Iterator[str]:
    return (known.code for known in known_sentences(text) if known.names_people)


def quotes_of_text(text: str, language: str, tag: str) -> tuple[Quote, ...]:
    """Return a text with the sentences of the catalogue in the language of the page."""
    text = text.strip()
    if not text:
        return ()
    if language != SOURCE_LANGUAGE or tag == SOURCE_LANGUAGE:
        return (quote_of(text, language),)
    sentences = [_translated(each, tag) for each in SENTENCE_END.split(text)]
    return tuple(
        quote_of(" ".join(text for text, _ in group), language)
        for language, group in groupby(sentences, key=lambda sentence: sentence[1])
    )


def quote_of(text: str, language: str) -> Quote:
    return Quote(text, language, vocabulary.languages()[language].direction)


def texts_to_translate() -> Iterator[tuple[str, str]]:
    """Yield the sentences of the starter directory to translate, and a note for translators."""
    with STARTER_FILE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["professionals_only"] != "yes"]
    for column, fewest in FEWEST_ROWS.items():
        counted = Counter(
            _with_full_stop(sentence)
            for row in rows
            for sentence in SENTENCE_END.split(row[column].strip())
            if sentence
        )
        for sentence, number in counted.items():
            if number >= fewest or (column == "how_to_access" and NO_REPORT.search(sentence)):
                yield sentence, f"A service: {column.replace('_', ' ')}."


def _translated(sentence: str, tag: str) -> tuple[str, str]:
    """Return a sentence and its language: translated if the catalogue has it."""
    translated, language = translation_with_language(_with_full_stop(sentence), tag)
    return (sentence if language == SOURCE_LANGUAGE else translated), language


def _with_full_stop(sentence: str) -> str:
    """Return a sentence as the catalogue has it: some texts have no full stop at their end."""
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
