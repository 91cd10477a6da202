"""The state tables: what each move leads to, and that nothing else is possible.

Source: docs/adr/0027-trainings.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices

from protect.kernel.errors import ProtectError
from protect.trainings.enums import (
    Approval,
    BookingMove,
    BookingState,
    EditionMove,
    EditionState,
    RegistrationMove,
    RegistrationState,
    RequestMove,
    RequestState,
    VersionMove,
    VersionState,
)
from protect.trainings.errors import (
    BookingMoveNotAllowed,
    EditionMoveNotAllowed,
    RegistrationMoveNotAllowed,
    RequestMoveNotAllowed,
    VersionMoveNotAllowed,
)

VERSION_MOVES = {
    (VersionState.DRAFT, VersionMove.SUBMIT): VersionState.IN_REVIEW,
    (VersionState.IN_REVIEW, VersionMove.RETURN): VersionState.DRAFT,
    (VersionState.IN_REVIEW, VersionMove.PUBLISH): VersionState.PUBLISHED,
    (VersionState.PUBLISHED, VersionMove.RETIRE): VersionState.RETIRED,
}
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

REQUEST_MOVES = {
    (RequestState.RECEIVED, RequestMove.AGREE): RequestState.AGREED,
    (RequestState.RECEIVED, RequestMove.DECLINE): RequestState.DECLINED,
    (RequestState.AGREED, RequestMove.SCHEDULE): RequestState.SCHEDULED,
    (RequestState.AGREED, RequestMove.DECLINE): RequestState.DECLINED,
    (RequestState.SCHEDULED, RequestMove.HOLD): RequestState.HELD,
    (RequestState.SCHEDULED, RequestMove.DECLINE): RequestState.DECLINED,
    (RequestState.HELD, RequestMove.CLOSE): RequestState.CLOSED,
}

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


def step_version(state: VersionState, move: VersionMove) -> VersionState:
    """Return the state that `move` leads to. Errors: VersionMoveNotAllowed."""
    return _step(VERSION_MOVES, state, move, VersionMoveNotAllowed)


def step_edition(state: EditionState, move: EditionMove) -> EditionState:
    """Return the state that `move` leads to. Errors: EditionMoveNotAllowed."""
    return _step(EDITION_MOVES, state, move, EditionMoveNotAllowed)


def step_booking(state: BookingState, move: BookingMove) -> BookingState:
    """Return the state that `move` leads to. Errors: BookingMoveNotAllowed."""
    return _step(BOOKING_MOVES, state, move, BookingMoveNotAllowed)


def step_request(state: RequestState, move: RequestMove) -> RequestState:
    """Return the state that `move` leads to. Errors: RequestMoveNotAllowed."""
    return _step(REQUEST_MOVES, state, move, RequestMoveNotAllowed)


def entered(approval: Approval, *, is_free: bool, is_proven: bool = True) -> RegistrationState:
    """Return the state in which a registration begins.

    An application at an address that nobody has confirmed (`is_proven`) takes neither a seat nor a
    place in the line.
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

    A confirmed application goes on as one that begins confirmed: `approval` says whether somebody
    decides about it.
    Errors: RegistrationMoveNotAllowed.
    """
    fits = AT_REST.get(move, is_paused) == is_paused
    found = REGISTRATION_MOVES.get((state, move)) if fits else None
    if found is None:
        raise RegistrationMoveNotAllowed(state=state.value, move=move.value)
    if move not in SEATED_IF_FREE:
        return found
    decides = approval if move is RegistrationMove.PROVE else Approval.AUTO
    return entered(decides, is_free=is_free)


def _step[S: TextChoices, M: TextChoices](
    moves: Mapping[tuple[S, M], S], state: S, move: M, refusal: type[ProtectError]
) -> S:
    try:
        return moves[state, move]
    except KeyError:
        raise refusal(state=state.value, move=move.value) from None
