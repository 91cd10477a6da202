"""Rules for the states of queue items, call tests, reports and duplicate pairs."""

from datetime import datetime, timedelta
from functools import partial

from protect.kernel.errors import next_state
from protect.verification.enums import CallState, CorrectionState, PairState, QueueEvent, QueueState
from protect.verification.errors import VerificationRefusal

LEASE = timedelta(minutes=30)  # time for which a user holds a claimed queue item
LINK_VALIDITY = timedelta(days=14)  # in which a service can answer
UNDO_MERGE_PERIOD = timedelta(days=30)
MAX_NOTE_LENGTH = 400  # characters of a note

NEXT_QUEUE_STATES = {
    (QueueState.OPEN, QueueEvent.CLAIM): QueueState.CLAIMED,
    (QueueState.CLAIMED, QueueEvent.RELEASE): QueueState.OPEN,
    (QueueState.CLAIMED, QueueEvent.FINISH): QueueState.DONE,
    (QueueState.CLAIMED, QueueEvent.NO_ANSWER): QueueState.NOT_REACHED,
    (QueueState.CLAIMED, QueueEvent.HAND_OVER): QueueState.HANDED_ON,
}
# Call tests and reports end once. A pair is decided once, but a merge can be undone.
NEXT_CALL_STATES: dict[tuple[CallState, CallState], CallState] = {
    (CallState.WAITING, end): end for end in CallState if end != CallState.WAITING
}
NEXT_REPORT_STATES: dict[tuple[CorrectionState, CorrectionState], CorrectionState] = {
    (CorrectionState.NEW, verdict): verdict
    for verdict in CorrectionState
    if verdict != CorrectionState.NEW
}
NEXT_PAIR_STATES = {
    (PairState.PROPOSED, PairState.MERGED): PairState.MERGED,
    (PairState.PROPOSED, PairState.DIFFERENT): PairState.DIFFERENT,
    (PairState.MERGED, PairState.PROPOSED): PairState.PROPOSED,
}


def next_queue_state(state: QueueState, event: QueueEvent) -> QueueState:
    """Return the state after an event. Errors: verification_queue_move_not_allowed."""
    refusal = partial(VerificationRefusal, "verification_queue_move_not_allowed")
    return next_state(NEXT_QUEUE_STATES, state, event, refusal)


def is_lease_active(state: QueueState, until: datetime | None, at: datetime) -> bool:
    """Return whether a queue item is claimed and its lease has not expired."""
    return state == QueueState.CLAIMED and until is not None and at < until


def next_call_state(state: CallState, to: CallState) -> CallState:
    """Return the final state of a call test. Errors: verification_call_not_possible."""
    refusal = partial(VerificationRefusal, "verification_call_not_possible")
    return next_state(NEXT_CALL_STATES, state, to, refusal)


def next_report_state(state: CorrectionState, verdict: CorrectionState) -> CorrectionState:
    """Return the state of a report after a decision. Errors: verification_correction_judged."""
    refusal = partial(VerificationRefusal, "verification_correction_judged")
    return next_state(NEXT_REPORT_STATES, state, verdict, refusal)


def next_pair_state(state: PairState, decision: PairState) -> PairState:
    """Return the state of a pair after a decision. Errors: verification_pair_decided."""
    refusal = partial(VerificationRefusal, "verification_pair_decided")
    return next_state(NEXT_PAIR_STATES, state, decision, refusal)
