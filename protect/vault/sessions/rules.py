"""How sessions move and what comes next. Pure: the instant comes in."""

from datetime import datetime, timedelta

from protect.vault.enums import SessionEvent, SessionState, Step
from protect.vault.errors import VaultRefusal

WORKING_DAY = timedelta(hours=9)
IDLE = timedelta(minutes=15)
SEEN_EVERY = timedelta(minutes=1)  # reading writes no more often
STEPPED_UP = timedelta(minutes=10)
RESET_LINK = timedelta(minutes=30)
CEREMONY = timedelta(minutes=5)  # how long a passkey may take to answer
TRIES = 5
TOTP_SECONDS = 30

ENDED = None  # a session that has ended has no row
# Every state with every event: what is missing cannot be done.
MOVES: dict[tuple[SessionState, SessionEvent], SessionState | None] = {
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


def step(state: SessionState, event: SessionEvent) -> SessionState | None:
    """Return the state that `event` leads to; ENDED when there is none any more.
    Errors: session_move_not_allowed, when MOVES has no such move from `state`.
    Source: docs/adr/0010-vault.md."""
    try:
        return MOVES[state, event]
    except KeyError:
        raise VaultRefusal(
            "session_move_not_allowed", state=state.value, event=event.value
        ) from None


def due(
    state: SessionState, *, started: datetime, seen: datetime, at: datetime
) -> SessionEvent | None:
    """Return what time alone does to a session at an instant, if anything."""
    if at - started >= WORKING_DAY:
        return SessionEvent.END
    if state is not SessionState.LOCKED and at - seen >= IDLE:
        return SessionEvent.IDLE
    return None


def next_step(*, has_factor: bool, has_passed: bool, has_code: bool) -> Step:
    """Return what a user with the right password must do next.
    `has_passed`: a second factor was shown in this session; `has_code`: the recovery code was typed
    back. A user with a second factor shows it before anything else can be changed."""
    if has_factor and not has_passed:
        return Step.SECOND_FACTOR
    if not has_code:
        return Step.CONFIRM_CODE
    return Step.DONE if has_factor else Step.SET_UP_FACTOR


def is_stepped_up(stepped_up: datetime | None, at: datetime) -> bool:
    """Return whether the user showed a second factor within ten minutes."""
    return stepped_up is not None and at - stepped_up < STEPPED_UP


def totp_step(at: datetime) -> int:
    """Return the number of the half minute that an authenticator app counts. Source: RFC 6238."""
    return int(at.timestamp()) // TOTP_SECONDS


def totp_steps(at: datetime, *, after: int) -> list[int]:
    """Return the time steps that count: this one, the one before and after, none used before."""
    now = totp_step(at)
    return [number for number in (now - 1, now, now + 1) if number > after]
