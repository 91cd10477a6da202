"""Words that people type beside or instead of the name of a place."""

import re
from functools import cache

from protect.reference.lookup.fold import fold
from protect.reference.vocabulary import place_words


def without_camp_words(typed: str) -> str:
    """Return a folded text without words for a camp, such as "reception centre"."""
    return " ".join(_pattern("camp").sub(" ", typed).split())


def without_settlement_word(typed: str) -> str:
    """Return a folded text without a first word for a town or a village, such as "village"."""
    match = _pattern("settlement").match(typed)
    return typed[match.end() :].strip() or typed if match else typed


def is_near_me(typed: str) -> bool:
    """Return whether a folded text says "near me", in a language of the site."""
    return _pattern("near_me").search(typed) is not None


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    """Return a pattern of the words of a kind, longest first. Chinese has no spaces between."""
    words = {fold(word) for word in place_words()[kind].words}
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in longest_first))
