"""Row by row: what is wrong with it and how to mend it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from protect.reference.lookup.fold import fold
from protect.trainings.registrations.enums import Sex
from protect.trainings.registrations.name_lists.tables import Cells
from protect.trainings.registrations.name_lists.words import (
    age_band_of,
    country_of,
    language_of,
    profession_of,
    sector_of,
)

LONGEST_NAME, LONGEST_ADDRESS = 120, 254  # characters
SEXES = {
    Sex.FEMALE: ("f", "female", "woman", "femme", "féminin", "vrouw", "v", "w", "mujer", "donna"),
    Sex.MALE: ("m", "male", "man", "homme", "masculin", "hombre", "uomo"),
    Sex.OTHER: ("x", "other", "autre", "anders", "diverse"),
    Sex.UNDISCLOSED: ("undisclosed", "not said", "-", "?"),
}
SEX_OF = {fold(word): sex for sex, words in SEXES.items() for word in words}


class Wrong(StrEnum):
    """What keeps a row out. Words: wording.ROSTER."""

    NAME_MISSING = "name_missing"
    NAME_LONG = "name_long"
    EMAIL_MISSING = "email_missing"
    EMAIL_BAD = "email_bad"
    TWICE = "twice"
    COUNTRY_UNKNOWN = "country_unknown"
    LANGUAGE_UNKNOWN = "language_unknown"
    SEX_UNKNOWN = "sex_unknown"
    AGE_UNKNOWN = "age_unknown"
    PROFESSION_UNKNOWN = "profession_unknown"
    SECTOR_UNKNOWN = "sector_unknown"


FIELDS = {
    Wrong.NAME_MISSING: "name",
    Wrong.NAME_LONG: "name",
    Wrong.EMAIL_MISSING: "email",
    Wrong.EMAIL_BAD: "email",
    Wrong.TWICE: "email",
    Wrong.COUNTRY_UNKNOWN: "country",
    Wrong.LANGUAGE_UNKNOWN: "language",
    Wrong.SEX_UNKNOWN: "sex",
    Wrong.AGE_UNKNOWN: "age_band",
    Wrong.PROFESSION_UNKNOWN: "profession",
    Wrong.SECTOR_UNKNOWN: "sector",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row that was looked through. `state`: of the registration that is there already."""

    number: int
    cells: dict[str, str]
    wrong: list[Wrong] = field(default_factory=list)
    first: int = 0  # the line in which the same address stands before
    state: str = ""

    @property
    def is_good(self) -> bool:
        """Return whether the row can be registered."""
        return not self.wrong and not self.state

    @property
    def name(self) -> str:
        """Return the name as it stands in the list."""
        return self.cells.get("name", "")

    @property
    def email(self) -> str:
        """Return the address as it stands in the list."""
        return self.cells.get("email", "")

    def kept(self) -> dict[str, Any]:
        """Return it as the database keeps it."""
        return {
            "number": self.number,
            "cells": self.cells,
            "wrong": [each.value for each in self.wrong],
            "first": self.first,
            "state": self.state,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Return it as it was kept."""
        wrong = [Wrong(each) for each in kept["wrong"]]
        return cls(kept["number"], kept["cells"], wrong, kept["first"], kept["state"])


def checked(rows: Iterable[Cells], registered: Mapping[str, str]) -> list[Row]:
    """Return every row with what is wrong with it.

    `registered`: by folded address, the state of people whom the list does not register.
    """
    seen: dict[str, int] = {}
    checked_rows = []
    for row in rows:
        email = row.cells.get("email", "").strip().casefold()
        wrong = [*_of_name(row.cells), *_of_email(row.cells), *_of_codes(row.cells)]
        first = seen.setdefault(email, row.number) if email else row.number
        if first != row.number:
            wrong.append(Wrong.TWICE)
        state = "" if wrong else registered.get(email, "")
        before = first if first != row.number else 0
        checked_rows.append(Row(row.number, row.cells, wrong, before, state))
    return checked_rows


def participant_fields(row: Row, country: str, language: str) -> dict[str, Any]:
    """Return the data of a good row, as `participants.known_or_new` takes it."""
    cells = row.cells
    return {
        "name": cells["name"],
        "email": cells["email"],
        "country": country_of(cells.get("country", "")) or country,
        "language": language_of(cells.get("language", "")) or language,
        "sex": SEX_OF.get(fold(cells.get("sex", "")), Sex.UNDISCLOSED),
        "age_band": age_band_of(cells.get("age_band", "")) or "",
        "profession": profession_of(cells.get("profession", "")) or "",
        "sector": sector_of(cells.get("sector", "")) or "",
    }


def _of_name(cells: Mapping[str, str]) -> list[Wrong]:
    name = cells.get("name", "")
    if not name:
        return [Wrong.NAME_MISSING]
    return [Wrong.NAME_LONG] if len(name) > LONGEST_NAME else []


def _of_email(cells: Mapping[str, str]) -> list[Wrong]:
    email = cells.get("email", "")
    if not email:
        return [Wrong.EMAIL_MISSING]
    try:
        validate_email(email)
    except ValidationError:
        return [Wrong.EMAIL_BAD]
    return [Wrong.EMAIL_BAD] if len(email) > LONGEST_ADDRESS else []


def _of_codes(cells: Mapping[str, str]) -> list[Wrong]:
    return [
        wrong
        for wrong, code_of in CODES.items()
        if cells.get(FIELDS[wrong]) and code_of(cells[FIELDS[wrong]]) is None
    ]


def _sex(text: str) -> str | None:
    return SEX_OF.get(fold(text))


# How what somebody wrote becomes a code; None where nobody knows it.
CODES = {
    Wrong.COUNTRY_UNKNOWN: country_of,
    Wrong.LANGUAGE_UNKNOWN: language_of,
    Wrong.SEX_UNKNOWN: _sex,
    Wrong.AGE_UNKNOWN: age_band_of,
    Wrong.PROFESSION_UNKNOWN: profession_of,
    Wrong.SECTOR_UNKNOWN: sector_of,
}
