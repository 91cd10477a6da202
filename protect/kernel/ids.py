"""Random codes, and identifiers that survive a reload of the data, because posters use them."""

import hashlib
import secrets
import unicodedata
import uuid

ALPHABET = "bcdfghjkmnpqrstvwxz23456789"  # no vowels, so no words; no l, o, 0, 1, i to misread
SHORT_CODE_LENGTH = 6  # characters
SECRET_LENGTH = 21  # characters of a slip's code; from an alphabet of 27: 99 bits
# Hashed into every short code. It was chosen so that no two places, areas or countries of the first
# release share a code (one pair in 33,000 is expected to). Never change it: codes are printed.
CODE_SERIES = "1"
UUID_NAMESPACE = uuid.UUID("6f1c1f0e-6a55-5b4e-9d0a-4f1de1a0b5a7")


def short_code(kind: str, stable_id: str | int) -> str:
    """Return the code of six letters and digits that stands for an object in a public address.
    It is no secret: it only keeps an onlooker from reading the address. Two objects could
    get the same code; the code that loads them refuses such a collision."""
    digest = hashlib.sha256(f"{CODE_SERIES}:{kind}:{stable_id}".encode()).digest()
    number = int.from_bytes(digest, "big")
    letters = []
    for _ in range(SHORT_CODE_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(letters)


def format_short_code(code: str) -> str:
    """Return a short code in two groups, as it is read out and printed: “bcd-fgh”."""
    half = SHORT_CODE_LENGTH // 2
    return f"{code[:half]}-{code[half:]}"


def generate_secret() -> str:
    """Return a random secret for paper: too long to guess, short enough to type."""
    return generate_code(SECRET_LENGTH)


def generate_code(length: int = SHORT_CODE_LENGTH) -> str:
    """Return a random code of letters and digits, without vowels or look-alikes."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def hash_token(token: str) -> str:
    """Return the stored hash of a link's token: SHA-256 in hexadecimal digits."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def normalise_code(text: str) -> str:
    """Return the letters and digits of a typed code, in lower case."""
    return "".join(char for char in text if char.isalnum()).lower()


def to_western_digits(text: str) -> str:
    """Return a text whose digits of any script are replaced by 0 to 9; the rest stays."""
    return "".join(str(unicodedata.digit(char, char)) for char in text)


def parse_uuid(text: str) -> uuid.UUID | None:
    """Return the UUID in a text, also in capitals or without hyphens; None for other text."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def stable_uuid(*parts: str) -> uuid.UUID:
    """Return the UUID (version 5) of an object, derived from its kind and what identifies it."""
    return uuid.uuid5(UUID_NAMESPACE, "\x1f".join(parts))
