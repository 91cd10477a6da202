"""The second factor of sign-in: in general, and an authenticator app (TOTP)."""

import base64
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import transaction
from django.db.models import QuerySet
from django.utils.safestring import SafeString, mark_safe

from protect.orgs import actions as orgs, models
from protect.vault.enums import SessionState, Step
from protect.vault.errors import FactorRefused, SessionEnded, VaultRefusal
from protect.vault.formats import context, errors, sealed
from protect.vault.formats.credentials.peppers import second_factor_key
from protect.vault.integrity import key_register
from protect.vault.models import Passkey, TotpDevice, UnlockSession
from protect.vault.server_keys.peppers import load_peppers, refuse_missing_pepper
from protect.vault.sessions import authentication, browser_sessions, passwords, rules, unlocked
from protect.vault.sessions.browser_sessions import BrowserSession

SEED_BYTES, CODE_DIGITS = 20, 6  # of an authenticator app
TOTP_ISSUER = "PROTECT"  # the name that the app shows


@dataclass(frozen=True, slots=True, repr=False)
class TotpOffer:
    """A new seed, shown once: as QR code, as address, and as letters to type."""

    svg: SafeString
    uri: str
    typed: str  # Base32 in groups of four


@dataclass(frozen=True, slots=True)
class SecondFactors:
    has_totp: bool
    passkeys: tuple[Passkey, ...]

    def must_not_be_last(self) -> None:
        """Refuse to remove the only second factor. Errors: last_second_factor."""
        if self.has_totp + len(self.passkeys) < 2:
            raise VaultRefusal("last_second_factor")


def factors_of(user: UUID) -> SecondFactors:
    """Return a user's second factors, passkeys in the order in which they were added."""
    keys = Passkey.objects.filter(user=user).order_by("created", "pk")
    return SecondFactors(_confirmed_devices(user).exists(), tuple(keys))


def must_be_stepped_up(session: unlocked.Unlocked | UnlockSession, *, at: datetime) -> None:
    """Refuse unless the last step-up is less than ten minutes old. Errors: step_up_required."""
    if not rules.is_stepped_up(session.stepped_up, at):
        raise VaultRefusal("step_up_required")


def must_allow_factor_change(entry: BrowserSession, *, at: datetime) -> None:
    """Refuse to change second factors except during enrolment or after a step-up.
    Errors: session_move_not_allowed; step_up_required."""
    if entry.state is SessionState.UNLOCKED:
        must_be_stepped_up(entry.session, at=at)
    else:
        browser_sessions.must_be_at_step(entry, Step.SET_UP_FACTOR)


@transaction.atomic
def offer_totp(entry: BrowserSession, *, at: datetime) -> TotpOffer:
    """Return a new seed for an authenticator app; an earlier app works until this one is confirmed.
    Errors: session_move_not_allowed; step_up_required; pepper_missing."""
    must_allow_factor_change(entry, at=at)
    user = entry.session.user
    TotpDevice.objects.filter(user=user, confirmed_at__isnull=True).delete()
    device = TotpDevice(user=user, created=at)
    seed = os.urandom(SEED_BYTES)
    _set_sealed_seed(device, seed)
    device.save(force_insert=True)
    return _build_offer(seed, user)


@transaction.atomic
def confirm_totp(entry: BrowserSession, code: str, *, at: datetime) -> BrowserSession:
    """Activate a new app with its first code; return the session, unlocked if no step is left.
    Errors: session_move_not_allowed; step_up_required; FactorRefused; pepper_missing."""
    must_allow_factor_change(entry, at=at)
    user = entry.session.user_id
    device = TotpDevice.objects.select_for_update().filter(user=user, confirmed_at=None).first()
    if device is None or not _is_valid_code(device, code, at):
        raise FactorRefused
    _confirmed_devices(user).delete()
    device.confirmed_at = at
    device.save(update_fields=["confirmed_at"])
    return record_added_factor(entry, "add_totp", at=at)


def pass_with_totp(
    entry: BrowserSession, code: str, *, browser: orgs.Browser, at: datetime
) -> BrowserSession:
    """Complete a sign-in with an app code; return the session, perhaps unlocked. Errors: Throttled;
    FactorRefused; SessionEnded after five; session_move_not_allowed; pepper_missing."""
    is_right = partial(verify_totp, entry.session.user_id, code, at=at)
    return pass_second_factor(entry, is_right, browser=browser, at=at)


def step_up_with_totp(entry: BrowserSession, code: str, *, at: datetime) -> None:
    """Step up with an app code. Errors: as `step_up`; pepper_missing."""
    step_up(entry, partial(verify_totp, entry.session.user_id, code, at=at), at=at)


def give_demo_totp(user: models.User, seed: bytes, *, at: datetime) -> None:
    """Give a demo account an authenticator app that works at once. Errors: pepper_missing."""
    device = TotpDevice(user=user, created=at, confirmed_at=at)
    _set_sealed_seed(device, seed)
    device.save(force_insert=True)


def totp_code_at(seed: bytes, at: datetime) -> str:
    """Return the six digits that an authenticator app shows at a moment."""
    return _totp_generator(seed).generate(int(at.timestamp())).decode()


@transaction.atomic
def remove_totp(entry: BrowserSession, *, at: datetime) -> None:
    """Remove the app. Errors: last_second_factor; session_move_not_allowed; step_up_required."""
    must_allow_factor_change(entry, at=at)
    user = entry.session.user_id
    models.User.objects.select_for_update().get(pk=user)  # serialises parallel removals
    factors_of(user).must_not_be_last()
    _confirmed_devices(user).delete()
    browser_sessions.note("remove_totp", user, at=at)


@transaction.atomic
def verify_totp(user: UUID, code: str, *, at: datetime) -> bool:
    """Return whether an app code is right; a right code is used up. Errors: pepper_missing."""
    device = _confirmed_devices(user).select_for_update().first()
    return device is not None and _is_valid_code(device, code, at)


def pass_second_factor(
    entry: BrowserSession, verify: Callable[[], bool], *, browser: orgs.Browser, at: datetime
) -> BrowserSession:
    """Complete a sign-in if `verify` accepts; attempts count by session, account and browser.
    Errors: Throttled; FactorRefused; SessionEnded after five; session_move_not_allowed."""
    browser_sessions.must_be_at_step(entry, Step.SECOND_FACTOR)
    passwords.must_not_be_throttled(orgs.throttle_second_factor(entry.session.user, browser, at=at))
    return run_if_proved(entry, verify, partial(_complete_sign_in, entry, browser, at), at=at)


def step_up(entry: BrowserSession, verify: Callable[[], bool], *, at: datetime) -> None:
    """Record a step-up if `verify` accepts the second factor.
    Errors: FactorRefused; SessionEnded after five; session_move_not_allowed."""
    if entry.state is not SessionState.UNLOCKED:
        raise VaultRefusal("session_move_not_allowed")
    run_if_proved(entry, verify, partial(authentication.record_step_up, entry, at=at), at=at)


def run_if_proved[T](
    entry: BrowserSession, verify: Callable[[], bool], action: Callable[[], T], *, at: datetime
) -> T:
    """Run `action` if `verify` accepts the second factor. One attempt at a time for each session. A
    wrong attempt is counted for the session and stays counted.
    Errors: FactorRefused; SessionEnded after five, or if the session has ended elsewhere."""
    user = entry.session.user
    with transaction.atomic():
        browser_sessions.lock_row(entry.session)
        browser_sessions.count_attempt(entry)
        if verify():
            return action()
        is_over = browser_sessions.end_if_attempts_spent(entry, at=at)
        browser_sessions.note("second_factor", user.pk, at=at, outcome=FactorRefused.code)
    raise SessionEnded if is_over else FactorRefused


@transaction.atomic
def record_added_factor(entry: BrowserSession, action: str, *, at: datetime) -> BrowserSession:
    """Record a second factor that was added; return the session, unlocked if no step is left."""
    _note_factor_in_ledger(entry, at)
    browser_sessions.record_identity_proof(entry, at=at)
    updated_entry = browser_sessions.unlock_if_complete(entry, at=at)
    browser_sessions.note(action, entry.session.user_id, at=at)
    return updated_entry


def _note_factor_in_ledger(entry: BrowserSession, at: datetime) -> None:
    """Note in the ledger once that this user's key has a second factor. The line is written after
    the commit: after a rollback the user must still be able to set one up."""
    line = browser_sessions.factor_ledger_line(entry)
    if not key_register.is_registered_key(*line):
        transaction.on_commit(partial(key_register.register_key, *line, at=at))


def _complete_sign_in(entry: BrowserSession, browser: orgs.Browser, at: datetime) -> BrowserSession:
    _note_factor_in_ledger(entry, at)
    browser_sessions.record_identity_proof(entry, at=at)
    user = entry.session.user
    orgs.record_success(user.email, user, browser, at=at)
    return browser_sessions.unlock_if_complete(entry, at=at)


def _is_valid_code(device: TotpDevice, code: str, at: datetime) -> bool:
    """Return whether a code is right and unused; if so, save that and reseal an outdated seed."""
    totp = _totp_generator(_unseal_seed(device))
    typed = "".join(code.split()).encode()
    matching_steps = [
        number
        for number in rules.totp_steps(at, after=device.last_step)
        if hmac.compare_digest(totp.generate(number * rules.TOTP_STEP_SECONDS), typed)
    ]
    if matching_steps:
        device.last_step = matching_steps[-1]
        if device.pepper != load_peppers().current:
            _set_sealed_seed(device, _unseal_seed(device))
        device.save(update_fields=["last_step", "pepper", "seed"])
    return bool(matching_steps)


def _set_sealed_seed(device: TotpDevice, seed: bytes) -> None:
    server_peppers = load_peppers()
    key = second_factor_key(server_peppers.get(server_peppers.current))
    device.pepper = server_peppers.current
    device.seed = sealed.encrypt(seed, key, _seal_context(device))


def _unseal_seed(device: TotpDevice) -> bytes:
    with refuse_missing_pepper():
        key = second_factor_key(load_peppers().get(device.pepper))
    try:
        return sealed.decrypt(bytes(device.seed), key, _seal_context(device))
    except errors.Damaged:
        raise FactorRefused from None


def _totp_generator(seed: bytes) -> TOTP:
    return TOTP(seed, CODE_DIGITS, SHA1(), rules.TOTP_STEP_SECONDS)  # noqa: S303 - as apps do it


def _seal_context(device: TotpDevice) -> context.FactorContext:
    return context.factor(user=device.user_id, device=device.pk)


def _confirmed_devices(user: UUID) -> QuerySet[TotpDevice]:
    return TotpDevice.objects.filter(user=user, confirmed_at__isnull=False)


def _build_offer(seed: bytes, user: models.User) -> TotpOffer:
    uri = _totp_generator(seed).get_provisioning_uri(user.email, TOTP_ISSUER)
    qr_code = segno.make(uri, error="m")  # no fixed size: the page scales it
    picture = qr_code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True)
    letters = base64.b32encode(seed).decode()
    typed = " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))
    return TotpOffer(mark_safe(picture), uri, typed)  # noqa: S308 - made by segno, of letters only
