"""Search for conflicts of bookings and for unmet requirements of sessions, with few queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from protect.trainings.scheduling import enums, errors, models, rules, vocabulary

SEARCH_MARGIN = timedelta(hours=24)  # no travel and no set-up takes longer


class Conflict(NamedTuple):
    """A kind of conflict, and the id of the resource, edition or request that has it."""

    kind: rules.ConflictKind
    resource: UUID


def find_conflicts(rows: Sequence[models.Booking]) -> dict[UUID, list[Conflict]]:
    """Return the conflicts of bookings by booking id, without kinds of the severity “ignore”.
    Bookings can be unsaved; callers load their session, edition and resource."""
    if not rows:
        return {}
    others = _occupancies_by_resource(rows)
    facts = _facts_by_resource(rows)
    travel = _travel_minutes_from({row.session.venue_id for row in rows})
    unsuitable = _bookings_without_proofs(rows)
    conflicts: dict[UUID, list[Conflict]] = {}
    for row in rows:
        nearby, resource_facts = others[row.resource_id], facts[row.resource_id]
        kinds = [
            *rules.conflict_kinds(occupancy_of(row), nearby, resource_facts, travel),
            *_own_conflicts(row, resource_facts, unsuitable),
        ]
        conflicts[row.pk] = conflicts_about(row.resource_id, kinds)
    return conflicts


def find_session_conflicts(
    edition: models.Edition, span: rules.Span, *, at: datetime, excluding: UUID | None = None
) -> list[Conflict]:
    """Return the conflicts of a session's time if it overlaps another session of the edition or is
    past. Callers have locked the edition's row. `excluding`: the session that moves, if any."""
    rows = edition.sessions.not_cancelled().order_by("pk").values_list("pk", "starts_at", "ends_at")
    others = [rules.Span(starts_at, ends_at) for pk, starts_at, ends_at in rows if pk != excluding]
    overlaps = [rules.ConflictKind.SESSIONS_MEET] if rules.overlaps_any(span, others) else []
    return [*conflicts_about(edition.pk, overlaps), *find_past_conflict(edition.pk, span, at)]


def find_past_conflict(about: UUID, span: rules.Span, at: datetime) -> list[Conflict]:
    """Return a conflict with an edition or request if `span` is past, maybe by a wrong year."""
    return conflicts_about(about, [rules.ConflictKind.IN_THE_PAST] if span.end <= at else [])


def conflicts_about(key: UUID, all_kinds: Iterable[rules.ConflictKind]) -> list[Conflict]:
    """Return a conflict of each kind with a resource or edition, without ignored kinds."""
    return [Conflict(kind, key) for kind in vocabulary.without_ignored(all_kinds)]


def refuse_conflicts(conflicts: Iterable[Conflict], reason: str) -> None:
    """Refuse blocking conflicts; others need a reason. Errors: ClashBlocks; ClashNeedsReason."""
    severities = vocabulary.conflict_severities()
    conflicts = [*conflicts]
    if blocking := [row for row in conflicts if severities[row.kind] is enums.Severity.BLOCK]:
        raise errors.ClashBlocks(blocking)
    if conflicts and not reason:
        raise errors.ClashNeedsReason(conflicts)


def occupancy_of(row: models.Booking) -> rules.Occupancy:
    session, role = row.session, enums.BookingRole(row.role)
    span, venue = rules.Span(row.starts_at, row.ends_at), session.venue_id
    return rules.Occupancy(row.pk, row.resource_id, role, span, venue, session.edition_id)


def _occupancies_by_resource(rows: Sequence[models.Booking]) -> dict[UUID, list[rules.Occupancy]]:
    """Return live bookings at times near `rows`, by resource; `rows` with their new times."""
    nearby = models.Booking.objects.live().filter(
        resource__in={row.resource_id for row in rows},
        starts_at__lt=max(row.ends_at for row in rows) + SEARCH_MARGIN,
        ends_at__gt=min(row.starts_at for row in rows) - SEARCH_MARGIN,
    )
    by_key = {row.pk: row for row in rows}
    others: dict[UUID, list[rules.Occupancy]] = defaultdict(list)
    for row in nearby.select_related("session").order_by("starts_at", "pk"):
        others[row.resource_id].append(occupancy_of(by_key.get(row.pk, row)))
    return others


def _facts_by_resource(rows: Sequence[models.Booking]) -> dict[UUID, rules.ResourceFacts]:
    keys = {row.resource_id for row in rows}
    closed: dict[UUID, list[rules.Span]] = defaultdict(list)
    away = models.Away.objects.filter(resource__in=keys).order_by("starts_at", "pk")
    for key, starts_at, ends_at in away.values_list("resource", "starts_at", "ends_at"):
        closed[key].append(rules.Span(starts_at, ends_at))
    venues = models.Venue.objects.in_bulk(keys)
    return {key: _facts_of(venues.get(key), tuple(closed[key])) for key in keys}


def _facts_of(venue: models.Venue | None, closed: tuple[rules.Span, ...]) -> rules.ResourceFacts:
    if venue is None:
        return rules.ResourceFacts(closed=closed)
    return rules.ResourceFacts(
        is_venue=True,
        is_shareable=venue.is_shareable,
        set_up=venue.set_up,
        clear_away=venue.clear_away,
        capacity=venue.capacity,
        closed=closed,
    )


def _travel_minutes_from(venues: set[UUID | None]) -> dict[frozenset[UUID], int]:
    venue_ids = venues - {None}
    rows = models.Travel.objects.filter(Q(first__in=venue_ids) | Q(second__in=venue_ids))
    minutes_of = rows.order_by("pk").values_list("first", "second", "minutes")
    return {frozenset({first, second}): minutes for first, second, minutes in minutes_of}


def _own_conflicts(
    row: models.Booking, facts: rules.ResourceFacts, unsuitable: set[UUID]
) -> Iterator[rules.ConflictKind]:
    """Yield conflicts of one booking alone: a room that may be too small, or missing proofs."""
    edition = row.session.edition
    if facts.is_venue and edition is not None:
        if facts.capacity is None:
            yield rules.ConflictKind.CAPACITY_UNKNOWN
        elif facts.capacity < (edition.seat_limit or 0):
            yield rules.ConflictKind.ROOM_SMALL
    if row.pk in unsuitable:
        yield rules.ConflictKind.VETTING_EXPIRED


def _bookings_without_proofs(rows: Sequence[models.Booking]) -> set[UUID]:
    """Return ids of school bookings of people with a missing or expired proof for minors."""
    with_minors = [row for row in rows if row.session.kind == enums.SessionKind.SCHOOL]
    people = [row for row in with_minors if row.resource.kind == enums.ResourceKind.PERSON]
    if not people:
        return set()
    proof_rows = models.Suitability.objects.filter(resource__in={row.resource_id for row in people})
    proofs = proof_rows.order_by("pk").values_list("resource", "kind", "expires_on")
    expiry_dates = {(resource, kind): day for resource, kind, day in proofs}
    return {
        row.pk
        for row in people
        for kind in vocabulary.proofs_for_minors()
        if (day := expiry_dates.get((row.resource_id, kind))) is None or day <= row.ends_at.date()
    }


# Roles whose own languages count; those of an interpreter only if no language was booked.
SPEAKING_ROLES = rules.TEACHING_ROLES | {enums.BookingRole.AMBASSADOR}


def coverage_of(session: models.Session, bookings: Iterable[models.Booking]) -> rules.Coverage:
    """Return what venue and live bookings provide. Callers load the venue and languages."""
    live = [row for row in bookings if row.state in rules.LIVE_STATES]
    interpreters = [row for row in live if row.role == enums.BookingRole.INTERPRETER]
    speakers = [row for row in live if row.role in SPEAKING_ROLES]
    speakers += [row for row in interpreters if not row.language_id]
    spoken = {language.pk for row in speakers for language in row.resource.languages.all()}
    venue = session.venue
    room = rules.Room(venue.capacity, venue.is_step_free, venue.has_private_room) if venue else None
    return rules.Coverage(
        languages=frozenset(spoken | {row.language_id for row in live if row.language_id}),
        children=sum(row.quantity for row in live if row.role == enums.BookingRole.CHILDCARE),
        room=room,
    )


def find_unmet_requirements(
    session: models.Session, bookings: Iterable[models.Booking], required: rules.Requirements
) -> list[rules.ConflictKind]:
    """Return the requirements of a session that no booking covers, without ignored kinds."""
    unmet = rules.unmet_requirements(required, coverage_of(session, bookings))
    return vocabulary.without_ignored(unmet)
