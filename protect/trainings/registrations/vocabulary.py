"""Professions and sectors of participants, from TOML."""

from __future__ import annotations

from functools import cache

from protect.kernel import tables
from protect.kernel.tables import Record


class Occupation(Record):
    """What people work as, or where. `names`: what they call it in lists, in any language.

    `isco`: its group in ISCO-08, where there is one.
    """

    isco: str = ""
    names: tuple[str, ...] = ()


@cache
def professions() -> dict[str, Occupation]:
    """Return what people work as. Errors: DataError."""
    return tables.load("trainings", "professions", Occupation)


@cache
def sectors() -> dict[str, Occupation]:
    """Return where people work. Errors: DataError."""
    return tables.load("trainings", "sectors", Occupation)
