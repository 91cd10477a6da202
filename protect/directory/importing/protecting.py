"""What is left of a row of a shelter before anything is stored: never where it is.

The columns of its place go, its texts lose every mention of them, links to maps and whatever else
reads like an address. Only the coarse area that may be told is kept, in a cell of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import chain

from django.utils.translation import gettext_noop as _

from protect.directory import addresslike, rules
from protect.directory.importing.troubles import Cells, Code

SPOT_COLUMNS = ("city", "address", "postal_code", "latitude", "longitude")
COARSE = "coarse_area"  # a cell that no file has: only we write it
NAMES = frozenset({"organisation", "service"})
MAP_LINK = re.compile(
    r"\S*(?:maps\.app\.goo\.gl|goo\.gl/maps|maps\.google|google\.[a-z.]+/maps|maps\.apple"
    r"|openstreetmap\.org|geo:-?\d)\S*",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[^.!?;\n]+[.!?;\n]*\s*|[.!?;\n]+\s*")
PART_OF_A_NAME = re.compile(r"\s*[,(|–—]\s*|\s-\s")


def without_place(cells: Cells, spots: Collection[str] = ()) -> Cells:
    """Return the row of a shelter without where it is, before anything else looks at it.

    `spots` are addresses that stand outside its columns, to be looked for in its texts as well.
    """
    held = [column for column in SPOT_COLUMNS if cells[column]]
    named = [cells[column] for column in SPOT_COLUMNS if column != "city"]
    wanted = [*filter(None, chain(named, spots))]
    texts = {}
    for column, text in cells.texts.items():
        if column in SPOT_COLUMNS:
            continue
        texts[column] = _without(column, text, wanted)
        if texts[column] != text:
            held.append(column)
    clean = Cells(texts, is_protected=True)
    if held:
        clean.warn(
            Code.SHELTER_PLACE_DROPPED,
            ", ".join(held),
            _("Where a shelter is, is never stored."),
            _("nothing to do; leave these out of the file."),
        )
    return clean


def _without(column: str, text: str, spots: Collection[str]) -> str:
    text = MAP_LINK.sub("", rules.without_spots(text, spots))
    if column == COARSE or not addresslike.resembles(text):
        return text
    if column == "source_id":  # digits and hyphens read like a postcode; no id has blanks
        return "" if " " in text else text
    if column in NAMES:
        return _name(text)
    left = "".join(each for each in SENTENCE.findall(text) if not addresslike.resembles(each))
    return "" if addresslike.resembles(left) else left.strip()


def _name(text: str) -> str:
    """Return a name without the parts that read like an address; whole where it has no parts.

    A name that begins with its number (“15900 helpline”) reads like a postcode.
    """
    return ", ".join(_parts(text)) or text if PART_OF_A_NAME.search(text) else text


def _parts(text: str) -> Iterator[str]:
    for part in PART_OF_A_NAME.split(text):
        if part and not addresslike.resembles(part):
            yield part.strip()
