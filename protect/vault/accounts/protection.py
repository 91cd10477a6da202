"""Report what protects a user's account now, for its security page. Changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from protect.vault.enums import SessionState, WrapKind
from protect.vault.formats import fingerprint
from protect.vault.models import Passkey, TotpDevice, UnlockSession, UserKey
from protect.vault.sessions import browser_sessions, rules


@dataclass(frozen=True, slots=True)
class ShownSession:
    """A session of the user, as the security page lists it."""

    pk: UUID
    started: datetime
    seen: datetime  # last activity
    state: SessionState
    is_here: bool  # whether the page was requested in this session


@dataclass(frozen=True, slots=True)
class Protection:
    """An account's credentials, sessions and six words, as its security page shows them."""

    passphrase_since: datetime | None  # when the user chose it; its hash may be newer
    totp_since: datetime | None
    passkeys: list[Passkey]  # each annotated with `can_unlock`: it opens the secret
    code_since: datetime | None
    code_offered: datetime | None  # when a new code was shown that is not confirmed yet
    sessions: tuple[ShownSession, ...]  # this browser first, then by last activity
    words: str  # the six words of the account's key

    @property
    def has_spare(self) -> bool:
        """Return whether one second factor may be removed, because another remains."""
        return (self.totp_since is not None) + len(self.passkeys) > 1

    @property
    def other_session_count(self) -> int:
        return sum(not session.is_here for session in self.sessions)

    @property
    def has_unfinished_sign_in(self) -> bool:
        """Return whether another session has the right passphrase but no second factor yet."""
        return any(session.state is SessionState.PROVISIONAL for session in self.sessions)

    def passkey(self, pk: UUID) -> Passkey | None:
        """Return the user's own passkey with this id, None if there is none."""
        return next((passkey for passkey in self.passkeys if passkey.pk == pk), None)


def load_protection(entry: browser_sessions.BrowserSession, *, at: datetime) -> Protection:
    user = entry.session.user_id
    key = UserKey.objects.get(user=user, version=entry.session.user_version)
    wraps = list(key.wraps.order_by("created", "pk"))
    password_wraps = [wrap for wrap in wraps if wrap.kind == WrapKind.PASSWORD]
    code_wraps = [wrap for wrap in wraps if wrap.kind == WrapKind.RECOVERY]
    unlocking_wraps = key.wraps.filter(kind=WrapKind.PASSKEY, credential=OuterRef("pk"))
    passkeys = Passkey.objects.filter(user=user).annotate(can_unlock=Exists(unlocking_wraps))
    app = TotpDevice.objects.filter(user=user, confirmed_at__isnull=False).first()
    return Protection(
        passphrase_since=password_wraps[-1].created if password_wraps else None,
        totp_since=app.confirmed_at if app else None,
        passkeys=list(passkeys.order_by("created", "pk")),
        code_since=next((each.confirmed_at for each in code_wraps if each.confirmed_at), None),
        code_offered=next((each.created for each in code_wraps if not each.confirmed_at), None),
        sessions=_sessions_of(entry, at),
        words=" ".join(fingerprint.words(browser_sessions.secret_of(entry).public())),
    )


def _sessions_of(entry: browser_sessions.BrowserSession, at: datetime) -> tuple[ShownSession, ...]:
    """Return the user's sessions that no time limit has ended, this browser's session first."""
    sessions = []
    for row in UnlockSession.objects.filter(user=entry.session.user_id).order_by("-seen", "pk"):
        stored = SessionState(row.state)
        event = rules.timeout_event(stored, started=row.started, seen=row.seen, at=at)
        state = stored if event is None else rules.state_after(stored, event)
        if state is not rules.ENDED:
            is_here = row.pk == entry.session.pk
            sessions.append(ShownSession(row.pk, row.started, row.seen, state, is_here))
    return tuple(sorted(sessions, key=lambda each: not each.is_here))
