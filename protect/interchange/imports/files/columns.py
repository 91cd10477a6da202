"""Our columns, and what other people call them: import_columns.toml. Pure."""

import re
from collections.abc import Mapping
from functools import cache

from protect.directory.facts import FACTS
from protect.kernel import tables
from protect.reference.lookup.fold import fold

# Free text unless a part of the import says otherwise: an address is looked for in it.
FACT_COLUMNS = tuple(column for fact in FACTS.values() for column in fact.columns)
NEEDED = ("organisation", "service", "categories", "country")
OPTIONAL = (
    *("source_id", "description", "city", "address", "postal_code", "latitude", "longitude"),
    *("location_precision", "phones", "email", "website", "languages", "opening_hours"),
    *("genders_served", "minimum_age", "maximum_age", "audience", "legal_status"),
    *FACT_COLUMNS,
    *("how_to_access", "area_served", "tells_police", "tells_migration_authority"),
    *("restrictions", "professionals_only", "source_url", "source_date", "confidence", "notes"),
)
OURS = (*NEEDED, *OPTIONAL)
IN_FILES = ("source_id", *(each for each in OURS if each != "source_id"))  # those that we write
REASONS = "reasons"  # a column that our own file of bad rows has: read back, it is ignored
NOTICE = "notice"  # a column that our own exports may have: ignored likewise
IGNORED = frozenset({REASONS, NOTICE})


class KnownColumn(tables.Record):
    """What a column of ours is called elsewhere: import_columns.toml."""

    names: tuple[str, ...]
    words: tuple[str, ...] = ()  # one of them in a longer name is enough
    but_not: tuple[str, ...] = ()  # unless one of these stands in it as well
    spot: bool = False


@cache
def names() -> Mapping[str, str]:
    """Return the column for every known name, folded. Our own names come first."""
    columns_by_name = {fold(ours): ours for ours in OURS}
    for ours, column in _known_columns().items():
        for name in column.names:
            columns_by_name.setdefault(fold(name), ours)
    return columns_by_name


def by_name(heading: str) -> str:
    """Return our column for a heading, "" for an unknown one."""
    return names().get(folded(heading), "")


def by_word(heading: str) -> str:
    """Return our column for a word of a longer heading: “Straat + nr”."""
    heading_words = set(folded(heading).split())
    for ours, (words, but_not) in _words().items():
        if heading_words & words and not heading_words & but_not:
            return ours
    return ""


def folded(heading: str) -> str:
    """Return a name without what only numbers it, such as “Phone 2”."""
    return re.sub(r"\s*\d+$", "", fold(heading.replace("_", " ")))


@cache
def _words() -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    return {
        ours: (frozenset(map(fold, column.words)), frozenset(map(fold, column.but_not)))
        for ours, column in _known_columns().items()
        if column.words
    }


def _known_columns() -> Mapping[str, KnownColumn]:
    columns = tables.load("interchange", "import_columns", KnownColumn)
    return {ours: columns[ours] for ours in OURS if ours in columns}
