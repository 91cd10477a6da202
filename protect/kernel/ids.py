"""Identifiers that survive a rebuild: printed on posters, kept in other systems."""

import hashlib
import secrets
import unicodedata
import uuid

# No vowels (no words appear), no l, o, 0, 1, i (no misreading from paper).
ALPHABET = "bcdfghjkmnpqrstvwxz23456789"
SHORT_LENGTH = 6
SECRET_LENGTH = 21  # of 27 characters: 99 bits
# Part of every code. Chosen so that no two of the places, areas and countries of the first release
# collide (of 33,000 places one pair is expected to). Never change it: codes stand on paper.
SERIES = "1"
NAMESPACE = uuid.UUID("6f1c1f0e-6a55-5b4e-9d0a-4f1de1a0b5a7")


def short_code(kind: str, stable_id: str | int) -> str:
    """Return the six-letter code under which a thing stands in an address.
    It hides nothing; it is only not readable over a shoulder. Two things may share a code in
    theory: the code that loads them refuses a collision."""
    number = int.from_bytes(hashlib.sha256(f"{SERIES}:{kind}:{stable_id}".encode()).digest(), "big")
    letters = []
    for _ in range(SHORT_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(letters)


def grouped(code: str) -> str:
    """Return a short code as it is read out and printed: “bcd-fgh”."""
    half = SHORT_LENGTH // 2
    return f"{code[:half]}-{code[half:]}"


def drawn_secret() -> str:
    """Return a secret for paper: too long to be guessed, short enough to be typed."""
    return drawn_code(SECRET_LENGTH)


def drawn_code(length: int = SHORT_LENGTH) -> str:
    """Return a random short code, without vowels or letters that look alike."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def squeezed(typed: str) -> str:
    """Return a typed code without gaps, hyphens and capitals."""
    return "".join(each for each in typed if each.isalnum()).lower()


def western(typed: str) -> str:
    """Return a text with the digits of every script as 0 to 9."""
    return "".join(str(unicodedata.digit(each, each)) for each in typed)


def typed_uuid(text: str) -> uuid.UUID | None:
    """Return the UUID that a text is; None for any other text."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def stable_uuid(*parts: str) -> uuid.UUID:
    """Return the UUID (version 5) of a thing known by its source and its id there."""
    return uuid.uuid5(NAMESPACE, "\x1f".join(parts))
