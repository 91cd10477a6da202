"""One step of a state table: where it leads, and what it refuses."""

from __future__ import annotations

from enum import StrEnum

import pytest

from protect.kernel.errors import ProtectError, take_step


class State(StrEnum):
    OPEN = "open"
    SHUT = "shut"


class Move(StrEnum):
    SHUT = "shut"
    OPEN = "open"


class MoveNotAllowed(ProtectError):
    code = "demo_move_not_allowed"


MOVES = {(State.OPEN, Move.SHUT): State.SHUT}


def test_a_move_leads_where_the_table_says():
    assert take_step(MOVES, State.OPEN, Move.SHUT, MoveNotAllowed) is State.SHUT


@pytest.mark.parametrize(
    ("state", "move"), [(State.OPEN, Move.OPEN), (State.SHUT, Move.SHUT), (State.SHUT, Move.OPEN)]
)
def test_any_other_move_is_refused_with_the_codes_of_both(state, move):
    with pytest.raises(MoveNotAllowed) as refused:
        take_step(MOVES, state, move, MoveNotAllowed)

    assert refused.value.facts == {"state": state.value, "move": move.value}
