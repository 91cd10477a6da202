"""States of a need, and how long it is kept. Pure. Source: docs/adr/0030-attendance.md."""

from datetime import date, timedelta

from protect.kernel.errors import take_step
from protect.trainings.base.errors import NeedMoveNotAllowed
from protect.trainings.needs.enums import NeedKind, NeedMove, NeedState

KEPT = timedelta(days=14)  # after the last half day
KEPT_WITHOUT_DAYS = timedelta(days=365)  # after it was said, while no half day is planned

MOVES = {
    (NeedState.OPEN, NeedMove.BOOK): NeedState.BOOKED,
    (NeedState.OPEN, NeedMove.ORDER): NeedState.ORDERED,
    (NeedState.OPEN, NeedMove.CANNOT): NeedState.CANNOT_BE_MET,
    (NeedState.BOOKED, NeedMove.CANNOT): NeedState.CANNOT_BE_MET,
    (NeedState.BOOKED, NeedMove.REOPEN): NeedState.OPEN,
    (NeedState.ORDERED, NeedMove.CANNOT): NeedState.CANNOT_BE_MET,
    (NeedState.ORDERED, NeedMove.REOPEN): NeedState.OPEN,
    (NeedState.CANNOT_BE_MET, NeedMove.REOPEN): NeedState.OPEN,
}
FITTING = {  # a person's time is booked, a thing is ordered
    NeedMove.BOOK: {NeedKind.CHILDCARE, NeedKind.INTERPRETER},
    NeedMove.ORDER: {NeedKind.ACCESSIBILITY, NeedKind.DIET},
}


def moves_of(kind: NeedKind) -> dict[tuple[NeedState, NeedMove], NeedState]:
    """Return the state table of a kind: what is booked is not ordered."""
    return {key: to for key, to in MOVES.items() if kind in FITTING.get(key[1], NeedKind)}


def step_need(kind: NeedKind, state: NeedState, move: NeedMove) -> NeedState:
    """Return the state that `move` leads to. Errors: NeedMoveNotAllowed."""
    return take_step(moves_of(kind), state, move, NeedMoveNotAllowed)


def purge_on(last: date | None, said_on: date) -> date:
    """Return the day on which a need is erased; `last` is of the edition's last session."""
    return said_on + KEPT_WITHOUT_DAYS if last is None else last + KEPT
