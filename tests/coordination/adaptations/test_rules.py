"""States of checks and steps, and when the directory contradicts a step."""

import pytest

from protect.coordination.adaptations import rules
from protect.coordination.adaptations.enums import CheckState, StepState

BASE, NEW, OTHER = {"a": 1}, {"a": 2}, {"a": 3}


@pytest.mark.parametrize(
    ("is_planned", "is_closed", "verdict", "state"),
    [
        (False, False, None, CheckState.ANSWERING),
        (True, False, None, CheckState.IN_REVIEW),
        (True, False, "change", CheckState.CHANGES_ASKED),
        (True, False, "agreed", CheckState.AGREED),
        (True, True, "agreed", CheckState.CLOSED),
        (False, True, None, CheckState.CLOSED),
    ],
)
def test_state_of_a_check(is_planned, is_closed, verdict, state):
    found = rules.check_state(is_planned=is_planned, is_closed=is_closed, verdict=verdict)

    assert found == state


@pytest.mark.parametrize(
    ("decision", "state"),
    [
        ("new", StepState.WAITING),
        ("accepted", StepState.DONE),
        ("partly", StepState.DONE),
        ("rejected", StepState.OPEN),
        ("duplicate", StepState.OPEN),
    ],
)
def test_a_waiting_step_follows_the_decision_of_the_moderator(decision, state):
    assert rules.step_state(StepState.WAITING, decision) == state


@pytest.mark.parametrize("state", [state for state in StepState if state != StepState.WAITING])
def test_other_steps_follow_no_decision(state):
    assert rules.step_state(state, "rejected") == state


@pytest.mark.parametrize(
    ("before", "after", "stored", "is_contradicted"),
    [
        ([BASE], [BASE, NEW], [BASE, NEW], False),  # as the step left it
        ([BASE], [BASE, NEW], [NEW, OTHER], False),  # other rows change and are none of its own
        ([BASE], [BASE, NEW], [BASE], True),  # what it added is gone
        ([BASE], [NEW], [BASE, NEW], True),  # what it removed is back
        ([], [NEW], [], True),
    ],
)
def test_the_directory_contradicts_a_step_whose_change_it_lacks(
    before, after, stored, is_contradicted
):
    found = rules.contradicts({"rows": before}, {"rows": after}, {"rows": stored})

    assert found is is_contradicted


def test_single_values_are_compared_too():
    assert rules.contradicts({"note": ""}, {"note": "a"}, {"note": ""})
    assert not rules.contradicts({"note": ""}, {"note": ""}, {"note": "b"})
