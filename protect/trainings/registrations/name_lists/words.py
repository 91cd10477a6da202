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


def country_of(said: str) -> str | None:
    """Return the code of a country, written as code or name; "" for nothing, None if unknown."""
    return _countries().get(fold(said)) if said.strip() else ""


def language_of(said: str) -> str | None:
    """Return the tag of a language, written as tag or name; "" for nothing, None if unknown."""
    return _languages().get(fold(said)) if said.strip() else ""


def profession_of(said: str) -> str | None:
    """Return the code of a profession as somebody wrote it; "" for nothing, None if unknown."""
    return _professions().get(fold(said))


def sector_of(said: str) -> str | None:
    """Return the code of a sector as somebody wrote it; "" for nothing, None if unknown."""
    return _sectors().get(fold(said))


def age_band_of(said: str) -> str | None:
    """Return the age band that years or the name of a band mean; "" for nothing, None if unknown.

    Units: full years.
    """
    plain = fold(said)
    found = _bands().get(plain)
    if found is not None or not plain.isdecimal() or len(plain) > 3:
        return found
    for code, band in vocabulary.working_bands().items():
        if band.since <= int(plain) and (band.until is None or int(plain) <= band.until):
            return code
    return None


@cache
def _countries() -> dict[str, str]:
    known = reference.countries()
    return _only_one(
        (name, code)
        for code, each in known.items()
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
    meant: dict[str, set[str]] = {}
    for word, code in words:
        meant.setdefault(fold(word), set()).add(code)
    return {word: next(iter(codes)) for word, codes in meant.items() if len(codes) == 1}


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
    found = {fold(word): code for code, words in names.items() for word in (code, *words)}
    for tag in of_desk():
        with translation.override(tag):
            found |= {fold(word): code for code, word in choices()}
    return found | {"": ""}
