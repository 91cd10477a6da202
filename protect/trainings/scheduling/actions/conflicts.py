"""Conflicts of bookings, and what half days lack, in a handful of queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from protect.trainings.scheduling import errors, models, rules, vocabulary
from protect.trainings.scheduling.enums import BookingRole, ResourceKind, SessionKind, Severity

WIDEST = timedelta(hours=24)  # no way between two venues, and no setting up, takes longer


class Conflict(NamedTuple):
    """A kind of conflict, and the id that it is about: a resource, an edition or a request."""

    clash: rules.Clash
    resource: UUID


def find_conflicts(rows: Sequence[models.Booking]) -> dict[UUID, list[Conflict]]:
    """Return the conflicts of bookings, by their id. The bookings need not be saved.
    Session with edition and resource are loaded. Ignored kinds are left out."""
    if not rows:
        return {}
    others = _others(rows)
    things = _things(rows)
    travel = _travel({row.session.venue_id for row in rows})
    missing = _unsuitable(rows)
    conflicts: dict[UUID, list[Conflict]] = {}
    for row in rows:
        near, thing = others[row.resource_id], things[row.resource_id]
        every = [*rules.clashes(taken(row), near, thing, travel), *_of_its_own(row, thing, missing)]
        conflicts[row.pk] = against(row.resource_id, every)
    return conflicts


def find_session_conflicts(
    edition: models.Edition, wanted: rules.Span, *, at: datetime, but: UUID | None = None
) -> list[Conflict]:
    """Return the conflicts of a half day's time in a locked edition. `but`: the half day itself."""
    rows = edition.sessions.standing().order_by("pk").values_list("pk", "starts_at", "ends_at")
    others = [rules.Span(starts_at, ends_at) for pk, starts_at, ends_at in rows if pk != but]
    meets = [rules.Clash.HALF_DAYS_MEET] if rules.meets_any(wanted, others) else []
    return [*against(edition.pk, meets), *find_past_conflict(edition.pk, wanted, at)]


def find_past_conflict(about: UUID, wanted: rules.Span, at: datetime) -> list[Conflict]:
    """Return a conflict if a time is over: the year is mistyped, or it is entered afterwards."""
    return against(about, [rules.Clash.IN_THE_PAST] if wanted.end <= at else [])


def against(key: UUID, clashes: Iterable[rules.Clash]) -> list[Conflict]:
    """Return conflicts about one id, without those of an ignored severity."""
    return [Conflict(each, key) for each in vocabulary.heeded(clashes)]


def must_fit(conflicts: Iterable[Conflict], reason: str) -> None:
    """Refuse blocks, and warnings without a reason. Errors: ClashBlocks; ClashNeedsReason."""
    severities = vocabulary.conflict_severities()
    conflicts = [*conflicts]
    if blocking := [each for each in conflicts if severities[each.clash] is Severity.BLOCK]:
        raise errors.ClashBlocks(blocking)
    if conflicts and not reason:
        raise errors.ClashNeedsReason(conflicts)


def taken(row: models.Booking) -> rules.Taken:
    session, span = row.session, rules.Span(row.starts_at, row.ends_at)
    role = BookingRole(row.role)
    return rules.Taken(row.pk, row.resource_id, role, span, session.venue_id, session.edition_id)


def _others(rows: Sequence[models.Booking]) -> dict[UUID, list[rules.Taken]]:
    """Return live bookings by resource; those among `rows` as they would be."""
    near = models.Booking.objects.live().filter(
        resource__in={row.resource_id for row in rows},
        starts_at__lt=max(row.ends_at for row in rows) + WIDEST,
        ends_at__gt=min(row.starts_at for row in rows) - WIDEST,
    )
    by_key = {row.pk: row for row in rows}
    others: dict[UUID, list[rules.Taken]] = defaultdict(list)
    for row in near.select_related("session").order_by("starts_at", "pk"):
        others[row.resource_id].append(taken(by_key.get(row.pk, row)))
    return others


def _things(rows: Sequence[models.Booking]) -> dict[UUID, rules.Thing]:
    keys = {row.resource_id for row in rows}
    closed: dict[UUID, list[rules.Span]] = defaultdict(list)
    away = models.Away.objects.filter(resource__in=keys).order_by("starts_at", "pk")
    for key, starts_at, ends_at in away.values_list("resource", "starts_at", "ends_at"):
        closed[key].append(rules.Span(starts_at, ends_at))
    venues = models.Venue.objects.in_bulk(keys)
    return {key: _thing(venues.get(key), tuple(closed[key])) for key in keys}


def _thing(venue: models.Venue | None, closed: tuple[rules.Span, ...]) -> rules.Thing:
    if venue is None:
        return rules.Thing(closed=closed)
    return rules.Thing(
        is_venue=True,
        is_shareable=venue.is_shareable,
        set_up=venue.set_up,
        clear_away=venue.clear_away,
        capacity=venue.capacity,
        closed=closed,
    )


def _travel(venues: set[UUID | None]) -> dict[frozenset[UUID], int]:
    known = venues - {None}
    rows = models.Travel.objects.filter(Q(first__in=known) | Q(second__in=known)).order_by("pk")
    minutes_of = rows.values_list("first", "second", "minutes")
    return {frozenset({first, second}): minutes for first, second, minutes in minutes_of}


def _of_its_own(
    row: models.Booking, thing: rules.Thing, unsuitable: set[UUID]
) -> Iterator[rules.Clash]:
    edition = row.session.edition
    if thing.is_venue and edition is not None:
        if thing.capacity is None:
            yield rules.Clash.CAPACITY_UNKNOWN
        elif thing.capacity < (edition.seat_limit or 0):
            yield rules.Clash.ROOM_SMALL
    if row.pk in unsuitable:
        yield rules.Clash.VETTING_EXPIRED


def _unsuitable(rows: Sequence[models.Booking]) -> set[UUID]:
    of_minors = [row for row in rows if row.session.kind == SessionKind.SCHOOL]
    people = [row for row in of_minors if row.resource.kind == ResourceKind.PERSON]
    if not people:
        return set()
    shown = models.Suitability.objects.filter(resource__in={row.resource_id for row in people})
    proofs = shown.order_by("pk").values_list("resource", "kind", "expires_on")
    until = {(resource, kind): day for resource, kind, day in proofs}
    return {
        row.pk
        for row in people
        for kind in vocabulary.for_minors()
        if (day := until.get((row.resource_id, kind))) is None or day <= row.ends_at.date()
    }


# Whose languages a session is held in; an interpreter speaks the one they are booked for.
SPEAKING = rules.TEACHING | {BookingRole.AMBASSADOR}


def covered_by(session: models.Session, bookings: Iterable[models.Booking]) -> rules.Covered:
    """Return what the bookings cover. Resources, with their languages, and the venue are loaded."""
    live = [row for row in bookings if row.state in rules.LIVE]
    spoken = {
        language.pk
        for row in live
        if row.role in SPEAKING or (row.role == BookingRole.INTERPRETER and not row.language_id)
        for language in row.resource.languages.all()
    }
    venue = session.venue
    room = rules.Room(venue.capacity, venue.is_step_free, venue.has_private_room) if venue else None
    return rules.Covered(
        languages=frozenset(spoken | {row.language_id for row in live if row.language_id}),
        children=sum(row.quantity for row in live if row.role == BookingRole.CHILDCARE),
        room=room,
    )


def lacking(
    session: models.Session, bookings: Iterable[models.Booking], required: rules.Requirements
) -> list[rules.Clash]:
    """Return what a half day lacks, without ignored kinds."""
    return vocabulary.heeded(rules.uncovered(required, covered_by(session, bookings)))
