"""Browser sessions: a row with a sealed secret, and the cookie token that opens it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from protect.audit.context import AuditContext
from protect.audit.rules import DONE, SIGN_IN
from protect.kernel.items import encode_items
from protect.orgs import access, actions as orgs, enums
from protect.orgs.models import Membership, User
from protect.vault.enums import Owner, SessionEvent, SessionState, Step, WrapKind
from protect.vault.errors import FactorMissing, SessionEnded, VaultRefusal
from protect.vault.formats import context, errors, sealed
from protect.vault.formats.secrets import UnlockToken, UserPublicKey, UserSecret
from protect.vault.integrity import key_register
from protect.vault.models import Passkey, TotpDevice, UnlockSession, UserWrap
from protect.vault.sessions import rules
from protect.vault.sessions.unlocked import Unlocked


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """A session with this browser's unlock token. Without the token it counts as locked."""

    session: UnlockSession
    token: UnlockToken | None

    @property
    def state(self) -> SessionState:
        """Return LOCKED also for an unlocked session whose token this browser lacks."""
        state = SessionState(self.session.state)
        is_without_token = state is SessionState.UNLOCKED and self.token is None
        return SessionState.LOCKED if is_without_token else state


def begin_session(user: User, version: int, secret: UserSecret, *, at: datetime) -> BrowserSession:
    """Begin a provisional session; the secret of key `version` is sealed under a new token."""
    session = UnlockSession(
        user=user, user_version=version, state=SessionState.PROVISIONAL, started=at, seen=at
    )
    token = _seal_under_new_token(session, secret)
    session.save(force_insert=True)
    return BrowserSession(session, token)


def find_session(pk: UUID, cookie: str, *, at: datetime) -> BrowserSession | None:
    """Return a session after applying time limits; None if ended or provisional without token."""
    session = UnlockSession.objects.select_related("user").filter(pk=pk).first()
    if session is None:
        return None
    state = SessionState(session.state)
    event = rules.timeout_event(state, started=session.started, seen=session.seen, at=at)
    if event is not None and apply_event(session, event, actor=None, at=at) is rules.ENDED:
        return None
    entry = BrowserSession(session, _verified_cookie_token(session, cookie))
    is_lost = entry.token is None and entry.state is SessionState.PROVISIONAL
    return None if is_lost else entry


def record_activity(entry: BrowserSession, *, at: datetime) -> None:
    """Record that the user is active, at most once a minute."""
    if at - entry.session.seen >= rules.ACTIVITY_INTERVAL:
        UnlockSession.objects.filter(pk=entry.session.pk, seen__lt=at).update(seen=at)


def unlocked_of(entry: BrowserSession) -> Unlocked | None:
    """Return the unlocked session; None while provisional or locked. Errors: vault_locked."""
    if entry.state is not SessionState.UNLOCKED:
        return None
    session = entry.session
    return Unlocked(
        user_id=session.user_id,
        user_version=session.user_version,
        secret=secret_of(entry),
        session=session.pk,
        stepped_up=session.stepped_up,
    )


def secret_of(entry: BrowserSession) -> UserSecret:
    """Return the user's secret. Errors: vault_locked, also if the stored bytes do not open."""
    session, token = entry.session, entry.token
    if token is None:
        raise VaultRefusal("vault_locked")
    try:
        return sealed.unseal_user_secret(bytes(session.blob), token, _seal_context(session))
    except errors.Damaged:
        raise VaultRefusal("vault_locked") from None


def step_of(entry: BrowserSession) -> Step:
    """Return the next sign-in step of a user, from stored rows: closing a browser loses nothing.
    Errors: FactorMissing if no row holds a second factor although the ledger says that the user had
    one: then an intruder in the database has deleted it."""
    session = entry.session
    user = session.user_id
    apps = TotpDevice.objects.filter(user=user, confirmed_at__isnull=False)
    wraps = UserWrap.objects.filter(user_key__user=user, user_key__version=session.user_version)
    codes = wraps.filter(kind=WrapKind.RECOVERY, confirmed_at__isnull=False)
    has_factor = apps.exists() or Passkey.objects.filter(user=user).exists()
    if not has_factor and key_register.is_registered_key(*factor_ledger_line(entry)):
        raise FactorMissing
    has_passed = session.stepped_up is not None
    return rules.next_step(has_factor=has_factor, has_passed=has_passed, has_code=codes.exists())


def factor_ledger_line(entry: BrowserSession) -> tuple[Owner, UUID, int, UserPublicKey]:
    """Return the ledger line which says that this key had a second factor.
    The key comes from the opened secret, not from a row. Errors: vault_locked."""
    session = entry.session
    return Owner.FACTOR, session.user_id, session.user_version, secret_of(entry).public()


def must_be_at_step(entry: BrowserSession, *steps: Step) -> None:
    """Refuse a session at any other step. Errors: session_move_not_allowed; FactorMissing."""
    if entry.state is not SessionState.PROVISIONAL or step_of(entry) not in steps:
        raise VaultRefusal("session_move_not_allowed")


def unlock_if_complete(entry: BrowserSession, *, at: datetime) -> BrowserSession:
    """Unlock a provisional session if no sign-in step is left; otherwise return it unchanged.
    Memberships that waited for the account to be complete become ready."""
    if entry.state is not SessionState.PROVISIONAL or step_of(entry) is not Step.DONE:
        return entry
    unlocked = unlock_with_new_token(entry, secret_of(entry), SessionEvent.PASS, at=at)
    user = entry.session.user_id
    memberships = Membership.objects.filter(user=user, state=enums.MembershipState.ENROLLED)
    for membership in memberships.order_by("pk"):
        orgs.apply_membership_move(membership, enums.MembershipMove.READY, actor=user, at=at)
    note("unlock", user, at=at)
    return unlocked


def unlock_with_new_token(
    entry: BrowserSession, secret: UserSecret, event: SessionEvent, *, at: datetime
) -> BrowserSession:
    """Unlock a session under a new token, so that the old cookie no longer opens it.
    Errors: SessionEnded; session_move_not_allowed."""
    session = lock_row(entry.session)
    state = rules.state_after(SessionState(session.state), event)
    if state is rules.ENDED:
        raise VaultRefusal("session_move_not_allowed")
    session.state, session.seen, session.tries = state, at, 0
    token = _seal_under_new_token(session, secret)
    session.save(update_fields=["state", "seen", "tries", "token_hash", "blob"])
    return BrowserSession(session, token)


@transaction.atomic
def apply_event(
    session: UnlockSession, event: SessionEvent, *, actor: UUID | None, at: datetime
) -> SessionState | None:
    """Lock or end a session, audit it; return its state or ENDED. IDLE spares an active row."""
    state = rules.state_after(SessionState(session.state), event)
    rows = UnlockSession.objects.filter(pk=session.pk)
    if state is rules.ENDED:
        is_changed = rows.delete()[0] > 0
    else:
        session.state, session.token_hash, session.blob = state, None, b""
        session.stepped_up = None
        if event is SessionEvent.IDLE:  # unless the user became active again meanwhile
            rows = rows.filter(seen=session.seen)
        locked_values = {"state": state, "token_hash": None, "blob": b"", "stepped_up": None}
        is_changed = rows.exclude(state=state).update(**locked_values) > 0
    if is_changed:
        note(f"session_{event.value}", session.user_id, at=at, actor=actor)
    return state


def record_identity_proof(entry: BrowserSession, *, at: datetime) -> None:
    """Record that the user proved their identity by factor or password; reset the attempts. A
    session locked meanwhile stays unchanged. Errors: vault_locked without the token."""
    session = entry.session
    if entry.token is None:
        raise VaultRefusal("vault_locked")
    rows = UnlockSession.objects.filter(pk=session.pk, token_hash=_stored_token_hash(session))
    session.stepped_up, session.tries = at, 0
    session.token_hash = _token_hash(session, entry.token)
    rows.update(stepped_up=at, tries=0, token_hash=session.token_hash)


def count_attempt(entry: BrowserSession) -> None:
    """Count an attempt before its outcome is known; a successful one resets the count.
    Errors: SessionEnded if the session has no attempts left."""
    rows = UnlockSession.objects.filter(pk=entry.session.pk, tries__lt=rules.ATTEMPT_LIMIT)
    if not rows.update(tries=F("tries") + 1):
        raise SessionEnded


@transaction.atomic
def end_if_attempts_spent(entry: BrowserSession, *, at: datetime) -> bool:
    """End the session if its attempts are used up; return whether it has ended."""
    session = UnlockSession.objects.filter(pk=entry.session.pk).first()
    if session is None:
        return True
    is_over = session.tries >= rules.ATTEMPT_LIMIT
    if is_over:
        apply_event(session, SessionEvent.MISSES, actor=session.user_id, at=at)
    return is_over


def lock_row(session: UnlockSession) -> UnlockSession:
    """Return the session's row for update. Errors: SessionEnded, also for another user's row."""
    rows = UnlockSession.objects.select_for_update(of=("self",)).select_related("user")
    own = {"user": session.user_id, "user_version": session.user_version}
    return access.get_row(rows, SessionEnded, pk=session.pk, **own)


def note(
    action: str, user: UUID, *, at: datetime, actor: UUID | None = None, outcome: str = DONE
) -> None:
    """Record an event in the sign-in chain of the audit. Without `actor` the user is the actor."""
    audit = AuditContext(at=at, actor=actor or user, organisation=None)
    audit.record(f"vault.{action}", f"user:{user}", outcome=outcome, chain=SIGN_IN)


def _seal_under_new_token(session: UnlockSession, secret: UserSecret) -> UnlockToken:
    token = UnlockToken.generate()
    session.blob = sealed.seal_user_secret(secret, token, _seal_context(session))
    session.token_hash = _token_hash(session, token)
    return token


def _verified_cookie_token(session: UnlockSession, cookie: str) -> UnlockToken | None:
    try:
        token = UnlockToken.from_text(cookie)
    except errors.Damaged:
        return None
    is_ours = constant_time_compare(_stored_token_hash(session), _token_hash(session, token))
    return token if is_ours else None


def _stored_token_hash(session: UnlockSession) -> bytes:
    return bytes(session.token_hash or b"")


def _token_hash(session: UnlockSession, token: UnlockToken) -> bytes:
    """Return the keyed hash of a token, bound to the session's user, state and sealed secret.
    The server's secret is the key. Therefore an intruder in the database who holds a cookie
    of their own can neither give its session to another user nor mark its second factor as
    passed. A session whose sealed secret was overwritten counts as locked."""
    passed_at = session.stepped_up.astimezone(UTC).isoformat() if session.stepped_up else None
    row = (session.pk, session.user_id, session.user_version, str(session.state))
    message = encode_items(token.reveal(), *row, passed_at, bytes(session.blob))
    return salted_hmac("protect.vault.session", message, algorithm="sha256").digest()


def _seal_context(session: UnlockSession) -> context.UnlockContext:
    return context.unlock(user=session.user_id, session=session.pk)
