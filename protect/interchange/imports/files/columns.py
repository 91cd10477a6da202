"""Our columns, and what other people call them: import_columns.toml. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from protect.kernel import tables
from protect.reference.lookup.fold import fold

NEEDED = ("organisation", "service", "categories", "country")
OPTIONAL = (
    "source_id",
    "description",
    "city",
    "address",
    "postal_code",
    "latitude",
    "longitude",
    "location_precision",
    "phones",
    "email",
    "website",
    "languages",
    "opening_hours",
    "genders_served",
    "minimum_age",
    "maximum_age",
    "audience",
    "legal_status",
    "cost",
    "how_to_access",
    "area_served",
    "tells_police",
    "tells_migration_authority",
    "restrictions",
    "professionals_only",
    "source_url",
    "source_date",
    "confidence",
    "notes",
)
OURS = (*NEEDED, *OPTIONAL)
REASONS = "reasons"  # a column that our own file of bad rows has: read back, it is ignored
NOTICE = "notice"  # a column that our own exports may have: ignored likewise
IGNORED = frozenset({REASONS, NOTICE})


class Known(tables.Record):
    """What a column of ours is called elsewhere: import_columns.toml."""

    names: tuple[str, ...]
    words: tuple[str, ...] = ()  # one of them in a longer name is enough
    but_not: tuple[str, ...] = ()  # unless one of these stands in it as well
    spot: bool = False


@cache
def names() -> Mapping[str, str]:
    """Return every known name of a column, folded, with the column. Our own names come first."""
    found = {fold(ours): ours for ours in OURS}
    for ours, known in _known().items():
        for name in known.names:
            found.setdefault(fold(name), ours)
    return found


def by_name(theirs: str) -> str:
    """Return the column of ours that a name stands for, "" for a name that nobody knows."""
    return names().get(folded(theirs), "")


def by_word(theirs: str) -> str:
    """Return the column of ours that a word of a longer name stands for: “Straat + nr”."""
    said = set(folded(theirs).split())
    for ours, (words, but_not) in _words().items():
        if said & words and not said & but_not:
            return ours
    return ""


def folded(theirs: str) -> str:
    """Return a name without what only numbers it, such as “Phone 2”."""
    return re.sub(r"\s*\d+$", "", fold(theirs.replace("_", " ")))


@cache
def _words() -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    return {
        ours: (frozenset(map(fold, known.words)), frozenset(map(fold, known.but_not)))
        for ours, known in _known().items()
        if known.words
    }


def _known() -> Mapping[str, Known]:
    known = tables.load("interchange", "import_columns", Known)
    return {ours: known[ours] for ours in OURS if ours in known}
