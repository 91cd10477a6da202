"""Every cell of every state table, and refused moves."""

from itertools import product

import pytest
from django.utils import translation

from protect.outreach import errors as outreach_errors, rules as outreach_rules
from protect.outreach.enums import RequestMove, RequestState
from protect.trainings.curricula import errors as curricula_errors, rules as curricula_rules
from protect.trainings.curricula.enums import VersionMove, VersionState
from protect.trainings.registrations import rules, rules as registrations_rules
from protect.trainings.registrations.enums import RegistrationMove, RegistrationState
from protect.trainings.scheduling import errors as scheduling_errors, rules as scheduling_rules
from protect.trainings.scheduling.enums import (
    Approval,
    BookingMove,
    BookingState,
    EditionMove,
    EditionState,
)

# Written anew, not read from the code: rows are states, columns moves, in the order of the enums.
VERSIONS = {
    "draft": "in_review - - -",
    "in_review": "- draft published -",
    "published": "- - - retired",
    "retired": "- - - -",
}
EDITIONS = {
    "planned": "open - - cancelled",
    "open": "- closed - cancelled",
    "closed": "open - done cancelled",
    "done": "- - - -",
    "cancelled": "- - - -",
}
BOOKINGS = {
    "asked": "accepted declined cancelled",
    "accepted": "- declined cancelled",
    "declined": "- - -",
    "cancelled": "- - -",
}
REQUESTS = {
    "received": "agreed - - - declined",
    "agreed": "- scheduled - - declined",
    "scheduled": "- - held - declined",
    "held": "- - - closed -",
    "closed": "- - - - -",
    "declined": "- - - - -",
}
# prove approve refuse offer accept lapse renew withdraw cancel; a seat is free, nobody rests.
REGISTRATIONS = {
    "unproven": "confirmed - - - - - - withdrawn cancelled",
    "applied": "- confirmed refused - - - - withdrawn cancelled",
    "waiting": "- - - offered - - - withdrawn cancelled",
    "offered": "- - - - confirmed waiting - withdrawn cancelled",
    "confirmed": "- - - - - - - withdrawn cancelled",
    "refused": "- - - - - - - - -",
    "withdrawn": "- - - - - - - - -",
    "cancelled": "- - - - - - - - -",
}
SEATED_IF_FREE = {
    (RegistrationState.UNPROVEN, RegistrationMove.PROVE),
    (RegistrationState.APPLIED, RegistrationMove.APPROVE),
}
PAUSED = REGISTRATIONS | {"waiting": "- - - - - - waiting withdrawn cancelled"}


def cells(table, state_type, move_type):
    assert table.keys() == {member.value for member in state_type}
    for state, line in table.items():
        for move, expected in zip(move_type, line.split(), strict=True):
            yield state_type(state), move, None if expected == "-" else state_type(expected)


SIMPLE = [
    (step, refusal, *cell)
    for step, refusal, table, state_type, move_type in (
        (
            curricula_rules.next_version_state,
            curricula_errors.VersionMoveNotAllowed,
            VERSIONS,
            VersionState,
            VersionMove,
        ),
        (
            scheduling_rules.next_edition_state,
            scheduling_errors.EditionMoveNotAllowed,
            EDITIONS,
            EditionState,
            EditionMove,
        ),
        (
            scheduling_rules.next_booking_state,
            scheduling_errors.BookingMoveNotAllowed,
            BOOKINGS,
            BookingState,
            BookingMove,
        ),
        (
            outreach_rules.step_request,
            outreach_errors.RequestMoveNotAllowed,
            REQUESTS,
            RequestState,
            RequestMove,
        ),
    )
    for cell in cells(table, state_type, move_type)
]


@pytest.mark.parametrize(("step", "refusal", "state", "move", "expected"), SIMPLE)
def test_each_move_leads_to_the_state_of_the_table(step, refusal, state, move, expected):
    if expected is not None:
        assert step(state, move) is expected
        return
    with pytest.raises(refusal) as refused:
        step(state, move)
    assert refused.value.facts == {"state": state.value, "move": move.value}
    assert f"“{move.label}” is not possible" in refused.value.text()
    assert f"“{state.label}”. Nothing was changed." in refused.value.text()


@pytest.mark.parametrize(
    ("is_paused", "state", "move", "expected"),
    [
        (is_paused, *cell)
        for is_paused, table in ((False, REGISTRATIONS), (True, PAUSED))
        for cell in cells(table, RegistrationState, RegistrationMove)
        if not is_paused or cell[0] is RegistrationState.WAITING  # nobody else rests
    ],
)
def test_each_registration_move_leads_to_the_state_of_the_table(is_paused, state, move, expected):
    def step():
        return rules.next_registration_state(state, move, is_paused=is_paused, is_free=True)

    if expected is not None:
        assert step() is expected
        return
    with pytest.raises(registrations_rules.RegistrationMoveNotAllowed) as refused:
        step()
    assert refused.value.facts == {"state": state.value, "move": move.value}
    assert f"“{move.label}” is not possible" in refused.value.text()
    assert f"“{state.label}”. Nothing was changed." in refused.value.text()


@pytest.mark.parametrize("tag", ["fr", "nl", "ar"])
def test_a_refused_move_is_shown_in_the_language_of_the_reader(tag):
    with translation.override(tag):
        text = scheduling_errors.EditionMoveNotAllowed(
            state=EditionState.DONE, move=EditionMove.OPEN
        ).text()
        labels = {str(EditionState.DONE.label), str(EditionMove.OPEN.label)}

    assert all(label in text for label in labels)
    assert not labels & {"Done", "Open registration"}


@pytest.mark.parametrize(("state", "move"), [*product(RegistrationState, RegistrationMove)])
def test_only_approval_and_confirmation_query_free_seats(state, move):
    def step(*, is_free):
        try:
            return rules.next_registration_state(state, move, is_paused=False, is_free=is_free)
        except registrations_rules.RegistrationMoveNotAllowed:
            return None

    if (state, move) in SEATED_IF_FREE:
        assert step(is_free=False) is RegistrationState.WAITING
    else:
        assert step(is_free=False) is step(is_free=True)


@pytest.mark.parametrize(
    ("approval", "is_free", "expected"),
    [
        (Approval.OWNER, True, RegistrationState.APPLIED),
        (Approval.OWNER, False, RegistrationState.APPLIED),
        (Approval.AUTO, True, RegistrationState.CONFIRMED),
        (Approval.AUTO, False, RegistrationState.WAITING),
    ],
)
def test_initial_registration_state_follows_the_edition(approval, is_free, expected):
    assert rules.initial_state(approval, is_free=is_free) is expected


@pytest.mark.parametrize("approval", Approval)
@pytest.mark.parametrize("is_free", [True, False])
def test_unconfirmed_address_gets_neither_seat_nor_waiting_list_place(approval, is_free):
    state = rules.initial_state(approval, is_free=is_free, is_proven=False)

    assert state is RegistrationState.UNPROVEN
    assert state not in rules.SEAT_HOLDING_STATES


@pytest.mark.parametrize("approval", Approval)
@pytest.mark.parametrize("is_free", [True, False])
def test_confirmed_address_continues_like_an_initially_confirmed_one(approval, is_free):
    confirmed = rules.next_registration_state(
        RegistrationState.UNPROVEN,
        RegistrationMove.PROVE,
        is_paused=False,
        is_free=is_free,
        approval=approval,
    )

    assert confirmed is rules.initial_state(approval, is_free=is_free)
