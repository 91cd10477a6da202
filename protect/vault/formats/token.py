"""The byte format of a sealed token.
    version 1 byte │ day 2 bytes, days since 2026-01-01 │ nonce 12 bytes │ AES-256-GCM
The plaintext is the second of issue (4 bytes) and the document as JSON, padded with
blanks to a multiple of 512 bytes: a blank form and a usual one have one length. Purpose, version
and day are the associated data. As text: base64url without padding."""

import json
import os
from dataclasses import dataclass
from datetime import date, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from protect.vault.formats import errors, secrets

VERSION = 1
EPOCH = date(2026, 1, 1)  # day 0 in the header of a token
HEADER_BYTES, NONCE_BYTES, PADDING_BLOCK_BYTES = 3, 12, 512  # bytes


@dataclass(frozen=True, slots=True)
class TokenContent:
    """The content of a token in a URL of the public site. `issued` in seconds since 1970."""

    issued: int
    document: dict[str, object]


def derive_day_key(secret: str, salt: bytes) -> bytes:
    return secrets.derive(secret.encode(), info=b"protect token v1", salt=salt)


def seal(key: bytes, purpose: str, day: date, content: TokenContent) -> str:
    """Return the text of a sealed token. `key` is the `derive_day_key` of `day`, a day in UTC."""
    head = bytes([VERSION]) + (day - EPOCH).days.to_bytes(2, "big")
    plain = content.issued.to_bytes(4, "big")
    plain += json.dumps(content.document, separators=(",", ":"), ensure_ascii=False).encode()
    plain += b" " * (-len(plain) % PADDING_BLOCK_BYTES)
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, plain, head + purpose.encode())
    return secrets.base64url(head + nonce + sealed)


def issue_day(token: str) -> date:
    """Return the day of the key that opens a token. Errors: Malformed."""
    raw = _decode_token(token)
    return EPOCH + timedelta(days=int.from_bytes(raw[1:HEADER_BYTES], "big"))


def unseal(key: bytes, purpose: str, token: str) -> TokenContent:
    """Open a token of any age. Errors: Malformed; Forged, also for another purpose."""
    raw = _decode_token(token)
    head, body = raw[:HEADER_BYTES], raw[HEADER_BYTES:]
    nonce, sealed = body[:NONCE_BYTES], body[NONCE_BYTES:]
    try:
        plain = AESGCM(key).decrypt(nonce, sealed, head + purpose.encode())
    except InvalidTag:
        raise errors.Forged("not sealed with this key") from None
    return TokenContent(issued=int.from_bytes(plain[:4], "big"), document=json.loads(plain[4:]))


def _decode_token(token: str) -> bytes:
    raw = secrets.from_base64url(token)
    if len(raw) < HEADER_BYTES + NONCE_BYTES + 16 or raw[0] != VERSION:
        raise errors.Malformed("not a token of this version")
    return raw
