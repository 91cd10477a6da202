"""What is left of a row of a shelter before anything is stored: never where it is. Pure.

The columns of its place go, its texts lose every mention of them, links to maps and whatever else
reads like an address. Only the coarse area that may be told is kept, in a cell of its own.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import chain

from django.utils.translation import gettext_noop as _

from protect.directory.facts.base.cells import Cells, Code
from protect.directory.protection import address_patterns, erasure, text_checks
from protect.interchange.imports.values.place_names import Atlas
from protect.reference.lookup.fold import fold

COARSE = "coarse_area"  # a cell that no file has: only we write it
NAMES = ("service", "organisation")
KNOWN_BY = ("source_id", "organisation", "service")
SHORTEST = 4  # letters of a town, or of the end of a street: shorter ones are in many words
LONGEST = 4  # words of the name of a town


def without_place[C: Cells](cells: C, spots: Collection[str] = ()) -> C:
    """Return the row of a shelter without where it is, before anything else looks at it.
    `spots` are addresses that stand outside its columns, to be looked for in its texts as well."""
    held = [column for column in erasure.SPOT_COLUMNS if cells[column]]
    named = [cells[column] for column in erasure.SPOT_COLUMNS if column != "city"]
    wanted = [*filter(None, chain(named, spots))]
    texts = {}
    for column, text in cells.texts.items():
        if column in erasure.SPOT_COLUMNS:
            continue
        texts[column] = _without(column, text, wanted)
        if texts[column] != text:
            held.append(column)
    named_by = [column for column in KNOWN_BY if _is_named_by_place(column, texts)]
    texts |= dict.fromkeys(named_by, "")
    clean = replace(cells, texts=texts, troubles=[], is_protected=True)
    message = _("Where a shelter is, is never stored.")
    if held:
        advice = _("nothing to do; leave these out of the file.")
        clean.warn(Code.SHELTER_PLACE_DROPPED, ", ".join(held), message, advice)
    # Translators: a shelter is named after its street, or its id is; nothing is repeated.
    advice = _("write a name that does not say where it is.")
    for column in named_by:
        clean.refuse(Code.SHELTER_NAME_TELLS, column, message, advice)
    return clean


def warn_of_places(cells: Cells, atlas: Atlas, country: str) -> None:
    """Warn of a shelter's name that holds a town or a street; repeat neither."""
    towns = atlas.towns(country)
    for column in NAMES:
        words = fold(cells[column]).split()
        if any(each in towns for each in _runs(words)) or any(map(_is_street, words)):
            message = _(
                "This name may tell where the shelter is: a town or a street seems to be in it."
            )
            advice = _("ask the shelter whether it may be shown, or write another name.")
            cells.warn(Code.SHELTER_NAME_PLACE, column, message, advice)


def _without(column: str, text: str, spots: Collection[str]) -> str:
    text = address_patterns.without_maps(address_patterns.without_spots(text, spots))
    # Digits and hyphens of an id read like a postcode.
    if column in {COARSE, "source_id"} or not address_patterns.resembles(text):
        return text
    return (
        address_patterns.name_without_place(text) if column in NAMES else text_checks.silent(text)
    )


def _is_named_by_place(column: str, texts: Mapping[str, str]) -> bool:
    tells = id_tells_place if column == "source_id" else address_patterns.resembles_in_name
    return tells(texts.get(column, ""))


def id_tells_place(text: str) -> bool:
    """Return whether an id reads like an address. Digits and hyphens alone do not."""
    is_address = " " in text and address_patterns.resembles(text)
    return is_address or address_patterns.has_street(text)


def _runs(words: list[str]) -> Iterator[str]:
    """Yield every run of words that is long enough for the name of a town."""
    for begin in range(len(words)):
        for end in range(begin + 1, min(begin + LONGEST, len(words)) + 1):
            if len(run := " ".join(words[begin:end])) >= SHORTEST:
                yield run


def _is_street(word: str) -> bool:
    names, endings = _streets()
    return word in names or any(word.endswith(end) and len(word) >= len(end) + 3 for end in endings)


@cache
def _streets() -> tuple[frozenset[str], frozenset[str]]:
    """Return words that name streets, and endings of such words."""
    words = address_patterns.words
    names = (words("before") | words("after")) - words("capital") - words("numbered")
    endings = frozenset(end for end in words("endings") if len(end) >= SHORTEST)
    return frozenset(word for word in names if len(word) > 2), endings  # “St” is a saint as well
