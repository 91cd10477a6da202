"""Languages, countries, needs and other vocabularies, read from TOML once per process. Each table
is checked when first read: a wrong row stops the start of the site and cannot fail a request."""

from functools import cache
from typing import Literal

from protect.kernel import tables
from protect.reference.vocabulary import checks, schemas
from protect.reference.vocabulary.schemas import (
    EUROPEAN_NUMBER,
    Camp,
    Category,
    EmergencyNumber,
    Language,
    Need,
)

__all__ = [
    "EUROPEAN_NUMBER",
    "Camp",
    "Category",
    "EmergencyNumber",
    "Language",
    "Need",
    "camps",
    "categories",
]
__all__ += ["countries", "documents", "exit_targets", "exits", "fallback_chain", "forget"]
__all__ += ["groups", "languages", "needs", "place_words", "published_languages", "read_all"]
__all__ += ["statuses"]

type Mode = Literal["demo", "live"]


@cache
def languages() -> dict[str, Language]:
    """Return the languages by tag, in order of the file. Errors: DataError, as all readers."""
    table = tables.load("reference", "languages", Language)
    checks.refuse_first_problem("languages", checks.language_problems(table, exits()))
    return table


@cache
def exits() -> dict[str, schemas.ExitTarget]:
    table = tables.load("reference", "exits", schemas.ExitTarget)
    checks.refuse_first_problem("exits", checks.exit_problems(table))
    return table


@cache
def countries() -> dict[str, schemas.Country]:
    table = tables.load("reference", "countries", schemas.Country)
    checks.refuse_first_problem("countries", checks.country_problems(table, languages()))
    return table


@cache
def categories() -> dict[str, Category]:
    return tables.load("reference", "categories", Category)


@cache
def needs() -> dict[str, Need]:
    """Return the needs by code: the public ones in their order, then one for each category."""
    table = tables.load("reference", "needs", Need)
    checks.refuse_first_problem("needs", checks.need_problems(table, categories()))
    return table


@cache
def statuses() -> dict[str, schemas.LegalStatus]:
    return tables.load("reference", "statuses", schemas.LegalStatus)


@cache
def groups() -> dict[str, schemas.Group]:
    """Return the groups of people that some services are meant for, by code."""
    return tables.load("reference", "groups", schemas.Group)


@cache
def camps() -> dict[str, Camp]:
    return tables.load("reference", "camps", Camp)


@cache
def place_words() -> dict[str, schemas.PlaceWords]:
    return tables.load("reference", "place_words", schemas.PlaceWords)


@cache
def documents() -> dict[str, schemas.Document]:
    """Return the documents that a service may ask for, by code."""
    return tables.load("reference", "documents", schemas.Document)


def published_languages(mode: Mode) -> dict[str, Language]:
    """Return the languages offered to visitors, in the demo also drafts. Source: docs/data.md."""
    states = ("review", "published") if mode == "demo" else ("published",)
    offered = {tag: row for tag, row in languages().items() if row.state in states}
    return {tag: row for tag, row in offered.items() if mode == "demo" or row.is_reviewed}


def fallback_chain(tag: str) -> tuple[str, ...]:
    """Return `tag` and the tags of the languages that replace missing texts in it, best first.
    Errors: KeyError for an unknown tag."""
    chain = [tag]
    for language_tag in chain:  # the loop appends to the list that it iterates over
        fallbacks = languages()[language_tag].fallback
        chain += [fallback for fallback in fallbacks if fallback not in chain]
    return tuple(chain)


def exit_targets(tag: str) -> tuple[schemas.ExitTarget, ...]:
    """Return the exit pages of a language, best first; else those of its first fallback with any.
    Errors: KeyError for an unknown tag."""
    targets = exits()
    for candidate in fallback_chain(tag):
        if codes := languages()[candidate].exits:
            return tuple(targets[code] for code in codes)
    return ()


READERS = (
    *(languages, exits, countries, categories, needs, statuses, groups, documents),
    *(camps, place_words),
)


def read_all() -> None:
    """Read and check every vocabulary, so that a wrong row stops the start of the site."""
    for reader in READERS:
        reader()


def forget() -> None:
    """Drop the cached tables. Tests call it after they change PROTECT_DATA_DIRS."""
    tables.load.cache_clear()
    for reader in READERS:
        reader.cache_clear()
