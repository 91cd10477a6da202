"""The session of one browser: a row, and the token of its cookie that opens what the row holds."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from protect.audit.context import AuditContext
from protect.audit.rules import DONE, SIGN_IN
from protect.kernel.items import items
from protect.orgs import actions as orgs, enums
from protect.orgs.models import Membership, User
from protect.vault.enums import Owner, SessionEvent, SessionState, Step, WrapKind
from protect.vault.errors import FactorMissing, SessionEnded, VaultRefusal
from protect.vault.formats import context, errors, sealed
from protect.vault.formats.secrets import UnlockToken, UserPublic, UserSecret
from protect.vault.integrity import key_register
from protect.vault.models import Passkey, TotpDevice, UnlockSession, UserWrap
from protect.vault.sessions import rules
from protect.vault.sessions.unlocked import Unlocked


@dataclass(frozen=True, slots=True)
class Entry:
    """How far a person has come in. Without the cookie's token an open session counts as locked."""

    session: UnlockSession
    token: UnlockToken | None

    @property
    def state(self) -> SessionState:
        state = SessionState(self.session.state)
        is_shut = state is SessionState.UNLOCKED and self.token is None
        return SessionState.LOCKED if is_shut else state


def open_provisional(user: User, version: int, secret: UserSecret, *, at: datetime) -> Entry:
    session = UnlockSession(
        pk=uuid4(),
        user=user,
        user_version=version,
        state=SessionState.PROVISIONAL,
        started=at,
        seen=at,
    )
    token = _seal(session, secret)
    session.save(force_insert=True)
    return Entry(session, token)


def find(pk: UUID, cookie: str, *, at: datetime) -> Entry | None:
    """Return the session of a browser as time has left it; None when it has ended."""
    session = UnlockSession.objects.select_related("user").filter(pk=pk).first()
    if session is None:
        return None
    event = rules.due(
        SessionState(session.state), started=session.started, seen=session.seen, at=at
    )
    if event is not None and move(session, event, actor=None, at=at) is rules.ENDED:
        return None
    entry = Entry(session, _token_of(session, cookie))
    is_lost = entry.token is None and entry.state is SessionState.PROVISIONAL
    return None if is_lost else entry


def touch(entry: Entry, *, at: datetime) -> None:
    """Note that a person is there; at most once a minute."""
    if at - entry.session.seen >= rules.SEEN_EVERY:
        UnlockSession.objects.filter(pk=entry.session.pk, seen__lt=at).update(seen=at)


def unlocked_of(entry: Entry) -> Unlocked | None:
    """Return what one request works with, None while provisional or locked."""
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


def secret_of(entry: Entry) -> UserSecret:
    """Return the person's secret. Errors: vault_locked, also for bytes that do not open."""
    if entry.token is None:
        raise VaultRefusal("vault_locked")
    try:
        return sealed.unseal_session(
            bytes(entry.session.blob), entry.token, _context(entry.session)
        )
    except errors.Damaged:
        raise VaultRefusal("vault_locked") from None


def step_of(entry: Entry) -> Step:
    """Return what this person must do next; from rows, so that a closed browser loses nothing.
    Errors: FactorMissing, when no row says that they have a second factor, and the ledger says that
    they had one: a writer to the database has deleted it."""
    session = entry.session
    user = session.user_id
    apps = TotpDevice.objects.filter(user=user, confirmed_at__isnull=False)
    codes = UserWrap.objects.filter(
        user_key__user=user,
        user_key__version=session.user_version,
        kind=WrapKind.RECOVERY,
        confirmed_at__isnull=False,
    )
    has_factor = apps.exists() or Passkey.objects.filter(user=user).exists()
    if not has_factor and key_register.is_made(*factor_line(entry)):
        raise FactorMissing
    return rules.next_step(
        has_factor=has_factor, has_passed=session.stepped_up is not None, has_code=codes.exists()
    )


def factor_line(entry: Entry) -> tuple[Owner, UUID, int, UserPublic]:
    """Return the ledger's line that a person had a second factor for their key.
    The key is that of the secret in hand, not of a row. Errors: vault_locked."""
    session = entry.session
    return Owner.FACTOR, session.user_id, session.user_version, secret_of(entry).public()


def must_be_at(entry: Entry, *steps: Step) -> None:
    """Refuse what does not come next. Errors: session_move_not_allowed; FactorMissing."""
    if entry.state is not SessionState.PROVISIONAL or step_of(entry) not in steps:
        raise VaultRefusal("session_move_not_allowed")


def go_on(entry: Entry, *, at: datetime) -> Entry:
    """Unlock a provisional session once nothing is left to do; return it as it is otherwise.
    Places that waited for the account to be complete move on with it."""
    if entry.state is not SessionState.PROVISIONAL or step_of(entry) is not Step.DONE:
        return entry
    unlocked = reopen(entry, secret_of(entry), SessionEvent.PASS, at=at)
    waiting = Membership.objects.filter(
        user=entry.session.user_id, state=enums.MembershipState.ENROLLED
    ).order_by("pk")
    for membership in waiting:
        orgs.set_membership_state(
            membership, enums.MembershipMove.READY, actor=entry.session.user_id, at=at
        )
    note("unlock", entry.session.user_id, at=at)
    return unlocked


def reopen(entry: Entry, secret: UserSecret, event: SessionEvent, *, at: datetime) -> Entry:
    """Unlock a session under a new token: the old cookie opens nothing from now on.
    Errors: SessionEnded; session_move_not_allowed."""
    session = locked(entry.session)
    state = rules.step(SessionState(session.state), event)
    if state is rules.ENDED:
        raise VaultRefusal("session_move_not_allowed")
    session.state, session.seen, session.tries = state, at, 0
    token = _seal(session, secret)
    session.save(update_fields=["state", "seen", "tries", "token_hash", "blob"])
    return Entry(session, token)


@transaction.atomic
def move(
    session: UnlockSession, event: SessionEvent, *, actor: UUID | None, at: datetime
) -> SessionState | None:
    """Lock or end a session; ENDED has no row. What is locked holds neither token nor secret."""
    state = rules.step(SessionState(session.state), event)
    rows = UnlockSession.objects.filter(pk=session.pk)
    if state is rules.ENDED:
        is_done = rows.delete()[0] > 0
    else:
        session.state, session.token_hash, session.blob = state, None, b""
        session.stepped_up = None
        if event is SessionEvent.IDLE:  # the person may have come back this moment
            rows = rows.filter(seen=session.seen)
        shut = {"state": state, "token_hash": None, "blob": b"", "stepped_up": None}
        is_done = rows.exclude(state=state).update(**shut) > 0
    if is_done:
        note(f"session_{event.value}", session.user_id, at=at, actor=actor)
    return state


def passed(entry: Entry, *, at: datetime) -> None:
    """Note that a person showed a second factor, or the password once more.
    A session that another request has locked or moved meanwhile stays as it is.
    Errors: vault_locked without the cookie's token."""
    session = entry.session
    if entry.token is None:
        raise VaultRefusal("vault_locked")
    rows = UnlockSession.objects.filter(pk=session.pk, token_hash=_hash_of(session))
    session.stepped_up, session.tries = at, 0
    session.token_hash = _mark(session, entry.token)
    rows.update(stepped_up=at, tries=0, token_hash=session.token_hash)


def count_try(entry: Entry) -> None:
    """Count a try of this session before it is known how it ends; the right one begins anew.
    Errors: SessionEnded, when as many have been counted as a session has."""
    left = UnlockSession.objects.filter(pk=entry.session.pk, tries__lt=rules.TRIES)
    if not left.update(tries=F("tries") + 1):
        raise SessionEnded


def forget_tries(entry: Entry) -> None:
    """Begin to count anew, after a try that was right."""
    UnlockSession.objects.filter(pk=entry.session.pk).update(tries=0)


@transaction.atomic
def is_spent(entry: Entry, *, at: datetime) -> bool:
    """Return whether a wrong code or password was the last one, and end the session then."""
    session = UnlockSession.objects.filter(pk=entry.session.pk).first()
    if session is None:
        return True
    is_over = session.tries >= rules.TRIES
    if is_over:
        move(session, SessionEvent.MISSES, actor=session.user_id, at=at)
    return is_over


def locked(session: UnlockSession) -> UnlockSession:
    """Return the row, locked: no other request moves it meanwhile.
    Errors: SessionEnded, also where the row has become another person's."""
    rows = UnlockSession.objects.select_for_update(of=("self",)).select_related("user")
    of_person = rows.filter(user=session.user_id, user_version=session.user_version)
    row = of_person.filter(pk=session.pk).first()
    if row is None:
        raise SessionEnded
    return row


def note(
    action: str, user: UUID, *, at: datetime, actor: UUID | None = None, outcome: str = DONE
) -> None:
    """Append to the chain of sign-ins: codes only. Without `actor`, the person did it."""
    audit = AuditContext(at=at, actor=actor or user, organisation=None)
    audit.record(f"vault.{action}", f"user:{user}", outcome=outcome, chain=SIGN_IN)


def _seal(session: UnlockSession, secret: UserSecret) -> UnlockToken:
    token = UnlockToken.make()
    session.blob = sealed.seal_session(secret, token, _context(session))
    session.token_hash = _mark(session, token)
    return token


def _token_of(session: UnlockSession, cookie: str) -> UnlockToken | None:
    try:
        token = UnlockToken.from_text(cookie)
    except errors.Damaged:
        return None
    is_ours = constant_time_compare(_hash_of(session), _mark(session, token))
    return token if is_ours else None


def _hash_of(session: UnlockSession) -> bytes:
    return bytes(session.token_hash or b"")


def _mark(session: UnlockSession, token: UnlockToken) -> bytes:
    """Return what stands in a session's row for its cookie, for this person and this state alone.
    Keyed with the server's secret: a writer to the database who holds a cookie of their own cannot
    make its session another person's, or one that has passed the second factor. A session whose
    sealed secret was overwritten counts as locked."""
    passed_at = session.stepped_up.astimezone(UTC).isoformat() if session.stepped_up else None
    message = items(
        token.reveal(),
        session.pk,
        session.user_id,
        session.user_version,
        str(session.state),
        passed_at,
        bytes(session.blob),
    )
    return salted_hmac("protect.vault.session", message, algorithm="sha256").digest()


def _context(session: UnlockSession) -> context.UnlockContext:
    return context.unlock(user=session.user_id, session=session.pk)
