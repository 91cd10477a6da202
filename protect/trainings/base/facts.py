"""Queries for figures of reports, and the figures that answer them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

type Cell = tuple[str, ...]  # one category for each axis, in the order of the axes

UNKNOWN = "unknown"  # the category of people without an answer, on every axis
MAX_UTC_OFFSET = timedelta(hours=15)  # with a margin: the largest offset in use is 14 hours


@dataclass(frozen=True, slots=True)
class FactQuery:
    """A query for figures over a half-open period of local dates, with data as of `at`.
    `countries` and `organisations` restrict the query; empty means all."""

    starts: date
    ends: date
    at: datetime
    countries: frozenset[str] = frozenset()
    organisations: frozenset[UUID] = frozenset()

    def contains(self, instant: datetime, zone: str) -> bool:
        """Return whether a moment lies in the period, in the local time of a zone."""
        return self.starts <= instant.astimezone(ZoneInfo(zone)).date() < self.ends

    def narrow[R: QuerySet[Any]](self, rows: R, country_column: str, organisation_column: str) -> R:
        """Keep rows of the query's countries and organisations."""
        if self.countries:
            rows = rows.filter(**{f"{country_column}__in": self.countries})
        if self.organisations:
            rows = rows.filter(**{f"{organisation_column}__in": self.organisations})
        return rows

    def utc_bounds(self) -> tuple[datetime, datetime]:
        """Return two moments between which the period lies in every time zone."""
        midnight = datetime.min.time()
        first = datetime.combine(self.starts, midnight, UTC) - MAX_UTC_OFFSET
        return first, datetime.combine(self.ends, midnight, UTC) + MAX_UTC_OFFSET


class Value(NamedTuple):
    """A number, or a ratio. Sums over cells add numerators and denominators, then divide."""

    numerator: float
    denominator: float = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """The exact cells of one figure. `unit`: the thing counted. `protected`: cells of sessions with
    survivors, LGBTQI+ people, one community or one centre, shown by country and quarter at most.
    `evidence`: codes of editions and requests. `withheld`: withheld results by reason."""

    unit: str
    axes: tuple[str, ...]
    cells: Mapping[Cell, Value]
    protected: frozenset[Cell] = frozenset()
    evidence: tuple[str, ...] = ()
    withheld: Mapping[str, int] = field(default_factory=dict)


def sum_cells(rows: Iterable[tuple[Cell, float]]) -> dict[Cell, Value]:
    totals: defaultdict[Cell, float] = defaultdict(float)
    for cell, number in rows:
        totals[cell] += number
    return {cell: Value(number) for cell, number in sorted(totals.items())}
