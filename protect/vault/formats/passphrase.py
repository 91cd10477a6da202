"""Passwords that are offered: six words, 77 bits."""

from __future__ import annotations

import secrets

from protect.vault.formats.words import all_words

WORDS = 6


def make() -> str:
    """Return six words by chance, with blanks between them."""
    return " ".join(secrets.choice(all_words()) for _ in range(WORDS))
