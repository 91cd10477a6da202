"""Password resets and account restarts by a mailed link. Mail never carries a key."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from protect.audit.context import AuditContext
from protect.audit.rules import SIGN_IN
from protect.kernel.database import commit_if
from protect.notices.enums import Template
from protect.orgs import access, actions as orgs
from protect.orgs.models import Membership, Organisation, User
from protect.orgs.rules import EMPTIED_ADDRESS_SUFFIX
from protect.orgs.scope import Scope
from protect.vault.access import must_be_allowed_to_restart
from protect.vault.enums import SessionState, WrapKind
from protect.vault.errors import ResetLinkGone, VaultRefusal
from protect.vault.formats import errors, secrets
from protect.vault.formats.credentials.codes import RecoveryCode
from protect.vault.models import Passkey, ResetLink, TotpDevice, UserKey
from protect.vault.sessions import authentication, browser_sessions, passwords, rules
from protect.vault.sessions.browser_sessions import BrowserSession
from protect.vault.sign_in import enrolment, passkeys, second_factors
from protect.vault.team_keys import members


class ResetToken(secrets.TextSecret):
    """The secret in the address of a mailed link. By itself it opens no key."""

    SIZE = 32
    __slots__ = ()


@dataclass(frozen=True, slots=True, repr=False)
class ResetSubmission:
    """The submitted reset form: recovery code, second factor and new password."""

    code: str
    password: str
    totp: str = ""
    passkey: passkeys.Answer | None = None
    state: str = ""  # state of the passkey ceremony


@transaction.atomic
def mail_reset_link(email: str, *, at: datetime) -> None:
    """Mail a reset link to the owner of an address, without revealing whether it has an account.
    Every address causes the same queries and writes. If no mail is sent (there is no account or
    no key, or a link is open), the writes are rolled back, so that timing reveals nothing."""
    _write_and_delete_link(at)
    account = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    user = account or _unsaved_account()
    has_key = UserKey.newest_of(user.pk) is not None
    open_links = ResetLink.objects.select_for_update().filter(user=user, expires__gt=at)
    has_open_link = bool(open_links)  # locked, so that it is not replaced meanwhile
    with commit_if(account is not None and has_key and not has_open_link):
        _replace_and_mail_link(user, at=at, is_restart=False)
        browser_sessions.note("forgot", user.pk, at=at)


def get_open_link(token: str, *, at: datetime) -> ResetLink:
    """Return an active account's unexpired reset or restart link. Errors: ResetLinkGone."""
    try:
        token_hash = ResetToken.from_text(token).stored_hash()
    except errors.Damaged:
        raise ResetLinkGone from None
    rows = ResetLink.objects.select_related("user").filter(token_hash=token_hash)
    return access.get_row(rows, ResetLinkGone, expires__gt=at, user__is_active=True)


def reset_password(token: str, submitted: ResetSubmission, *, at: datetime) -> RecoveryCode:
    """Set a new password after the recovery code and a second factor; return a new recovery code.
    The code is shown once and confirmed at the next sign-in. All sessions end; the keys stay.
    Attempts count for the link, so a stranger without the mail cannot slow its owner down.
    Errors: ResetLinkGone; CodeMistyped; password_short, password_common, PasswordPersonal;
    Crowded; Throttled; reset_refused; pepper_missing."""
    link = get_open_link(token, at=at)
    if link.is_restart:
        raise ResetLinkGone
    user = link.user
    code = enrolment.parse_recovery_code(submitted.code)
    passwords.must_be_strong(submitted.password, email=user.email, name=user.name)
    passwords.must_have_capacity()
    passwords.must_not_be_throttled(orgs.throttle_link(bytes(link.token_hash), at=at))
    with transaction.atomic():
        link = _lock_link(link, at)
        key_and_secret = _open_secret_if_proved(user, code, submitted, at)
        if key_and_secret is not None:
            return _replace_credentials(link, *key_and_secret, submitted.password, at=at)
    audit = AuditContext(at=at, actor=None, organisation=None)
    audit.record_refusal("vault.reset", user, outcome="reset_refused", chain=SIGN_IN)
    raise VaultRefusal("reset_refused")


@transaction.atomic
def mail_restart_link(scope: Scope, user: User, *, at: datetime) -> None:
    """Mail a restart link to a user who has lost both password and recovery code. Nothing changes
    before the user sets a new password. Each of the user's organisations gets an audit entry.
    Errors: PermissionDenied, see `access.may_restart`."""
    must_be_allowed_to_restart(scope, user)
    _replace_and_mail_link(user, at=at, is_restart=True)
    organisation_ids = Membership.objects.live().filter(user=user).values("organisation")
    for organisation in Organisation.objects.filter(pk__in=organisation_ids).order_by("pk"):
        scope.audit(organisation.pk, at=at).record("vault.restart", f"user:{user.pk}")
    browser_sessions.note("restart", user.pk, at=at, actor=scope.user_id)


@transaction.atomic
def restart_account(token: str, *, password: str, at: datetime) -> enrolment.Enrolment:
    """Make new keys for a user without password and recovery code; colleagues admit them again.
    Second factors, sessions and grants are deleted. Records stay readable to the user's teams.
    Errors: ResetLinkGone; password_short, password_common, PasswordPersonal; pepper_missing."""
    link = get_open_link(token, at=at)
    if not link.is_restart:
        raise ResetLinkGone
    user = link.user
    passwords.must_be_strong(password, email=user.email, name=user.name)
    _lock_link(link, at).delete()
    members.remove_access_of_user(user.pk, actor=user.pk, at=at)
    TotpDevice.objects.filter(user=user).delete()
    Passkey.objects.filter(user=user).delete()
    authentication.end_sessions_of(user.pk, at=at)
    return enrolment.begin_keys(user, password, "begin_again", at=at)


def change_password(entry: BrowserSession, *, old: str, new: str, at: datetime) -> None:
    """Set a new password and end all other sessions.
    Errors: Crowded; passphrase_refused for a wrong old password; SessionEnded after five attempts;
    password_short, password_common, PasswordPersonal; session_move_not_allowed; pepper_missing."""
    if entry.state is not SessionState.UNLOCKED:
        raise VaultRefusal("session_move_not_allowed")
    user = entry.session.user
    passwords.must_be_strong(new, email=user.email, name=user.name)
    secret = authentication.verify_password(entry, old, "change_password", at=at)
    with transaction.atomic():
        key = UserKey.objects.select_for_update().get(user=user, version=entry.session.user_version)
        passwords.set_password(user, key, secret, new, at=at)
        authentication.end_sessions_of(user.pk, at=at, except_session=entry.session.pk)
        browser_sessions.note("change_password", user.pk, at=at)


def _unsaved_account() -> User:
    """Return an unsaved account, used in place of the account that an address does not have."""
    pk = uuid4()
    return User(pk=pk, email=f"{pk}{EMPTIED_ADDRESS_SUFFIX}", language="en")


def _write_and_delete_link(at: datetime) -> None:
    """Write and delete a link, so that every address costs a write and takes as long."""
    account = _unsaved_account()
    _replace_link(account, ResetToken.generate(), at=at, is_restart=False)
    ResetLink.objects.filter(user=account.pk).delete()


def _replace_and_mail_link(user: User, *, at: datetime, is_restart: bool) -> None:
    token = ResetToken.generate()
    _replace_link(user, token, at=at, is_restart=is_restart)
    page = "restart" if is_restart else "reset"
    access.notify([user], Template.PASSWORD_RESET, at=at, path=f"/{page}/{token.text()}")


def _replace_link(user: User, token: ResetToken, *, at: datetime, is_restart: bool) -> None:
    """Replace or create a user's link, in one statement. `is_restart`: of the whole account."""
    expires = at + rules.RESET_LINK_VALIDITY
    values = {"token_hash": token.stored_hash(), "is_restart": is_restart, "expires": expires}
    row = ResetLink(user_id=user.pk, **values)
    ResetLink.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["user"], update_fields=list(values)
    )


def _lock_link(link: ResetLink, at: datetime) -> ResetLink:
    """Return a link, locked against use by another request. Errors: ResetLinkGone."""
    rows = ResetLink.objects.select_for_update().filter(user=link.user_id, expires__gt=at)
    return access.get_row(rows, ResetLinkGone, token_hash=bytes(link.token_hash))


def _open_secret_if_proved(
    user: User, code: RecoveryCode, submitted: ResetSubmission, at: datetime
) -> tuple[UserKey, secrets.UserSecret] | None:
    """Return key and secret, None if the recovery code or the second factor is wrong."""
    key = UserKey.newest_of(user.pk)
    if key is None:
        return None
    wraps = key.wraps.select_related("user_key").filter(kind=WrapKind.RECOVERY)
    wrap = wraps.filter(confirmed_at__isnull=False).first()
    secret = enrolment.open_with_code(wrap, code) if wrap else None
    if secret is None or not _has_valid_factor(user, submitted, at):
        return None
    return key, secret


def _has_valid_factor(user: User, submitted: ResetSubmission, at: datetime) -> bool:
    if submitted.passkey is not None:
        return passkeys.verify(user.pk, submitted.state, submitted.passkey, at=at) is not None
    return second_factors.verify_totp(user.pk, submitted.totp, at=at)


def _replace_credentials(
    link: ResetLink, key: UserKey, secret: secrets.UserSecret, password: str, *, at: datetime
) -> RecoveryCode:
    """Replace password and code, delete link, end sessions, notify user; return the new code."""
    user = link.user
    passwords.set_password(user, key, secret, password, at=at)
    key.wraps.filter(kind=WrapKind.RECOVERY).delete()
    code = enrolment.create_code(key, secret, at=at)
    link.delete()
    authentication.end_sessions_of(user.pk, at=at)
    access.notify([user], Template.RECOVERY_USED, at=at)
    browser_sessions.note("reset", user.pk, at=at)
    return code
