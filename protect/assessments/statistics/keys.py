"""Values derived from an edition's key: form rows, links, the half of a card.

The key is derived from a salt in the database and a secret outside it (`vault.match_keys`): a dump
says nothing about a found card. Once the salt is deleted, the key cannot be derived again.
"""

from __future__ import annotations

import hmac
import secrets
from uuid import UUID

from protect.kernel.ids import ALPHABET, SECRET_LENGTH

SALT_BYTES = 32


def new_salt() -> bytes:
    """Return 32 random bytes."""
    return secrets.token_bytes(SALT_BYTES)


def row_id(key: bytes, sent_key: UUID) -> UUID:
    """Return the id of the row of a form: a form sent twice is one row.

    The form's own key is random and kept nowhere.
    """
    return UUID(bytes=_drawn(key, sent_key, b"row")[:16], version=4)


def link_token(key: bytes, sent_key: UUID) -> str:
    """Return the token of the link that a page hands out: the same for the same page."""
    seed = _drawn(key, sent_key, b"link")
    digests = (hmac.digest(seed, at.to_bytes(4), "sha256") for at in range(SECRET_LENGTH))
    return "".join(ALPHABET[int.from_bytes(each) % len(ALPHABET)] for each in digests)


def coin(code_hash: str) -> int:
    """Return 0 or 1: the half of a course that a card belongs to. Needs no key: it is hashed."""
    return int(code_hash[:8], 16) % 2


def _drawn(key: bytes, sent_key: UUID, purpose: bytes) -> bytes:
    return hmac.digest(key, purpose + sent_key.bytes, "sha256")
