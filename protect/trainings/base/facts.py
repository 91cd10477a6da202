"""The query for a fact, and the shape of every answer."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

type Cell = tuple[str, ...]  # a category for each axis, in the order of the axes

UNKNOWN = "unknown"  # the category of people who were not asked, on every axis
WIDEST = timedelta(hours=15)  # between a clock anywhere and UTC, and some


@dataclass(frozen=True, slots=True)
class FactQuery:
    """The query for a fact: a half-open period in local dates, and the instant of the data.
    `countries` and `organisations` narrow it; empty means all."""

    starts: date
    ends: date
    at: datetime
    countries: frozenset[str] = frozenset()
    organisations: frozenset[UUID] = frozenset()

    def has(self, instant: datetime, zone: str) -> bool:
        """Return whether an instant lies in the period by the clock of a zone."""
        return self.starts <= instant.astimezone(ZoneInfo(zone)).date() < self.ends

    def narrow[R: QuerySet[Any]](self, rows: R, country: str, organisation: str) -> R:
        """Keep rows of the countries and organisations, given the columns of both."""
        if self.countries:
            rows = rows.filter(**{f"{country}__in": self.countries})
        if self.organisations:
            rows = rows.filter(**{f"{organisation}__in": self.organisations})
        return rows

    def around(self) -> tuple[datetime, datetime]:
        """Return two instants that enclose the period in every time zone."""
        midnight = datetime.min.time()
        first = datetime.combine(self.starts, midnight, UTC) - WIDEST
        return first, datetime.combine(self.ends, midnight, UTC) + WIDEST


class Value(NamedTuple):
    """A number, or a ratio that is divided last: both parts add up over cells."""

    numerator: float
    denominator: float = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """Exact cells of one fact. `unit` is what one of it is. `protected` are cells of sessions with
    survivors, LGBTQI+ people, one community or one centre: no reader gets them finer than country
    and quarter. `evidence` are codes of editions and requests, for users who may open them.
    `unsaid` counts, by reason, what gave no number."""

    unit: str
    axes: tuple[str, ...]
    cells: Mapping[Cell, Value]
    protected: frozenset[Cell] = frozenset()
    evidence: tuple[str, ...] = ()
    unsaid: Mapping[str, int] = field(default_factory=dict)


def summed(rows: Iterable[tuple[Cell, float]]) -> dict[Cell, Value]:
    totals: defaultdict[Cell, float] = defaultdict(float)
    for cell, number in rows:
        totals[cell] += number
    return {cell: Value(number) for cell, number in sorted(totals.items())}
