"""What is kept of the atlas each month: days and numbers, and what has changed between days."""

from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction

from protect.audit.context import AuditContext
from protect.directory import access
from protect.matching.coverage.atlas import atlas
from protect.matching.models import CoverageSnapshot
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference.models import Country


class Numbers(NamedTuple):
    settlements: int
    fits: int
    asks: int
    gap_people: int
    median_metres: int | None


class Change(NamedTuple):
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


def changes(country: str, before: date, after: date) -> tuple[list[Change], int]:
    """Return the slices that differ between two days, the greatest change first.
    With them: how many slices were kept on both days."""
    first, second = _kept(country, before), _kept(country, after)
    compared = sorted(first.keys() & second.keys())
    differing = [
        Change(*key, first[key], second[key]) for key in compared if first[key] != second[key]
    ]
    differing.sort(key=lambda each: (-abs(each.people), -abs(each.reached), -abs(each.unsure)))
    return differing, len(compared)


def _kept(country: str, day: date) -> dict[tuple[str, str, str], Numbers]:
    rows = CoverageSnapshot.objects.filter(country=country, day=day)
    fields = ("need", "language", "person", *Numbers._fields)
    values = rows.order_by("pk").values_list(*fields)
    return {(need, tag, person): Numbers(*numbers) for need, tag, person, *numbers in values}


def keep_coverage(scope: Scope | None, country: str, *, at: datetime) -> int:
    """Keep the numbers of every slice of a country; return how many. No scope: the month's timer.
    Once more on the same day replaces what was kept. The day is UTC's. What is not worked out yet
    is, before anything is locked. Errors: PermissionDenied; Country.DoesNotExist."""
    audit = AuditContext(at=at, actor=None, organisation=None)
    if scope is not None:
        audit = access.permitted_context(scope, Permission.RELEASE_DIRECTORY, country, at=at)
    rows = [
        CoverageSnapshot(
            country_id=country,
            day=at.date(),
            need=line.need,
            language=line.language,
            person=line.person,
            **{name: getattr(line.figures, name) for name in Numbers._fields},
        )
        for line in atlas.report(country).lines
    ]
    with transaction.atomic():
        locked = Country.objects.select_for_update(of=("self",)).get(pk=country)
        CoverageSnapshot.objects.filter(country=locked, day=at.date()).delete()
        CoverageSnapshot.objects.bulk_create(rows, batch_size=500)
        audit.record("matching.keep_coverage", rows[0])  # stands for all of them
    return len(rows)
