"""When two spellings are one name. Pure."""

from __future__ import annotations

import unicodedata


def is_same_name(typed: str, stored: str) -> bool:
    """Return whether two spellings are one name: order of its parts, case and accents aside."""
    key = name_key(typed)
    return bool(key) and key == name_key(stored)


def name_key(name: str) -> tuple[str, ...]:
    """Return what all spellings of a name have in common; empty where there are no letters."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    plain = "".join(each for each in folded if not unicodedata.combining(each))
    letters = "".join(each if each.isalnum() else " " for each in plain)
    return tuple(sorted(letters.split()))
