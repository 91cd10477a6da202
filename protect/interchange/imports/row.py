"""One row of a file on its way into the directory: one class for every stage of it."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

import nh3

from protect.directory.enums import Fact, Mode, Scope
from protect.directory.facts.base import cells, contacts, tables
from protect.interchange.enums import RowState
from protect.interchange.imports.values import hours, places, terms

LONGEST_ID = 120  # characters


@dataclass(frozen=True, slots=True)
class Draft:
    """What a row would store."""

    source_id: str
    digest: str  # of the row without the columns that are never stored
    country: str
    organisation: str
    texts: Mapping[str, str]  # fields of Service
    categories: tuple[str, ...]
    scope: Scope
    modes: tuple[Mode, ...]
    is_shelter: bool
    professionals_only: bool
    is_trusted: bool  # has a contact, and the source is not of low confidence
    phones: tuple[contacts.Number, ...]
    languages: tuple[hours.Spoken, ...]
    opening: hours.Opening | None
    conditions: tuple[terms.Condition, ...]
    facts: Mapping[Fact, Mapping[str, list[tables.Values]]]  # of columns that a fact reads itself
    areas: tuple[places.Reach, ...]
    spot: places.Spot | None  # never of a shelter
    coarse_area: str | None  # only of a shelter


@dataclass(slots=True)
class Row(cells.Cells):
    """A row. Each stage leaves its input as it is and fills in more:

    read       texts as they were written, each stripped, and troubles found in the file
    staged     texts under our columns, without any place of a shelter from here on
    validated  source_id, all troubles, and a draft unless one of them refuses the row
    compared   state: what an import does with it

    Stored rows (`models.ImportRow`) are staged ones, and come back as such.
    """

    number: int = 0  # in the file, from 1; of a feed, which of its records
    extra: int = 0  # cells beyond the header; negative: cells that are missing
    source_id: str = ""
    draft: Draft | None = None
    state: RowState | None = None


BREAK = re.compile(r"<\s*(?:br|/p|/li|/div|/h[1-6]|/tr)\b[^>]*>", re.IGNORECASE)
SPACES = re.compile(r"[ \t\u00a0]+")
LINES = re.compile(r"\s*\n\s*\n\s*")
ROUNDS = 3  # texts that were escaped twice lose what shows up after the first time


def plain(text: str) -> str:
    """Return a text without tags, scripts and styles. What only looks so (“under < 18”) stays."""
    for _round in range(ROUNDS):
        if "<" not in text and "&" not in text:
            break
        before, text = text, html.unescape(nh3.clean(BREAK.sub("\n", text), tags=set()))
        if text == before:
            break
    return LINES.sub("\n\n", SPACES.sub(" ", text)).strip()
