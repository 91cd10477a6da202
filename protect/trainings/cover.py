"""What is booked for half days, held against what they need. Of needs only kinds and counts."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Sum

from protect.trainings import vocabulary
from protect.trainings.enums import (
    BookingRole,
    NeedKind,
    NeedState,
    Severity,
)
from protect.trainings.models import Booking, Edition, Need, Resource, Session, SessionRequest
from protect.trainings.rules.clashing import TEACHING, Clash
from protect.trainings.rules.covering import Asked, Covered, Room, uncovered
from protect.trainings.rules.states import HOLDING, LIVE

# Whose languages a session is held in; an interpreter speaks the one they are booked for.
SPEAKING = TEACHING | {BookingRole.AMBASSADOR}


def asked_of(edition: Edition, taken: int) -> Asked:
    """Return what an edition needs on each half day. `taken`: seats."""
    languages = {*edition.languages.order_by("pk").values_list("pk", flat=True)}
    counts: dict[str, int] = {}
    for kind, language, number in needed_in(edition):
        counts[kind] = counts.get(kind, 0) + number
        if language:
            languages.add(language)
    return Asked(
        languages=frozenset(languages),
        children=counts.get(NeedKind.CHILDCARE, 0),
        needs_access=NeedKind.ACCESSIBILITY in counts,
        people=max(taken, edition.seat_limit or 0),
    )


def needed_in(edition: Edition) -> list[tuple[str, str | None, int]]:
    """Return kind, language of an interpreter and how many, of what those who have seats need."""
    needs = Need.objects.filter(
        registration__edition=edition, registration__state__in=[*map(str, HOLDING)]
    ).exclude(state=NeedState.CANNOT_BE_MET)
    rows = needs.order_by("kind", "language").values_list("kind", "language")
    return list(rows.annotate(number=Sum("quantity")))


def covered_by(session: Session, bookings: Iterable[Booking]) -> Covered:
    """Return what is booked. Resources, with their languages, and the venue are loaded."""
    live = [row for row in bookings if row.state in LIVE]
    spoken = {
        language.pk
        for row in live
        if row.role in SPEAKING or (row.role == BookingRole.INTERPRETER and not row.language_id)
        for language in row.resource.languages.all()
    }
    venue = session.venue
    room = Room(venue.capacity, venue.is_step_free, venue.has_private_room) if venue else None
    return Covered(
        languages=frozenset(spoken | {row.language_id for row in live if row.language_id}),
        children=sum(row.quantity for row in live if row.role == BookingRole.CHILDCARE),
        room=room,
    )


def unspoken(request: SessionRequest, people: Iterable[UUID]) -> list[str]:
    """Return the languages that a request wants and none of these people speaks. BCP 47."""
    wanted = request.languages.order_by("pk").values_list("pk", flat=True)
    of_people = Resource.languages.through.objects.filter(resource__in={*people}).order_by("pk")
    spoken = {*of_people.values_list("language", flat=True)}
    return [each for each in wanted if each not in spoken]


def lacking(session: Session, bookings: Iterable[Booking], asked: Asked) -> list[Clash]:
    """Return what a half day lacks, without what is ignored."""
    severities = vocabulary.severities()
    found = uncovered(asked, covered_by(session, bookings))
    return [each for each in found if severities[each] is not Severity.IGNORE]
