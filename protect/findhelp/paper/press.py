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

from protect.findhelp.paper.content import Book, Card, Pathway

FOLDER = Path(__file__).resolve().parent
FONTS = FOLDER / "fonts"
TEMPLATES = FOLDER / "typst"

# A compiler is not made for two threads. Books take seconds: they keep no visitor waiting.
_one_at_a_time, _one_book_at_a_time = Lock(), Lock()

PREVIEW_PPI = 70  # dots an inch


def card_pdf(card: Card) -> bytes:
    """Return a card as PDF: a neutral face, then one that works without a phone."""
    return _printed("card.typ", card)


def pathway_pdf(pathway: Pathway) -> bytes:
    """Return a pathway as PDF: one A4 page, with as many steps as fit."""
    return _printed("pathway.typ", pathway)


def pathway_picture(pathway: Pathway) -> bytes:
    """Return a pathway as it will be printed, as PNG."""
    with _one_at_a_time:
        return _one(
            _compiler().compile(
                input=TEMPLATES / "pathway.typ",
                format="png",
                ppi=PREVIEW_PPI,
                sys_inputs=_inputs(pathway),
            )
        )


def book_pdf(book: Book) -> bytes:
    """Return a printed directory as PDF: as many A4 pages as it needs."""
    with _one_book_at_a_time:  # a compiler of its own, given back: thousands of pages are large
        return _accessible(_new_compiler(), "book.typ", book)


def _printed(template: str, sheet: Card | Pathway) -> bytes:
    with _one_at_a_time:
        return _accessible(_compiler(), template, sheet)


def _accessible(compiler: typst.Compiler, template: str, sheet: Card | Pathway | Book) -> bytes:
    """Return the PDF, accessible (PDF/UA-1) unless a name has a letter that no font here has.

    The standard refuses such a letter; a person would rather have the number.
    """
    inputs = _inputs(sheet)
    try:
        return _compiled(compiler, template, inputs, ["ua-1"])
    except typst.TypstError:
        return _compiled(compiler, template, inputs, [])


def _inputs(sheet: Card | Pathway | Book) -> dict[str, str]:
    return {"sheet": json.dumps(asdict(sheet), ensure_ascii=False)}


def _compiled(
    compiler: typst.Compiler,
    template: str,
    inputs: dict[str, str],
    standards: list[typst.PDFStandard],
) -> bytes:
    return _one(
        compiler.compile(
            input=TEMPLATES / template, format="pdf", sys_inputs=inputs, pdf_standards=standards
        )
    )


def _one(made: object) -> bytes:
    if not isinstance(made, bytes):
        raise TypeError("typst did not return one document")
    return made


@cache
def _compiler() -> typst.Compiler:
    return _new_compiler()


def _new_compiler() -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    )
    return typst.Compiler(root=TEMPLATES, font_paths=fonts, ignore_system_fonts=True)
