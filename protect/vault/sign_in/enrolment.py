"""Enrolment of a new account: password, keys, recovery code, second factor. Each step is stored in
a row, so that a user who closes the browser resumes where they stopped."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import uuid4

from django.db import transaction

from protect.orgs import access, actions as orgs, enums, models
from protect.vault.enums import Owner, SessionState, Step, WrapKind
from protect.vault.errors import CodeMistyped, CodeWrong
from protect.vault.formats import errors, secrets
from protect.vault.formats.credentials import userwrap
from protect.vault.formats.credentials.codes import RecoveryCode
from protect.vault.integrity import key_register
from protect.vault.models import UserKey, UserWrap
from protect.vault.sessions import browser_sessions, passwords
from protect.vault.sign_in.second_factors import factors_of, must_be_stepped_up


@dataclass(frozen=True, slots=True, repr=False)
class Enrolment:
    """Session and recovery code of an account with new keys; both None if it has keys already."""

    entry: browser_sessions.BrowserSession | None = None
    code: RecoveryCode | None = None


def has_account(invitation: models.Invitation) -> bool:
    """Return whether the invited address has an account with keys, which signs in as usual.
    A user who has left their last membership has no keys any more, and enrols again."""
    return UserWrap.objects.filter(user_key__user__email=invitation.email).exists()


@transaction.atomic
def enrol(token: str, *, name: str, language: str, password: str, at: datetime) -> Enrolment:
    """Accept an invitation: create an account with keys and begin its first session. If the
    address has an account, only the membership is added: a link alone opens no account.
    Errors, which leave the invitation open: as `must_be_strong`; InvitationGone;
    detail_invalid; account_suspended; already_member; pepper_missing."""
    invitation = access.get_invitation_by_token(token, at=at)
    has_keys = has_account(invitation)
    if not has_keys:
        passwords.must_be_strong(password, email=invitation.email, name=name)
    accepted = orgs.accept_invitation(token, name=name, language=language, at=at)
    user = accepted.user
    if has_keys:
        if is_account_complete(user):
            move = enums.MembershipMove.READY
            orgs.apply_membership_move(accepted.membership, move, actor=user.pk, at=at)
        return Enrolment()
    return begin_keys(user, password, "enrol", at=at)


def begin_keys(user: models.User, password: str, action: str, *, at: datetime) -> Enrolment:
    """Give an account new keys with this password; begin a session. `action`: for the audit."""
    key, secret = _make_key(user, password, at)
    code = create_code(key, secret, at=at)
    entry = browser_sessions.begin_session(user, key.version, secret, at=at)
    browser_sessions.note(action, user.pk, at=at)
    return Enrolment(entry, code)


@transaction.atomic
def offer_code(entry: browser_sessions.BrowserSession, *, at: datetime) -> RecoveryCode:
    """Return a new recovery code, shown once. The old code works until the new one is confirmed.
    Errors: session_move_not_allowed; step_up_required."""
    _must_allow_code_change(entry, at)
    key = UserKey.objects.get(user=entry.session.user_id, version=entry.session.user_version)
    code = create_code(key, browser_sessions.secret_of(entry), at=at)
    browser_sessions.note("offer_code", entry.session.user_id, at=at)
    return code


@transaction.atomic
def confirm_code(
    entry: browser_sessions.BrowserSession, typed: str, *, at: datetime
) -> browser_sessions.BrowserSession:
    """Activate a recovery code that the user has typed back; return the session, perhaps unlocked.
    Errors: CodeMistyped; CodeWrong; session_move_not_allowed; step_up_required."""
    _must_allow_code_change(entry, at)
    user, version = entry.session.user_id, entry.session.user_version
    wraps = UserWrap.objects.filter(user_key__user=user, user_key__version=version)
    codes = wraps.filter(kind=WrapKind.RECOVERY)
    unconfirmed = codes.select_for_update(of=("self",)).filter(confirmed_at=None).first()
    if unconfirmed is None or open_with_code(unconfirmed, parse_recovery_code(typed)) is None:
        raise CodeWrong
    codes.exclude(confirmed_at=None).delete()
    unconfirmed.confirmed_at = at
    unconfirmed.save(update_fields=["confirmed_at"])
    updated_entry = browser_sessions.unlock_if_complete(entry, at=at)
    browser_sessions.note("confirm_code", user, at=at)
    return updated_entry


def create_code(key: UserKey, secret: secrets.UserSecret, *, at: datetime) -> RecoveryCode:
    """Create a recovery code for a secret; the user must still confirm it."""
    code, credential = RecoveryCode.generate(), uuid4()
    blob = userwrap.seal_with_code(secret, code, user=key.user_id, credential=credential)
    key.wraps.filter(kind=WrapKind.RECOVERY, confirmed_at=None).delete()
    key.wraps.create(kind=WrapKind.RECOVERY, credential=credential, blob=blob, created=at)
    return code


def parse_recovery_code(typed: str) -> RecoveryCode:
    """Parse a typed recovery code. Errors: CodeMistyped, with the group to correct."""
    try:
        return RecoveryCode.parse(typed)
    except errors.Mistyped as mistake:
        raise CodeMistyped(group=mistake.group) from None


def open_with_code(wrap: UserWrap, code: RecoveryCode) -> secrets.UserSecret | None:
    """Return the secret that a recovery code opens, None if the code is wrong."""
    blob, user = bytes(wrap.blob), wrap.user_key.user_id
    try:
        return userwrap.open_with_code(blob, code, user=user, credential=wrap.credential)
    except errors.Damaged:
        return None


def is_account_complete(user: models.User) -> bool:
    """Return whether an account has keys, a confirmed recovery code and a second factor."""
    factors = factors_of(user.pk)
    key = UserKey.newest_of(user.pk)
    if key is None or not (factors.has_totp or factors.passkeys):
        return False
    return key.wraps.filter(kind=WrapKind.RECOVERY, confirmed_at__isnull=False).exists()


def _make_key(user: models.User, password: str, at: datetime) -> tuple[UserKey, secrets.UserSecret]:
    """Make the user's next key, which only the password opens; retire the one before."""
    previous_key = UserKey.newest_of(user.pk)
    secret = secrets.UserSecret.generate()
    version, public = previous_key.version + 1 if previous_key else 1, secret.public().raw
    key = UserKey.objects.create(user=user, version=version, public=public, created=at)
    UserWrap.objects.filter(user_key__user=user).delete()  # wraps of earlier versions
    passwords.set_password(user, key, secret, password, at=at)
    key_register.register_key(Owner.PERSON, user.pk, key.version, secret.public(), at=at)
    if previous_key is not None:
        retire = partial(key_register.register_retirement, Owner.PERSON, user.pk)
        transaction.on_commit(partial(retire, previous_key.version, at=at))
    return key, secret


def _must_allow_code_change(entry: browser_sessions.BrowserSession, at: datetime) -> None:
    """Require a step-up for a new recovery code, or during sign-up the step that confirms it."""
    if entry.state is SessionState.UNLOCKED:
        must_be_stepped_up(entry.session, at=at)
    else:
        browser_sessions.must_be_at_step(entry, Step.CONFIRM_CODE)
