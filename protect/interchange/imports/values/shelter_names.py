"""Warns of names of shelters that may reveal their address. Many hold a town and no secret.

A name that reads like an address keeps the row out (`protecting`). Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from django.utils.translation import gettext_noop as _

from protect.directory.facts.base.cells import Cells, Code
from protect.directory.protection import address_patterns
from protect.interchange.imports.values.place_names import Atlas
from protect.reference.lookup.fold import fold

NAMES = ("service", "organisation")
SHORTEST = 4  # letters of a town, or of the end of a street: shorter ones are in many words
LONGEST = 4  # words of the name of a town


def warn_of_places(cells: Cells, atlas: Atlas, country: str) -> None:
    """Warn of the name of a shelter that holds a town or a street. The warning repeats neither."""
    towns = atlas.towns(country)
    for column in NAMES:
        words = fold(cells[column]).split()
        if any(each in towns for each in _runs(words)) or any(map(_is_street, words)):
            cells.warn(
                Code.SHELTER_NAME_PLACE,
                column,
                _("This name may tell where the shelter is: a town or a street seems to be in it."),
                _("ask the shelter whether it may be shown, or write another name."),
            )


def _runs(words: list[str]) -> Iterator[str]:
    """Yield every run of words that is long enough for the name of a town."""
    for begin in range(len(words)):
        for end in range(begin + 1, min(begin + LONGEST, len(words)) + 1):
            if len(run := " ".join(words[begin:end])) >= SHORTEST:
                yield run


def _is_street(word: str) -> bool:
    return word in _streets() or any(
        word.endswith(end) and len(word) >= len(end) + 3 for end in _ends()
    )


@cache
def _streets() -> frozenset[str]:
    """Return words that mean a street and nothing else."""
    words = address_patterns.words
    street_words = (words("before") | words("after")) - words("capital") - words("numbered")
    return frozenset(word for word in street_words if len(word) > 2)  # “St” is a saint as well


@cache
def _ends() -> frozenset[str]:
    return frozenset(end for end in address_patterns.words("endings") if len(end) >= SHORTEST)
