"""Links by mail for a forgotten password, or for forgotten everything. Mail never carries a key."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from protect.audit.context import AuditContext
from protect.audit.rules import SIGN_IN
from protect.notices.enums import Template
from protect.orgs import actions as orgs
from protect.orgs.access import notify
from protect.orgs.models import Membership, Organisation, User
from protect.orgs.rules import GONE
from protect.orgs.scope import Scope
from protect.vault.access import must_restart
from protect.vault.enums import SessionState, WrapKind
from protect.vault.errors import ResetLinkGone, VaultRefusal
from protect.vault.formats import errors, secrets
from protect.vault.formats.credentials.codes import RecoveryCode
from protect.vault.models import Passkey, ResetLink, TotpDevice, UserKey
from protect.vault.sessions import authentication, browser_sessions, passwords, rules
from protect.vault.sign_in import enrolment, passkeys, second_factors
from protect.vault.team_keys import members


class ResetToken(secrets.TextSecret):
    """The secret in the address of a mail. It opens nothing by itself."""

    SIZE = 32
    __slots__ = ()


@dataclass(frozen=True, slots=True, repr=False)
class Reset:
    """The form of a forgotten password: the recovery code, a second factor and the new password."""

    code: str
    password: str
    totp: str = ""
    passkey: passkeys.Answer | None = None
    state: str = ""  # of the passkey's ceremony


@transaction.atomic
def forgot(email: str, *, at: datetime) -> None:
    """Mail a link to a person who forgot the password. Whether there is an account is not told.
    The same is asked and written for every address; what was written where no mail goes is taken
    back before the end: the time that an answer takes tells no more than the answer."""
    _write_something(at)
    account = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    user = account or _nobody()
    has_key, is_waiting = UserKey.newest_of(user.pk) is not None, _is_waiting(user, at)
    # By hand: a savepoint of `atomic` would take the waking of the sender back as well.
    before = transaction.savepoint_create()
    _mail(user, at=at, is_restart=False)
    browser_sessions.note("forgot", user.pk, at=at)
    is_meant = account is not None and has_key and not is_waiting
    (transaction.savepoint_commit if is_meant else transaction.savepoint_rollback)(before)


def get_link(token: str, *, at: datetime) -> ResetLink:
    """Return the row of a link that is open, its person loaded. Errors: ResetLinkGone."""
    try:
        token_hash = ResetToken.from_text(token).row_hash()
    except errors.Damaged:
        raise ResetLinkGone from None
    rows = ResetLink.objects.select_related("user").filter(token_hash=token_hash)
    link = rows.filter(expires__gt=at, user__is_active=True).first()
    if link is None:
        raise ResetLinkGone
    return link


def offer_proof(token: str, *, at: datetime) -> passkeys.Ceremony:
    """Return what a browser needs to show a passkey here. Errors: ResetLinkGone."""
    return passkeys.offer_assertion(get_link(token, at=at).user_id, at=at)


def reset(token: str, submitted: Reset, *, at: datetime) -> RecoveryCode:
    """Set a new password with the recovery code and a second factor; return a new code, shown once.
    No file is lost. All sessions end; the new code is confirmed at the next sign-in. Tries count
    for the link: a stranger without the mail cannot slow them down.
    Errors: ResetLinkGone; CodeMistyped; password_short, password_common, PasswordPersonal; Crowded;
    Throttled; reset_refused; pepper_missing."""
    link = get_link(token, at=at)
    if link.is_restart:
        raise ResetLinkGone
    user = link.user
    code = enrolment.code_of(submitted.code)
    passwords.must_be_good(submitted.password, email=user.email, name=user.name)
    passwords.must_have_room()
    passwords.must_wait(orgs.attempt_link(bytes(link.token_hash), at=at))
    with transaction.atomic():
        link = _locked(link, at)
        opened = _proved(user, code, submitted, at)
        if opened is not None:
            return _set_anew(link, *opened, submitted.password, at=at)
    audit = AuditContext(at=at, actor=None, organisation=None)
    audit.record_refusal("vault.reset", user, outcome="reset_refused", chain=SIGN_IN)
    raise VaultRefusal("reset_refused")


@transaction.atomic
def restart(scope: Scope, user: User, *, at: datetime) -> None:
    """Mail a link for beginning anew, on behalf of a person without password and recovery code.
    Nothing changes before it is opened. It stands in the history of each of their organisations.
    Errors: PermissionDenied, see `access.may_restart`."""
    must_restart(scope, user)
    _mail(user, at=at, is_restart=True)
    places = Membership.objects.live().filter(user=user).values("organisation")
    for organisation in Organisation.objects.filter(pk__in=places).order_by("pk"):
        scope.audit(organisation.pk, at=at).record("vault.restart", f"user:{user.pk}")
    browser_sessions.note("restart", user.pk, at=at, actor=scope.user_id)


@transaction.atomic
def begin_again(token: str, *, password: str, at: datetime) -> enrolment.Enrolled:
    """Make new keys for a person without password and recovery code; colleagues let them in again.
    Second factors, sessions and grants are gone; files are not: the teams have their keys.
    Errors: ResetLinkGone; password_short, password_common, PasswordPersonal; pepper_missing."""
    link = get_link(token, at=at)
    if not link.is_restart:
        raise ResetLinkGone
    user = link.user
    passwords.must_be_good(password, email=user.email, name=user.name)
    _locked(link, at).delete()
    members.lose_keys(user.pk, actor=user.pk, at=at)
    TotpDevice.objects.filter(user=user).delete()
    Passkey.objects.filter(user=user).delete()
    authentication.end_sessions_of(user.pk, at=at)
    return enrolment.begin_keys(user, password, "begin_again", at=at)


def change_password(entry: browser_sessions.Entry, *, old: str, new: str, at: datetime) -> None:
    """Set another password, and end all other sessions.
    Errors: Crowded; passphrase_refused for a wrong old one; SessionEnded after five;
    password_short, password_common, PasswordPersonal; session_move_not_allowed; pepper_missing."""
    if entry.state is not SessionState.UNLOCKED:
        raise VaultRefusal("session_move_not_allowed")
    user = entry.session.user
    passwords.must_be_good(new, email=user.email, name=user.name)
    secret = authentication.show_password(entry, old, "change_password", at=at)
    with transaction.atomic():
        key = UserKey.objects.select_for_update().get(user=user, version=entry.session.user_version)
        passwords.put(user, key, secret, new, at=at)
        authentication.end_sessions_of(user.pk, at=at, but=entry.session.pk)
        browser_sessions.note("change_password", user.pk, at=at)


def _nobody() -> User:
    """Return an account that is stored nowhere, for an address that leads to none."""
    pk = uuid4()
    return User(pk=pk, email=f"{pk}{GONE}", language="en")


def _write_something(at: datetime) -> None:
    """Let every address end with something written: an end without is faster."""
    nobody = _nobody()
    _put_link(nobody, ResetToken.make(), at=at, is_restart=False)
    ResetLink.objects.filter(user=nobody.pk).delete()


def _is_waiting(user: User, at: datetime) -> bool:
    """Return whether a link that was mailed still opens: another request keeps it."""
    return bool(ResetLink.objects.select_for_update().filter(user=user, expires__gt=at))


def _mail(user: User, *, at: datetime, is_restart: bool) -> None:
    token = ResetToken.make()
    _put_link(user, token, at=at, is_restart=is_restart)
    page = "restart" if is_restart else "reset"
    notify([user], Template.PASSWORD_RESET, at=at, path=f"/{page}/{token.text()}")


def _put_link(user: User, token: ResetToken, *, at: datetime, is_restart: bool) -> None:
    """Put a link in the place of the one that a person may have, in one statement for both."""
    expires = at + rules.RESET_LINK
    new = {"token_hash": token.row_hash(), "is_restart": is_restart, "expires": expires}
    row = ResetLink(user_id=user.pk, **new)
    ResetLink.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["user"], update_fields=list(new)
    )


def _locked(link: ResetLink, at: datetime) -> ResetLink:
    """Return a link, locked: no other request uses it meanwhile. Errors: ResetLinkGone."""
    rows = ResetLink.objects.select_for_update().filter(
        user=link.user_id, token_hash=bytes(link.token_hash), expires__gt=at
    )
    locked = rows.first()
    if locked is None:
        raise ResetLinkGone
    return locked


def _proved(
    user: User, code: RecoveryCode, submitted: Reset, at: datetime
) -> tuple[UserKey, secrets.UserSecret] | None:
    """Return what the code opens, if the second factor is right too."""
    key = UserKey.newest_of(user.pk)
    if key is None:
        return None
    wraps = key.wraps.select_related("user_key").filter(kind=WrapKind.RECOVERY)
    wrap = wraps.filter(confirmed_at__isnull=False).first()
    secret = enrolment.open_with(wrap, code) if wrap else None
    if secret is None or not _has_shown(user, submitted, at):
        return None
    return key, secret


def _has_shown(user: User, submitted: Reset, at: datetime) -> bool:
    if submitted.passkey is not None:
        return passkeys.show_passkey(user.pk, submitted.state, submitted.passkey, at=at) is not None
    return second_factors.show_totp(user.pk, submitted.totp, at=at)


def _set_anew(
    link: ResetLink, key: UserKey, secret: secrets.UserSecret, password: str, *, at: datetime
) -> RecoveryCode:
    user = link.user
    passwords.put(user, key, secret, password, at=at)
    key.wraps.filter(kind=WrapKind.RECOVERY).delete()
    code = enrolment.put_code(key, secret, at=at)
    link.delete()
    authentication.end_sessions_of(user.pk, at=at)
    notify([user], Template.RECOVERY_USED, at=at)
    browser_sessions.note("reset", user.pk, at=at)
    return code
