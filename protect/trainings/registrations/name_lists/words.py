"""What people write of country, language, profession, sector and age, and which code it means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from django.utils import translation

from protect.orgs.languages import of_desk, of_mail
from protect.reference import vocabulary as reference
from protect.reference.formats import locale_of
from protect.reference.lookup.fold import fold
from protect.trainings.base import vocabulary
from protect.trainings.registrations import people_words
from protect.trainings.registrations import vocabulary as registrations_vocabulary
from protect.trainings.registrations.people_words import Choices


def country_of(text: str) -> str | None:
    """Return the code of a country, written as code or name; "" for nothing, None if unknown."""
    return _countries().get(fold(text)) if text.strip() else ""


def language_of(text: str) -> str | None:
    """Return the tag of a language, written as tag or name; "" for nothing, None if unknown."""
    return _languages().get(fold(text)) if text.strip() else ""


def profession_of(text: str) -> str | None:
    """Return the code of a profession as written in a list; "" for nothing, None if unknown."""
    return _professions().get(fold(text))


def sector_of(text: str) -> str | None:
    """Return the code of a sector as written in a list; "" for nothing, None if unknown."""
    return _sectors().get(fold(text))


def age_band_of(text: str) -> str | None:
    """Return the age band that years or the name of a band mean; "" for nothing, None if unknown.

    Units: full years.
    """
    plain = fold(text)
    named = _bands().get(plain)
    if named is not None or not plain.isdecimal() or len(plain) > 3:
        return named
    for code, band in vocabulary.working_bands().items():
        if band.since <= int(plain) and (band.until is None or int(plain) <= band.until):
            return code
    return None


@cache
def _countries() -> dict[str, str]:
    countries = reference.countries()
    return _only_one(
        (name, code)
        for code, each in countries.items()
        for name in (code, *each.endonyms.values(), *_named("territories", code))
    )


@cache
def _languages() -> dict[str, str]:
    return _only_one(
        (name, tag)
        for tag, each in reference.languages().items()
        for name in (tag, each.endonym, each.english, *_named("languages", tag.replace("-", "_")))
    )


def _named(kind: str, code: str) -> Iterator[str]:
    """Yield the names that CLDR has, in each language of our mail."""
    for tag in of_mail():
        name = getattr(locale_of(tag), kind).get(code)
        if name:
            yield str(name)


def _only_one(words: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return codes by word, without words that mean two."""
    codes_by_word: dict[str, set[str]] = {}
    for word, code in words:
        codes_by_word.setdefault(fold(word), set()).add(code)
    return {word: next(iter(codes)) for word, codes in codes_by_word.items() if len(codes) == 1}


@cache
def _professions() -> dict[str, str]:
    names = {code: each.names for code, each in registrations_vocabulary.professions().items()}
    return _by_word(names, people_words.professions)


@cache
def _sectors() -> dict[str, str]:
    names = {code: each.names for code, each in registrations_vocabulary.sectors().items()}
    return _by_word(names, people_words.sectors)


@cache
def _bands() -> dict[str, str]:
    return _by_word(dict.fromkeys(vocabulary.working_bands(), ()), people_words.ages)


def _by_word(names: Mapping[str, Iterable[str]], choices: Callable[[], Choices]) -> dict[str, str]:
    """Return codes by every word for them: the code, words of lists, and how our pages say it."""
    codes_by_word = {fold(word): code for code, words in names.items() for word in (code, *words)}
    for tag in of_desk():
        with translation.override(tag):
            codes_by_word |= {fold(word): code for code, word in choices()}
    return codes_by_word | {"": ""}
