"""The bytes of a sealed token.

    version 1 byte │ day 2 bytes, days since 2026-01-01 │ nonce 12 bytes │ AES-256-GCM

Sealed inside: the second of issue (4 bytes), then the document as JSON, padded with blanks to a
multiple of 64 bytes so that its length tells little. The purpose, version and day are bound as
associated data. In text: base64url without padding.
"""

import json
import os
from dataclasses import dataclass
from datetime import date, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from protect.vault.formats import errors, secrets

VERSION = 1
EPOCH = date(2026, 1, 1)
HEAD, NONCE, BLOCK = 3, 12, 64  # bytes


@dataclass(frozen=True, slots=True)
class OpenedToken:
    """What was in a token. `issued` in seconds since 1970."""

    issued: int
    document: dict[str, object]


def derive_key(secret: str, salt: bytes) -> bytes:
    """Return the 32-byte key of a day."""
    return secrets.derive(secret.encode(), info=b"protect token v1", salt=salt)


def seal(key: bytes, purpose: str, day: date, opened: OpenedToken) -> str:
    """Return the token of a document."""
    head = bytes([VERSION]) + (day - EPOCH).days.to_bytes(2, "big")
    plain = opened.issued.to_bytes(4, "big")
    plain += json.dumps(opened.document, separators=(",", ":"), ensure_ascii=False).encode()
    plain += b" " * (-len(plain) % BLOCK)
    nonce = os.urandom(NONCE)
    sealed = AESGCM(key).encrypt(nonce, plain, head + purpose.encode())
    return secrets.base64url(head + nonce + sealed)


def day_of(token: str) -> date:
    """Return the day of the key that opens a token. Errors: Malformed."""
    raw = _raw(token)
    return EPOCH + timedelta(days=int.from_bytes(raw[1:HEAD], "big"))


def unseal(key: bytes, purpose: str, token: str) -> OpenedToken:
    """Return what is in a token. Errors: Malformed; Forged, also for another purpose."""
    raw = _raw(token)
    head, nonce, sealed = raw[:HEAD], raw[HEAD : HEAD + NONCE], raw[HEAD + NONCE :]
    try:
        plain = AESGCM(key).decrypt(nonce, sealed, head + purpose.encode())
    except InvalidTag:
        raise errors.Forged("not sealed with this key") from None
    return OpenedToken(issued=int.from_bytes(plain[:4], "big"), document=json.loads(plain[4:]))


def _raw(token: str) -> bytes:
    raw = secrets.from_base64url(token)
    if len(raw) < HEAD + NONCE + 16 or raw[0] != VERSION:
        raise errors.Malformed("not a token of this version")
    return raw
