"""What is left of a row of a shelter before anything is stored: never where it is.

The columns of its place go, its texts lose every mention of them, links to maps and whatever else
reads like an address. Only the coarse area that may be told is kept, in a cell of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import chain

from django.utils.translation import gettext_noop as _

from protect.directory.facts.base.cells import Cells, Code
from protect.directory.protection import address_patterns
from protect.directory.protection.address_patterns import name_without_place
from protect.directory.protection.erasure import SPOT_COLUMNS
from protect.directory.protection.text_checks import silent

COARSE = "coarse_area"  # a cell that no file has: only we write it
NAMES = frozenset({"organisation", "service"})
KNOWN_BY = ("source_id", "organisation", "service")


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
    text = address_patterns.without_maps(address_patterns.without_spots(text, spots))
    if column == COARSE or not address_patterns.resembles(text):
        return text
    if column == "source_id":  # digits and hyphens read like a postcode
        return text
    if column in NAMES:
        return name_without_place(text)
    return silent(text)


def _is_named_by_place(column: str, texts: Mapping[str, str]) -> bool:
    text = texts.get(column, "")
    if column == "source_id":
        return (" " in text and address_patterns.resembles(text)) or address_patterns.has_street(
            text
        )
    return address_patterns.resembles_in_name(text)
