"""What follows from the states of the queue, of calls, reports and pairs. Pure."""

from datetime import datetime, timedelta
from functools import partial

from protect.kernel.errors import take_step
from protect.verification.enums import CallState, CorrectionState, PairState, QueueMove, QueueState
from protect.verification.errors import VerificationRefusal

LEASE = timedelta(minutes=30)
LINK_LASTS = timedelta(days=14)  # in which a service can answer by its mail
UNDO_MERGE = timedelta(days=30)
LONGEST = 400  # characters of a note

QUEUE_MOVES = {
    (QueueState.OPEN, QueueMove.CLAIM): QueueState.CLAIMED,
    (QueueState.CLAIMED, QueueMove.LET_GO): QueueState.OPEN,
    (QueueState.CLAIMED, QueueMove.FINISH): QueueState.DONE,
    (QueueState.CLAIMED, QueueMove.MISS): QueueState.NOT_REACHED,
    (QueueState.CLAIMED, QueueMove.HAND_ON): QueueState.HANDED_ON,
}
# Calls and reports end once; a pair is decided once, and a merge can be undone.
CALL_ENDS: dict[tuple[CallState, CallState], CallState] = {
    (CallState.WAITING, end): end for end in CallState if end != CallState.WAITING
}
VERDICTS: dict[tuple[CorrectionState, CorrectionState], CorrectionState] = {
    (CorrectionState.NEW, verdict): verdict
    for verdict in CorrectionState
    if verdict != CorrectionState.NEW
}
DECISIONS = {
    (PairState.PROPOSED, PairState.MERGED): PairState.MERGED,
    (PairState.PROPOSED, PairState.DIFFERENT): PairState.DIFFERENT,
    (PairState.MERGED, PairState.PROPOSED): PairState.PROPOSED,
}


def step_queue(state: QueueState, move: QueueMove) -> QueueState:
    """Return the state that `move` leads to. Errors: verification_queue_move_not_allowed."""
    refusal = partial(VerificationRefusal, "verification_queue_move_not_allowed")
    return take_step(QUEUE_MOVES, state, move, refusal)


def leased(state: QueueState, until: datetime | None, at: datetime) -> bool:
    """Return whether a user still holds a queue item: the claim ends with its lease."""
    return state == QueueState.CLAIMED and until is not None and at < until


def end_call(state: CallState, to: CallState) -> CallState:
    """Return how a call test ends. Errors: verification_call_not_possible."""
    refusal = partial(VerificationRefusal, "verification_call_not_possible")
    return take_step(CALL_ENDS, state, to, refusal)


def judge(state: CorrectionState, verdict: CorrectionState) -> CorrectionState:
    """Return how a correction stands once it is judged. Errors: verification_correction_judged."""
    refusal = partial(VerificationRefusal, "verification_correction_judged")
    return take_step(VERDICTS, state, verdict, refusal)


def decide(state: PairState, decision: PairState) -> PairState:
    """Return the state of a pair after a decision. Errors: verification_pair_decided."""
    refusal = partial(VerificationRefusal, "verification_pair_decided")
    return take_step(DECISIONS, state, decision, refusal)
