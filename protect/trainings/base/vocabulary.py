"""Records of the TOML files of trainings, which offices can extend: docs/data-trainings.md."""

from datetime import date, timedelta
from functools import cache

from pydantic import Field

from protect.kernel import tables


class Grade(tables.Record):
    """A class level of a school. `pack` is the code of its school pack, "" for none."""

    pack: str = ""


class AgeBand(tables.Record):
    """Ages in full years that are counted together; `until` is None if there is no upper limit."""

    since: int
    until: int | None = None


MINIMUM_AGE = 16  # years: a band that ends before is not offered for participants


@cache
def grades() -> dict[str, Grade]:
    """Return the class levels, the youngest first. Errors: DataError."""
    return tables.load("trainings", "grades", Grade)


@cache
def age_bands() -> dict[str, AgeBand]:
    """Return the age bands, the youngest first. Errors: DataError."""
    return tables.load("trainings", "age_bands", AgeBand)


def participant_age_bands() -> dict[str, AgeBand]:
    """Return the age bands to which participants can belong. Errors: DataError."""
    bands = age_bands().items()
    return {code: band for code, band in bands if (band.until or MINIMUM_AGE) >= MINIMUM_AGE}


class Retention(tables.Record):
    """A retention period. Units: days. `checked` is empty until an operator confirms the period."""

    days: int = Field(gt=0)
    source: str
    checked: date | None = None


def retention_of(code: str) -> timedelta:
    """Return the period that retention.toml sets for a code. Errors: DataError; KeyError."""
    return timedelta(days=tables.load("trainings", "retention", Retention)[code].days)
