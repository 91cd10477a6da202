"""The code on a participant's card, typed twice and kept as a hash; what an edition's key makes.

A code has eight characters and one that checks them, from an alphabet without vowels and
look-alikes. It is made from nothing about a person, and nothing says who drew which card. The key
is derived from a salt in the database and a secret outside it (vault's `match_keys`): a dump says
nothing about a found card. Once the salt is deleted, the key cannot be derived again."""

import hmac
import secrets
import unicodedata
from enum import StrEnum
from uuid import UUID

from protect.kernel.ids import ALPHABET, SECRET_LENGTH, squeezed, western

LENGTH = 9  # with the character that checks
GROUP = 3
PRIME = 29  # the next after the 27 characters: so every slip below is seen
VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
# Capitals of a Cyrillic or Greek keyboard that look like those on the card.
LOOK_ALIKES = str.maketrans("ВСНКМРТХ" + "ΒΗΚΜΝΡΤΧΖ", "BCHKMPTX" + "BHKMNPTXZ")


class Mistake(StrEnum):
    """The reason why a typed text is no code. Words: wording.py."""

    LENGTH = "length"
    LETTER = "letter"
    CHECK = "check"


def draw(count: int) -> list[str]:
    """Return that many random codes, all different. 27⁸ are too many to be guessed."""
    drawn: dict[str, None] = {}
    while len(drawn) < count:
        if code := checked("".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))):
            drawn[code] = None
    return list(drawn)


def checked(body: str) -> str | None:
    """Return eight characters with the one that checks them; two of 29 values have no letter."""
    last = _check_value(body)
    return body + ALPHABET[last] if last < len(ALPHABET) else None


def printed(code: str) -> str:
    """Return a code as its card shows it: “BCD-FGH-JKM”."""
    parts = (code[at : at + GROUP] for at in range(0, LENGTH, GROUP))
    return "-".join(parts).upper()


def read(typed: str) -> str | Mistake:
    """Return a typed code, in any case, grouping, keyboard and kind of digits."""
    wide = unicodedata.normalize("NFKC", typed).upper().translate(LOOK_ALIKES)
    code = squeezed(western(wide))
    if len(code) != LENGTH:
        return Mistake.LENGTH
    if not all(letter in VALUES for letter in code):
        return Mistake.LETTER
    return code if _check_value(code[:-1]) == VALUES[code[-1]] else Mistake.CHECK


def code_hash(code: str, key: bytes) -> str:
    """Return the stored hash of a code. Units: `key` is one edition's, 32 random bytes. With
    another key the same card is another hash, so two courses of one person do not meet; when the
    key is gone, a card that is found says nothing."""
    return hmac.digest(key, code.encode(), "sha256").hex()


def _check_value(body: str) -> int:
    """Return what, with weight 1, makes the weighted sum a multiple of PRIME."""
    weighted = sum(
        weight * VALUES[letter] for weight, letter in zip(range(LENGTH, 1, -1), body, strict=True)
    )
    return -weighted % PRIME


def new_salt() -> bytes:
    return secrets.token_bytes(32)


def row_id(key: bytes, sent_key: UUID) -> UUID:
    """Return the id of the row of a form, whose own key is kept nowhere: sent twice is one row."""
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
