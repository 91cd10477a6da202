"""What is left of a row of a shelter before anything is stored: never where it is.

The columns of its place go, its texts lose every mention of them, links to maps and whatever else
reads like an address. Only the coarse area that may be told is kept, in a cell of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import chain

from django.utils.translation import gettext_noop as _

from protect.directory import addresslike, rules
from protect.directory.importing.troubles import Cells, Code

SPOT_COLUMNS = ("city", "address", "postal_code", "latitude", "longitude")
COARSE = "coarse_area"  # a cell that no file has: only we write it
NAMES = frozenset({"organisation", "service"})
KNOWN_BY = ("source_id", "organisation", "service")
# A stop before a digit ends no sentence: it is that of “Str. 77” or of “35.1”.
SENTENCE = re.compile(r".+?(?:[.!?;]+(?=\s+[^\W\d])|\n|\Z)\s*", re.DOTALL)
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
    named_by = [column for column in KNOWN_BY if _is_named_by_place(column, texts)]
    texts |= dict.fromkeys(named_by, "")
    clean = Cells(texts, is_protected=True)
    if held:
        clean.warn(
            Code.SHELTER_PLACE_DROPPED,
            ", ".join(held),
            _("Where a shelter is, is never stored."),
            _("nothing to do; leave these out of the file."),
        )
    for column in named_by:
        clean.refuse(
            Code.SHELTER_NAME_TELLS,
            column,
            _("Where a shelter is, is never stored."),
            # Translators: a shelter is named after its street, or its id is; nothing is repeated.
            _("write a name that does not say where it is."),
        )
    return clean


def _without(column: str, text: str, spots: Collection[str]) -> str:
    text = addresslike.without_maps(rules.without_spots(text, spots))
    if column == COARSE or not addresslike.resembles(text):
        return text
    if column == "source_id":  # digits and hyphens read like a postcode
        return text
    if column in NAMES:
        return name_without_place(text)
    left = "".join(each for each in SENTENCE.findall(text) if not addresslike.resembles(each))
    return "" if addresslike.resembles(left) else left.strip()


def _is_named_by_place(column: str, texts: Mapping[str, str]) -> bool:
    text = texts.get(column, "")
    if column == "source_id":
        return (" " in text and addresslike.resembles(text)) or addresslike.has_street(text)
    return addresslike.resembles_in_name(text)


def name_without_place(text: str) -> str:
    """Return a name without the parts that read like an address; whole where it has no parts.

    A name that begins with its number (“15900 helpline”) reads like a postcode.
    """
    return ", ".join(_parts(text)) or text if PART_OF_A_NAME.search(text) else text


def _parts(text: str) -> Iterator[str]:
    for part in PART_OF_A_NAME.split(text):
        if part and not addresslike.resembles(part):
            yield part.strip()
