"""Passwords: how they are offered, checked and set, and the secret that they open."""

import math
import os
import re
import unicodedata
from contextlib import suppress
from datetime import datetime
from uuid import uuid4

from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from protect.orgs.models import User
from protect.vault.enums import WrapKind
from protect.vault.errors import Crowded, PasswordPersonal, RecordDamaged, Throttled, VaultRefusal
from protect.vault.formats import errors, secrets
from protect.vault.formats.credentials import userwrap
from protect.vault.formats.credentials.stretch import is_crowded, stretch
from protect.vault.formats.credentials.words import make_passphrase
from protect.vault.models import UserKey, UserWrap
from protect.vault.server_keys import peppers
from protect.vault.sessions import browser_sessions, hashers

MIN_LENGTH = 15  # characters of a password chosen by the user
MIN_DISTINCT_CHARACTERS = 5  # different characters
CROWDED_RETRY_SECONDS = 3  # after which a refused user may try again
MIN_NAME_LENGTH = 4  # letters: shorter names occur in many words
NON_ALPHANUMERIC = re.compile(r"[\W_]+")
DIGITS_AND_SIGNS = re.compile(r"[\W\d_]+")
COMMON_PASSWORD_CHECK = CommonPasswordValidator()


def offer_password(*, email: str, name: str = "") -> str:
    """Return a suggested password: six random words (77 bits) without parts of email or name."""
    while True:
        password = make_passphrase()
        with suppress(PasswordPersonal):  # such as "democracy" for a user with the name Demo
            must_be_strong(password, email=email, name=name)
            return password


def must_be_strong(password: str, *, email: str, name: str) -> None:
    """Refuse a password that an attacker would guess. Errors: password_short, password_common,
    password_repeated, PasswordPersonal. Source: NIST SP 800-63B, 5.1.1.2."""
    normalised = unicodedata.normalize("NFKC", password).casefold()
    if len(normalised) < MIN_LENGTH:
        raise VaultRefusal("password_short", least=MIN_LENGTH)
    unspaced = "".join(normalised.split())
    if len(set(unspaced)) < MIN_DISTINCT_CHARACTERS or any(map(_is_common, _spellings(unspaced))):
        raise VaultRefusal("password_common")
    if len(_repeated_part(unspaced)) < min(MIN_LENGTH, len(unspaced)):
        raise VaultRefusal("password_repeated")
    if any(part in unspaced for part in _personal_words(email, name)):
        raise PasswordPersonal


def open_secret(user: User | None, password: str) -> secrets.UserSecret | None:
    """Return the user's secret if the password is right, else None. Argon2 does the same work for
    every account and password, known or not: twice today's cost, also for an older, lower cost.
    Errors: pepper_missing; RecordDamaged if the password is right but its bundle does not open."""
    encoded, wrap = user.password if user else "!", _password_wrap_of(user)
    is_right = check_password(password, encoded)  # an unusable hash costs today's work, too
    finished_costs = [hashers.cost_of(encoded)]
    if wrap is not None:
        finished_costs.append(userwrap.parse_header(bytes(wrap.blob)).kdf)
    for missing_cost in peppers.missing_argon2_runs(finished_costs):
        stretch(password, os.urandom(16), missing_cost)
    if user is None or wrap is None:
        return None
    try:
        with peppers.refuse_missing_pepper():
            blob, server_peppers = bytes(wrap.blob), peppers.load_peppers()
            secret = userwrap.open_with_password(
                blob, password, server_peppers, user=user.pk, credential=wrap.credential
            )
    except errors.Damaged:
        if is_right:
            raise RecordDamaged(reference=str(wrap.pk)) from None
        return None
    return secret if is_right else None


def set_password(
    user: User, key: UserKey, secret: secrets.UserSecret, password: str, *, at: datetime
) -> None:
    """Make a password the only one that opens the user's secret. `at` is when the user chose it;
    the security page shows that date. Errors: pepper_missing."""
    user.password = make_password(password)
    user.save(update_fields=["password"])
    credential = uuid4()
    with peppers.refuse_missing_pepper():
        server_peppers, cost = peppers.load_peppers(), peppers.argon2_cost()
        blob = userwrap.seal_with_password(
            secret, password, server_peppers, user=user.pk, credential=credential, cost=cost
        )
    key.wraps.filter(kind=WrapKind.PASSWORD).delete()
    key.wraps.create(kind=WrapKind.PASSWORD, credential=credential, blob=blob, created=at)


def renew_outdated(user: User, secret: secrets.UserSecret, password: str, *, at: datetime) -> bool:
    """Renew hash and bundle if their cost or pepper is outdated; return whether they were renewed.
    The date on which the password was chosen stays the same."""
    wrap = _password_wrap_of(user)
    if wrap is None:
        return False
    head = userwrap.parse_header(bytes(wrap.blob))
    cost, pepper = peppers.argon2_cost(), peppers.load_peppers().current
    is_bundle_new = (head.kdf, head.pepper) == (cost, pepper)
    if is_bundle_new and not identify_hasher(user.password).must_update(user.password):
        return False
    set_password(user, wrap.user_key, secret, password, at=wrap.created)
    browser_sessions.note("renew_password", user.pk, at=at)
    return True


def must_have_capacity() -> None:
    """Refuse to hash while so many users sign in that other requests would wait. Call it before an
    attempt is counted, because the user did nothing wrong. Errors: Crowded."""
    if is_crowded():
        raise Crowded(seconds=CROWDED_RETRY_SECONDS)


def must_not_be_throttled(seconds: float) -> None:
    """Refuse an attempt that the throttle has not admitted. Errors: Throttled, in whole seconds."""
    if seconds:
        raise Throttled(seconds=math.ceil(seconds))


def _password_wrap_of(user: User | None) -> UserWrap | None:
    key = UserKey.newest_of(user.pk) if user else None
    if key is None:
        return None
    return key.wraps.select_related("user_key").filter(kind=WrapKind.PASSWORD).first()


def _is_common(password: str) -> bool:
    try:
        COMMON_PASSWORD_CHECK.validate(password)
    except ValidationError:
        return True
    return False


def _spellings(unspaced: str) -> list[str]:
    """Return a password and its repeated part, and both without digits and signs as well, unless
    these are more than two thirds of it, because then they do not merely decorate a word."""
    bare = DIGITS_AND_SIGNS.sub("", unspaced)
    spellings = [unspaced, bare] if 3 * len(bare) >= len(unspaced) else [unspaced]
    return [*spellings, *map(_repeated_part, spellings)]


def _repeated_part(text: str) -> str:
    """Return the shortest text whose repetition makes this one: "pass" for "passpasspass"."""
    return text[: (text + text).find(text, 1)] if text else text


def _personal_words(email: str, name: str) -> list[str]:
    local, _, domain = email.casefold().partition("@")
    words = [local, domain.partition(".")[0], *NON_ALPHANUMERIC.split(f"{local} {name.casefold()}")]
    return [word for word in words if len(word) >= MIN_NAME_LENGTH]
