"""Two entries side by side: the values of each fact, and which of them are fresher."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from protect.directory.enums import Audience, Fact, Status
from protect.directory.fact_records.fact_view import FactView, fact_view
from protect.directory.fact_records.freshness import Standing, standing_from, standing_of
from protect.directory.models import Service
from protect.directory.services.service_page import ORDER

FIRST, SECOND = "first", "second"
NEVER = datetime.min.replace(tzinfo=UTC)


class Line(NamedTuple):
    """One fact of two entries."""

    fact: Fact
    first: FactView
    second: FactView
    fresher: str  # FIRST or SECOND

    @property
    def is_same(self) -> bool:
        return self.first.mark == self.second.mark


@dataclass(frozen=True, slots=True)
class Sides:
    """Two entries, fact by fact."""

    lines: list[Line]
    keep: str  # which one to keep by default
    is_protected: bool  # one never stores its address: the result does not either

    @property
    def differing(self) -> list[Line]:
        return [line for line in self.lines if not line.is_same]

    @property
    def same(self) -> Mapping[Fact, str]:
        """Return for each fact with equal values the entry that has the fresher checks."""
        return {line.fact: line.fresher for line in self.lines if line.is_same}


def side_by_side(first: Service, second: Service, *, at: datetime) -> Sides:
    """Return the values of both entries for every fact that one of them has."""
    one, other = standing_of(first, at), standing_of(second, at)
    is_protected = Audience.NEVER_STORED in {first.address_audience, second.address_audience}
    has_address = not is_protected
    lines = []
    for fact in Fact:
        if (fact in one or fact in other) and (fact != Fact.ADDRESS or has_address):
            a, b = (each.get(fact) or standing_from(fact, [], at) for each in (one, other))
            views = fact_view(first, a), fact_view(second, b)
            lines.append(Line(fact, *views, fresher=_fresher(a, b, *views)))
    return Sides(lines, _keep(first, second, lines), is_protected)


def _fresher(one: Standing, other: Standing, first: FactView, second: FactView) -> str:
    """Return the better version: one with a value, then by state, then by date."""
    keys = [
        (not view.is_known, ORDER.index(each.state), -(_age(each)))
        for each, view in ((one, first), (other, second))
    ]
    return FIRST if keys[0] <= keys[1] else SECOND


def _age(each: Standing) -> float:
    return ((each.check.at if each.check else NEVER) - NEVER).total_seconds()


def _keep(first: Service, second: Service, lines: list[Line]) -> str:
    """Return the one that the public sees; of two, the one of which more is fresh."""
    shown = [each.status == Status.PUBLISHED for each in (first, second)]
    if shown[0] != shown[1]:
        return FIRST if shown[0] else SECOND
    better = sum(line.fresher == FIRST for line in lines)
    return FIRST if better * 2 >= len(lines) else SECOND
