"""Words of which a wrong translation could hurt or mislead a reader: what they mean, how each
language says them, and which of them a text has. Data: data/glossary/<tag>.toml."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from protect.kernel import tables

SOURCE_TAG = "en"  # language whose terms are looked for in source texts


class Term(tables.Record):
    """A term in one language. `forms`: in English the words by which a source text is recognised;
    else parts of words, one of which a translation has. `note`: for translators."""

    term: str
    forms: tuple[str, ...]
    note: str = ""


class Passage(NamedTuple):
    """A part of a source text. `code`: the term that it is, "" for none."""

    text: str
    code: str = ""


class TermPair(NamedTuple):
    """A term of the source and how a language says it. `translated`: "" if it is not known."""

    code: str
    source: str
    translated: str
    note: str


@cache
def load_glossary(tag: str) -> Mapping[str, Term]:
    """Return the terms of a language by code; none for a language without a glossary.
    Errors: DataError."""
    return tables.load("content", f"glossary/{tag}", Term, is_required=False)


def glossary_tags() -> list[str]:
    """Return the tags of the languages that have a glossary, English first."""
    names = tables.data_file_names("content", "glossary/*.toml")
    return sorted((name.partition("/")[2] for name in names), key=lambda tag: tag != SOURCE_TAG)


def term_pairs(source: str, tag: str) -> list[TermPair]:
    """Return the terms of a source text with what they are called in a language."""
    translated, terms = load_glossary(tag), load_glossary(SOURCE_TAG)
    codes = dict.fromkeys(passage.code for passage in split_terms(source) if passage.code)
    return [
        TermPair(
            code,
            terms[code].term,
            translated[code].term if code in translated else "",
            terms[code].note,
        )
        for code in codes
    ]


def missing_terms(source: str, text: str, tag: str) -> list[TermPair]:
    """Return the terms of a source text that a translation does not seem to use."""
    translated, folded = load_glossary(tag), _fold(text)
    return [
        pair
        for pair in term_pairs(source, tag)
        if pair.code in translated
        and not any(_fold(form) in folded for form in translated[pair.code].forms)
    ]


def split_terms(source: str) -> Iterator[Passage]:
    """Yield the parts of a source text, in order: terms of the glossary, and what is between."""
    pattern, codes = _pattern()
    end = 0
    for found in pattern.finditer(source):
        if found.start() > end:
            yield Passage(source[end : found.start()])
        yield Passage(found.group(), codes.get(_fold(found.group()), ""))
        end = found.end()
    if end < len(source):
        yield Passage(source[end:])


@cache
def _pattern() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Return a pattern of all English forms, the longest first, and the term of each."""
    terms = load_glossary(SOURCE_TAG)
    codes = {_fold(form): code for code, term in terms.items() for form in term.forms}
    words = "|".join(re.escape(form) for form in sorted(codes, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE), codes


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
