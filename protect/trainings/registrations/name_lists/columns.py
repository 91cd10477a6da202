"""Our columns of a list of names, and what other people call them: roster_columns.toml."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from protect.kernel import tables
from protect.kernel.tables import Record
from protect.reference.lookup.fold import fold

NEEDED = ("name", "email")
OURS = ("name", "email", "country", "language", "sex", "age_band", "profession", "sector")
PARTS = ("first_name", "last_name")  # in place of the name
LINE, WRONG = "line", "what_is_wrong"  # of our own file of bad rows: read back, they are ignored


class Column(Record):
    """What a column is called, in the languages of the consortium."""

    names: tuple[str, ...]


@cache
def _by_name() -> dict[str, str]:
    records = tables.load("trainings", "roster_columns", Column)
    return {fold(each): code for code, row in records.items() for each in (code, *row.names)}


def by_name(heading: str) -> str | None:
    """Return which column of ours a heading means."""
    return _by_name().get(fold(heading.replace("_", " ")))


def mapped(headings: Sequence[str]) -> dict[str, str]:
    """Return our column → the list's heading; of two with one meaning the first counts.

    In a list with one column for names, “nom” is the whole name and no part of it.
    """
    mapping: dict[str, str] = {}
    for each in headings:
        ours = by_name(each)
        if ours:
            mapping.setdefault(ours, each)
    if "last_name" in mapping and not mapping.keys() & {"name", "first_name"}:
        mapping["name"] = mapping.pop("last_name")
    return mapping


def missing(mapping: dict[str, str]) -> list[str]:
    """Return the required columns that a list lacks."""
    has_parts = all(each in mapping for each in PARTS)
    return [each for each in NEEDED if each not in mapping and not (each == "name" and has_parts)]
