"""Store the figures of the atlas each month, and compare the figures of two days."""

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


class StoredFigures(NamedTuple):  # of a slice, as in distances.Figures
    settlements: int
    fits: int
    asks: int
    gap_people: int
    median_metres: int | None


class SliceChange(NamedTuple):
    """The stored figures of one slice on the two compared days."""

    need: str
    language: str
    person: str
    before: StoredFigures
    after: StoredFigures

    @property
    def people(self) -> int:
        """Return how many more inhabitants lack help in `after` than in `before`; may be < 0."""
        return self.after.gap_people - self.before.gap_people

    @property
    def reached(self) -> int:
        """Return how many more settlements have help within reach in `after` than in `before`."""
        before, after = self.before, self.after
        return after.fits + after.asks - before.fits - before.asks

    @property
    def uncertain(self) -> int:
        """Return how many more settlements have only services to ask first, in `after`."""
        return self.after.asks - self.before.asks


def stored_days(country: str) -> list[date]:
    """Return the days with stored figures of a country, the newest first."""
    rows = CoverageSnapshot.objects.filter(country=country).order_by("-day")
    return list(rows.values_list("day", flat=True).distinct())


def compare_days(country: str, before: date, after: date) -> tuple[list[SliceChange], int]:
    """Return the slices with different figures, largest change first; how many both days have."""
    earlier, later = _stored_figures(country, before), _stored_figures(country, after)
    compared = sorted(earlier.keys() & later.keys())
    differing = [key for key in compared if earlier[key] != later[key]]
    changes = [SliceChange(*key, earlier[key], later[key]) for key in differing]
    changes.sort(key=lambda c: (-abs(c.people), -abs(c.reached), -abs(c.uncertain)))
    return changes, len(compared)


def _stored_figures(country: str, day: date) -> dict[tuple[str, str, str], StoredFigures]:
    rows = CoverageSnapshot.objects.filter(country=country, day=day)
    fields = ("need", "language", "person", *StoredFigures._fields)
    values = rows.order_by("pk").values_list(*fields)
    return {(need, tag, person): StoredFigures(*numbers) for need, tag, person, *numbers in values}


def store_figures(scope: Scope | None, country: str, *, at: datetime) -> int:
    """Store today's figures of every slice of a country; return how many. `scope` is None in the
    monthly job. A second run on the same day (UTC) replaces the first. Missing figures are computed
    before any row is locked. Errors: PermissionDenied; Country.DoesNotExist."""
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
            **{name: getattr(line.figures, name) for name in StoredFigures._fields},
        )
        for line in atlas.report(country).lines
    ]
    with transaction.atomic():
        locked = Country.objects.select_for_update(of=("self",)).get(pk=country)
        CoverageSnapshot.objects.filter(country=locked, day=at.date()).delete()
        CoverageSnapshot.objects.bulk_create(rows, batch_size=500)
        audit.record("matching.keep_coverage", rows[0])  # one entry for all rows
    return len(rows)
