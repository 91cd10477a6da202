"""The list of words that passphrases and fingerprints are made of."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

COUNT = 7776  # five dice; 12.9 bits each


@cache
def all_words() -> tuple[str, ...]:
    """Return the words in their order, which never changes: fingerprints are read aloud from it.

    Source: protect/vault/data/README.md.
    """
    return tuple((files("protect.vault") / "data/words.txt").read_text("ascii").split())
