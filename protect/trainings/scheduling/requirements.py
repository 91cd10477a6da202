"""The bookings of half days compared with their needs. Needs come as kinds and counts only."""

from __future__ import annotations

from collections.abc import Iterable

from protect.trainings.scheduling import vocabulary
from protect.trainings.scheduling.enums import BookingRole, Severity
from protect.trainings.scheduling.models import Booking, Session
from protect.trainings.scheduling.rules.conflicts import TEACHING, Clash
from protect.trainings.scheduling.rules.requirements import Asked, Covered, Room, uncovered
from protect.trainings.scheduling.rules.states import LIVE

# Whose languages a session is held in; an interpreter speaks the one they are booked for.
SPEAKING = TEACHING | {BookingRole.AMBASSADOR}


def covered_by(session: Session, bookings: Iterable[Booking]) -> Covered:
    """Return what the bookings cover. Resources, with their languages, and the venue are loaded."""
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


def lacking(session: Session, bookings: Iterable[Booking], required: Asked) -> list[Clash]:
    """Return what a half day lacks, without ignored kinds."""
    severities = vocabulary.severities()
    missing = uncovered(required, covered_by(session, bookings))
    return [each for each in missing if severities[each] is not Severity.IGNORE]
