"""The tables of trainings in TOML, as records. Offices add to them: docs/data-trainings.md."""

from datetime import date, timedelta
from functools import cache

from pydantic import Field

from protect.kernel import tables


class Grade(tables.Record):
    """A class level. `pack`: the school pack for it."""

    pack: str = ""


class AgeBand(tables.Record):
    """Ages that are counted together, in full years; without an end for `until` None."""

    since: int
    until: int | None = None


WORKING_AGE = 16  # years: an age band that ends before is of no participant of a training


@cache
def grades() -> dict[str, Grade]:
    """Return the class levels, the youngest first. Errors: DataError."""
    return tables.load("trainings", "grades", Grade)


@cache
def age_bands() -> dict[str, AgeBand]:
    """Return the age bands, the youngest first. Errors: DataError."""
    return tables.load("trainings", "age_bands", AgeBand)


def working_bands() -> dict[str, AgeBand]:
    """Return the age bands of people who can take part in trainings. Errors: DataError."""
    bands = age_bands().items()
    return {code: band for code, band in bands if (band.until or WORKING_AGE) >= WORKING_AGE}


class Retention(tables.Record):
    """A retention period. Units: days. `checked` is empty until an operator confirms the period."""

    days: int = Field(gt=0)
    source: str
    checked: date | None = None


def kept_for(code: str) -> timedelta:
    """Return how long something of retention.toml is kept. Errors: DataError; KeyError."""
    return timedelta(days=tables.load("trainings", "retention", Retention)[code].days)
