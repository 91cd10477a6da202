"""Prints papers: a sheet of plain text becomes a PDF with typst, in memory, with our own fonts.

A package keeps its templates in a folder of its own and hands over one of them with plain values;
what all papers share (type, direction, isolation) stands in `sheet.typ`. Nothing is written to a
disk. Source: docs/adr/0008-paper.md, docs/adr/0026-calendars-and-paper.md."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal

import segno
import typst
from django.utils import translation
from django.utils.functional import Promise

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    type Sheet = DataclassInstance | Mapping[str, object]

FOLDER = Path(__file__).resolve().parent
FONTS = FOLDER / "fonts"
ROOT = FOLDER.parent.parent  # templates of any package may name /ui/press/sheet.typ

# A compiler is not made for two threads. What is large takes seconds: it keeps no visitor waiting.
_one_at_a_time, _one_large_at_a_time = Lock(), Lock()

PPI = 70  # dots an inch, of a preview


def pdf(template: Path, sheet: "Sheet", *, is_large: bool = False) -> bytes:
    """Return a sheet as PDF: accessible (PDF/UA-1), without date, the same bytes each time.
    With a letter that no font here has it is made without that standard, which refuses it: a person
    would rather have the number. `is_large` is for what has more than a few pages."""
    if not is_large:
        with _one_at_a_time:
            return _accessible(_compiler(), template, sheet)
    with _one_large_at_a_time:  # a compiler of its own, given back: thousands of pages are large
        return _accessible(_new_compiler(), template, sheet)


def png(template: Path, sheet: "Sheet") -> bytes:
    """Return a sheet of one page as it will be printed, as PNG."""
    with _one_at_a_time:
        return _one(_compiler().compile(template, format="png", ppi=PPI, sys_inputs=_inputs(sheet)))


def _accessible(compiler: typst.Compiler, template: Path, sheet: "Sheet") -> bytes:
    inputs = _inputs(sheet)
    try:
        pages = compiler.compile(template, format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"])
    except typst.TypstError:
        pages = compiler.compile(template, format="pdf", sys_inputs=inputs, pdf_standards=[])
    return _one(pages)


def _inputs(sheet: "Sheet") -> dict[str, str]:
    return {"sheet": json.dumps(sheet, ensure_ascii=False, default=asdict)}


def _one(document: object) -> bytes:
    if not isinstance(document, bytes):
        raise TypeError("typst did not return one document")
    return document


def _new_compiler() -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    )
    return typst.Compiler(root=ROOT, font_paths=fonts, ignore_system_fonts=True)


_compiler = cache(_new_compiler)


# The scripts that the fonts of this folder can write; Zxxx: sign languages, named in these.
SCRIPTS = frozenset({"Latn", "Grek", "Cyrl", "Arab", "Ethi", "Beng", "Guru", "Hans", "Zxxx"})
TALL_SCRIPTS = frozenset({"Arab", "Beng", "Ethi", "Guru", "Hans"})
COMMAS = {"Arab": "، ", "Ethi": "፣ ", "Hans": "、"}


@dataclass(frozen=True, slots=True)
class Writing:
    """The language that a paper is written in."""

    tag: str  # BCP 47
    direction: str  # ltr, rtl
    is_tall: bool  # its letters need more room between the lines
    comma: str

    @classmethod
    def of(cls, tag: str, direction: str, script: str) -> "Writing":
        return cls(tag, direction, script in TALL_SCRIPTS, COMMAS.get(script, ", "))


def qr(text: str, error: Literal["m", "q"] = "m") -> str:
    """Return a QR code as SVG without a margin. `error`: how much may be dirty, m 15 %, q 25 %."""
    drawn = BytesIO()
    segno.make_qr(text, error=error, boost_error=False).save(
        drawn, kind="svg", border=0, xmldecl=False, omitsize=True, svgclass=None, lineclass=None
    )
    return drawn.getvalue().decode()


def twice(*sentences: Promise) -> tuple[str, ...]:
    """Return sentences in English and in the active language; once where both are the same.
    A finder of the paper must understand them."""
    with translation.override("en"):
        english = " ".join(map(str, sentences))
    return tuple(dict.fromkeys((english, " ".join(map(str, sentences)))))
