"""Public and school holidays: certain days, and possible days where data are missing."""

from datetime import date, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

import holidays
from pydantic import BaseModel, ConfigDict, model_validator

from protect.kernel import tables

COUNTRY_ALIASES = {"EL": "GR"}  # the European Union's own code


class Calendar(NamedTuple):
    """Holidays of a year and of both years beside it. `possible` includes all of `certain`."""

    certain: frozenset[date]
    possible: frozenset[date]


class SchoolHolidays(BaseModel):
    """School holidays: the days from `first` to `last`, both included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: date
    last: date

    def days(self) -> frozenset[date]:
        return _date_range(self.first, self.last)


class SchoolYear(tables.Record):
    """School holidays of a country or of some regions: all breaks between `first` and `last`.
    `checked` is None if the dates come from `source` and were not confirmed."""

    country: str
    regions: tuple[str, ...] = ()  # ISO 3166-2 without the country; none: all of it
    first: date
    last: date
    breaks: tuple[SchoolHolidays, ...]
    source: str
    checked: date | None = None

    @model_validator(mode="after")
    def _dates_are_in_order(self) -> "SchoolYear":
        inner = [edge for part in self.breaks for edge in (part.first, part.last)]
        edges = [self.first, *inner, self.last]
        if edges != sorted(edges):
            raise ValueError("breaks must follow each other between first and last")
        return self


@lru_cache(maxsize=256)
def country_code(country: str) -> str:
    """Return the code in the holidays library (EL: GR). Errors: ValueError without a calendar."""
    code = COUNTRY_ALIASES.get(country.upper(), country.upper())
    try:
        holidays.country_holidays(code)
    except NotImplementedError:
        raise ValueError(f"no calendar of holidays for country {country!r}") from None
    return code


@cache
def first_region_with_holidays(country: str, areas: tuple[str, ...]) -> str | None:
    """Return the first of `areas` (smallest first) with known regional holidays."""
    subdivisions = holidays.country_holidays(country).subdivisions
    return next((code for code in areas if code.removeprefix(f"{country}-") in subdivisions), None)


@lru_cache(maxsize=1024)
def public_holidays(country: str, subdivision: str | None, year: int) -> Calendar:
    """Return the public holidays of a region, from the year before to the year after.
    If the region is not known, holidays of only some regions are possible, not certain.
    Source: the `holidays` package, category public."""
    regions = type(holidays.country_holidays(country)).subdivisions
    region = _subdivision_suffix(country, subdivision)
    if region in regions:
        days = _public_holiday_dates(country, region, year)
        return Calendar(days, days)
    return Calendar(
        certain=_public_holiday_dates(country, None, year),
        possible=_public_holiday_dates(country, None, year).union(
            *(_public_holiday_dates(country, other, year) for other in regions)
        ),
    )


def school_holidays(country: str, subdivision: str | None, year: int) -> Calendar:
    """Return the school holidays of a region, from the year before to the year after. Days that no
    record covers are possible. Source: directory/data/holidays/school_years.toml, with overlays."""
    region = _subdivision_suffix(country, subdivision)
    records = [
        record
        for record in tables.load("directory", "holidays/school_years", SchoolYear).values()
        if record.country == country and (not record.regions or region in record.regions)
    ]
    no_days: frozenset[date] = frozenset()
    certain = no_days.union(*(part.days() for record in records for part in record.breaks))
    covered = no_days.union(*(_date_range(record.first, record.last) for record in records))
    span = _date_range(date(year - 1, 1, 1), date(year + 1, 12, 31))
    return Calendar(certain, certain | (span - covered))


def _public_holiday_dates(country: str, region: str | None, year: int) -> frozenset[date]:
    """Return holidays of the year and both years beside it, of a region; None: of the country."""
    years = (year - 1, year, year + 1)
    return frozenset(holidays.country_holidays(country, subdiv=region, years=years))


def _subdivision_suffix(country: str, subdivision: str | None) -> str | None:
    """Return an ISO 3166-2 code without its country (CT for ES-CT); None for None."""
    return subdivision.removeprefix(f"{country}-") if subdivision else None


def _date_range(first: date, last: date) -> frozenset[date]:
    return frozenset(first + timedelta(day) for day in range((last - first).days + 1))
