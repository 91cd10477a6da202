"""Holidays: certain days, and possible ones where the region or the school terms are unknown."""

from datetime import date, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

import holidays
from pydantic import BaseModel, ConfigDict, model_validator

from protect.kernel import tables

GREECE = {"EL": "GR"}  # the European Union's own code


class Calendar(NamedTuple):
    """Holidays round a year. `possible` holds every day of `certain`."""

    certain: frozenset[date]
    possible: frozenset[date]


class Break(BaseModel):
    """Days without school, both ends included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: date
    last: date

    def days(self) -> frozenset[date]:
        return _days(self.first, self.last)


class SchoolYear(tables.Record):
    """School holidays of a country, or of the regions named: complete from `first` to `last`.
    `checked` absent: taken from `source`, not confirmed yet."""

    country: str
    regions: tuple[str, ...] = ()  # ISO 3166-2 without the country; none: all of it
    first: date
    last: date
    breaks: tuple[Break, ...]
    source: str
    checked: date | None = None

    @model_validator(mode="after")
    def _breaks_lie_within(self) -> "SchoolYear":
        inner = [edge for part in self.breaks for edge in (part.first, part.last)]
        edges = [self.first, *inner, self.last]
        if edges != sorted(edges):
            raise ValueError("breaks must follow each other between first and last")
        return self


@lru_cache(maxsize=256)
def country_code(country: str) -> str:
    """Return the country code that the holidays library uses (EL is read as GR).
    Errors: ValueError for a country without a calendar."""
    code = GREECE.get(country.upper(), country.upper())
    try:
        holidays.country_holidays(code)
    except NotImplementedError:
        raise ValueError(f"no calendar of holidays for country {country!r}") from None
    return code


@cache
def region_of(country: str, areas: tuple[str, ...]) -> str | None:
    """Return the first of these areas, from the smallest to the largest, with known holidays."""
    known = holidays.country_holidays(country).subdivisions
    return next((code for code in areas if code.removeprefix(f"{country}-") in known), None)


@lru_cache(maxsize=1024)
def public(country: str, subdivision: str | None, year: int) -> Calendar:
    """Return the public holidays of a region, from the year before to the year after.
    Where the region is not known, or the calendar does not know it, the days that only some regions
    keep are possible, not certain. Source: the `holidays` package, category public."""
    regions = type(holidays.country_holidays(country)).subdivisions
    region = _local(country, subdivision)
    if region in regions:
        days = _public(country, region, year)
        return Calendar(days, days)
    return Calendar(
        certain=_public(country, None, year),
        possible=_public(country, None, year).union(
            *(_public(country, other, year) for other in regions)
        ),
    )


def school(country: str, subdivision: str | None, year: int) -> Calendar:
    """Return the school holidays, from the year before to the year after.
    Days that no record covers are possible. Source: directory/data/holidays/school_years.toml,
    overlays included."""
    region = _local(country, subdivision)
    records = [
        record
        for record in tables.load("directory", "holidays/school_years", SchoolYear).values()
        if record.country == country and (not record.regions or region in record.regions)
    ]
    nothing: frozenset[date] = frozenset()
    certain = nothing.union(*(part.days() for record in records for part in record.breaks))
    covered = nothing.union(*(_days(record.first, record.last) for record in records))
    span = _days(date(year - 1, 1, 1), date(year + 1, 12, 31))
    return Calendar(certain, certain | (span - covered))


def _public(country: str, region: str | None, year: int) -> frozenset[date]:
    years = (year - 1, year, year + 1)
    return frozenset(holidays.country_holidays(country, subdiv=region, years=years))


def _local(country: str, subdivision: str | None) -> str | None:
    """Return a region's own part of its ISO 3166-2 code: CT for ES-CT."""
    return subdivision.removeprefix(f"{country}-") if subdivision else None


def _days(first: date, last: date) -> frozenset[date]:
    return frozenset(first + timedelta(day) for day in range((last - first).days + 1))
