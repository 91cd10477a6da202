"""States of an enquiry, and in which time it is to be answered."""

from datetime import timedelta

from protect.programme.enums import EnquiryMove, EnquiryState

# State after a move, by the state before it. REOPEN undoes both other moves.
STATE_AFTER: dict[tuple[EnquiryState, EnquiryMove], EnquiryState] = {
    (EnquiryState.NEW, EnquiryMove.ANSWER): EnquiryState.ANSWERED,
    (EnquiryState.NEW, EnquiryMove.CLOSE): EnquiryState.CLOSED,
    (EnquiryState.ANSWERED, EnquiryMove.CLOSE): EnquiryState.CLOSED,
    (EnquiryState.ANSWERED, EnquiryMove.REOPEN): EnquiryState.NEW,
    (EnquiryState.CLOSED, EnquiryMove.REOPEN): EnquiryState.NEW,
}
ANSWER_WITHIN = timedelta(days=7)  # after which the desk shows a new enquiry as overdue


def possible_moves(state: EnquiryState) -> list[EnquiryMove]:
    """Return the moves that an enquiry in this state may make, the usual one first."""
    return [move for before, move in STATE_AFTER if before == state]
