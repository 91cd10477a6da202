"""What follows from the states of the queue, of calls, reports and pairs. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from protect.verification.enums import CallState, CorrectionState, PairState, QueueMove, QueueState
from protect.verification.errors import VerificationRefusal

QUEUE_MOVES = {
    (QueueState.OPEN, QueueMove.CLAIM): QueueState.CLAIMED,
    (QueueState.CLAIMED, QueueMove.LET_GO): QueueState.OPEN,
    (QueueState.CLAIMED, QueueMove.FINISH): QueueState.DONE,
    (QueueState.CLAIMED, QueueMove.MISS): QueueState.NOT_REACHED,
    (QueueState.CLAIMED, QueueMove.HAND_ON): QueueState.HANDED_ON,
}
LEASE = timedelta(minutes=30)
LINK_LASTS = timedelta(days=14)  # in which a service can answer by its mail
UNDO_MERGE = timedelta(days=30)
LONGEST = 400  # characters of a note


def step_queue(state: QueueState, move: QueueMove) -> QueueState:
    """Return the state that `move` leads to. Errors: verification_queue_move_not_allowed."""
    try:
        return QUEUE_MOVES[state, move]
    except KeyError:
        raise VerificationRefusal(
            "verification_queue_move_not_allowed", state=state.value, move=move.value
        ) from None


def leased(state: QueueState, until: datetime | None, at: datetime) -> bool:
    """Return whether a user still holds a queue item: the claim ends with its lease."""
    return state == QueueState.CLAIMED and until is not None and at < until


def end_call(state: CallState, to: CallState) -> CallState:
    """Return how a call test ends: once, and not in waiting.

    Errors: verification_call_not_possible.
    """
    if state != CallState.WAITING or to == CallState.WAITING:
        raise VerificationRefusal("verification_call_not_possible")
    return to


def judge(state: CorrectionState, verdict: CorrectionState) -> CorrectionState:
    """Return how a correction stands once it is judged: once.

    Errors: verification_correction_judged.
    """
    if state != CorrectionState.NEW or verdict == CorrectionState.NEW:
        raise VerificationRefusal("verification_correction_judged", state=state.value)
    return verdict


def decide(state: PairState, decision: PairState) -> PairState:
    """Return the state of a pair after a decision, or an undone merge.

    Errors: verification_pair_decided.
    """
    is_first = state == PairState.PROPOSED and decision != PairState.PROPOSED
    is_undone = (state, decision) == (PairState.MERGED, PairState.PROPOSED)
    if not (is_first or is_undone):
        raise VerificationRefusal("verification_pair_decided", state=state.value)
    return decision
