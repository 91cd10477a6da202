"""Days on which campaigns often do something: data/presets.toml."""

from datetime import date
from typing import NamedTuple

from pydantic import Field

from protect.kernel import tables

DAY = r"^\d\d-\d\d$"


class Preset(tables.Record):
    name: str
    first: str = Field(pattern=DAY)  # month and day
    last: str = Field(pattern=DAY)
    source: str
    source_date: date


class Period(NamedTuple):
    first: date
    last: date


def presets() -> dict[str, Preset]:
    """Return the presets by code. Errors: DataError."""
    return tables.load("campaigns", "presets", Preset)


def period_in(preset: Preset, year: int) -> Period:
    """Return the days of a preset in a year; the last one in the next year, if it comes before the
    first. Errors: ValueError for a day that the year does not have."""
    first = date.fromisoformat(f"{year}-{preset.first}")
    last = date.fromisoformat(f"{year}-{preset.last}")
    return Period(first, last if last >= first else last.replace(year=year + 1))


def periods_within(preset: Preset, starts_on: date, ends_on: date) -> list[Period]:
    """Return the times at which a preset touches a period."""
    years = range(starts_on.year - 1, ends_on.year + 1)
    found = (period_in(preset, year) for year in years)
    return [each for each in found if each.first <= ends_on and each.last >= starts_on]
