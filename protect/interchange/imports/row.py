"""The row of a file during an import. One class serves all stages."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

import nh3

from protect.directory.enums import Fact, Mode, ServiceScope
from protect.directory.facts.base import cells, contacts, tables
from protect.interchange.enums import RowState
from protect.interchange.imports.values import hours, names, places, terms

MAX_ID_LENGTH = 120  # characters of a `source_id`


@dataclass(frozen=True, slots=True)
class Draft:
    """The values that a row would store in the directory."""

    source_id: str
    digest: str  # of the cells that are not blank, without the coarse area
    country: str
    organisation: str  # its name
    official_names: names.OfficialNames
    texts: Mapping[str, str]  # fields of Service
    fact_sources: Mapping[str, list[str]] | None  # None: the file has no such column
    categories: tuple[str, ...]
    scope: ServiceScope
    modes: tuple[Mode, ...]
    is_shelter: bool
    professionals_only: bool
    is_trusted: bool  # has a contact or address, and a source of high or medium confidence
    phones: tuple[contacts.DialledNumber, ...]
    languages: tuple[hours.SpokenLanguage, ...]
    opening_hours: hours.OpeningHours | None
    conditions: tuple[terms.Criterion, ...]
    facts: Mapping[Fact, Mapping[str, list[tables.Values]]]  # from the columns that facts read
    areas: tuple[places.ServedArea, ...]
    location: places.ServiceLocation | None  # never of a shelter
    coarse_area: str | None  # code of an area, only of a shelter


@dataclass(slots=True)
class Row(cells.Cells):
    """A row of a file. Each stage but the last returns a new row with more data:
        read       texts as written, stripped, and the troubles found in the file
        staged     texts under our columns, from here on without the location of a shelter
        validated  source_id, all troubles, and a draft unless one of them refuses the row
        compared   state: the effect of an import on the row
    Stored rows (`models.ImportRow`) are staged rows."""

    number: int = 0  # in the file, from 1; in a feed, of the record
    extra: int = 0  # number of cells beyond the headings; negative: missing cells
    source_id: str = ""
    draft: Draft | None = None
    state: RowState | None = None


BLOCK_END_TAG = re.compile(r"<\s*(?:br|/p|/li|/div|/h[1-6]|/tr)\b[^>]*>", re.IGNORECASE)
SPACES = re.compile(r"[ \t\u00a0]+")
BLANK_LINES = re.compile(r"\s*\n\s*\n\s*")
MAX_ESCAPE_ROUNDS = 3  # markup may be escaped more than once


def text_without_tags(text: str) -> str:
    """Return a text without tags, scripts and styles. Text like “under < 18” stays."""
    for _round in range(MAX_ESCAPE_ROUNDS):
        if "<" not in text and "&" not in text:
            break
        previous, text = text, html.unescape(nh3.clean(BLOCK_END_TAG.sub("\n", text), tags=set()))
        if text == previous:
            break
    return BLANK_LINES.sub("\n\n", SPACES.sub(" ", text)).strip()
