"""Write translations of pages as PO or XLIFF, for translators who use their own tools."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from translate.storage.po import pofile, pounit
from translate.storage.xliff import xlifffile, xliffunit

from protect.content.enums import SegmentKind, TranslationState
from protect.content.texts.composition import PageTexts

SEPARATOR = "/"  # between the code of a page and the key of a segment, in the id of a unit


class Unit(NamedTuple):
    """A text to translate. `place`: code of the page and key of the segment."""

    place: str
    source: str
    target: str
    note: str
    is_unfinished: bool  # its source text was changed since


def units_of(pages: Iterable[PageTexts], tag: str) -> Iterator[Unit]:
    """Yield the texts of pages with the translations that count in a language."""
    for texts in pages:
        for row in texts.segments:
            if row.kind != SegmentKind.BLOCK:
                stored = texts.text_in(row, tag)
                note = f"{texts.title}: {SegmentKind(row.kind).label}"
                place = f"{texts.page.code}{SEPARATOR}{row.key}"
                state = texts.state_in(row, tag)
                is_withdrawn = state == TranslationState.WITHDRAWN
                target = stored.text if stored and not is_withdrawn else ""
                yield Unit(place, row.text, target, note, state == TranslationState.BEHIND)


def write_po(units: Iterable[Unit], tag: str) -> bytes:
    """Return a PO file. The context of a message says its page and segment."""
    file: Any = pofile()
    names = {"Last_Translator": "", "Language_Team": "", "Report_Msgid_Bugs_To": ""}
    file.updateheader(add=True, language=tag, project_id_version="PROTECT", **names)
    for each in units:
        unit = pounit(each.source)
        unit.setcontext(each.place)
        unit.target = each.target
        unit.markfuzzy(each.is_unfinished)
        unit.addnote(each.note, origin="developer")
        file.addunit(unit)
    return bytes(file)


def write_xliff(units: Iterable[Unit], source_tag: str, tag: str) -> bytes:
    """Return an XLIFF 1.2 file. The id of a unit says its page and segment."""
    file: Any = xlifffile(sourcelanguage=source_tag, targetlanguage=tag)
    for each in units:
        unit = xliffunit(each.source)
        unit.setid(each.place)
        if each.target:
            unit.target = each.target
        unit.markfuzzy(each.is_unfinished)
        unit.addnote(each.note, origin="developer")
        file.addunit(unit)
    return bytes(file)
