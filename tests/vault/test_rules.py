from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from protect.vault.enums import SessionEvent as E, SessionState as S, Step
from protect.vault.errors import VaultRefusal
from protect.vault.sessions import rules
from tests.refusals import refuses

AT = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
ENDED = rules.ENDED
REFUSED = "refused"
TABLE = {
    S.PROVISIONAL: {
        E.PASS: S.UNLOCKED,
        E.RESUME: REFUSED,
        E.LOCK: REFUSED,
        E.IDLE: ENDED,
        E.MISSES: ENDED,
        E.END: ENDED,
    },
    S.UNLOCKED: {
        E.PASS: REFUSED,
        E.RESUME: S.UNLOCKED,
        E.LOCK: S.LOCKED,
        E.IDLE: S.LOCKED,
        E.MISSES: ENDED,
        E.END: ENDED,
    },
    S.LOCKED: {
        E.PASS: REFUSED,
        E.RESUME: S.UNLOCKED,
        E.LOCK: S.LOCKED,
        E.IDLE: S.LOCKED,
        E.MISSES: ENDED,
        E.END: ENDED,
    },
}


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("event", E)
def test_every_event_does_to_every_state_what_the_table_says(state, event):
    if TABLE[state][event] == REFUSED:
        with refuses("session_move_not_allowed") as refused:
            rules.state_after(state, event)
        assert refused.value.facts == {"state": state.value, "event": event.value}
    else:
        assert rules.state_after(state, event) is TABLE[state][event]


def test_a_session_that_has_ended_has_no_state():
    assert rules.state_after(S.LOCKED, E.END) is None


def test_the_limits_are_those_of_the_decision():
    """docs/adr/0010-vault.md: five tries, half an hour for a link, five minutes for a passkey."""
    assert rules.ATTEMPT_LIMIT == 5
    assert timedelta(minutes=30) == rules.RESET_LINK_VALIDITY
    assert timedelta(minutes=5) == rules.CEREMONY_VALIDITY
    assert timedelta(minutes=1) == rules.ACTIVITY_INTERVAL


@given(events=st.lists(st.sampled_from(E)))
def test_nothing_unlocks_what_has_never_passed(events):
    state = S.PROVISIONAL
    for event in events:
        try:
            state = rules.state_after(state, event)
        except VaultRefusal:
            continue
        if state is ENDED or event is E.PASS:
            return
        assert state is S.PROVISIONAL


@pytest.mark.parametrize(
    ("state", "started", "seen", "due"),
    [
        (S.UNLOCKED, timedelta(hours=1), timedelta(minutes=15) - timedelta(seconds=1), None),
        (S.UNLOCKED, timedelta(hours=1), timedelta(minutes=15), E.IDLE),
        (S.PROVISIONAL, timedelta(minutes=15), timedelta(minutes=15), E.IDLE),
        (S.LOCKED, timedelta(hours=8), timedelta(hours=8), None),
        (S.LOCKED, timedelta(hours=9), timedelta(hours=8), E.END),
        (S.UNLOCKED, timedelta(hours=9), timedelta(0), E.END),
        (S.UNLOCKED, timedelta(hours=9) - timedelta(seconds=1), timedelta(0), None),
    ],
)
def test_time_alone_locks_after_15_minutes_and_ends_after_9_hours(state, started, seen, due):
    assert rules.timeout_event(state, started=AT - started, seen=AT - seen, at=AT) is due


@pytest.mark.parametrize(
    ("has_factor", "has_passed", "has_code", "step"),
    [
        (False, False, False, Step.CONFIRM_CODE),
        (False, False, True, Step.SET_UP_FACTOR),
        (False, True, False, Step.CONFIRM_CODE),
        (False, True, True, Step.SET_UP_FACTOR),
        (True, False, False, Step.SECOND_FACTOR),
        (True, False, True, Step.SECOND_FACTOR),
        (True, True, False, Step.CONFIRM_CODE),
        (True, True, True, Step.DONE),
    ],
)
def test_a_second_factor_comes_before_everything_else(has_factor, has_passed, has_code, step):
    found = rules.next_step(has_factor=has_factor, has_passed=has_passed, has_code=has_code)

    assert found is step


def test_a_step_up_lasts_ten_minutes():
    assert rules.is_stepped_up(AT, AT + timedelta(minutes=10) - timedelta(seconds=1))
    assert not rules.is_stepped_up(AT, AT + timedelta(minutes=10))
    assert not rules.is_stepped_up(None, AT)


def test_the_code_of_the_half_minute_before_and_after_counts_and_no_used_one():
    now = rules.totp_step(AT)

    assert rules.totp_steps(AT, after=0) == [now - 1, now, now + 1]
    assert rules.totp_steps(AT, after=now) == [now + 1]
    assert rules.totp_steps(AT, after=now + 1) == []
    assert rules.totp_step(AT + timedelta(seconds=29)) == now
    assert rules.totp_step(AT + timedelta(seconds=30)) == now + 1
