"""Keyed hashes that recognise one thing again and identify no person: the server's match key.
The key is in no database and no backup of it. It is never replaced: with another one every person
would be counted again."""

import hmac

from django.conf import settings

from protect.vault.errors import VaultRefusal


def match_key(purpose: str, of: bytes = b"") -> bytes:
    """Return the key for one purpose, such as "trainings.person", and one thing, such as a salt.
    Shapes: 32 bytes. Keys of two purposes, or of two things, have nothing to do with each other.
    Errors: match_key_missing."""
    if not settings.MATCH_KEYS:
        raise VaultRefusal("match_key_missing")
    return hmac.digest(settings.MATCH_KEYS[0], purpose.encode() + b"\0" + of, "sha256")


def matched(purpose: str, text: str) -> str:
    """Return the keyed hash of a text, 64 hexadecimal digits. Errors: match_key_missing."""
    return hmac.digest(match_key(purpose), text.encode(errors="surrogatepass"), "sha256").hex()
