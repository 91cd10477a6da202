"""Keyed hashes that recognise the same person again without identifying them. The match key is in
no database or backup of one. It is never replaced, or every person would be counted again."""

import hmac

from django.conf import settings

from protect.vault.errors import VaultRefusal


def match_key(purpose: str, subject: bytes = b"") -> bytes:
    """Return the 32-byte key for one purpose, such as "trainings.person", and one subject, such as
    a salt. Keys of different purposes or subjects are unrelated. Errors: match_key_missing."""
    if not settings.MATCH_KEYS:
        raise VaultRefusal("match_key_missing")
    return hmac.digest(settings.MATCH_KEYS[0], purpose.encode() + b"\0" + subject, "sha256")


def keyed_hash(purpose: str, text: str) -> str:
    """Return the keyed hash of a text, 64 hexadecimal digits. Errors: match_key_missing."""
    return hmac.digest(match_key(purpose), text.encode(errors="surrogatepass"), "sha256").hex()
