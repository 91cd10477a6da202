"""One step of a state table: where it leads, and what it refuses."""

import pytest
from django.db.models import TextChoices

from protect.kernel.errors import ProtectError, next_state


class State(TextChoices):
    OPEN = "open", "Wide open"
    SHUT = "shut", "Shut"


class Move(TextChoices):
    SHUT = "shut", "Shut the door"
    OPEN = "open", "Open the door"


class MoveNotAllowed(ProtectError):
    code = "demo_move_not_allowed"
    message = "“{move}” is not possible for a door that is “{state}”."


MOVES = {(State.OPEN, Move.SHUT): State.SHUT}


def test_move_leads_to_the_state_in_the_table():
    assert next_state(MOVES, State.OPEN, Move.SHUT, MoveNotAllowed) is State.SHUT


@pytest.mark.parametrize(
    ("state", "move"), [(State.OPEN, Move.OPEN), (State.SHUT, Move.SHUT), (State.SHUT, Move.OPEN)]
)
def test_any_other_move_is_refused_with_state_and_move_as_facts(state, move):
    with pytest.raises(MoveNotAllowed) as refused:
        next_state(MOVES, state, move, MoveNotAllowed)

    assert refused.value.facts == {"state": state, "move": move}


def test_a_refused_move_is_shown_by_its_label():
    with pytest.raises(MoveNotAllowed) as refused:
        next_state(MOVES, State.OPEN, Move.OPEN, MoveNotAllowed)

    text = "“Open the door” is not possible for a door that is “Wide open”."
    assert refused.value.text() == text
