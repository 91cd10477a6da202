"""The page of a person's own bookings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from protect.trainings.base.extensions import extensions
from protect.trainings.base.help_lines import Line, typed_line
from protect.trainings.base.labels import Said
from protect.trainings.scheduling import labels
from protect.trainings.scheduling.enums import BookingMove, BookingState
from protect.trainings.scheduling.models import Booking
from protect.trainings.scheduling.queries import BookingQuerySet
from protect.trainings.scheduling.rules.conflicts import TEACHING
from protect.trainings.scheduling.rules.states import BOOKING_MOVES

SHOWN = 100  # dates
OWN_MOVES = (BookingMove.ACCEPT, BookingMove.DECLINE)


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A date, its status, and the possible answers."""

    booking: Booking
    said: Said
    moves: list[str]
    is_cancelled: bool
    teaches: bool
    call: Line | None  # the organisation, where it gave a number


def lines_of(bookings: BookingQuerySet, *, at: datetime) -> list[OwnLine]:
    """Return the dates to come, those that wait for an answer first."""
    loaded = bookings.select_related("resource__organisation")
    rows = list(loaded.filter(ends_at__gt=at).order_by("starts_at", "pk")[:SHOWN])
    keys = {row.resource_id for row in rows}
    numbers = {key: number for each in extensions() for key, number in each.numbers(keys).items()}
    lines = [_line(row, numbers.get(row.resource_id, "")) for row in rows]
    return sorted(lines, key=lambda each: each.booking.state != BookingState.ASKED)


def _line(row: Booking, number: str) -> OwnLine:
    is_cancelled = row.session.cancelled_at is not None or row.state == BookingState.CANCELLED
    return OwnLine(
        row,
        labels.booking_state(BookingState.CANCELLED) if is_cancelled else labels.booking(row),
        [] if is_cancelled else [*_moves(row.state, OWN_MOVES)],
        is_cancelled,
        row.role in TEACHING,
        typed_line(row.resource.organisation.name, number) if number else None,
    )


def _moves(state: str, moves: Iterable[BookingMove]) -> Iterable[str]:
    return (move.value for move in moves if (BookingState(state), move) in BOOKING_MOVES)
