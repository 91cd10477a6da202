"""The state table of registrations. Pure."""

from __future__ import annotations

from protect.trainings.registrations.enums import RegistrationMove, RegistrationState
from protect.trainings.registrations.errors import RegistrationMoveNotAllowed
from protect.trainings.scheduling.enums import (
    Approval,
)

ACTIVE = frozenset(
    {
        RegistrationState.UNPROVEN,
        RegistrationState.APPLIED,
        RegistrationState.WAITING,
        RegistrationState.OFFERED,
        RegistrationState.CONFIRMED,
    }
)


HOLDING = frozenset({RegistrationState.CONFIRMED, RegistrationState.OFFERED})  # a seat each


REGISTRATION_MOVES = {
    (RegistrationState.UNPROVEN, RegistrationMove.PROVE): RegistrationState.CONFIRMED,
    (RegistrationState.APPLIED, RegistrationMove.APPROVE): RegistrationState.CONFIRMED,
    (RegistrationState.APPLIED, RegistrationMove.REFUSE): RegistrationState.REFUSED,
    (RegistrationState.WAITING, RegistrationMove.OFFER): RegistrationState.OFFERED,
    (RegistrationState.WAITING, RegistrationMove.RENEW): RegistrationState.WAITING,
    (RegistrationState.OFFERED, RegistrationMove.ACCEPT): RegistrationState.CONFIRMED,
    (RegistrationState.OFFERED, RegistrationMove.LAPSE): RegistrationState.WAITING,
    **{(state, RegistrationMove.WITHDRAW): RegistrationState.WITHDRAWN for state in ACTIVE},
    **{(state, RegistrationMove.CANCEL): RegistrationState.CANCELLED for state in ACTIVE},
}


# Moves that lead to a seat only while one is free.
SEATED_IF_FREE = frozenset({RegistrationMove.PROVE, RegistrationMove.APPROVE})


# Where somebody paused: who rests is offered nothing, and only who rests can go on.
AT_REST = {RegistrationMove.OFFER: False, RegistrationMove.RENEW: True}


def entered(approval: Approval, *, is_free: bool, is_proven: bool = True) -> RegistrationState:
    """Return the state in which a registration begins.

    An application at an unconfirmed address (`is_proven` is False) takes neither a seat nor a
    place on the waiting list.
    Source: docs/adr/0039-seats-for-confirmed-addresses.md.
    """
    if not is_proven:
        return RegistrationState.UNPROVEN
    if approval is Approval.OWNER:
        return RegistrationState.APPLIED
    return RegistrationState.CONFIRMED if is_free else RegistrationState.WAITING


def step_registration(
    state: RegistrationState,
    move: RegistrationMove,
    *,
    is_paused: bool,
    is_free: bool,
    approval: Approval = Approval.AUTO,
) -> RegistrationState:
    """Return the state that `move` leads to. Approved without a free seat means waiting.

    A confirmed application goes on as one that begins confirmed: `approval` says whether a
    coordinator decides about it.
    Errors: RegistrationMoveNotAllowed.
    """
    fits = AT_REST.get(move, is_paused) == is_paused
    new_state = REGISTRATION_MOVES.get((state, move)) if fits else None
    if new_state is None:
        raise RegistrationMoveNotAllowed(state=state.value, move=move.value)
    if move not in SEATED_IF_FREE:
        return new_state
    decides = approval if move is RegistrationMove.PROVE else Approval.AUTO
    return entered(decides, is_free=is_free)
