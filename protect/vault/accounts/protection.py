"""What protects a person's account now, for the page that shows it. Changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from protect.vault.enums import SessionState, WrapKind
from protect.vault.formats import fingerprint
from protect.vault.models import Passkey, TotpDevice, UnlockSession, UserKey, UserWrap
from protect.vault.sessions import browser_sessions, rules


@dataclass(frozen=True, slots=True)
class ShownSession:
    pk: UUID
    started: datetime
    seen: datetime
    state: SessionState
    is_here: bool


@dataclass(frozen=True, slots=True)
class Protection:
    """Everything that keeps others out of an account, and brings its person back in."""

    passphrase_since: datetime | None  # when it was chosen; hash and bundle may be newer
    totp_since: datetime | None
    passkeys: list[Passkey]  # each with whether it opens the secret: `can_unlock`
    code_since: datetime | None
    code_offered: datetime | None  # a new code that was not typed back yet
    sessions: tuple[ShownSession, ...]  # this browser first, then the one seen last
    words: str

    @property
    def has_spare(self) -> bool:
        """Return whether one of the second factors may go: another stays."""
        return (self.totp_since is not None) + len(self.passkeys) > 1

    @property
    def elsewhere(self) -> int:
        return sum(not each.is_here for each in self.sessions)

    @property
    def is_tried(self) -> bool:
        """Return whether the passphrase was typed elsewhere and the second factor is missing."""
        return any(each.state is SessionState.PROVISIONAL for each in self.sessions)

    def passkey(self, pk: UUID) -> Passkey | None:
        """Return one of the passkeys, None for another's or none."""
        return next((each for each in self.passkeys if each.pk == pk), None)


def protection_of(entry: browser_sessions.Entry, *, at: datetime) -> Protection:
    """Return what protects the account of a session."""
    user = entry.session.user_id
    key = UserKey.objects.get(user=user, version=entry.session.user_version)
    wraps = list(key.wraps.order_by("created", "pk"))
    password = _of(wraps, WrapKind.PASSWORD)
    codes = _of(wraps, WrapKind.RECOVERY)
    unlocking = key.wraps.filter(kind=WrapKind.PASSKEY, credential=OuterRef("pk"))
    passkeys = Passkey.objects.filter(user=user).annotate(can_unlock=Exists(unlocking))
    app = TotpDevice.objects.filter(user=user, confirmed_at__isnull=False).first()
    return Protection(
        passphrase_since=password[-1].created if password else None,
        totp_since=app.confirmed_at if app else None,
        passkeys=list(passkeys.order_by("created", "pk")),
        code_since=next((each.confirmed_at for each in codes if each.confirmed_at), None),
        code_offered=next((each.created for each in codes if not each.confirmed_at), None),
        sessions=_sessions(entry, at),
        words=" ".join(fingerprint.words(browser_sessions.secret_of(entry).public())),
    )


def _of(wraps: list[UserWrap], kind: WrapKind) -> list[UserWrap]:
    return [each for each in wraps if each.kind == kind]


def _sessions(entry: browser_sessions.Entry, at: datetime) -> tuple[ShownSession, ...]:
    """Return the sessions of a person; what is over or idle by now is shown as it will be."""
    sessions = []
    for row in UnlockSession.objects.filter(user=entry.session.user_id).order_by("-seen", "pk"):
        state: SessionState | None = SessionState(row.state)
        event = rules.due(SessionState(row.state), started=row.started, seen=row.seen, at=at)
        if event is not None:
            state = rules.step(SessionState(row.state), event)
        if state is not rules.ENDED:
            is_here = row.pk == entry.session.pk
            sessions.append(ShownSession(row.pk, row.started, row.seen, state, is_here))
    return tuple(sorted(sessions, key=lambda each: not each.is_here))
