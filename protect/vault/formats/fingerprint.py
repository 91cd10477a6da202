"""Fingerprints by which people compare public keys: six words, or a square to scan.
Six words carry 77 bits of a SHA-256: a look-alike key costs an attacker 2^77 tries."""

import hashlib

from protect.kernel.items import encode_items
from protect.vault.formats.credentials.words import WORDS_PER_PHRASE, load_words
from protect.vault.formats.secrets import TeamPublicKey, UserPublicKey

KEY_KINDS = {UserPublicKey: "user", TeamPublicKey: "team"}  # hashed together with the key


def digest(public: UserPublicKey | TeamPublicKey) -> bytes:
    """Return the 32-byte SHA-256 by which pins and manifests refer to a public key."""
    message = encode_items("protect", "fingerprint", 1, KEY_KINDS[type(public)], public.raw)
    return hashlib.sha256(message).digest()


def words(public: UserPublicKey | TeamPublicKey) -> tuple[str, ...]:
    """Return the six words of a public key, in the order in which they are read out."""
    word_list = load_words()
    number, chosen = int.from_bytes(digest(public), "big"), []
    for _ in range(WORDS_PER_PHRASE):
        number, index = divmod(number, len(word_list))
        chosen.append(word_list[index])
    return tuple(chosen)
