"""The second factor: an authenticator app. Passkeys stand in passkeys.py."""

import base64
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import transaction
from django.db.models import QuerySet
from django.utils.safestring import SafeString, mark_safe

from protect.orgs import actions as orgs
from protect.orgs.models import User
from protect.vault.enums import SessionState, Step
from protect.vault.errors import FactorRefused, SessionEnded, VaultRefusal
from protect.vault.formats import context, errors, sealed
from protect.vault.formats.credentials.peppers import factor_key
from protect.vault.integrity import key_register
from protect.vault.models import Passkey, TotpDevice, UnlockSession
from protect.vault.server_keys.peppers import needing_pepper, peppers
from protect.vault.sessions import authentication, browser_sessions, passwords, rules, unlocked
from protect.vault.sessions.browser_sessions import Entry

SEED_BYTES, DIGITS = 20, 6
ISSUER = "PROTECT"


@dataclass(frozen=True, slots=True, repr=False)
class TotpOffer:
    """A new seed, shown once: as a picture, as an address, and as letters to type."""

    svg: SafeString
    uri: str
    typed: str  # Base32 in groups of four


@dataclass(frozen=True, slots=True)
class Factors:
    has_totp: bool
    passkeys: tuple[Passkey, ...]

    def must_not_be_last(self) -> None:
        """Refuse to take one away when it is the only one. Errors: last_second_factor."""
        if self.has_totp + len(self.passkeys) < 2:
            raise VaultRefusal("last_second_factor")


def factors_of(user: UUID) -> Factors:
    """Return the second factors of a person, passkeys in the order they were added."""
    keys = Passkey.objects.filter(user=user).order_by("created", "pk")
    return Factors(_confirmed(user).exists(), tuple(keys))


def must_be_stepped_up(shown: unlocked.Unlocked | UnlockSession, *, at: datetime) -> None:
    """Refuse a person who proved nothing within ten minutes. Errors: step_up_required."""
    if not rules.is_stepped_up(shown.stepped_up, at):
        raise VaultRefusal("step_up_required")


def must_change_factors(entry: Entry, *, at: datetime) -> None:
    """Refuse to change what protects an account, but when it is set up, or after a step-up.
    Errors: session_move_not_allowed; step_up_required."""
    if entry.state is SessionState.UNLOCKED:
        must_be_stepped_up(entry.session, at=at)
    else:
        browser_sessions.must_be_at(entry, Step.SET_UP_FACTOR)


@transaction.atomic
def offer_totp(entry: Entry, *, at: datetime) -> TotpOffer:
    """Return a new seed for an authenticator app. The app before it works until this is confirmed.
    Errors: session_move_not_allowed; step_up_required; pepper_missing."""
    must_change_factors(entry, at=at)
    user = entry.session.user
    TotpDevice.objects.filter(user=user, confirmed_at__isnull=True).delete()
    device = TotpDevice(pk=uuid4(), user=user, created=at)
    seed = os.urandom(SEED_BYTES)
    _seal(device, seed)
    device.save(force_insert=True)
    return _offer(seed, user)


@transaction.atomic
def confirm_totp(entry: Entry, code: str, *, at: datetime) -> Entry:
    """Take a new app into use with its first code; return the session, unlocked if all is done.
    Errors: session_move_not_allowed; step_up_required; FactorRefused; pepper_missing."""
    must_change_factors(entry, at=at)
    user = entry.session.user_id
    device = TotpDevice.objects.select_for_update().filter(user=user, confirmed_at=None).first()
    if device is None or not _is_right(device, code, at):
        raise FactorRefused
    _confirmed(user).delete()
    device.confirmed_at = at
    device.save(update_fields=["confirmed_at"])
    return added(entry, "add_totp", at=at)


def second_factor_totp(entry: Entry, code: str, *, browser: orgs.Browser, at: datetime) -> Entry:
    """Go on with a code of the app; return the session, unlocked if all is done. Errors: Throttled;
    FactorRefused; SessionEnded after five; session_move_not_allowed; pepper_missing."""
    is_right = partial(show_totp, entry.session.user_id, code, at=at)
    return come_in(entry, is_right, browser=browser, at=at)


def step_up_totp(entry: Entry, code: str, *, at: datetime) -> None:
    """Show once more that it is you, with a code of the app.
    Errors: FactorRefused; SessionEnded after five; session_move_not_allowed; pepper_missing."""
    step_up(entry, partial(show_totp, entry.session.user_id, code, at=at), at=at)


def give_totp(user: User, seed: bytes, *, at: datetime) -> None:
    """Give an account an app that is in use at once. For the demo alone. Errors: pepper_missing."""
    device = TotpDevice(pk=uuid4(), user=user, created=at, confirmed_at=at)
    _seal(device, seed)
    device.save(force_insert=True)


def code_at(seed: bytes, at: datetime) -> str:
    """Return the six digits that an app shows at an instant."""
    return _totp(seed).generate(int(at.timestamp())).decode()


@transaction.atomic
def remove_totp(entry: Entry, *, at: datetime) -> None:
    """Take the app away. Errors: last_second_factor; session_move_not_allowed; step_up_required."""
    must_change_factors(entry, at=at)
    user = entry.session.user_id
    User.objects.select_for_update().get(pk=user)  # two removals must not leave none
    factors_of(user).must_not_be_last()
    _confirmed(user).delete()
    browser_sessions.note("remove_totp", user, at=at)


@transaction.atomic
def show_totp(user: UUID, code: str, *, at: datetime) -> bool:
    """Return whether a code is right; it is used up then. Errors: pepper_missing."""
    device = _confirmed(user).select_for_update().first()
    return device is not None and _is_right(device, code, at)


def come_in(
    entry: Entry, is_right: Callable[[], bool], *, browser: orgs.Browser, at: datetime
) -> Entry:
    """Go on with the second factor of a sign-in. Its tries count over all sessions of the account.
    Errors: Throttled; FactorRefused; SessionEnded after five; session_move_not_allowed."""
    browser_sessions.must_be_at(entry, Step.SECOND_FACTOR)
    passwords.must_wait(orgs.attempt_code(entry.session.user, browser, at=at))
    return prove(entry, is_right, partial(_let_in, entry, browser, at), at=at)


def step_up(entry: Entry, is_right: Callable[[], bool], *, at: datetime) -> None:
    """Note that a person shows a second factor once more.
    Errors: FactorRefused; SessionEnded after five; session_move_not_allowed."""
    if entry.state is not SessionState.UNLOCKED:
        raise VaultRefusal("session_move_not_allowed")
    prove(entry, is_right, partial(authentication.note_step_up, entry, at=at), at=at)


def prove[T](
    entry: Entry, is_right: Callable[[], bool], then: Callable[[], T], *, at: datetime
) -> T:
    """Do what a person may do who shows a second factor. One guess at a time for each session.
    What is wrong is counted for the session, and stays counted.
    Errors: FactorRefused; SessionEnded after five, or when it has ended elsewhere."""
    user = entry.session.user
    with transaction.atomic():
        browser_sessions.locked(entry.session)
        browser_sessions.count_try(entry)
        if is_right():
            return then()
        is_over = browser_sessions.is_spent(entry, at=at)
        browser_sessions.note("second_factor", user.pk, at=at, outcome=FactorRefused.code)
    raise SessionEnded if is_over else FactorRefused


@transaction.atomic
def added(entry: Entry, action: str, *, at: datetime) -> Entry:
    """Go on with a session that has just shown a new second factor."""
    _note_factor(entry, at)
    browser_sessions.passed(entry, at=at)
    gone_on = browser_sessions.go_on(entry, at=at)
    browser_sessions.note(action, entry.session.user_id, at=at)
    return gone_on


def _note_factor(entry: Entry, at: datetime) -> None:
    """Let the ledger know that this person's key has a second factor, where it does not yet.
    After the commit: a person whose factor was rolled back must be able to set one up."""
    line = browser_sessions.factor_line(entry)
    if not key_register.is_made(*line):
        transaction.on_commit(partial(key_register.note_made, *line, at=at))


def _let_in(entry: Entry, browser: orgs.Browser, at: datetime) -> Entry:
    _note_factor(entry, at)
    browser_sessions.passed(entry, at=at)
    user = entry.session.user
    orgs.succeeded(user.email, user, browser, at=at)
    return browser_sessions.go_on(entry, at=at)


def _is_right(device: TotpDevice, code: str, at: datetime) -> bool:
    totp = _totp(_seed(device))
    typed = "".join(code.split()).encode()
    right = [
        number
        for number in rules.totp_steps(at, after=device.last_step)
        if hmac.compare_digest(totp.generate(number * rules.TOTP_SECONDS), typed)
    ]
    if right:
        device.last_step = right[-1]
        if device.pepper != peppers().current:
            _seal(device, _seed(device))
        device.save(update_fields=["last_step", "pepper", "seed"])
    return bool(right)


def _seal(device: TotpDevice, seed: bytes) -> None:
    server_peppers = peppers()
    key = factor_key(server_peppers.get(server_peppers.current))
    device.pepper, device.seed = server_peppers.current, sealed.encrypt(seed, key, _context(device))


def _seed(device: TotpDevice) -> bytes:
    with needing_pepper():
        key = factor_key(peppers().get(device.pepper))
    try:
        return sealed.decrypt(bytes(device.seed), key, _context(device))
    except errors.Damaged:
        raise FactorRefused from None


def _totp(seed: bytes) -> TOTP:
    return TOTP(seed, DIGITS, SHA1(), rules.TOTP_SECONDS)  # noqa: S303 - as apps do it


def _context(device: TotpDevice) -> context.FactorContext:
    return context.factor(user=device.user_id, device=device.pk)


def _confirmed(user: UUID) -> QuerySet[TotpDevice]:
    return TotpDevice.objects.filter(user=user, confirmed_at__isnull=False)


def _offer(seed: bytes, user: User) -> TotpOffer:
    uri = _totp(seed).get_provisioning_uri(user.email, ISSUER)
    drawn = segno.make(uri, error="m")  # without a size of its own: the page scales all of it
    picture = drawn.svg_inline(border=4, dark="#000", light="#fff", omitsize=True)
    letters = base64.b32encode(seed).decode()
    typed = " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))
    return TotpOffer(mark_safe(picture), uri, typed)  # noqa: S308 - made by segno, of letters only
