"""What somebody is booked for, as they see it themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from protect.trainings import labels
from protect.trainings.enums import BookingMove, BookingState
from protect.trainings.labels import Said
from protect.trainings.models import Booking
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


def lines_of(bookings: BookingQuerySet, *, at: datetime) -> list[OwnLine]:
    """Return the dates to come, those that wait for an answer first."""
    rows = bookings.filter(ends_at__gt=at).order_by("starts_at", "pk")[:SHOWN]
    return sorted(map(_line, rows), key=lambda each: each.booking.state != BookingState.ASKED)


def _line(row: Booking) -> OwnLine:
    is_cancelled = row.session.cancelled_at is not None or row.state == BookingState.CANCELLED
    return OwnLine(
        row,
        labels.booking_state(BookingState.CANCELLED if is_cancelled else row.state),
        [] if is_cancelled else [*_moves(row.state, OWN_MOVES)],
        is_cancelled,
        row.role in TEACHING,
    )


def _moves(state: str, moves: Iterable[BookingMove]) -> Iterable[str]:
    return (move.value for move in moves if (BookingState(state), move) in BOOKING_MOVES)
