"""What was kept of the atlas: days and numbers out of the database."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from protect.matching.coverage.atlas.overview import Line
from protect.matching.models import CoverageSnapshot


class Numbers(NamedTuple):
    """What is kept of a slice."""

    settlements: int
    fits: int
    asks: int
    gap_people: int
    median_metres: int | None


class Change(NamedTuple):
    """A slice on two days."""

    need: str
    language: str
    person: str
    before: Numbers
    after: Numbers

    @property
    def people(self) -> int:
        """The change in inhabitants without help; negative: fewer."""
        return self.after.gap_people - self.before.gap_people

    @property
    def reached(self) -> int:
        """How many more settlements help reaches."""
        before, after = self.before, self.after
        return after.fits + after.asks - before.fits - before.asks

    @property
    def unsure(self) -> int:
        """In how many more settlements nowhere fits for sure."""
        return self.after.asks - self.before.asks


def days(country: str) -> list[date]:
    """Return the days of which a country's state was kept, the newest first."""
    rows = CoverageSnapshot.objects.filter(country=country).order_by("-day")
    return list(rows.values_list("day", flat=True).distinct())


def changes(country: str, before: date, after: date) -> list[Change]:
    """Return the slices that were kept on both days and differ, the greatest change first."""
    first, second = _kept(country, before), _kept(country, after)
    differing = [
        Change(*key, first[key], second[key])
        for key in sorted(first.keys() & second.keys())
        if first[key] != second[key]
    ]
    return sorted(
        differing, key=lambda each: (-abs(each.people), -abs(each.reached), -abs(each.unsure))
    )


def compared(country: str, before: date, after: date) -> int:
    """Return how many slices were kept on both days."""
    return len(_kept(country, before).keys() & _kept(country, after).keys())


def rows_of(lines: list[Line], country: str, day: date) -> list[CoverageSnapshot]:
    """Return lines as rows that can be kept."""
    return [
        CoverageSnapshot(
            country_id=country,
            day=day,
            need=line.need,
            language=line.language,
            person=line.person,
            settlements=line.figures.settlements,
            fits=line.figures.fits,
            asks=line.figures.asks,
            gap_people=line.figures.gap_people,
            median_metres=line.figures.median_metres,
        )
        for line in lines
    ]


def _kept(country: str, day: date) -> dict[tuple[str, str, str], Numbers]:
    rows = CoverageSnapshot.objects.filter(country=country, day=day)
    fields = ("need", "language", "person", *Numbers._fields)
    values = rows.order_by("pk").values_list(*fields)
    return {(need, tag, person): Numbers(*numbers) for need, tag, person, *numbers in values}
