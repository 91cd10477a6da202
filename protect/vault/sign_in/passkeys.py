"""Passkeys: a second factor, and, in browsers with the PRF extension, a way to unlock.
Between the two requests of a ceremony, its challenge is kept in Django's session.
Source: Web Authentication Level 3, with its extension prf."""

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from django.conf import settings
from django.db import transaction
from webauthn.helpers import base64url_to_bytes, structs
from webauthn.helpers.exceptions import WebAuthnException

from protect.kernel.items import encode_items
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
from protect.vault.sessions.browser_sessions import BrowserSession
from protect.vault.sign_in import second_factors

RELYING_PARTY_NAME = "PROTECT"  # the name that the browser shows
SALT_BYTES, CHALLENGE_BYTES, MAX_NAME_LENGTH = 32, 32, 60  # bytes, bytes, characters of a name
USER_VERIFICATION = (
    structs.UserVerificationRequirement.REQUIRED
)  # without it, PRF gives another output
# Errors of a forged credential: unexpected JSON, or JSON that is nested too deeply.
MALFORMED_ERRORS = (WebAuthnException, ValueError, LookupError, TypeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Ceremony:
    """The options for the browser, and the state that Django's session keeps until the answer."""

    options: str
    state: str


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """The browser's answer: a credential as JSON, and the PRF output if the browser has PRF."""

    credential: str
    prf: str = ""

    def prf_output(self) -> userwrap.PrfOutput | None:
        """Return the PRF output; None if the browser sent none, or a malformed one."""
        try:
            return userwrap.PrfOutput(base64url_to_bytes(self.prf)) if self.prf else None
        except ValueError:
            return None


@transaction.atomic
def offer_registration(entry: BrowserSession, *, at: datetime) -> Ceremony:
    """Return options for creating a passkey. Errors: session_move_not_allowed; step_up_required."""
    second_factors.must_allow_factor_change(entry, at=at)
    user = entry.session.user
    passkeys = second_factors.factors_of(user.pk).passkeys
    challenge, salt = os.urandom(CHALLENGE_BYTES), os.urandom(SALT_BYTES)
    options = webauthn.generate_registration_options(
        rp_id=_relying_party_id(),
        rp_name=RELYING_PARTY_NAME,
        user_id=user.pk.bytes,
        user_name=user.email,
        challenge=challenge,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            user_verification=USER_VERIFICATION
        ),
        exclude_credentials=[_credential_descriptor(passkey) for passkey in passkeys],
    )
    browser_options = json.loads(webauthn.options_to_json(options))
    browser_options["extensions"] = {"prf": {"eval": {"first": base64url(salt)}}}
    return _build_ceremony("create", browser_options, challenge, at, salt=base64url(salt))


@transaction.atomic
def register_passkey(
    entry: BrowserSession, state: str, answer: Answer, *, name: str, at: datetime
) -> BrowserSession:
    """Add a new passkey to the account; return the session, unlocked if no step is left.
    With a PRF output from the browser, the passkey can also unlock from now on.
    Errors: FactorRefused; session_move_not_allowed; step_up_required."""
    second_factors.must_allow_factor_change(entry, at=at)
    ceremony_state = _read_state("create", state, at)
    try:
        verified = webauthn.verify_registration_response(
            credential=answer.credential,
            expected_challenge=base64url_to_bytes(ceremony_state["challenge"]),
            expected_rp_id=_relying_party_id(),
            expected_origin=settings.STAFF_URL,
            require_user_verification=True,
        )
    except MALFORMED_ERRORS:
        raise FactorRefused from None
    if Passkey.objects.filter(credential=verified.credential_id).exists():
        raise FactorRefused
    passkey = Passkey(
        user=entry.session.user,
        credential=verified.credential_id,
        public=verified.credential_public_key,
        count=verified.sign_count,
        name=" ".join(name.split())[:MAX_NAME_LENGTH],
        prf_salt=base64url_to_bytes(ceremony_state["salt"]),
        created=at,
    )
    key_register.register_row(key_register.PASSKEY_KIND, passkey.pk, _ledger_digest(passkey), at=at)
    passkey.save(force_insert=True)
    _wrap_secret(entry, passkey, answer.prf_output(), at)
    return second_factors.record_added_factor(entry, "add_passkey", at=at)


def can_unlock_with_passkey(entry: BrowserSession) -> bool:
    """Return whether one of the user's passkeys opens their secret."""
    return _user_key_of_session(entry).wraps.filter(kind=WrapKind.PASSKEY).exists()


def offer_assertion(user: UUID, *, at: datetime) -> Ceremony:
    """Return the ceremony for using a passkey to sign in, step up, unlock or reset."""
    passkeys = second_factors.factors_of(user).passkeys
    challenge = os.urandom(CHALLENGE_BYTES)
    options = webauthn.generate_authentication_options(
        rp_id=_relying_party_id(),
        challenge=challenge,
        allow_credentials=[_credential_descriptor(each) for each in passkeys],
        user_verification=USER_VERIFICATION,
    )
    browser_options = json.loads(webauthn.options_to_json(options))
    salts = {base64url(each.credential): {"first": base64url(each.prf_salt)} for each in passkeys}
    browser_options["extensions"] = {"prf": {"evalByCredential": salts}}
    return _build_ceremony("get", browser_options, challenge, at)


def pass_with_passkey(
    entry: BrowserSession, state: str, answer: Answer, *, browser: Browser, at: datetime
) -> BrowserSession:
    """Complete the second factor of a sign-in with a passkey; return the session, perhaps unlocked.
    With a PRF output from the browser, the passkey can also unlock from now on.
    Errors: Throttled; FactorRefused; SessionEnded after five; session_move_not_allowed."""
    is_right = partial(_verify_and_wrap, entry, state, answer, at)
    return second_factors.pass_second_factor(entry, is_right, browser=browser, at=at)


def step_up(entry: BrowserSession, state: str, answer: Answer, *, at: datetime) -> None:
    """Step up by passkey. Errors: FactorRefused; SessionEnded; session_move_not_allowed."""
    second_factors.step_up(entry, partial(_verify_and_wrap, entry, state, answer, at), at=at)


def unlock(entry: BrowserSession, state: str, answer: Answer, *, at: datetime) -> BrowserSession:
    """Unlock a locked session with a passkey whose PRF output opens the secret. Errors:
    FactorRefused; passkey_cannot_unlock; SessionEnded after five; session_move_not_allowed."""
    if entry.state is not SessionState.LOCKED:
        raise VaultRefusal("session_move_not_allowed")
    verified_passkeys: list[Passkey] = []

    def is_right() -> bool:
        passkey = verify(entry.session.user_id, state, answer, at=at)
        verified_passkeys.extend([passkey] if passkey else [])
        return passkey is not None

    def resume() -> BrowserSession:
        secret = _must_open_user_secret(entry, verified_passkeys[0], answer.prf_output())
        return authentication.unlock_session(entry, secret, at=at)

    return second_factors.run_if_proved(entry, is_right, resume, at=at)


@transaction.atomic
def remove_passkey(entry: BrowserSession, passkey: UUID, *, at: datetime) -> None:
    """Delete a passkey and the wrap of the secret that it opened.
    Errors: last_second_factor; session_move_not_allowed; step_up_required."""
    second_factors.must_allow_factor_change(entry, at=at)
    user = entry.session.user_id
    User.objects.select_for_update().get(pk=user)  # serialises parallel removals
    rows = Passkey.objects.filter(user=user, pk=passkey)
    if not rows.exists():
        return
    second_factors.factors_of(user).must_not_be_last()
    rows.delete()
    _user_key_of_session(entry).wraps.filter(kind=WrapKind.PASSKEY, credential=passkey).delete()
    browser_sessions.note("remove_passkey", user, at=at)


def verify(user: UUID, state: str, answer: Answer, *, at: datetime) -> Passkey | None:
    """Return the user's passkey that answered correctly, and save its use; None without one."""
    try:
        ceremony_state = _read_state("get", state, at)
        credential = base64url_to_bytes(str(json.loads(answer.credential)["id"]))
        row = Passkey.objects.select_for_update().get(user=user, credential=credential)
        digest = _ledger_digest(row)
        if not key_register.is_registered_row(key_register.PASSKEY_KIND, row.pk, digest):
            raise FactorRefused
        verified = webauthn.verify_authentication_response(
            credential=answer.credential,
            expected_challenge=base64url_to_bytes(ceremony_state["challenge"]),
            expected_rp_id=_relying_party_id(),
            expected_origin=settings.STAFF_URL,
            credential_public_key=bytes(row.public),
            credential_current_sign_count=row.count,
            require_user_verification=True,
        )
    except (FactorRefused, Passkey.DoesNotExist, *MALFORMED_ERRORS):
        return None
    row.count, row.used = verified.new_sign_count, at
    row.save(update_fields=["count", "used"])
    return row


def _verify_and_wrap(entry: BrowserSession, state: str, answer: Answer, at: datetime) -> bool:
    passkey = verify(entry.session.user_id, state, answer, at=at)
    if passkey is not None:
        _wrap_secret(entry, passkey, answer.prf_output(), at)
    return passkey is not None


def _ledger_digest(passkey: Passkey) -> bytes:
    """Return the digest by which the ledger recognises a passkey row.
    A row with another key or user was written by an intruder in the database."""
    credential, public = bytes(passkey.credential), bytes(passkey.public)
    encoded = encode_items("passkey", passkey.user_id, credential, public)
    return hashlib.sha256(encoded).digest()


def _wrap_secret(
    entry: BrowserSession, passkey: Passkey, prf: userwrap.PrfOutput | None, at: datetime
) -> None:
    """Wrap the user's secret for a passkey too, if there is PRF output and no such wrap yet."""
    key = _user_key_of_session(entry)
    if prf is None or key.wraps.filter(credential=passkey.pk).exists():
        return
    secret, user = browser_sessions.secret_of(entry), passkey.user_id
    blob = userwrap.seal_with_passkey(secret, prf, user=user, credential=passkey.pk)
    key.wraps.create(kind=WrapKind.PASSKEY, credential=passkey.pk, blob=blob, created=at)


def _must_open_user_secret(
    entry: BrowserSession, passkey: Passkey, prf: userwrap.PrfOutput | None
) -> UserSecret:
    wraps = _user_key_of_session(entry).wraps.filter(kind=WrapKind.PASSKEY)
    wrap = wraps.filter(credential=passkey.pk).first()
    if wrap is None or prf is None:
        raise VaultRefusal("passkey_cannot_unlock")
    blob, user = bytes(wrap.blob), passkey.user_id
    try:
        return userwrap.open_with_passkey(blob, prf, user=user, credential=passkey.pk)
    except errors.Damaged:
        raise VaultRefusal("passkey_cannot_unlock") from None


def _user_key_of_session(entry: BrowserSession) -> UserKey:
    return UserKey.objects.get(user=entry.session.user_id, version=entry.session.user_version)


def _build_ceremony(
    purpose: str, options: dict[str, object], challenge: bytes, at: datetime, *, salt: str = ""
) -> Ceremony:
    state = {"purpose": purpose, "challenge": base64url(challenge), "salt": salt}
    return Ceremony(json.dumps(options), json.dumps({**state, "at": at.isoformat()}))


def _read_state(purpose: str, state: str, at: datetime) -> dict[str, str]:
    """Parse the JSON that Django's session kept for a ceremony (never one from a form).
    Errors: FactorRefused if it is empty, expired or for another purpose."""
    ceremony_state: dict[str, str] = json.loads(state) if state else {"purpose": ""}
    if ceremony_state["purpose"] != purpose:
        raise FactorRefused
    if at - datetime.fromisoformat(ceremony_state["at"]).astimezone(UTC) >= rules.CEREMONY_VALIDITY:
        raise FactorRefused
    return ceremony_state


def _credential_descriptor(passkey: Passkey) -> structs.PublicKeyCredentialDescriptor:
    return structs.PublicKeyCredentialDescriptor(id=bytes(passkey.credential))


def _relying_party_id() -> str:
    return urlsplit(settings.STAFF_URL).hostname or ""
