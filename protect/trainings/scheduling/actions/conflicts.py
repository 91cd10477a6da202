"""What speaks against bookings: read in a handful of queries, however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from protect.trainings.scheduling import vocabulary
from protect.trainings.scheduling.enums import BookingRole, ResourceKind, SessionKind, Severity
from protect.trainings.scheduling.errors import ClashBlocks, ClashNeedsReason
from protect.trainings.scheduling.models import (
    Away,
    Booking,
    Edition,
    Session,
    Suitability,
    Travel,
    Venue,
)
from protect.trainings.scheduling.rules.conflicts import (
    Clash,
    Span,
    Taken,
    Thing,
    clashes,
    meets_any,
)

WIDEST = timedelta(hours=24)  # no way between two venues, and no setting up, takes longer


class Against(NamedTuple):
    """A finding, and what it is about: a resource, or what is planned."""

    clash: Clash
    resource: UUID


def found_against(rows: Sequence[Booking]) -> dict[UUID, list[Against]]:
    """Return what speaks against bookings, by their id. They need not be saved.

    Session with edition and resource are loaded. What is ignored is left out.
    """
    if not rows:
        return {}
    others = _others(rows)
    things = _things(rows)
    travel = _travel({row.session.venue_id for row in rows})
    severities = vocabulary.severities()
    missing = _unsuitable(rows)
    found: dict[UUID, list[Against]] = {}
    for row in rows:
        near = others[row.resource_id]
        thing = things[row.resource_id]
        of_others = clashes(taken(row), near, thing, travel, severities)
        every = [*(each.clash for each in of_others), *_of_its_own(row, thing, missing)]
        found[row.pk] = noted(Against(each, row.resource_id) for each in every)
    return found


def found_beside(
    edition: Edition, wanted: Span, *, at: datetime, but: UUID | None = None
) -> list[Against]:
    """Return what speaks against the time of a half day of an edition that is locked.

    `but`: the half day itself, where it moves.
    """
    rows = edition.sessions.standing().order_by("pk").values_list("pk", "starts_at", "ends_at")
    others = [Span(starts_at, ends_at) for pk, starts_at, ends_at in rows if pk != but]
    found = [Against(Clash.HALF_DAYS_MEET, edition.pk)] if meets_any(wanted, others) else []
    return [*noted(found), *found_over(edition.pk, wanted, at)]


def found_over(about: UUID, wanted: Span, at: datetime) -> list[Against]:
    """Return whether a time is over: the year is mistyped, or it is entered afterwards."""
    return noted([Against(Clash.IN_THE_PAST, about)] if wanted.end <= at else [])


def noted(found: Iterable[Against]) -> list[Against]:
    """Return findings without what is ignored."""
    severities = vocabulary.severities()
    return [each for each in found if severities[each.clash] is not Severity.IGNORE]


def must_fit(found: Iterable[Against], reason: str) -> None:
    """Refuse what is blocked, and what is warned of without a reason.

    Errors: ClashBlocks; ClashNeedsReason.
    """
    severities = vocabulary.severities()
    found = [*found]
    if blocking := [each for each in found if severities[each.clash] is Severity.BLOCK]:
        raise ClashBlocks(blocking)
    if found and not reason:
        raise ClashNeedsReason(found)


def taken(row: Booking) -> Taken:
    """Return a booking as the search for clashes reads it."""
    return Taken(
        row.pk,
        row.session_id,
        row.resource_id,
        BookingRole(row.role),
        Span(row.starts_at, row.ends_at),
        row.session.venue_id,
        row.session.edition_id,
    )


def _others(rows: Sequence[Booking]) -> dict[UUID, list[Taken]]:
    """Return live bookings by resource; those among `rows` as they would be."""
    near = Booking.objects.live().filter(
        resource__in={row.resource_id for row in rows},
        starts_at__lt=max(row.ends_at for row in rows) + WIDEST,
        ends_at__gt=min(row.starts_at for row in rows) - WIDEST,
    )
    by_key = {row.pk: row for row in rows}
    found: dict[UUID, list[Taken]] = defaultdict(list)
    for row in near.select_related("session").order_by("starts_at", "pk"):
        found[row.resource_id].append(taken(by_key.get(row.pk, row)))
    return found


def _things(rows: Sequence[Booking]) -> dict[UUID, Thing]:
    """Return whom and what is to be booked, as the search for clashes reads it."""
    keys = {row.resource_id for row in rows}
    closed: dict[UUID, list[Span]] = defaultdict(list)
    away = Away.objects.filter(resource__in=keys).order_by("starts_at", "pk")
    for key, starts_at, ends_at in away.values_list("resource", "starts_at", "ends_at"):
        closed[key].append(Span(starts_at, ends_at))
    venues = Venue.objects.in_bulk(keys)
    return {key: _thing(key, venues.get(key), closed[key]) for key in keys}


def _thing(key: UUID, venue: Venue | None, closed: Sequence[Span]) -> Thing:
    if venue is None:
        return Thing(key, closed=tuple(closed))
    return Thing(
        key,
        is_venue=True,
        is_shareable=venue.is_shareable,
        set_up=venue.set_up,
        clear_away=venue.clear_away,
        capacity=venue.capacity,
        closed=tuple(closed),
    )


def _travel(venues: set[UUID | None]) -> dict[frozenset[UUID], int]:
    """Return the minutes to every venue to which somebody wrote them down."""
    known = venues - {None}
    rows = Travel.objects.filter(Q(first__in=known) | Q(second__in=known)).order_by("pk")
    return {
        frozenset({first, second}): minutes
        for first, second, minutes in rows.values_list("first", "second", "minutes")
    }


def _of_its_own(row: Booking, thing: Thing, unsuitable: set[UUID]) -> Iterator[Clash]:
    """Yield what speaks against a booking whatever else is booked."""
    edition = row.session.edition
    if thing.is_venue and edition is not None:
        if thing.capacity is None:
            yield Clash.CAPACITY_UNKNOWN
        elif thing.capacity < (edition.seat_limit or 0):
            yield Clash.ROOM_SMALL
    if row.pk in unsuitable:
        yield Clash.VETTING_EXPIRED


def is_with_minors(session: Session) -> bool:
    """Return whether those who hold a session must show that they may work with minors."""
    return session.kind == SessionKind.SCHOOL


def _unsuitable(rows: Sequence[Booking]) -> set[UUID]:
    """Return the bookings of people for minors of whom a date is missing or over."""
    asked = [
        row
        for row in rows
        if row.resource.kind == ResourceKind.PERSON and is_with_minors(row.session)
    ]
    if not asked:
        return set()
    shown = Suitability.objects.filter(resource__in={row.resource_id for row in asked})
    until = {
        (resource, kind): day
        for resource, kind, day in shown.order_by("pk").values_list(
            "resource", "kind", "expires_on"
        )
    }
    return {
        row.pk
        for row in asked
        for kind in vocabulary.for_minors()
        if (day := until.get((row.resource_id, kind))) is None or day <= row.ends_at.date()
    }
