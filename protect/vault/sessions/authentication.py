"""Sign-in, locking, unlocking and sign-out. Functions that count attempts must not run in
the request's transaction: a counted attempt must stay counted when it is refused."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.db import transaction

from protect.audit.context import AuditContext
from protect.audit.rules import SIGN_IN
from protect.orgs import actions as orgs
from protect.orgs.models import User
from protect.vault.enums import SessionEvent, SessionState, Step
from protect.vault.errors import FactorMissing, SessionEnded, VaultRefusal
from protect.vault.formats.secrets import UserSecret
from protect.vault.models import UnlockSession, UserKey
from protect.vault.sessions import browser_sessions, passwords, rules
from protect.vault.sessions.browser_sessions import BrowserSession


def begin(email: str, password: str, *, browser: orgs.Browser, at: datetime) -> BrowserSession:
    """Begin a session after the right password; until the second factor it permits nothing. If the
    server's pepper or hashing cost has changed, the hash and the key bundle are renewed.
    Errors: Crowded, Throttled, before anything is hashed; sign_in_refused, the same for every
    wrong input; FactorMissing for the right password; pepper_missing."""
    passwords.must_have_capacity()
    user = User.objects.filter(email=email.strip().lower()).first()
    passwords.must_not_be_throttled(orgs.throttle_sign_in(email, user, browser, at=at))
    secret = passwords.open_secret(user, password)
    if user is None or secret is None or not user.is_active:
        record_refused_attempt("sign_in", user, at)
        raise VaultRefusal("sign_in_refused")
    entry = _open_session(user, secret, password, at)
    try:
        step = browser_sessions.step_of(entry)
    except FactorMissing:
        browser_sessions.apply_event(entry.session, SessionEvent.END, actor=user.pk, at=at)
        record_refused_attempt("sign_in", user, at, outcome=FactorMissing.code)
        raise
    if step is not Step.SECOND_FACTOR:  # enrolment: no second factor is left to guess
        orgs.record_success(email, user, browser, at=at)
    return entry


def unlock_with_password(entry: BrowserSession, password: str, *, at: datetime) -> BrowserSession:
    """Unlock a locked session. Errors: as `verify_password`; session_move_not_allowed."""
    _must_be_in_state(entry, SessionState.LOCKED)
    return unlock_session(entry, verify_password(entry, password, "show_password", at=at), at=at)


def step_up_with_password(entry: BrowserSession, password: str, *, at: datetime) -> None:
    """Confirm identity by password, for ten minutes. Errors: as `unlock_with_password`."""
    _must_be_in_state(entry, SessionState.UNLOCKED)
    verify_password(entry, password, "show_password", at=at)
    record_step_up(entry, at=at)


def verify_password(entry: BrowserSession, password: str, verb: str, *, at: datetime) -> UserSecret:
    """Return the secret that the password of this session's user opens. Attempts are counted per
    session, before hashing: without the session's cookies a stranger cannot delay its user, and
    parallel requests get no more than five attempts together. `verb`: audit action of a wrong
    password. Errors: Crowded; passphrase_refused; SessionEnded after five; pepper_missing."""
    passwords.must_have_capacity()
    browser_sessions.count_attempt(entry)
    user = entry.session.user
    secret = passwords.open_secret(user, password)
    if secret is None or not user.is_active:
        record_refused_attempt(verb, user, at)
        is_over = browser_sessions.end_if_attempts_spent(entry, at=at)
        raise SessionEnded if is_over else VaultRefusal("passphrase_refused")
    UnlockSession.objects.filter(pk=entry.session.pk).update(tries=0)  # resets the attempts
    return secret


@transaction.atomic
def unlock_session(entry: BrowserSession, secret: UserSecret, *, at: datetime) -> BrowserSession:
    """Unlock a session by its opened secret. Errors: SessionEnded; session_move_not_allowed."""
    opened = browser_sessions.unlock_with_new_token(entry, secret, SessionEvent.RESUME, at=at)
    browser_sessions.record_identity_proof(opened, at=at)
    browser_sessions.note("resume", entry.session.user_id, at=at)
    return opened


@transaction.atomic
def record_step_up(entry: BrowserSession, *, at: datetime) -> None:
    browser_sessions.record_identity_proof(entry, at=at)
    browser_sessions.note("step_up", entry.session.user_id, at=at)


def lock_browser_session(entry: BrowserSession, *, at: datetime) -> None:
    """Lock a session: its row then holds neither token nor secret."""
    session = entry.session
    browser_sessions.apply_event(session, SessionEvent.LOCK, actor=session.user_id, at=at)


def lock_idle_sessions(*, at: datetime) -> int:
    """Lock or end every session that has passed a time limit; return how many."""
    count = 0
    for session in UnlockSession.objects.order_by("pk"):
        state = SessionState(session.state)
        event = rules.timeout_event(state, started=session.started, seen=session.seen, at=at)
        if event is not None:
            browser_sessions.apply_event(session, event, actor=None, at=at)
            count += 1
    return count


def sign_out(entry: BrowserSession, *, at: datetime) -> None:
    session = entry.session
    browser_sessions.apply_event(session, SessionEvent.END, actor=session.user_id, at=at)


@transaction.atomic
def end_session(entry: BrowserSession, session: UUID, *, at: datetime) -> bool:
    """End another session of this user; return whether it existed.
    The other browser may be lost, so every remembered browser of the account is forgotten."""
    own_sessions = UnlockSession.objects.filter(user=entry.session.user_id)
    row = own_sessions.exclude(pk=entry.session.pk).filter(pk=session).first()
    if row is not None:
        browser_sessions.apply_event(row, SessionEvent.END, actor=row.user_id, at=at)
        orgs.forget_devices(row.user_id)
    return row is not None


@transaction.atomic
def end_sessions_of(user: UUID, *, at: datetime, except_session: UUID | None = None) -> int:
    """End a user's sessions in every browser, except one if given; return how many. All remembered
    browsers are forgotten, that of the excepted session only until it gets a new cookie."""
    orgs.forget_devices(user)
    rows = UnlockSession.objects.filter(user=user).order_by("pk")
    ended = [session for session in rows if session.pk != except_session]
    for session in ended:
        browser_sessions.apply_event(session, SessionEvent.END, actor=None, at=at)
    return len(ended)


@transaction.atomic
def _open_session(user: User, secret: UserSecret, password: str, at: datetime) -> BrowserSession:
    """Begin a session after the right password; renew an outdated hash or bundle first."""
    passwords.renew_outdated(user, secret, password, at=at)
    key = UserKey.newest_of(user.pk)
    if key is None:  # unreachable: a key bundle has just been opened
        raise VaultRefusal("sign_in_refused")
    entry = browser_sessions.begin_session(user, key.version, secret, at=at)
    browser_sessions.note("sign_in", user.pk, at=at)
    return entry


def _must_be_in_state(entry: BrowserSession, state: SessionState) -> None:
    if entry.state is not state:
        raise VaultRefusal("session_move_not_allowed")


def record_refused_attempt(
    action: str, user: User | None, at: datetime, outcome: str = "sign_in_refused"
) -> None:
    """Record a refused attempt in the sign-in audit chain, after the request; raise nothing."""
    audit = AuditContext(at=at, actor=None, organisation=None)
    audit.record_refusal(f"vault.{action}", user or "", outcome=outcome, chain=SIGN_IN)


class VaultBackend(BaseBackend):
    """Load the account of a session. The backend checks no password and gives no permissions."""

    def get_user(self, user_id: UUID) -> User | None:
        """Return the account, None if it is suspended or closed."""
        return User.objects.filter(pk=user_id, is_active=True).first()
