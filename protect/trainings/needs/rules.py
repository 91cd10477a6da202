"""Rules for states and retention of needs. Pure functions. Source: docs/adr/0030-attendance.md."""

from datetime import date, timedelta

from protect.kernel.errors import next_state
from protect.trainings.base.errors import NeedMoveNotAllowed
from protect.trainings.needs.enums import NeedKind, NeedMove, NeedState

RETENTION = timedelta(days=14)  # after the last session
RETENTION_WITHOUT_SESSIONS = timedelta(days=365)  # after it was stated, if no session is planned

TRANSITIONS = {
    (NeedState.OPEN, NeedMove.BOOK): NeedState.BOOKED,
    (NeedState.OPEN, NeedMove.ORDER): NeedState.ORDERED,
    (NeedState.OPEN, NeedMove.CANNOT): NeedState.CANNOT_BE_MET,
    (NeedState.BOOKED, NeedMove.CANNOT): NeedState.CANNOT_BE_MET,
    (NeedState.BOOKED, NeedMove.REOPEN): NeedState.OPEN,
    (NeedState.ORDERED, NeedMove.CANNOT): NeedState.CANNOT_BE_MET,
    (NeedState.ORDERED, NeedMove.REOPEN): NeedState.OPEN,
    (NeedState.CANNOT_BE_MET, NeedMove.REOPEN): NeedState.OPEN,
}
KINDS_BY_MOVE = {  # a person's time is booked, a thing is ordered; other moves fit all kinds
    NeedMove.BOOK: {NeedKind.CHILDCARE, NeedKind.INTERPRETER},
    NeedMove.ORDER: {NeedKind.ACCESSIBILITY, NeedKind.DIET},
}


def transitions_of(kind: NeedKind) -> dict[tuple[NeedState, NeedMove], NeedState]:
    moves = TRANSITIONS.items()
    return {key: to for key, to in moves if kind in KINDS_BY_MOVE.get(key[1], NeedKind)}


def next_need_state(kind: NeedKind, state: NeedState, move: NeedMove) -> NeedState:
    """Return the state that `move` leads to. Errors: NeedMoveNotAllowed."""
    return next_state(transitions_of(kind), state, move, NeedMoveNotAllowed)


def purge_day(last_day: date | None, stated_on: date) -> date:
    """Return the day on which to erase a need; `last_day` is the day of the last session."""
    return stated_on + RETENTION_WITHOUT_SESSIONS if last_day is None else last_day + RETENTION
