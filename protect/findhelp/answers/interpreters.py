"""The sentence with which a visitor asks for an interpreter, in the languages of the staff who read
or hear it and in the visitor's own."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from protect.findhelp.answers import topics
from protect.findhelp.answers.service_texts import Quote, quote_of
from protect.matching.questions import PersonLocation
from protect.matching.services.rows import ServiceRow
from protect.reference import formats, vocabulary
from protect.reference.catalogue import translation_with_language

# Translators: the visitor shows or says it to the staff of a hospital or a phone line. {language}
# is a name as in a list of languages; if that is wrong in a sentence, write "My language: …".
I_SPEAK = _("I speak {language}. I need an interpreter.")
ENGLISH = "en"


class InterpreterRequest(NamedTuple):
    shown: tuple[Quote, ...]  # for the staff
    own: Quote | None  # for the visitor; None if `shown` has it


def is_needed(rows: Iterable[ServiceRow], languages: Sequence[str]) -> bool:
    """Return whether a page has services, but none says that it speaks one of `languages` at all
    hours."""
    rows = list(rows)
    return bool(rows) and not any(_always_speaks(row, languages) for row in rows)


def request_at(
    where: PersonLocation | None, languages: Sequence[str], tag: str
) -> InterpreterRequest | None:
    """Return the sentence for the place of a visitor who speaks `languages` and reads `tag`."""
    if where is None or where.country is None:
        return None
    spoken = topics.languages_all_services_speak(where.country, where.areas)
    return _request(where.country, spoken, languages, tag)


def request_to(row: ServiceRow, languages: Sequence[str], tag: str) -> InterpreterRequest | None:
    """Return the sentence for a service; None if it speaks one of `languages` at all hours."""
    if _always_speaks(row, languages):
        return None
    official = vocabulary.countries()[row.country].languages
    listed = {offer.language for offer in row.languages}
    spoken = topics.languages_of_region(row) or [each for each in official if each in listed]
    return _request(row.country, spoken, languages, tag)


def _always_speaks(row: ServiceRow, languages: Sequence[str]) -> bool:
    return any(offer.language in languages and offer.window is None for offer in row.languages)


def _request(
    country: str, spoken: Sequence[str], languages: Sequence[str], tag: str
) -> InterpreterRequest | None:
    """Return the sentence in the languages of a country that are `spoken`, else in all of them.
    None for a visitor who speaks one of them, or whose first language is a sign language."""
    official = vocabulary.countries()[country].languages
    own_language = vocabulary.languages()[languages[0]]
    if own_language.signed or not {*official, *spoken}.isdisjoint(languages):
        return None
    languages_there = [code for code in spoken if code in official] or official
    if ENGLISH in languages_there:  # in Ireland and Malta, where all services speak it
        languages_there = [ENGLISH]
    shown = dict.fromkeys(_i_speak_sentence(own_language.code, code) for code in languages_there)
    own = _i_speak_sentence(own_language.code, tag)
    return InterpreterRequest(tuple(shown), None if own in shown else own)


def _i_speak_sentence(spoken: str, tag: str) -> Quote:
    """Return “I speak {spoken}. I need an interpreter.” in a language (`tag`), or in the first
    that replaces it."""
    text, written_in = translation_with_language(I_SPEAK, tag)
    return quote_of(text.format(language=formats.language_name(spoken, written_in)), written_in)
