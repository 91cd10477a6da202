"""A mapping report as PDF and as DOCX, both in the active language."""

from io import BytesIO
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from protect.coordination.base import file_names
from protect.coordination.mappings.report_words import Block, ReportWords
from protect.kernel.text import xml_text
from protect.reference import vocabulary
from protect.ui import press

TEMPLATE = Path(__file__).resolve().parent / "typst" / "report.typ"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def report_pdf(words: ReportWords) -> bytes:
    """Return a report as PDF. Titles in its metadata name no place."""
    tag = get_language() or "en"
    language, typed = vocabulary.languages()[tag], vocabulary.languages()[words.language]
    writing = press.PaperLanguage.of(tag, language.direction, language.script)
    sheet = {
        "frame": {"writing": writing, "banner": []},
        "title": words.title,
        "lead": words.lead,
        "blocks": words.blocks,
        "typed": {"tag": words.language, "direction": typed.direction},
    }
    return press.pdf(TEMPLATE, sheet, is_large=True)


def report_docx(words: ReportWords) -> bytes:
    """Return a report as DOCX, to be edited further; right to left where the language is."""
    from docx import Document  # imported here: it takes a fifth of a second at each start

    tag = get_language() or "en"
    is_rtl = vocabulary.languages()[tag].direction == "rtl"
    is_typed_rtl = vocabulary.languages()[words.language].direction == "rtl"
    document, title = Document(), xml_text(words.title)
    document.core_properties.title, document.core_properties.author = title, ""
    document.core_properties.comments = ""
    document.core_properties.language = tag
    _direct(document.add_heading(title, 0), is_rtl=is_rtl)
    for line in words.lead:
        _direct(document.add_paragraph(xml_text(line)), is_rtl=is_rtl)
    for block in words.blocks:
        if block.kind == "table":
            _add_table(document, block, is_rtl=is_rtl)
        elif block.kind in {"heading", "subheading"}:
            level = 1 if block.kind == "heading" else 2
            _direct(document.add_heading(xml_text(block.text), level), is_rtl=is_rtl)
        else:
            own = is_typed_rtl if block.kind == "typed" else is_rtl
            for paragraph in block.text.splitlines():
                _direct(document.add_paragraph(xml_text(paragraph)), is_rtl=own)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _add_table(document: Any, block: Block, *, is_rtl: bool) -> None:
    _direct(document.add_paragraph(xml_text(block.text), style="Caption"), is_rtl=is_rtl)
    table = document.add_table(rows=0, cols=len(block.head), style="Light Grid Accent 1")
    if is_rtl:
        _mark(table._tbl.tblPr, "w:bidiVisual")
    for cells in (block.head, *block.rows):
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = xml_text(text)
            _direct(cell.paragraphs[0], is_rtl=is_rtl)


def _direct(paragraph: Any, *, is_rtl: bool) -> None:
    """Write a paragraph from right to left, if its language is."""
    if is_rtl:
        _mark(paragraph._p.get_or_add_pPr(), "w:bidi")
        for run in paragraph.runs:
            _mark(run._r.get_or_add_rPr(), "w:rtl")


def _mark(properties: Any, name: str) -> None:
    from docx.oxml import OxmlElement

    properties.append(OxmlElement(name))


def file_name(country: str, number: int) -> str:
    """Return the name of the file of a version, without an ending."""
    return file_names.file_name("mapping", country, number)
