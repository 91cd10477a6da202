"""Camps and reception centres by name."""

from collections.abc import Collection, Iterator
from functools import cache

from protect.reference.lookup.fold import fold
from protect.reference.lookup.place_words import without_camp_words
from protect.reference.lookup.romanise import romanise
from protect.reference.vocabulary import Camp, camps


def camps_named(typed: str, places: Collection[int]) -> Iterator[Camp]:
    """Yield the camps with a folded name (without words for "camp"), or in one of `places`."""
    spellings = {typed, *romanise(typed)} if typed else set()
    for camp in camps().values():
        if camp.place in places or not spellings.isdisjoint(_camp_keys(camp)):
            yield camp


@cache
def _camp_keys(camp: Camp) -> frozenset[str]:
    return frozenset(without_camp_words(fold(name)) for name in (camp.name, *camp.names))
