"""The word list from which passphrases and fingerprints are made."""

import secrets
from functools import cache
from importlib.resources import files

WORD_LIST_LENGTH = 7776  # words in words.txt, one for each outcome of five dice: 12.9 bits each
WORDS_PER_PHRASE = 6  # of a proposed passphrase, and of a key's fingerprint


@cache
def load_words() -> tuple[str, ...]:
    """Return the words in their fixed order. Source: protect/vault/data/README.md."""
    return tuple((files("protect.vault") / "data/words.txt").read_text("ascii").split())


def make_passphrase() -> str:
    """Return six random words, separated by blanks."""
    return " ".join(secrets.choice(load_words()) for _ in range(WORDS_PER_PHRASE))
