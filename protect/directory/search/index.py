"""Words of services, folded: which of them hold all that was typed. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from rapidfuzz import process
from rapidfuzz.distance import OSA

from protect.reference.lookup.fold import fold

MOST = 2000  # services: for fewer, the user types one word more
SHORTEST_TYPO = 4  # letters; below, one slip makes another word
SHORTEST_NUMBER = 3  # digits
LONGEST = 120  # characters of what is typed
WORD = re.compile(r"\w+")
DIGITS = re.compile(r"\+?[\d\s()./-]+")


class Entry(NamedTuple):
    key: UUID
    text: str  # folded: name, organisation, towns, short code
    digits: str  # of its numbers, a blank between two


class Index:
    """Entries, never changed: `renewed` returns another."""

    def __init__(self, entries: Mapping[UUID, Entry]) -> None:
        self._entries = entries

    def renewed(self, changed: Iterable[Entry]) -> Index:
        """Return an index in which some entries are new or different."""
        return Index({**self._entries, **{each.key: each for each in changed}})

    def without(self, gone: Collection[UUID]) -> Index:
        """Return an index without these entries; itself where it has none of them."""
        if not gone:
            return self
        return Index({key: each for key, each in self._entries.items() if key not in gone})

    def find(self, typed: str) -> list[UUID]:
        """Return the services that hold every word of what was typed, MOST at most.

        A word of four letters or more may hold one slip, where nothing holds it as it is.
        """
        text = typed.strip()[:LONGEST]
        if number := _number(text):
            return [key for key, each in self._entries.items() if number in each.digits][:MOST]
        words = WORD.findall(fold(text))
        if not words:
            return []
        exact = [
            key for key, each in self._entries.items() if all(word in each.text for word in words)
        ]
        if exact:
            return exact[:MOST]
        sets = [self._holding(word) for word in words]
        return sorted(set.intersection(*sets))[:MOST]

    def _holding(self, word: str) -> set[UUID]:
        """Return the services with a word that differs by one typing error at most."""
        if len(word) < SHORTEST_TYPO:
            return {key for key, each in self._entries.items() if word in each.text}
        near = process.extract(
            word, self._spellings, scorer=OSA.distance, score_cutoff=1, limit=None
        )
        return {key for spelling, _, _ in near for key in self._words[spelling]}

    @cached_property
    def _words(self) -> dict[str, list[UUID]]:
        keys_by_word: dict[str, list[UUID]] = defaultdict(list)
        for key, each in self._entries.items():
            for word in set(WORD.findall(each.text)):
                keys_by_word[word].append(key)
        return dict(keys_by_word)

    @cached_property
    def _spellings(self) -> list[str]:
        return sorted(self._words)


def folded(parts: Iterable[str]) -> str:
    """Return words as they are looked for."""
    return fold(" ".join(part for part in parts if part))


def digits(numbers: Iterable[str]) -> str:
    """Return the digits of numbers, a blank between two."""
    return " ".join("".join(filter(str.isdigit, each)) for each in numbers)


def _number(text: str) -> str:
    """Return the digits of a number that was typed, without what is dialled only at home."""
    if not DIGITS.fullmatch(text):
        return ""
    digits = "".join(filter(str.isdigit, text)).lstrip("0")
    return digits if len(digits) >= SHORTEST_NUMBER else ""
