"""Browsers that have signed in to an account before: a cookie that only chooses a counter.

It opens nothing and names no person. Each token is signed for one account with a key made from the
server's secret, so that neither a copy of the database nor another account's token makes one.
Source: OWASP, "Slow Down Online Guessing Attacks with Device Cookies".
"""

import re
import secrets
from datetime import UTC, datetime
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models import F

from protect.orgs import rules
from protect.orgs.models import User

BETWEEN = "."
TOKEN = re.compile(r"[\w-]{22}:\d{10}:[\w-]{43}", re.ASCII)  # id, end in seconds, signature
ID_BYTES = 16


def remember_device(user: User, cookie: str, *, at: datetime) -> str:
    """Return the cookie of a browser that has just signed in: a new token, then those of others.
    The token before for this account is left out: every sign-in begins with a new counter."""
    return _with_token(user, cookie, secrets.token_urlsafe(ID_BYTES), at + rules.DEVICE_LENGTH)


def introduce_device(user: User, cookie: str, link: bytes, *, at: datetime) -> str:
    """Return the cookie of a browser that has opened a mailed link of an account.
    However often one link is opened, its browsers share one counter. `link` is the link's hash."""
    user.refresh_from_db(fields=["device_epoch"])
    if known_device(user, cookie, at=at):
        return cookie
    return _with_token(user, cookie, link.hex()[:22], at + rules.MAILED_DEVICE_LENGTH)


def known_device(user: User | None, cookie: str, *, at: datetime) -> str:
    """Return the id of a browser that is known for an account; "" for every other browser."""
    if user is None:
        return ""
    for token in _tokens(cookie):
        signed = _signed(user, token)
        if signed is not None and at < signed[1]:
            return signed[0]
    return ""


def end_devices(user: UUID) -> None:
    """Make every browser unknown for an account."""
    User.objects.filter(pk=user).update(device_epoch=F("device_epoch") + 1)


def _with_token(user: User, cookie: str, name: str, end: datetime) -> str:
    user.refresh_from_db(fields=["device_epoch"])
    new_token = _signer(user).sign(f"{name}:{int(end.timestamp())}")
    others = [token for token in _tokens(cookie) if _signed(user, token) is None]
    return BETWEEN.join([new_token, *others[: rules.DEVICES_IN_COOKIE - 1]])


def _tokens(cookie: str) -> list[str]:
    parts = cookie.split(BETWEEN, rules.DEVICES_IN_COOKIE)[: rules.DEVICES_IN_COOKIE]
    return [part for part in parts if TOKEN.fullmatch(part)]


def _signed(user: User, token: str) -> tuple[str, datetime] | None:
    try:
        name, end = _signer(user).unsign(token).split(":")
    except BadSignature:
        return None
    return name, datetime.fromtimestamp(int(end), tz=UTC)


def _signer(user: User) -> Signer:
    return Signer(salt=f"protect.orgs.devices {user.pk} {user.device_epoch}")
