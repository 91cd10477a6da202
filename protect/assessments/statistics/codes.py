"""The code on a participant's card: typed twice, kept as a hash.

Eight characters and one that checks them, from an alphabet without vowels and look-alikes. It is
made from nothing about a person, and nothing says who drew which card.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from enum import StrEnum

from protect.kernel.ids import ALPHABET, squeezed, western

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
    """Return a typed code, in any case, grouping, keyboard and kind of digits.

    One wrong character, and two that changed places, are always noticed.
    """
    wide = unicodedata.normalize("NFKC", typed).upper().translate(LOOK_ALIKES)
    code = squeezed(western(wide))
    if len(code) != LENGTH:
        return Mistake.LENGTH
    if not all(letter in VALUES for letter in code):
        return Mistake.LETTER
    return code if _check_value(code[:-1]) == VALUES[code[-1]] else Mistake.CHECK


def code_hash(code: str, key: bytes) -> str:
    """Return the stored hash of a code. Units: `key` is one edition's, 32 random bytes.

    With another key the same card is another hash, so two courses of one person do not meet; when
    the key is gone, a card that is found says nothing.
    """
    return hmac.digest(key, code.encode(), "sha256").hex()


def _check_value(body: str) -> int:
    """Return what, with weight 1, makes the weighted sum a multiple of PRIME."""
    weighted = sum(
        weight * VALUES[letter] for weight, letter in zip(range(LENGTH, 1, -1), body, strict=True)
    )
    return -weighted % PRIME
