"""Make documents to print: typst turns a sheet of plain values into a PDF, in memory, with our own
fonts. A package keeps its templates in its own folder and passes one with the values; what all
templates share (type, direction, isolation) is in `sheet.typ`. Nothing is written to a disk.
Source: docs/adr/0008-paper.md, docs/adr/0026-calendars-and-paper.md."""

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

PRESS_FOLDER = Path(__file__).resolve().parent
FONTS = PRESS_FOLDER / "fonts"
TEMPLATE_ROOT = PRESS_FOLDER.parent.parent  # templates of any package may name /ui/press/sheet.typ

# A compiler is not thread-safe. A large paper takes seconds and must not delay visitors.
_small_paper_lock, _large_paper_lock = Lock(), Lock()

PREVIEW_PPI = 70  # dots per inch of a preview


def pdf(template: Path, sheet: "Sheet", *, is_large: bool = False) -> bytes:
    """Return a sheet as PDF/UA-1 (accessible), without a date; the same sheet gives the same
    bytes. If the fonts lack a letter, the PDF does not meet that standard, but readers still
    get the phone number. `is_large`: more than a few pages; does not delay small papers."""
    if not is_large:
        with _small_paper_lock:
            return _compile_pdf(_shared_compiler(), template, sheet)
    with _large_paper_lock:  # its own compiler: frees its memory afterwards
        return _compile_pdf(_new_compiler(), template, sheet)


def png(template: Path, sheet: "Sheet") -> bytes:
    """Return a preview of a single-page sheet as PNG."""
    (page,) = pngs(template, sheet)
    return page


def pngs(template: Path, sheet: "Sheet") -> list[bytes]:
    """Return a preview of each page of a sheet as PNG."""
    with _small_paper_lock:
        compiler, inputs = _shared_compiler(), _template_inputs(sheet)
        pages = compiler.compile(template, format="png", ppi=PREVIEW_PPI, sys_inputs=inputs)
    return [pages] if isinstance(pages, bytes) else list(pages or ())


def page_count(template: Path, sheet: "Sheet") -> int:
    """Return how many pages a sheet has, from the label <page-count> of its template."""
    with _large_paper_lock:
        compiler = _new_compiler(template, _template_inputs(sheet))
        return int(json.loads(compiler.query("<page-count>", field="value", one=True)))


def _compile_pdf(compiler: typst.Compiler, template: Path, sheet: "Sheet") -> bytes:
    """Return a PDF/UA-1, or a plain PDF if the fonts lack a letter."""
    inputs = _template_inputs(sheet)
    try:
        pages = compiler.compile(template, format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"])
    except typst.TypstError:
        pages = compiler.compile(template, format="pdf", sys_inputs=inputs, pdf_standards=[])
    return _must_be_single(pages)


def _template_inputs(sheet: "Sheet") -> dict[str, str]:
    return {"sheet": json.dumps(sheet, ensure_ascii=False, default=asdict)}


def _must_be_single(document: object) -> bytes:
    """Return typst's result if it is one file, not one file for each page. Errors: TypeError."""
    if not isinstance(document, bytes):
        raise TypeError("typst did not return one document")
    return document


def _new_compiler(
    template: Path | None = None, inputs: Mapping[str, str] | None = None
) -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    )
    return typst.Compiler(
        template,
        root=TEMPLATE_ROOT,
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs=dict(inputs or {}),
    )


_shared_compiler = cache(_new_compiler)


# Scripts that our fonts have. Zxxx stands for sign languages; their names use the others.
SCRIPTS = frozenset({"Latn", "Grek", "Cyrl", "Arab", "Ethi", "Beng", "Guru", "Hans", "Zxxx"})
TALL_SCRIPTS = frozenset({"Arab", "Beng", "Ethi", "Guru", "Hans"})  # need more line spacing
COMMA_BY_SCRIPT = {"Arab": "، ", "Ethi": "፣ ", "Hans": "、"}


@dataclass(frozen=True, slots=True)
class PaperLanguage:
    """The language of a printed document, with what its layout needs."""

    tag: str  # BCP 47
    direction: str  # ltr, rtl
    is_tall: bool  # whether its letters need more space between lines
    comma: str  # between items of a list, with the blank after it if the script has one

    @classmethod
    def of(cls, tag: str, direction: str, script: str) -> "PaperLanguage":
        return cls(tag, direction, script in TALL_SCRIPTS, COMMA_BY_SCRIPT.get(script, ", "))


def qr_svg(text: str, error: Literal["m", "q"] = "m") -> str:
    """Return a QR code as SVG without margin. `error`: the damage it survives, m 15 %, q 25 %."""
    output = BytesIO()
    segno.make_qr(text, error=error, boost_error=False).save(
        output, kind="svg", border=0, xmldecl=False, omitsize=True, svgclass=None, lineclass=None
    )
    return output.getvalue().decode()


def bilingual(*sentences: Promise) -> tuple[str, ...]:
    """Return the sentences as an English text and, if it differs, one in the active language.
    A person who finds the paper may read only one of them."""
    with translation.override("en"):
        english = " ".join(map(str, sentences))
    return tuple(dict.fromkeys((english, " ".join(map(str, sentences)))))
