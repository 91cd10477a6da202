"""Card codes: drawn, printed, typed in both tests, and stored as a hash. A code has eight random
characters and a check character, from an alphabet without vowels and look-alikes. It contains
nothing about a person, and nothing records who drew which card. The key of the hash is derived
from a salt in the database and a secret outside it (vault's `match_keys`), so a dump alone reveals
nothing about a found card. Once the salt is deleted, the key cannot be derived again."""

import hmac
import secrets
import unicodedata
from enum import StrEnum
from uuid import UUID

from protect.kernel.ids import ALPHABET, SECRET_LENGTH, normalise_code, to_western_digits

CODE_LENGTH = 9  # characters of a card code, with the check character
GROUP_LENGTH = 3  # characters between two hyphens
CHECK_MODULUS = 29  # a prime above the 27 characters: finds each wrong or swapped character
VALUE_BY_LETTER = {letter: value for value, letter in enumerate(ALPHABET)}
# Capitals of a Cyrillic or Greek keyboard that look like those on the card.
LOOK_ALIKES = str.maketrans("ВСНКМРТХ" + "ΒΗΚΜΝΡΤΧΖ", "BCHKMPTX" + "BHKMNPTXZ")


class CodeMistake(StrEnum):
    """Why a typed text is not a code. Messages: wording.py."""

    LENGTH = "length"
    LETTER = "letter"
    CHECK = "check"


def draw_codes(count: int) -> list[str]:
    """Return `count` different random codes. With 27⁸ possible codes none can be guessed."""
    codes: dict[str, None] = {}
    while len(codes) < count:
        body = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH - 1))
        if code := add_check_character(body):
            codes[code] = None
    return list(codes)


def add_check_character(body: str) -> str | None:
    """Return eight characters with their check character; None if no character has their check
    value: the caller draws others."""
    last = _check_value(body)
    return body + ALPHABET[last] if last < len(ALPHABET) else None


def format_code(code: str) -> str:
    """Return a code as printed on its card: “BCD-FGH-JKM”."""
    parts = (code[at : at + GROUP_LENGTH] for at in range(0, CODE_LENGTH, GROUP_LENGTH))
    return "-".join(parts).upper()


def parse_code(typed: str) -> str | CodeMistake:
    """Return a typed code without hyphens, in lower-case Latin letters; or the mistake in it."""
    normalised = unicodedata.normalize("NFKC", typed).upper().translate(LOOK_ALIKES)
    code = normalise_code(to_western_digits(normalised))
    if len(code) != CODE_LENGTH:
        return CodeMistake.LENGTH
    if not all(letter in VALUE_BY_LETTER for letter in code):
        return CodeMistake.LETTER
    return code if _check_value(code[:-1]) == VALUE_BY_LETTER[code[-1]] else CodeMistake.CHECK


def code_hash(code: str, key: bytes) -> str:
    """Return the stored hash of a code. `key` (32 bytes) is derived for one edition: each edition
    has its own, so that two courses of one participant cannot be linked."""
    return hmac.digest(key, code.encode(), "sha256").hex()


def _check_value(body: str) -> int:
    """Return the value that, with weight 1, makes the weighted sum a multiple of CHECK_MODULUS."""
    weights = range(CODE_LENGTH, 1, -1)
    weighted = sum(
        weight * VALUE_BY_LETTER[letter] for weight, letter in zip(weights, body, strict=True)
    )
    return -weighted % CHECK_MODULUS


def new_salt() -> bytes:
    return secrets.token_bytes(32)


def response_row_id(key: bytes, sent_key: UUID) -> UUID:
    """Return the id of the response to a sent form, so that a form sent twice is one row."""
    return UUID(bytes=_derive_bytes(key, sent_key, b"row")[:16], version=4)


def link_token(key: bytes, sent_key: UUID) -> str:
    """Return the token of an evaluation link; a page sent again always gets the same token."""
    seed = _derive_bytes(key, sent_key, b"link")
    digests = (hmac.digest(seed, counter.to_bytes(4), "sha256") for counter in range(SECRET_LENGTH))
    return "".join(ALPHABET[int.from_bytes(digest) % len(ALPHABET)] for digest in digests)


def hash_to_coin(code_hash: str) -> int:
    """Return 0 or 1 from a hash in hexadecimal digits: which of two test sets comes first."""
    return int(code_hash[:8], 16) % 2


def _derive_bytes(key: bytes, sent_key: UUID, purpose: bytes) -> bytes:
    return hmac.digest(key, purpose + sent_key.bytes, "sha256")
