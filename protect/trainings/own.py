"""What somebody is booked for, as they see it themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from protect.trainings import labels
from protect.trainings.enums import BookingMove, BookingState
from protect.trainings.labels import Said
from protect.trainings.models import Ambassador, Booking, Resource
from protect.trainings.pathway import Line, typed_line
from protect.trainings.queries import BookingQuerySet
from protect.trainings.rules.clashing import TEACHING
from protect.trainings.rules.states import BOOKING_MOVES

SHOWN = 100  # dates
OWN_MOVES = (BookingMove.ACCEPT, BookingMove.DECLINE)


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A date, how it stands, and what can be answered."""

    booking: Booking
    said: Said
    moves: list[str]
    is_cancelled: bool
    teaches: bool
    call: Line | None  # the organisation, where it gave a number


def lines_of(bookings: BookingQuerySet, *, at: datetime) -> list[OwnLine]:
    """Return the dates to come, those that wait for an answer first."""
    loaded = bookings.select_related("resource__organisation", "resource__ambassador")
    rows = loaded.filter(ends_at__gt=at).order_by("starts_at", "pk")[:SHOWN]
    return sorted(map(_line, rows), key=lambda each: each.booking.state != BookingState.ASKED)


def _line(row: Booking) -> OwnLine:
    is_cancelled = row.session.cancelled_at is not None or row.state == BookingState.CANCELLED
    return OwnLine(
        row,
        labels.booking_state(BookingState.CANCELLED) if is_cancelled else labels.booking(row),
        [] if is_cancelled else [*_moves(row.state, OWN_MOVES)],
        is_cancelled,
        row.role in TEACHING,
        _call(row.resource),
    )


def _call(resource: Resource) -> Line | None:
    profile: Ambassador | None = getattr(resource, "ambassador", None)
    number = profile.phone if profile else ""
    return typed_line(resource.organisation.name, number) if number else None


def _moves(state: str, moves: Iterable[BookingMove]) -> Iterable[str]:
    return (move.value for move in moves if (BookingState(state), move) in BOOKING_MOVES)
