"""Languages, countries, needs and the other vocabularies: read from TOML once, kept in memory.

Each table is checked when it is first read, so a wrong row stops the start, not a visitor.
"""

from functools import cache
from typing import Literal

from protect.kernel import tables
from protect.reference.vocabulary import checks
from protect.reference.vocabulary.schemas import (
    Category,
    Country,
    Document,
    EmergencyNumber,
    ExitTarget,
    Group,
    Language,
    LegalStatus,
    Need,
)

__all__ = ["Category", "Country", "Document", "EmergencyNumber", "ExitTarget", "Group"]
__all__ += ["Language", "LegalStatus", "Need", "categories", "countries", "documents"]
__all__ += ["exit_targets", "exits", "fallback_chain", "forget", "groups", "languages"]
__all__ += ["needs", "published_languages", "read_all", "statuses"]

type Mode = Literal["demo", "live"]


@cache
def languages() -> dict[str, Language]:
    """Return the languages by tag, in their order. Errors: DataError, as all readers here."""
    table = tables.load("reference", "languages", Language)
    checks.refuse_first("languages", checks.language_problems(table, exits()))
    return table


@cache
def exits() -> dict[str, ExitTarget]:
    table = tables.load("reference", "exits", ExitTarget)
    checks.refuse_first("exits", checks.exit_problems(table))
    return table


@cache
def countries() -> dict[str, Country]:
    table = tables.load("reference", "countries", Country)
    checks.refuse_first("countries", checks.country_problems(table, languages()))
    return table


@cache
def categories() -> dict[str, Category]:
    return tables.load("reference", "categories", Category)


@cache
def needs() -> dict[str, Need]:
    """Return the needs by code: the public ones in their order, then one for each category."""
    table = tables.load("reference", "needs", Need)
    checks.refuse_first("needs", checks.need_problems(table, categories()))
    return table


@cache
def statuses() -> dict[str, LegalStatus]:
    return tables.load("reference", "statuses", LegalStatus)


@cache
def groups() -> dict[str, Group]:
    return tables.load("reference", "groups", Group)


@cache
def documents() -> dict[str, Document]:
    return tables.load("reference", "documents", Document)


def published_languages(mode: Mode) -> dict[str, Language]:
    """Return the languages of the picker; only the demo shows drafts. Source: docs/data.md."""
    if mode == "demo":
        return {t: each for t, each in languages().items() if each.state in ("review", "published")}
    published = {t: each for t, each in languages().items() if each.state == "published"}
    return {tag: each for tag, each in published.items() if each.is_reviewed}


def fallback_chain(tag: str) -> tuple[str, ...]:
    """Return a language and what stands in for it, best first. Errors: KeyError for no such tag."""
    chain = [tag]
    for member in chain:  # grows while it is read
        chain += [other for other in languages()[member].fallback if other not in chain]
    return tuple(chain)


def exit_targets(tag: str) -> tuple[ExitTarget, ...]:
    """Return the exit pages of a language, best first, () if only spoken. Errors: KeyError."""
    targets = exits()
    for candidate in fallback_chain(tag):
        if listed := languages()[candidate].exits:
            return tuple(targets[code] for code in listed)
    return ()


READERS = (languages, exits, countries, categories, needs, statuses, groups, documents)


def read_all() -> None:
    """Read and check every vocabulary, so that a wrong row stops the start."""
    for reader in READERS:
        reader()


def forget() -> None:
    """Drop what was read, because PROTECT_DATA_DIRS has changed (tests do that)."""
    tables.load.cache_clear()
    for reader in READERS:
        reader.cache_clear()
