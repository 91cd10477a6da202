"""Passkeys: a second factor, and where the browser has PRF a way to unlock.
Options and challenge travel through Django's session between the two requests of a ceremony.
Source: Web Authentication Level 3, with its extension prf."""

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import webauthn
from django.conf import settings
from django.db import transaction
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    UserVerificationRequirement,
)

from protect.kernel.items import items
from protect.orgs.actions import Browser
from protect.orgs.models import User
from protect.vault.enums import SessionState, WrapKind
from protect.vault.errors import FactorRefused, VaultRefusal
from protect.vault.formats import errors
from protect.vault.formats.credentials import userwrap
from protect.vault.formats.secrets import UserSecret, base64url
from protect.vault.integrity import key_register
from protect.vault.models import Passkey, UserKey
from protect.vault.sessions import authentication, browser_sessions, rules
from protect.vault.sessions.browser_sessions import Entry
from protect.vault.sign_in import second_factors

NAME = "PROTECT"
SALT_BYTES, CHALLENGE_BYTES, NAME_LENGTH = 32, 32, 60
VERIFIED = UserVerificationRequirement.REQUIRED  # PRF answers differently without
# What comes of a credential that no browser made: other JSON than was asked for, or too deep.
UNREADABLE = (WebAuthnException, ValueError, LookupError, TypeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What the page gives to the browser, and what Django's session keeps until it answers."""

    options: str
    state: str


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What the browser posts: a credential as JSON, and the output of PRF if it has one."""

    credential: str
    prf: str = ""

    def prf_output(self) -> userwrap.PrfOutput | None:
        """Return what the passkey answered, None where the browser has no PRF."""
        try:
            return userwrap.PrfOutput(base64url_to_bytes(self.prf)) if self.prf else None
        except ValueError:
            return None


@transaction.atomic
def offer_registration(entry: Entry, *, at: datetime) -> Ceremony:
    """Return what a browser needs to make a passkey.
    Errors: session_move_not_allowed; step_up_required."""
    second_factors.must_change_factors(entry, at=at)
    user = entry.session.user
    challenge, salt = os.urandom(CHALLENGE_BYTES), os.urandom(SALT_BYTES)
    options = webauthn.generate_registration_options(
        rp_id=_site(),
        rp_name=NAME,
        user_id=user.pk.bytes,
        user_name=user.email,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(user_verification=VERIFIED),
        exclude_credentials=[
            _descriptor(each) for each in second_factors.factors_of(user.pk).passkeys
        ],
    )
    page = json.loads(webauthn.options_to_json(options))
    page["extensions"] = {"prf": {"eval": {"first": base64url(salt)}}}
    return _ceremony("create", page, challenge, at, salt=base64url(salt))


@transaction.atomic
def register(entry: Entry, state: str, answer: Answer, *, name: str, at: datetime) -> Entry:
    """Take a new passkey into use; return the session, unlocked if all is done.
    Where the browser has answered PRF already, the passkey can unlock from now on.
    Errors: FactorRefused; session_move_not_allowed; step_up_required."""
    second_factors.must_change_factors(entry, at=at)
    kept = _kept("create", state, at)
    try:
        verified = webauthn.verify_registration_response(
            credential=answer.credential,
            expected_challenge=base64url_to_bytes(kept["challenge"]),
            expected_rp_id=_site(),
            expected_origin=settings.STAFF_URL,
            require_user_verification=True,
        )
    except UNREADABLE:
        raise FactorRefused from None
    if Passkey.objects.filter(credential=verified.credential_id).exists():
        raise FactorRefused
    passkey = Passkey(
        pk=uuid4(),
        user=entry.session.user,
        credential=verified.credential_id,
        public=verified.credential_public_key,
        count=verified.sign_count,
        name=" ".join(name.split())[:NAME_LENGTH],
        prf_salt=base64url_to_bytes(kept["salt"]),
        created=at,
    )
    key_register.note_row(key_register.PASSKEY, passkey.pk, _digest(passkey), at=at)
    passkey.save(force_insert=True)
    _wrap(entry, passkey, answer.prf_output(), at)
    return second_factors.added(entry, "add_passkey", at=at)


def can_unlock(entry: Entry) -> bool:
    """Return whether one of this person's passkeys opens the secret."""
    return _key_of(entry).wraps.filter(kind=WrapKind.PASSKEY).exists()


def offer_assertion(user: UUID, *, at: datetime) -> Ceremony:
    """Return what a browser needs to use a passkey: as second factor, step-up or key."""
    passkeys = second_factors.factors_of(user).passkeys
    challenge = os.urandom(CHALLENGE_BYTES)
    options = webauthn.generate_authentication_options(
        rp_id=_site(),
        challenge=challenge,
        allow_credentials=[_descriptor(each) for each in passkeys],
        user_verification=VERIFIED,
    )
    page = json.loads(webauthn.options_to_json(options))
    salts = {base64url(each.credential): {"first": base64url(each.prf_salt)} for each in passkeys}
    page["extensions"] = {"prf": {"evalByCredential": salts}}
    return _ceremony("get", page, challenge, at)


def second_factor_passkey(
    entry: Entry, state: str, answer: Answer, *, browser: Browser, at: datetime
) -> Entry:
    """Go on with a passkey; return the session, unlocked if all is done.
    Where the browser has answered PRF, the passkey can unlock from now on.
    Errors: Throttled; FactorRefused; SessionEnded after five; session_move_not_allowed."""
    is_right = partial(_show_and_wrap, entry, state, answer, at)
    return second_factors.come_in(entry, is_right, browser=browser, at=at)


def step_up_passkey(entry: Entry, state: str, answer: Answer, *, at: datetime) -> None:
    """Show once more that it is you, with a passkey.
    Errors: FactorRefused; SessionEnded after five; session_move_not_allowed."""
    second_factors.step_up(entry, partial(_show_and_wrap, entry, state, answer, at), at=at)


def resume_with_passkey(entry: Entry, state: str, answer: Answer, *, at: datetime) -> Entry:
    """Unlock a locked session with a passkey that opens the secret by its PRF. Errors:
    FactorRefused; passkey_cannot_unlock; SessionEnded after five; session_move_not_allowed."""
    if entry.state is not SessionState.LOCKED:
        raise VaultRefusal("session_move_not_allowed")
    shown: list[Passkey] = []

    def is_right() -> bool:
        passkey = show_passkey(entry.session.user_id, state, answer, at=at)
        shown.extend([passkey] if passkey else [])
        return passkey is not None

    def then() -> Entry:
        return authentication.unlock_again(
            entry, _secret(entry, shown[0], answer.prf_output()), at=at
        )

    return second_factors.prove(entry, is_right, then, at=at)


@transaction.atomic
def remove_passkey(entry: Entry, passkey: UUID, *, at: datetime) -> None:
    """Take a passkey away, and what it opened.
    Errors: last_second_factor; session_move_not_allowed; step_up_required."""
    second_factors.must_change_factors(entry, at=at)
    user = entry.session.user_id
    User.objects.select_for_update().get(pk=user)  # two removals must not leave none
    rows = Passkey.objects.filter(user=user, pk=passkey)
    if not rows.exists():
        return
    second_factors.factors_of(user).must_not_be_last()
    rows.delete()
    _key_of(entry).wraps.filter(kind=WrapKind.PASSKEY, credential=passkey).delete()
    browser_sessions.note("remove_passkey", user, at=at)


def show_passkey(user: UUID, state: str, answer: Answer, *, at: datetime) -> Passkey | None:
    """Return the passkey of a person that answered a challenge rightly, None otherwise."""
    try:
        kept = _kept("get", state, at)
        credential = base64url_to_bytes(str(json.loads(answer.credential)["id"]))
        row = Passkey.objects.select_for_update().get(user=user, credential=credential)
        if not key_register.is_row(key_register.PASSKEY, row.pk, _digest(row)):
            raise FactorRefused
        verified = webauthn.verify_authentication_response(
            credential=answer.credential,
            expected_challenge=base64url_to_bytes(kept["challenge"]),
            expected_rp_id=_site(),
            expected_origin=settings.STAFF_URL,
            credential_public_key=bytes(row.public),
            credential_current_sign_count=row.count,
            require_user_verification=True,
        )
    except (FactorRefused, Passkey.DoesNotExist, *UNREADABLE):
        return None
    row.count, row.used = verified.new_sign_count, at
    row.save(update_fields=["count", "used"])
    return row


def _show_and_wrap(entry: Entry, state: str, answer: Answer, at: datetime) -> bool:
    passkey = show_passkey(entry.session.user_id, state, answer, at=at)
    if passkey is not None:
        _wrap(entry, passkey, answer.prf_output(), at)
    return passkey is not None


def _digest(passkey: Passkey) -> bytes:
    """Return what the ledger says of a passkey: a row with another key, or of another person, is
    one that a writer to the database has made."""
    encoded = items("passkey", passkey.user_id, bytes(passkey.credential), bytes(passkey.public))
    return hashlib.sha256(encoded).digest()


def _wrap(entry: Entry, passkey: Passkey, prf: userwrap.PrfOutput | None, at: datetime) -> None:
    """Let a passkey open the secret too. A password always opens it besides."""
    key = _key_of(entry)
    if prf is None or key.wraps.filter(credential=passkey.pk).exists():
        return
    blob = userwrap.seal_passkey(
        browser_sessions.secret_of(entry), prf, user=passkey.user_id, credential=passkey.pk
    )
    key.wraps.create(kind=WrapKind.PASSKEY, credential=passkey.pk, blob=blob, created=at)


def _secret(entry: Entry, passkey: Passkey, prf: userwrap.PrfOutput | None) -> UserSecret:
    wrap = _key_of(entry).wraps.filter(kind=WrapKind.PASSKEY, credential=passkey.pk).first()
    if wrap is None or prf is None:
        raise VaultRefusal("passkey_cannot_unlock")
    try:
        return userwrap.open_passkey(
            bytes(wrap.blob), prf, user=passkey.user_id, credential=passkey.pk
        )
    except errors.Damaged:
        raise VaultRefusal("passkey_cannot_unlock") from None


def _key_of(entry: Entry) -> UserKey:
    return UserKey.objects.get(user=entry.session.user_id, version=entry.session.user_version)


def _ceremony(
    purpose: str, page: dict[str, object], challenge: bytes, at: datetime, *, salt: str = ""
) -> Ceremony:
    kept = {"purpose": purpose, "challenge": base64url(challenge), "salt": salt}
    return Ceremony(json.dumps(page), json.dumps({**kept, "at": at.isoformat()}))


def _kept(purpose: str, state: str, at: datetime) -> dict[str, str]:
    """Return what the session kept. Errors: FactorRefused, when it is too old or for another."""
    kept: dict[str, str] = json.loads(state) if state else {"purpose": ""}
    if kept["purpose"] != purpose:
        raise FactorRefused
    if at - datetime.fromisoformat(kept["at"]).astimezone(UTC) >= rules.CEREMONY:
        raise FactorRefused
    return kept


def _descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(id=bytes(passkey.credential))


def _site() -> str:
    return urlsplit(settings.STAFF_URL).hostname or ""
