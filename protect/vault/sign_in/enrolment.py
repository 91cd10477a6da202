"""Coming in for the first time: password, keys, recovery code, second factor.
Each step is a row, so that a person who closes the browser goes on where they were."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import uuid4

from django.db import transaction

from protect.orgs import access, actions as orgs, enums
from protect.orgs.models import Invitation, User
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
class Enrolled:
    """A session to go on with and the recovery code, shown once. Neither for an older account."""

    entry: browser_sessions.Entry | None = None
    code: RecoveryCode | None = None


def is_known(invitation: Invitation) -> bool:
    """Return whether the invited address has an account that opens: it signs in as usual.
    A person who left their last place has nothing to sign in with, and begins anew."""
    return UserWrap.objects.filter(user_key__user__email=invitation.email).exists()


@transaction.atomic
def enrol(token: str, *, name: str, language: str, password: str, at: datetime) -> Enrolled:
    """Accept an invitation: make an account with its keys and begin its first session.
    For an address that has an account the place is added, and nothing else: holding the link opens
    no account.
    Errors: InvitationGone; password_short, password_common, PasswordPersonal; detail_invalid;
    account_suspended; already_member; pepper_missing. The invitation stays open then."""
    invitation = access.get_invited(token, at=at)
    is_old = is_known(invitation)
    if not is_old:
        passwords.must_be_good(password, email=invitation.email, name=name)
    accepted = orgs.accept_invitation(token, name=name, language=language, at=at)
    user = accepted.user
    if is_old:
        if is_complete(user):
            orgs.set_membership_state(
                accepted.membership, enums.MembershipMove.READY, actor=user.pk, at=at
            )
        return Enrolled()
    return begin_keys(user, password, "enrol", at=at)


def begin_keys(user: User, password: str, action: str, *, at: datetime) -> Enrolled:
    """Give an account new keys and begin a session with them. For enrolling and starting again."""
    key, secret = _make(user, password, at)
    code = put_code(key, secret, at=at)
    entry = browser_sessions.open_provisional(user, key.version, secret, at=at)
    browser_sessions.note(action, user.pk, at=at)
    return Enrolled(entry, code)


@transaction.atomic
def offer_code(entry: browser_sessions.Entry, *, at: datetime) -> RecoveryCode:
    """Return a new recovery code, shown once. The one before opens until this one is confirmed.
    Errors: session_move_not_allowed; step_up_required."""
    _must_change_code(entry, at)
    key = UserKey.objects.get(user=entry.session.user_id, version=entry.session.user_version)
    code = put_code(key, browser_sessions.secret_of(entry), at=at)
    browser_sessions.note("offer_code", entry.session.user_id, at=at)
    return code


@transaction.atomic
def confirm_code(
    entry: browser_sessions.Entry, typed: str, *, at: datetime
) -> browser_sessions.Entry:
    """Take a code into use that was typed back; return the session, unlocked if all is done.
    Errors: CodeMistyped; CodeWrong; session_move_not_allowed; step_up_required."""
    _must_change_code(entry, at)
    user = entry.session.user_id
    codes = UserWrap.objects.filter(
        user_key__user=user, user_key__version=entry.session.user_version, kind=WrapKind.RECOVERY
    )
    new = codes.select_for_update(of=("self",)).filter(confirmed_at=None).first()
    if new is None or open_with(new, code_of(typed)) is None:
        raise CodeWrong
    codes.exclude(confirmed_at=None).delete()
    new.confirmed_at = at
    new.save(update_fields=["confirmed_at"])
    gone_on = browser_sessions.go_on(entry, at=at)
    browser_sessions.note("confirm_code", user, at=at)
    return gone_on


def put_code(key: UserKey, secret: secrets.UserSecret, *, at: datetime) -> RecoveryCode:
    """Make a recovery code for a secret, still to be confirmed."""
    code, credential = RecoveryCode.make(), uuid4()
    blob = userwrap.seal_code(secret, code, user=key.user_id, credential=credential)
    key.wraps.filter(kind=WrapKind.RECOVERY, confirmed_at=None).delete()
    key.wraps.create(kind=WrapKind.RECOVERY, credential=credential, blob=blob, created=at)
    return code


def code_of(typed: str) -> RecoveryCode:
    """Return a code as it was typed. Errors: CodeMistyped, with the group to look at."""
    try:
        return RecoveryCode.typed(typed)
    except errors.Mistyped as slip:
        raise CodeMistyped(group=slip.group) from None


def open_with(wrap: UserWrap, code: RecoveryCode) -> secrets.UserSecret | None:
    """Return the secret that a code opens, None for another code."""
    try:
        return userwrap.open_code(
            bytes(wrap.blob), code, user=wrap.user_key.user_id, credential=wrap.credential
        )
    except errors.Damaged:
        return None


def is_complete(user: User) -> bool:
    """Return whether nothing of an account is missing: keys, confirmed code, second factor."""
    factors = factors_of(user.pk)
    key = UserKey.newest_of(user.pk)
    if key is None or not (factors.has_totp or factors.passkeys):
        return False
    return key.wraps.filter(kind=WrapKind.RECOVERY, confirmed_at__isnull=False).exists()


def _make(user: User, password: str, at: datetime) -> tuple[UserKey, secrets.UserSecret]:
    before = UserKey.newest_of(user.pk)
    secret = secrets.UserSecret.make()
    key = UserKey.objects.create(
        user=user,
        version=before.version + 1 if before else 1,
        public=secret.public().raw,
        created=at,
    )
    UserWrap.objects.filter(user_key__user=user).delete()  # of versions before: they open nothing
    passwords.put(user, key, secret, password, at=at)
    key_register.note_made(Owner.PERSON, user.pk, key.version, secret.public(), at=at)
    if before is not None:
        forgotten = partial(key_register.note_retired, Owner.PERSON, user.pk, before.version, at=at)
        transaction.on_commit(forgotten)
    return key, secret


def _must_change_code(entry: browser_sessions.Entry, at: datetime) -> None:
    if entry.state is SessionState.UNLOCKED:
        must_be_stepped_up(entry.session, at=at)
    else:
        browser_sessions.must_be_at(entry, Step.CONFIRM_CODE)
