import pytest

from protect.programme.enums import EnquiryMove as Move, EnquiryState as State
from protect.programme.rules import STATE_AFTER, possible_moves


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("move", Move)
def test_a_move_is_possible_exactly_where_the_table_has_it(state, move):
    assert (move in possible_moves(state)) == ((state, move) in STATE_AFTER)


@pytest.mark.parametrize(("before", "move"), STATE_AFTER)
def test_each_move_of_a_new_enquiry_can_be_undone(before, move):
    after = STATE_AFTER[before, move]

    assert before != State.NEW or STATE_AFTER[after, Move.REOPEN] == State.NEW


def test_no_move_keeps_the_state():
    assert all(before != after for (before, _), after in STATE_AFTER.items())
