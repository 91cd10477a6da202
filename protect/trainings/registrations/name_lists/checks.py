"""Row by row: what is wrong with it and how to mend it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, Self

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from protect.directory.facts.base.cells import Cells
from protect.trainings.registrations import fields
from protect.trainings.registrations.rules import folded


class Wrong(StrEnum):
    """What keeps a row out. Words: `labels.PROBLEMS`, and `fields` for a word that is unknown."""

    MISSING = "missing"
    LONG = "long"
    BAD = "bad"
    TWICE = "twice"
    UNKNOWN = "unknown"


class Mistake(NamedTuple):
    """What is wrong in which field."""

    field: str
    wrong: Wrong


@dataclass(frozen=True, slots=True)
class Row:
    """A row that was looked through. `state`: of the registration that is there already."""

    number: int
    cells: dict[str, str]
    mistakes: list[Mistake] = field(default_factory=list)
    first: int = 0  # the line in which the same address stands before
    state: str = ""

    @property
    def is_good(self) -> bool:
        return not self.mistakes and not self.state

    @property
    def name(self) -> str:
        return self.cells.get("name", "")

    @property
    def email(self) -> str:
        return self.cells.get("email", "")

    def kept(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "cells": self.cells,
            "mistakes": [[name, wrong.value] for name, wrong in self.mistakes],
            "first": self.first,
            "state": self.state,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        mistakes = [Mistake(name, Wrong(wrong)) for name, wrong in kept["mistakes"]]
        return cls(kept["number"], kept["cells"], mistakes, kept["first"], kept["state"])


def checked(rows: Iterable[Cells], registered: Mapping[str, str]) -> list[Row]:
    """Return every row with what is wrong with it.

    `registered`: by folded address, the state of people whom the list does not register.
    """
    seen: dict[str, int] = {}
    checked_rows = []
    for row in rows:
        email = folded(row.cells.get("email", ""))
        mistakes = [*_mistakes(row.cells)]
        first = seen.setdefault(email, row.number) if email else row.number
        if first != row.number:
            mistakes.append(Mistake("email", Wrong.TWICE))
        state = "" if mistakes else registered.get(email, "")
        before = first if first != row.number else 0
        checked_rows.append(Row(row.number, row.cells, mistakes, before, state))
    return checked_rows


def participant_fields(row: Row, country: str, language: str) -> dict[str, Any]:
    """Return the data of a good row, as `register.known_or_new` takes it."""
    elsewhere = {"country": country, "language": language}
    read = {name: column.read(row.cells.get(name, "")) for name, column in fields.COLUMNS.items()}
    return {name: code or elsewhere.get(name, "") for name, code in read.items()}


def _mistakes(cells: Mapping[str, str]) -> Iterator[Mistake]:
    name, email = cells.get("name", ""), cells.get("email", "")
    if not name:
        yield Mistake("name", Wrong.MISSING)
    elif len(name) > fields.NAME_LENGTH:
        yield Mistake("name", Wrong.LONG)
    if not email:
        yield Mistake("email", Wrong.MISSING)
    elif not _is_address(email):
        yield Mistake("email", Wrong.BAD)
    for field_name, column in fields.COLUMNS.items():
        if column.read(cells.get(field_name, "")) is None:
            yield Mistake(field_name, Wrong.UNKNOWN)


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= fields.EMAIL_LENGTH
