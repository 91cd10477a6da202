"""Device cookies, which mark browsers that have signed in to an account before.
A cookie opens nothing and names no person; it only chooses a counter of failed tries.
Each token is signed for one account with a key made from the server's secret, so that
neither a copy of the database nor another account's token can make one.
Source: OWASP, "Slow Down Online Guessing Attacks with Device Cookies"."""

import re
import secrets
from datetime import UTC, datetime
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models import F

from protect.orgs import models, rules

SEPARATOR = "."  # between the tokens of a cookie
TOKEN_PATTERN = re.compile(r"[\w-]{22}:\d{10}:[\w-]{43}", re.ASCII)  # id, end in seconds, signature
DEVICE_ID_BYTES = 16


def remember_device(user: models.User, cookie: str, *, at: datetime) -> str:
    """Return the cookie of a browser after a sign-in: a new token, then other accounts' tokens. The
    account's earlier token is dropped: every sign-in begins with a new counter."""
    device_id = secrets.token_urlsafe(DEVICE_ID_BYTES)
    return _cookie_with_token(user, cookie, device_id, at + rules.DEVICE_VALIDITY)


def introduce_device(user: models.User, cookie: str, link_hash: bytes, *, at: datetime) -> str:
    """Return the cookie of a browser that opened a mailed link of an account.
    A known browser keeps its cookie; all others that open the same link share one counter."""
    user.refresh_from_db(fields=["device_epoch"])
    if known_device_id(user, cookie, at=at):
        return cookie
    return _cookie_with_token(user, cookie, link_hash.hex()[:22], at + rules.MAILED_DEVICE_VALIDITY)


def known_device_id(user: models.User | None, cookie: str, *, at: datetime) -> str:
    """Return the id of a browser that is known for an account; "" for any other browser."""
    if user is None:
        return ""
    for token in _tokens_of_cookie(cookie):
        id_and_end = _read_token(user, token)
        if id_and_end is not None and at < id_and_end[1]:
            return id_and_end[0]
    return ""


def forget_devices(user: UUID) -> None:
    """Forget all browsers of an account; their cookies stay valid for other accounts only."""
    models.User.objects.filter(pk=user).update(device_epoch=F("device_epoch") + 1)


def _cookie_with_token(user: models.User, cookie: str, device_id: str, end: datetime) -> str:
    """Return a cookie with a new signed token, followed by the tokens of other accounts."""
    user.refresh_from_db(fields=["device_epoch"])
    new_token = _signer(user).sign(f"{device_id}:{int(end.timestamp())}")
    others = [token for token in _tokens_of_cookie(cookie) if _read_token(user, token) is None]
    return SEPARATOR.join([new_token, *others[: rules.DEVICES_IN_COOKIE - 1]])


def _tokens_of_cookie(cookie: str) -> list[str]:
    parts = cookie.split(SEPARATOR, rules.DEVICES_IN_COOKIE)[: rules.DEVICES_IN_COOKIE]
    return [part for part in parts if TOKEN_PATTERN.fullmatch(part)]


def _read_token(user: models.User, token: str) -> tuple[str, datetime] | None:
    """Return device id and end of a token, or None if it was not signed for this account."""
    try:
        name, end = _signer(user).unsign(token).split(":")
    except BadSignature:
        return None
    return name, datetime.fromtimestamp(int(end), tz=UTC)


def _signer(user: models.User) -> Signer:
    return Signer(salt=f"protect.orgs.devices {user.pk} {user.device_epoch}")
