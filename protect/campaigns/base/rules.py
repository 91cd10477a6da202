"""What follows from orders, copies and dates."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import partial

from protect.campaigns.base.enums import OrderMove, OrderState, PaperSize
from protect.campaigns.base.errors import CampaignRefusal
from protect.kernel.errors import next_state

ORDER_MOVES: Mapping[tuple[OrderState, OrderMove], OrderState] = {
    (OrderState.WAITING, OrderMove.SEND): OrderState.SENT,
    (OrderState.WAITING, OrderMove.CANCEL): OrderState.CANCELLED,
    (OrderState.SENT, OrderMove.DISTRIBUTE): OrderState.DISTRIBUTED,
    (OrderState.SENT, OrderMove.CANCEL): OrderState.CANCELLED,  # it came back, or was lost
    (OrderState.SENT, OrderMove.REOPEN): OrderState.WAITING,  # it was not sent after all
    (OrderState.DISTRIBUTED, OrderMove.REOPEN): OrderState.WAITING,  # if the log has no copies
    (OrderState.CANCELLED, OrderMove.REOPEN): OrderState.WAITING,
    (OrderState.WAITING, OrderMove.CORRECT): OrderState.WAITING,
    (OrderState.SENT, OrderMove.CORRECT): OrderState.SENT,
}
NEXT_SIZE: Mapping[PaperSize, PaperSize] = {  # where more text fits
    PaperSize.CARD: PaperSize.A6,
    PaperSize.A6: PaperSize.A4,
    PaperSize.A4: PaperSize.A3,
}
EASTERNMOST = timedelta(hours=3)  # of the twelve countries, in summer: ahead of UTC
SOON = timedelta(days=14)  # before an action: the start page shows it


def last_day_begun(at: datetime) -> date:
    """Return the newest day that has begun in one of the twelve countries."""
    return (at + EASTERNMOST).date()


def order_state_after(state: OrderState, move: OrderMove) -> OrderState:
    """Return the state to which a move leads. Errors: campaigns_order_move_not_allowed."""
    refusal = partial(CampaignRefusal, "campaigns_order_move_not_allowed")
    return next_state(ORDER_MOVES, state, move, refusal)


def must_have_copies(copies: int, available: int, distributed: int, explanation: str) -> None:
    """Check that the copies to distribute were recorded as printed or received, or that it is said
    why there were more. Errors: campaigns_copies_exceed."""
    remaining = max(available - distributed, 0)
    if copies > remaining and not explanation.strip():
        raise CampaignRefusal("campaigns_copies_exceed", remaining=remaining)


def must_cover_distributed(available: int, distributed: int, explanation: str) -> None:
    """Check that a corrected log still has the copies that were given out, or that it is said why
    it has fewer. Errors: campaigns_fewer_than_distributed."""
    if available < distributed and not explanation.strip():
        raise CampaignRefusal(
            "campaigns_fewer_than_distributed", available=available, distributed=distributed
        )


def must_be_period(starts_on: date, ends_on: date) -> None:
    """Check that a period does not end before it begins. Errors: campaigns_period_reversed."""
    if ends_on < starts_on:
        raise CampaignRefusal("campaigns_period_reversed")


def must_be_action_period(starts_on: date, ends_on: date) -> None:
    """Check that an action does not end before it begins. Errors: campaigns_action_reversed."""
    if ends_on < starts_on:
        raise CampaignRefusal("campaigns_action_reversed")


def must_be_without_copies(copies: int) -> None:
    """Check that the log has no copies of an order that is to wait again.
    Errors: campaigns_order_has_copies."""
    if copies:
        raise CampaignRefusal("campaigns_order_has_copies", copies=copies)


def urgency(starts_on: date, ends_on: date, today: date) -> str:
    """Return how urgent an open action is, as a group of a panel's rows: overdue after its last
    day, today between its first and last day, else soon."""
    return "overdue" if ends_on < today else "today" if starts_on <= today else "soon"
