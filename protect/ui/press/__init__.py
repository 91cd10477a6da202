"""From a sheet of plain words to a PDF: typst, in memory, with the fonts of this folder, no others.

A package keeps its templates in a folder of its own and hands over one of them with a dataclass;
what all papers share (type, direction, isolation) stands in `sheet.typ`. Nothing is written to a
disk. Source: docs/adr/0008-paper.md, docs/adr/0026-calendars-and-paper.md.
"""

from __future__ import annotations

from protect.ui.press.codes import qr
from protect.ui.press.running import FONTS, pdf, png
from protect.ui.press.twice import twice
from protect.ui.press.writing import SCRIPTS, TALL_SCRIPTS, Writing

__all__ = ["FONTS", "SCRIPTS", "TALL_SCRIPTS", "Writing", "pdf", "png", "qr", "twice"]
