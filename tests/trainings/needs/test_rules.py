"""Moves of a need: every cell of the table."""

from datetime import date
from itertools import product

import pytest

from protect.trainings.base.errors import NeedMoveNotAllowed
from protect.trainings.needs.enums import NeedKind, NeedMove, NeedState
from protect.trainings.needs.rules import next_need_state, purge_day

OPEN, BOOKED, ORDERED, CANNOT_BE_MET = NeedState
BOOK, ORDER, CANNOT, REOPEN = NeedMove
LED = {
    (OPEN, BOOK): BOOKED,
    (OPEN, ORDER): ORDERED,
    (OPEN, CANNOT): CANNOT_BE_MET,
    (BOOKED, CANNOT): CANNOT_BE_MET,
    (BOOKED, REOPEN): OPEN,
    (ORDERED, CANNOT): CANNOT_BE_MET,
    (ORDERED, REOPEN): OPEN,
    (CANNOT_BE_MET, REOPEN): OPEN,
}
NEVER = {
    BOOK: {NeedKind.ACCESSIBILITY, NeedKind.DIET},
    ORDER: {NeedKind.CHILDCARE, NeedKind.INTERPRETER},
}


@pytest.mark.parametrize(("kind", "state", "move"), [*product(NeedKind, NeedState, NeedMove)])
def test_each_need_move_follows_the_table(kind, state, move):
    expected = LED.get((state, move))
    if expected is None or kind in NEVER.get(move, ()):
        with pytest.raises(NeedMoveNotAllowed):
            next_need_state(kind, state, move)
    else:
        assert next_need_state(kind, state, move) == expected


def test_needs_are_due_for_erasure_14_days_after_the_last_session():
    assert purge_day(date(2027, 1, 13), date(2026, 11, 1)) == date(2027, 1, 27)
    assert purge_day(None, date(2026, 11, 1)) == date(2027, 11, 1)
