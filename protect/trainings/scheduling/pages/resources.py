"""The page of a resource."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.trainings.base.labels import Said
from protect.trainings.scheduling import labels, vocabulary
from protect.trainings.scheduling.enums import BookingState, ResourceKind
from protect.trainings.scheduling.labels import SUITABILITY
from protect.trainings.scheduling.models import Away, Booking, Resource, Suitability, Travel, Venue

SHOWN = 50  # bookings to come, and days away


@dataclass(frozen=True, slots=True)
class Paper:
    """A proof that a person shows before working with minors, and its status."""

    name: str | Promise
    row: Suitability | None
    said: Said


@dataclass(frozen=True, slots=True)
class Sheet:
    """A resource at a glance."""

    papers: list[Paper]
    away: list[Away]
    ways: list[tuple[Venue, int]]
    bookings: list[tuple[Booking, Said]]


def sheet_of(resource: Resource, *, at: datetime) -> Sheet:
    """Return the page of a resource, without past bookings and absences."""
    is_person = resource.kind == ResourceKind.PERSON
    return Sheet(
        papers=papers_of(resource, at.date()) if is_person else [],
        away=list(resource.away.filter(ends_at__gt=at).order_by("starts_at", "pk")[:SHOWN]),
        ways=[*_ways(resource)] if resource.kind == ResourceKind.VENUE else [],
        bookings=[(row, labels.booking(row)) for row in _coming(resource, at)],
    )


def papers_of(resource: Resource, today: date) -> list[Paper]:
    """Return each proof that a person must show, and whether it is valid."""
    shown = {row.kind: row for row in resource.suitability.order_by("kind")}
    return [
        Paper(SUITABILITY.get(code, code), shown.get(code), _paper_status(shown.get(code), today))
        for code in vocabulary.suitability()
    ]


def _paper_status(row: Suitability | None, today: date) -> Said:
    if row is None:
        # Translators: a paper that somebody has not shown yet.
        return Said(_("Not shown"), "plain")
    if row.expires_on <= today:
        # Translators: a paper that does not count any more.
        return Said(_("Over"), "caution")
    # Translators: a paper that counts.
    return Said(_("Stands"), "good")


def _ways(resource: Resource) -> Iterator[tuple[Venue, int]]:
    rows = Travel.objects.filter(Q(first=resource.pk) | Q(second=resource.pk))
    for row in rows.select_related("first__resource", "second__resource").order_by("minutes", "pk"):
        yield (row.second if row.first_id == resource.pk else row.first), row.minutes


def _coming(resource: Resource, at: datetime) -> list[Booking]:
    rows = resource.bookings.filter(ends_at__gt=at).exclude(state=BookingState.CANCELLED)
    rows = rows.select_related("session__edition__course_version", "language")
    return list(rows.order_by("starts_at", "pk")[:SHOWN])
