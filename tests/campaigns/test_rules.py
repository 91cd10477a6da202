"""Rules of orders, copies and dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from protect.campaigns.base import rules
from protect.campaigns.base.enums import OrderMove, OrderState, PaperSize
from protect.campaigns.base.errors import CampaignRefusal


@given(st.sampled_from([*OrderState]), st.sampled_from([*OrderMove]))
def test_an_order_moves_by_the_table_alone(state, move):
    if (state, move) in rules.ORDER_MOVES:
        assert rules.order_state_after(state, move) is rules.ORDER_MOVES[state, move]
        return
    with pytest.raises(CampaignRefusal, match="campaigns_order_move_not_allowed"):
        rules.order_state_after(state, move)


@pytest.mark.parametrize("state", [OrderState.DISTRIBUTED, OrderState.CANCELLED])
def test_an_order_that_has_ended_can_only_wait_again(state):
    moves = {move: end for (begun, move), end in rules.ORDER_MOVES.items() if begun is state}
    assert moves == {OrderMove.REOPEN: OrderState.WAITING}


@pytest.mark.parametrize(
    ("copies", "available", "distributed", "explanation", "is_refused"),
    [
        (10, 10, 0, "", False),
        (11, 10, 0, "", True),
        (1, 10, 10, "", True),
        (1, 10, 10, "  ", True),
        (1, 10, 10, "The centre copied it", False),
        (0, 0, 0, "", False),
        (0, 5, 9, "", False),
    ],
)
def test_more_copies_than_the_log_has_need_a_reason(
    copies, available, distributed, explanation, is_refused
):
    if not is_refused:
        rules.must_have_copies(copies, available, distributed, explanation)
        return
    with pytest.raises(CampaignRefusal) as refusal:
        rules.must_have_copies(copies, available, distributed, explanation)

    assert refusal.value.facts == {"remaining": available - distributed}


def test_each_size_but_the_largest_has_a_larger_one():
    assert {*PaperSize} - rules.NEXT_SIZE.keys() == {PaperSize.A3}
    assert PaperSize.CARD not in rules.NEXT_SIZE.values()


@pytest.mark.parametrize(
    ("starts", "ends", "group"),
    [
        (-1, -1, "overdue"),
        (-5, -1, "overdue"),
        (0, 0, "today"),
        (-5, 0, "today"),
        (-1, 3, "today"),
        (1, 1, "soon"),
        (1, 9, "soon"),
    ],
)
def test_an_action_is_overdue_after_its_last_day_only(starts, ends, group):
    today = date(2026, 12, 1)

    assert rules.urgency(today + timedelta(starts), today + timedelta(ends), today) == group


def test_a_period_does_not_end_before_it_begins():
    day = date(2026, 12, 1)
    rules.must_be_period(day, day)
    with pytest.raises(CampaignRefusal, match="campaigns_period_reversed"):
        rules.must_be_period(day, day - timedelta(1))
