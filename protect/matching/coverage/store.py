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
    gap_people: int | None
    median_metres: int | None

    @property
    def lacking(self) -> int:
        """Return how many people lack help; without numbers of people, how many settlements."""
        settlements = self.settlements - self.fits - self.asks
        return settlements if self.gap_people is None else self.gap_people


type FiguresBySlice = dict[tuple[str, str, str], StoredFigures]  # by need, language, person


class SliceChange(NamedTuple):
    """The stored figures of one slice on the two compared days."""

    need: str
    language: str
    person: str
    before: StoredFigures
    after: StoredFigures

    @property
    def lacking(self) -> int:
        """Return how many more people, or settlements, lack help in `after`; may be < 0."""
        return self.after.lacking - self.before.lacking

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
    if any(row.gap_people is None for row in (*earlier.values(), *later.values())):
        earlier, later = _without_people(earlier), _without_people(later)
    compared = sorted(earlier.keys() & later.keys())
    differing = [key for key in compared if earlier[key] != later[key]]
    changes = [SliceChange(*key, earlier[key], later[key]) for key in differing]
    changes.sort(key=lambda c: (-abs(c.lacking), -abs(c.reached), -abs(c.uncertain)))
    return changes, len(compared)


def _without_people(figures: FiguresBySlice) -> FiguresBySlice:
    return {key: row._replace(gap_people=None) for key, row in figures.items()}


def _stored_figures(country: str, day: date) -> FiguresBySlice:
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
