"""State tables: the target of each allowed move. Any other move is refused.

Source: docs/adr/0027-trainings.md.
"""

from __future__ import annotations

from protect.kernel.state_tables import take_step
from protect.trainings.scheduling.enums import (
    BookingMove,
    BookingState,
    EditionMove,
    EditionState,
)
from protect.trainings.scheduling.errors import BookingMoveNotAllowed, EditionMoveNotAllowed

EDITION_MOVES = {
    (EditionState.PLANNED, EditionMove.OPEN): EditionState.OPEN,
    (EditionState.PLANNED, EditionMove.CANCEL): EditionState.CANCELLED,
    (EditionState.OPEN, EditionMove.CLOSE): EditionState.CLOSED,
    (EditionState.OPEN, EditionMove.CANCEL): EditionState.CANCELLED,
    (EditionState.CLOSED, EditionMove.OPEN): EditionState.OPEN,
    (EditionState.CLOSED, EditionMove.FINISH): EditionState.DONE,
    (EditionState.CLOSED, EditionMove.CANCEL): EditionState.CANCELLED,
}
BOOKING_MOVES = {
    (BookingState.ASKED, BookingMove.ACCEPT): BookingState.ACCEPTED,
    (BookingState.ASKED, BookingMove.DECLINE): BookingState.DECLINED,
    (BookingState.ASKED, BookingMove.CANCEL): BookingState.CANCELLED,
    (BookingState.ACCEPTED, BookingMove.DECLINE): BookingState.DECLINED,
    (BookingState.ACCEPTED, BookingMove.CANCEL): BookingState.CANCELLED,
}
LIVE = frozenset({BookingState.ASKED, BookingState.ACCEPTED})


def step_edition(state: EditionState, move: EditionMove) -> EditionState:
    """Return the state that `move` leads to. Errors: EditionMoveNotAllowed."""
    return take_step(EDITION_MOVES, state, move, EditionMoveNotAllowed)


def step_booking(state: BookingState, move: BookingMove) -> BookingState:
    """Return the state that `move` leads to. Errors: BookingMoveNotAllowed."""
    return take_step(BOOKING_MOVES, state, move, BookingMoveNotAllowed)
