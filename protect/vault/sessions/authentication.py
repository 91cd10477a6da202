"""Signing in, locking, unlocking and leaving.
None of these runs inside the transaction of a request: a try is counted before it is refused."""

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
from protect.vault.sessions.browser_sessions import Entry


def begin(email: str, password: str, *, browser: orgs.Browser, at: datetime) -> Entry:
    """Begin a session for the right password. It can do nothing before the second factor.
    Hash and bundle are made anew where pepper or cost has changed.
    Errors: Crowded, Throttled, before anything is hashed; sign_in_refused, one for everything that
    can be wrong; FactorMissing for the right password; pepper_missing."""
    passwords.must_have_room()
    user = User.objects.filter(email=email.strip().lower()).first()
    passwords.must_wait(orgs.attempt(email, user, browser, at=at))
    secret = passwords.opened(user, password)
    if user is None or secret is None or not user.is_active:
        refuse("sign_in", user, at)
        raise VaultRefusal("sign_in_refused")
    entry = _begin(user, secret, password, at)
    try:
        step = browser_sessions.step_of(entry)
    except FactorMissing:
        browser_sessions.move(entry.session, SessionEvent.END, actor=user.pk, at=at)
        refuse("sign_in", user, at, outcome=FactorMissing.code)
        raise
    if step is not Step.SECOND_FACTOR:  # enrolment: nothing more to guess
        orgs.succeeded(email, user, browser, at=at)
    return entry


def resume(entry: Entry, password: str, *, at: datetime) -> Entry:
    """Unlock a locked session with the password.
    Errors: as `show_password`; session_move_not_allowed."""
    _must_be(entry, SessionState.LOCKED)
    return unlock_again(entry, show_password(entry, password, "show_password", at=at), at=at)


def step_up(entry: Entry, password: str, *, at: datetime) -> None:
    """Show once more that it is you, with the password. Valid for ten minutes.
    Errors: as `resume`."""
    _must_be(entry, SessionState.UNLOCKED)
    show_password(entry, password, "show_password", at=at)
    note_step_up(entry, at=at)


def show_password(entry: Entry, password: str, action: str, *, at: datetime) -> UserSecret:
    """Return what the password of a session's person opens. Tries count for the session alone,
    before anything is hashed: a stranger without its cookies cannot slow it down, and asking many
    times at once gives no more than the five. `action` stands in the audit for one that was wrong.
    Errors: Crowded; passphrase_refused; SessionEnded after five; pepper_missing."""
    passwords.must_have_room()
    browser_sessions.count_try(entry)
    user = entry.session.user
    secret = passwords.opened(user, password)
    if secret is None or not user.is_active:
        refuse(action, user, at)
        is_over = browser_sessions.is_spent(entry, at=at)
        raise SessionEnded if is_over else VaultRefusal("passphrase_refused")
    browser_sessions.forget_tries(entry)
    return secret


@transaction.atomic
def unlock_again(entry: Entry, secret: UserSecret, *, at: datetime) -> Entry:
    """Unlock a session after its person has opened the secret. Errors: session_move_not_allowed."""
    opened = browser_sessions.reopen(entry, secret, SessionEvent.RESUME, at=at)
    browser_sessions.passed(opened, at=at)
    browser_sessions.note("resume", entry.session.user_id, at=at)
    return opened


@transaction.atomic
def note_step_up(entry: Entry, *, at: datetime) -> None:
    """Note that a person has just proved again who they are."""
    browser_sessions.passed(entry, at=at)
    browser_sessions.note("step_up", entry.session.user_id, at=at)


def lock(entry: Entry, *, at: datetime) -> None:
    """Lock a session: token and secret are gone from its row."""
    browser_sessions.move(entry.session, SessionEvent.LOCK, actor=entry.session.user_id, at=at)


def lock_idle(*, at: datetime) -> int:
    """Lock or end every session that time has caught up with; return how many."""
    count = 0
    for session in UnlockSession.objects.order_by("pk"):
        event = rules.due(
            SessionState(session.state), started=session.started, seen=session.seen, at=at
        )
        if event is not None:
            browser_sessions.move(session, event, actor=None, at=at)
            count += 1
    return count


def sign_out(entry: Entry, *, at: datetime) -> None:
    browser_sessions.move(entry.session, SessionEvent.END, actor=entry.session.user_id, at=at)


@transaction.atomic
def end_session(entry: Entry, session: UUID, *, at: datetime) -> bool:
    """End a session of this person in another browser; return whether there was one.
    That browser may be lost: no browser is known for this account any more."""
    mine = UnlockSession.objects.filter(user=entry.session.user_id)
    row = mine.exclude(pk=entry.session.pk).filter(pk=session).first()
    if row is not None:
        browser_sessions.move(row, SessionEvent.END, actor=row.user_id, at=at)
        orgs.end_devices(row.user_id)
    return row is not None


@transaction.atomic
def end_sessions_of(user: UUID, *, at: datetime, but: UUID | None = None) -> int:
    """End the sessions of a person in every browser, but for one; return how many. No browser is
    known for the account any more: not the one that goes on, until it is given a new cookie."""
    orgs.end_devices(user)
    rows = UnlockSession.objects.filter(user=user).order_by("pk")
    ended = [session for session in rows if session.pk != but]
    for session in ended:
        browser_sessions.move(session, SessionEvent.END, actor=None, at=at)
    return len(ended)


@transaction.atomic
def _begin(user: User, secret: UserSecret, password: str, at: datetime) -> Entry:
    passwords.renew(user, secret, password, at=at)
    key = UserKey.newest_of(user.pk)
    if key is None:  # a bundle has just opened, so there is one
        raise VaultRefusal("sign_in_refused")
    entry = browser_sessions.open_provisional(user, key.version, secret, at=at)
    browser_sessions.note("sign_in", user.pk, at=at)
    return entry


def _must_be(entry: Entry, state: SessionState) -> None:
    if entry.state is not state:
        raise VaultRefusal("session_move_not_allowed")


def refuse(action: str, user: User | None, at: datetime, outcome: str = "sign_in_refused") -> None:
    """Write down that a person was refused, once the request is over."""
    audit = AuditContext(at=at, actor=None, organisation=None)
    audit.record_refusal(f"vault.{action}", user or "", outcome=outcome, chain=SIGN_IN)


class VaultBackend(BaseBackend):
    """Finds the account of a session; knows no password and gives no permissions."""

    def get_user(self, user_id: UUID) -> User | None:
        """Return an account that is not closed."""
        return User.objects.filter(pk=user_id, is_active=True).first()
