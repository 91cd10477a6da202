"""Prints papers: a sheet of plain text becomes a PDF with typst, in memory, with our own fonts.

A package keeps its templates in a folder of its own and hands over one of them with a dataclass;
what all papers share (type, direction, isolation) stands in `sheet.typ`. Nothing is written to a
disk. Source: docs/adr/0008-paper.md, docs/adr/0026-calendars-and-paper.md.
"""

from __future__ import annotations

from protect.ui.press.compiler import FONTS, pdf, png
from protect.ui.press.elements import SCRIPTS, TALL_SCRIPTS, Writing, qr, twice

__all__ = ["FONTS", "SCRIPTS", "TALL_SCRIPTS", "Writing", "pdf", "png", "qr", "twice"]
