"""Values derived from an edition's key: form rows, slip codes, links, the half of a card.

The key is derived from a salt in the database and a secret outside it (`vault.match_keys`): a dump
says nothing about a found card. Once the salt is deleted, the key cannot be derived again.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from uuid import UUID

from protect.assessments.statistics.codes import Choose, draw
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


def slip_code(key: bytes, sent_key: UUID) -> str:
    """Return the code of the slip that a form hands out: the same for the same form."""
    return draw(1, _chooser(_drawn(key, sent_key, b"slip")))[0]


def link_token(key: bytes, sent_key: UUID) -> str:
    """Return the token of the link that a page hands out: the same for the same page."""
    choose = _chooser(_drawn(key, sent_key, b"link"))
    return "".join(choose(ALPHABET) for _ in range(SECRET_LENGTH))


def coin(code_hash: str) -> int:
    """Return 0 or 1: the half of a course that a card belongs to. Needs no key: it is hashed."""
    return int(code_hash[:8], 16) % 2


def _chooser(seed: bytes) -> Choose:
    """Return a pseudorandom chooser: the same seed gives the same choices."""
    count = iter(range(1 << 30))

    def choose(letters: Sequence[str]) -> str:
        digest = hmac.digest(seed, next(count).to_bytes(4), "sha256")
        return letters[int.from_bytes(digest) % len(letters)]

    return choose


def _drawn(key: bytes, sent_key: UUID, purpose: bytes) -> bytes:
    return hmac.digest(key, purpose + sent_key.bytes, "sha256")
