"""Our columns and their names in files of other organisations: import_columns.toml. Pure."""

import re
from collections.abc import Mapping
from functools import cache

from protect.directory.facts import FACTS
from protect.kernel import tables
from protect.reference.lookup.fold import fold

# The columns that facts read themselves. Their free text is searched for addresses.
FACT_COLUMNS = tuple(column for fact in FACTS.values() for column in fact.columns)
REQUIRED_COLUMNS = ("organisation", "service", "categories", "country")
OPTIONAL_COLUMNS = (
    *("service_local", "organisation_local", "local_language"),
    *("source_id", "description", "city", "address", "postal_code", "latitude", "longitude"),
    *("location_precision", "phones", "email", "website", "languages", "opening_hours"),
    *("genders_served", "minimum_age", "maximum_age", "audience", "legal_status"),
    *FACT_COLUMNS,
    *("how_to_access", "area_served", "tells_police", "tells_migration_authority"),
    *("restrictions", "professionals_only", "source_url", "source_date", "confidence", "notes"),
    "fact_sources",
)
OUR_COLUMNS = (*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS)
# In the order of the files that we write.
COLUMNS_IN_ORDER = ("source_id", *(column for column in OUR_COLUMNS if column != "source_id"))
REASONS_COLUMN = "reasons"  # of our files of bad rows; an import ignores it
NOTICE_COLUMN = "notice"  # of our exports; an import ignores it
IGNORED_COLUMNS = frozenset({REASONS_COLUMN, NOTICE_COLUMN})


class KnownColumn(tables.Record):
    """One of our columns and the names that other organisations' files use for it."""

    names: tuple[str, ...]
    words: tuple[str, ...] = ()  # one of them in a longer name is sufficient
    but_not: tuple[str, ...] = ()  # unless the name also contains one of these
    spot: bool = False  # says where a service is; a note in the table, no code reads it


@cache
def columns_by_known_name() -> Mapping[str, str]:
    """Return our column for every known name, folded. Our own names take precedence."""
    columns_by_name = {fold(ours): ours for ours in OUR_COLUMNS}
    for ours, column in _columns_by_our_name().items():
        for name in column.names:
            columns_by_name.setdefault(fold(name), ours)
    return columns_by_name


def for_heading(heading: str) -> str:
    """Return our column for a heading, "" for an unknown heading."""
    return columns_by_known_name().get(fold_heading(heading), "")


def for_heading_word(heading: str) -> str:
    """Return our column for a known word in a longer heading, “Straat + nr”; "" for none."""
    heading_words = set(fold_heading(heading).split())
    for ours, (words, but_not) in _words_by_column().items():
        if heading_words & words and not heading_words & but_not:
            return ours
    return ""


def fold_heading(heading: str) -> str:
    """Return a heading, folded, without a number at its end, as in “Phone 2”."""
    return re.sub(r"\s*\d+$", "", fold(heading.replace("_", " ")))


@cache
def _words_by_column() -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    """Return words that suggest a column of ours, and words that exclude it, folded, by column."""
    return {
        ours: (frozenset(map(fold, column.words)), frozenset(map(fold, column.but_not)))
        for ours, column in _columns_by_our_name().items()
        if column.words
    }


def _columns_by_our_name() -> Mapping[str, KnownColumn]:
    columns = tables.load("interchange", "import_columns", KnownColumn)
    return {ours: columns[ours] for ours in OUR_COLUMNS if ours in columns}
