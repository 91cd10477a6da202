"""Public keys as people compare them: six words to read aloud, or a square to scan. Six words tell
77 bits of a SHA-256: who wants a key that reads the same has to make 2^77 of them."""

import hashlib

from protect.kernel.items import items
from protect.vault.formats.credentials.words import WORDS, all_words
from protect.vault.formats.secrets import TeamPublic, UserPublic

KINDS = {UserPublic: "user", TeamPublic: "team"}


def digest(public: UserPublic | TeamPublic) -> bytes:
    """Return the 32 bytes that stand for a public key: in pins, in manifests."""
    return hashlib.sha256(items("protect", "fingerprint", 1, _kind(public), public.raw)).digest()


def words(public: UserPublic | TeamPublic) -> tuple[str, ...]:
    """Return the six words of a public key, in the order in which they are read."""
    word_list = all_words()
    number, chosen = int.from_bytes(digest(public), "big"), []
    for _ in range(WORDS):
        number, place = divmod(number, len(word_list))
        chosen.append(word_list[place])
    return tuple(chosen)


def _kind(public: UserPublic | TeamPublic) -> str:
    return KINDS[type(public)]
