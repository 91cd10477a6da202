"""State transitions and time limits of sessions. Pure functions: the time is an argument."""

from datetime import datetime, timedelta

from protect.vault.enums import SessionEvent, SessionState, Step
from protect.vault.errors import VaultRefusal

MAX_SESSION_TIME = timedelta(hours=9)  # then a session ends, even in use
IDLE_LIMIT = timedelta(minutes=15)  # then an unlocked session locks
ACTIVITY_INTERVAL = timedelta(minutes=1)  # reading pages writes activity no more often
STEP_UP_VALIDITY = timedelta(minutes=10)
RESET_LINK_VALIDITY = timedelta(minutes=30)
CEREMONY_VALIDITY = timedelta(minutes=5)  # longest time for a passkey to answer
ATTEMPT_LIMIT = 5  # wrong passphrases or second factors since a right one; then a session ends
TOTP_STEP_SECONDS = 30

ENDED = None  # a session that has ended has no row
# The next state by state and event. Pairs that are missing are not allowed.
TRANSITIONS: dict[tuple[SessionState, SessionEvent], SessionState | None] = {
    (SessionState.PROVISIONAL, SessionEvent.PASS): SessionState.UNLOCKED,
    (SessionState.PROVISIONAL, SessionEvent.IDLE): ENDED,
    (SessionState.PROVISIONAL, SessionEvent.MISSES): ENDED,
    (SessionState.PROVISIONAL, SessionEvent.END): ENDED,
    (SessionState.UNLOCKED, SessionEvent.RESUME): SessionState.UNLOCKED,  # the cookie was lost
    (SessionState.UNLOCKED, SessionEvent.LOCK): SessionState.LOCKED,
    (SessionState.UNLOCKED, SessionEvent.IDLE): SessionState.LOCKED,
    (SessionState.UNLOCKED, SessionEvent.MISSES): ENDED,
    (SessionState.UNLOCKED, SessionEvent.END): ENDED,
    (SessionState.LOCKED, SessionEvent.RESUME): SessionState.UNLOCKED,
    (SessionState.LOCKED, SessionEvent.LOCK): SessionState.LOCKED,
    (SessionState.LOCKED, SessionEvent.IDLE): SessionState.LOCKED,
    (SessionState.LOCKED, SessionEvent.MISSES): ENDED,
    (SessionState.LOCKED, SessionEvent.END): ENDED,
}


def state_after(state: SessionState, event: SessionEvent) -> SessionState | None:
    """Return the state after an event, ENDED when the session ends. Source: docs/adr/0010-vault.md.
    Errors: session_move_not_allowed for an event that this state does not allow."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        move = {"state": state.value, "event": event.value}
        raise VaultRefusal("session_move_not_allowed", **move) from None


def timeout_event(
    state: SessionState, *, started: datetime, seen: datetime, at: datetime
) -> SessionEvent | None:
    """Return the event that elapsed time causes in a session, None if it causes none."""
    if at - started >= MAX_SESSION_TIME:
        return SessionEvent.END
    if state is not SessionState.LOCKED and at - seen >= IDLE_LIMIT:
        return SessionEvent.IDLE
    return None


def next_step(*, has_factor: bool, has_passed: bool, has_code: bool) -> Step:
    """Return what a user with the right password must do next.
    `has_passed`: a second factor was shown in this session; `has_code`: the recovery code was typed
    back. A user with a second factor must show it before changing anything else."""
    if has_factor and not has_passed:
        return Step.SECOND_FACTOR
    if not has_code:
        return Step.CONFIRM_CODE
    return Step.DONE if has_factor else Step.SET_UP_FACTOR


def is_stepped_up(stepped_up: datetime | None, at: datetime) -> bool:
    """Return whether the user confirmed their identity within the last ten minutes."""
    return stepped_up is not None and at - stepped_up < STEP_UP_VALIDITY


def totp_step(at: datetime) -> int:
    """Return the number of the half minute that an authenticator app counts. Source: RFC 6238."""
    return int(at.timestamp()) // TOTP_STEP_SECONDS


def totp_steps(at: datetime, *, after: int) -> list[int]:
    """Return the current TOTP time step and its neighbours, without any up to `after`."""
    now = totp_step(at)
    return [number for number in (now - 1, now, now + 1) if number > after]
