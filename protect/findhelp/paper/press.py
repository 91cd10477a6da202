"""From a sheet to a PDF: typst, in memory, with the fonts of this folder and no others.

Nothing is written to a disk. Source: docs/adr/0008-paper.md.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from threading import Lock

import typst

from protect.findhelp.paper.content import Card, Pathway

FOLDER = Path(__file__).resolve().parent
FONTS = FOLDER / "fonts"
TEMPLATES = FOLDER / "typst"

_one_at_a_time = Lock()  # a compiler is not made for two threads


def card_pdf(card: Card) -> bytes:
    """Return a card as PDF: a neutral face, then one that works without a phone."""
    return _printed("card.typ", card)


def pathway_pdf(pathway: Pathway) -> bytes:
    """Return a pathway as PDF: one A4 page, with as many steps as fit."""
    return _printed("pathway.typ", pathway)


def _printed(template: str, sheet: Card | Pathway) -> bytes:
    """Return the PDF, accessible (PDF/UA-1) unless a name has a letter that no font here has.

    The standard refuses such a letter; a person would rather have the number.
    """
    inputs = {"sheet": json.dumps(asdict(sheet), ensure_ascii=False)}
    with _one_at_a_time:
        try:
            return _compiled(template, inputs, ["ua-1"])
        except typst.TypstError:
            return _compiled(template, inputs, [])


def _compiled(template: str, inputs: dict[str, str], standards: list[typst.PDFStandard]) -> bytes:
    pdf = _compiler().compile(
        input=TEMPLATES / template, format="pdf", sys_inputs=inputs, pdf_standards=standards
    )
    if not isinstance(pdf, bytes):
        raise TypeError("typst did not return one document")
    return pdf


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    )
    return typst.Compiler(root=TEMPLATES, font_paths=fonts, ignore_system_fonts=True)
