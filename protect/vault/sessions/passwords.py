"""Passwords: offered, chosen, and what they open."""

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
from protect.vault.server_keys.peppers import cost, missing_work, needing_pepper, peppers
from protect.vault.sessions import browser_sessions, hashers

LEAST = 15  # characters of a password of one's own
FEWEST = 5  # different characters
CROWDED_SECONDS = 3
SHORTEST_NAME = 4  # letters: a shorter name stands in many words
NO_LETTERS = re.compile(r"[\W_]+")
NO_WORD = re.compile(r"[\W\d_]+")
COMMON = CommonPasswordValidator()


def offer(*, email: str, name: str = "") -> str:
    """Return a password of six random words that this person may take: 77 bits, easy to type."""
    while True:
        password = make_passphrase()
        with suppress(PasswordPersonal):  # "democracy", for a person called Demo
            must_be_good(password, email=email, name=name)
            return password


def must_be_good(password: str, *, email: str, name: str) -> None:
    """Refuse a password that an attacker would think of. Errors: password_short, password_common,
    password_repeated, PasswordPersonal. Source: NIST SP 800-63B, 5.1.1.2."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    if len(plain) < LEAST:
        raise VaultRefusal("password_short", least=LEAST)
    letters = "".join(plain.split())
    if len(set(letters)) < FEWEST or any(map(_is_common, _cores(letters))):
        raise VaultRefusal("password_common")
    if len(_unit(letters)) < min(LEAST, len(letters)):
        raise VaultRefusal("password_repeated")
    if any(part in letters for part in _parts(email, name)):
        raise PasswordPersonal


def opened(user: User | None, password: str) -> secrets.UserSecret | None:
    """Return the person's secret if the password is theirs, else None.
    Argon2 does the same work for every account and every password: twice today's cost, also for an
    unknown account and for one whose hash and bundle are of an older, lower cost. Errors:
    pepper_missing; RecordDamaged when the password is right and its bundle does not open."""
    encoded, wrap = user.password if user else "!", _wrap_of(user)
    is_right = check_password(password, encoded)  # an unusable one costs as much as today's
    spent = [hashers.cost_of(encoded), *([userwrap.head_of(bytes(wrap.blob)).kdf] if wrap else [])]
    for run in missing_work(spent):
        stretch(password, os.urandom(16), run)
    if user is None or wrap is None:
        return None
    try:
        with needing_pepper():
            secret = userwrap.open_password(
                bytes(wrap.blob), password, peppers(), user=user.pk, credential=wrap.credential
            )
    except errors.Damaged:
        if is_right:
            raise RecordDamaged(reference=str(wrap.pk)) from None
        return None
    return secret if is_right else None


def put(
    user: User, key: UserKey, secret: secrets.UserSecret, password: str, *, at: datetime
) -> None:
    """Make a password the one that opens a person's secret; the one before opens nothing more. `at`
    is when the person chose it: a page says since when it is unchanged. Errors: pepper_missing."""
    user.password = make_password(password)
    user.save(update_fields=["password"])
    credential = uuid4()
    with needing_pepper():
        blob = userwrap.seal_password(
            secret, password, peppers(), user=user.pk, credential=credential, cost=cost()
        )
    key.wraps.filter(kind=WrapKind.PASSWORD).delete()
    key.wraps.create(kind=WrapKind.PASSWORD, credential=credential, blob=blob, created=at)


def renew(user: User, secret: secrets.UserSecret, password: str, *, at: datetime) -> bool:
    """Make hash and bundle anew where cost or pepper is not today's; return whether it was done.
    The password stays as old as it is."""
    wrap = _wrap_of(user)
    if wrap is None:
        return False
    head = userwrap.head_of(bytes(wrap.blob))
    is_old = (head.kdf, head.pepper) != (cost(), peppers().current)
    if not is_old and not identify_hasher(user.password).must_update(user.password):
        return False
    put(user, wrap.user_key, secret, password, at=wrap.created)
    browser_sessions.note("renew_password", user.pk, at=at)
    return True


def must_have_room() -> None:
    """Refuse to hash where so many sign in that nothing else would be answered. Errors: Crowded.
    Call it before a try is counted: a person who comes again did nothing wrong."""
    if is_crowded():
        raise Crowded(seconds=CROWDED_SECONDS)


def must_wait(seconds: float) -> None:
    """Refuse a try that the throttle has not counted. Errors: Throttled, in whole seconds."""
    if seconds:
        raise Throttled(seconds=math.ceil(seconds))


def _wrap_of(user: User | None) -> UserWrap | None:
    key = UserKey.newest_of(user.pk) if user else None
    if key is None:
        return None
    return key.wraps.select_related("user_key").filter(kind=WrapKind.PASSWORD).first()


def _is_common(password: str) -> bool:
    try:
        COMMON.validate(password)
    except ValidationError:
        return True
    return False


def _cores(letters: str) -> list[str]:
    """Return a password, what repeats in it, and the same for its words without numbers and signs.
    Where numbers and signs are more than two thirds of it, they are no decoration of a word."""
    bare = NO_WORD.sub("", letters)
    spellings = [letters, bare] if 3 * len(bare) >= len(letters) else [letters]
    return [*spellings, *map(_unit, spellings)]


def _unit(text: str) -> str:
    """Return the shortest text that repeats to this one: "passpasspass" is "pass"."""
    return text[: (text + text).find(text, 1)] if text else text


def _parts(email: str, name: str) -> list[str]:
    local, _, domain = email.casefold().partition("@")
    words = [local, domain.partition(".")[0], *NO_LETTERS.split(f"{local} {name.casefold()}")]
    return [word for word in words if len(word) >= SHORTEST_NAME]
