"""The list of words that passphrases and fingerprints are made of."""

import secrets
from functools import cache
from importlib.resources import files

COUNT = 7776  # five dice; 12.9 bits each
WORDS = 6


@cache
def all_words() -> tuple[str, ...]:
    """Return the words in their order, which never changes: fingerprints are read aloud from it.
    Source: protect/vault/data/README.md."""
    return tuple((files("protect.vault") / "data/words.txt").read_text("ascii").split())


def make_passphrase() -> str:
    """Return six words by chance, with blanks between them."""
    return " ".join(secrets.choice(all_words()) for _ in range(WORDS))
