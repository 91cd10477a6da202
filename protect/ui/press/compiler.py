"""The typst compiler: a shared one for small papers, a fresh one for large ones."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import typst

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

FOLDER = Path(__file__).resolve().parent
FONTS = FOLDER / "fonts"
ROOT = FOLDER.parent.parent  # templates of any package may name /ui/press/sheet.typ

# A compiler is not made for two threads. What is large takes seconds: it keeps no visitor waiting.
_one_at_a_time, _one_large_at_a_time = Lock(), Lock()

PREVIEW_PPI = 70  # dots an inch


def pdf(template: Path, sheet: DataclassInstance, *, is_large: bool = False) -> bytes:
    """Return a sheet as PDF: accessible (PDF/UA-1), without date, the same bytes each time.

    With a letter that no font here has it is made without that standard, which refuses it: a person
    would rather have the number. `is_large` is for what has more than a few pages.
    """
    if not is_large:
        with _one_at_a_time:
            return _accessible(_compiler(), template, sheet)
    with _one_large_at_a_time:  # a compiler of its own, given back: thousands of pages are large
        return _accessible(_new_compiler(), template, sheet)


def png(template: Path, sheet: DataclassInstance, ppi: int = PREVIEW_PPI) -> bytes:
    """Return a sheet of one page as it will be printed, as PNG."""
    with _one_at_a_time:
        return _one(
            _compiler().compile(input=template, format="png", ppi=ppi, sys_inputs=_inputs(sheet))
        )


def _accessible(compiler: typst.Compiler, template: Path, sheet: DataclassInstance) -> bytes:
    inputs = _inputs(sheet)
    try:
        return _compiled(compiler, template, inputs, ["ua-1"])
    except typst.TypstError:
        return _compiled(compiler, template, inputs, [])


def _inputs(sheet: DataclassInstance) -> dict[str, str]:
    return {"sheet": json.dumps(asdict(sheet), ensure_ascii=False)}


def _compiled(
    compiler: typst.Compiler,
    template: Path,
    inputs: dict[str, str],
    standards: list[typst.PDFStandard],
) -> bytes:
    return _one(
        compiler.compile(input=template, format="pdf", sys_inputs=inputs, pdf_standards=standards)
    )


def _one(document: object) -> bytes:
    if not isinstance(document, bytes):
        raise TypeError("typst did not return one document")
    return document


@cache
def _compiler() -> typst.Compiler:
    return _new_compiler()


def _new_compiler() -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    )
    return typst.Compiler(root=ROOT, font_paths=fonts, ignore_system_fonts=True)
