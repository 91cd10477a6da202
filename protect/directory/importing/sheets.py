"""Spreadsheets: the first sheet that holds something, as lines of text."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

import python_calamine
from django.utils.translation import gettext as _

from protect.directory.errors import FileNotReadable
from protect.directory.importing.columns import IGNORED
from protect.directory.importing.kinds import must_be_a_sane_sheet
from protect.directory.importing.reading import Line, Table, named


def read(content: bytes, source: str) -> Table:
    """Return the rows of a workbook. Errors: FileTooLarge, FileNotReadable."""
    must_be_a_sane_sheet(content)
    try:
        rows = _rows(content)
    except (python_calamine.CalamineError, OSError, ValueError):
        problem = _("The spreadsheet is damaged or locked with a password.")
        raise FileNotReadable(problem=problem) from None
    numbered = ((number, row) for number, row in enumerate(rows, 1) if any(row))
    _first, header = next(numbered, (0, []))
    columns = named(header[: _width(header)])
    return Table(source, columns, tuple(_lines(numbered, columns)))


def _rows(content: bytes) -> list[list[str]]:
    """Return the first sheet that is shown and not empty, from its first row on."""
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    shown = python_calamine.SheetVisibleEnum.Visible
    names = [each.name for each in workbook.sheets_metadata if each.visible == shown]
    for name in names:
        sheet = workbook.get_sheet_by_name(name)
        rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
        if any(any(row) for row in rows):
            return rows
    return []


def _lines(rows: Iterator[tuple[int, list[str]]], columns: Sequence[str]) -> Iterator[Line]:
    """A row has as many cells as the widest one: only full ones beyond the header are too many."""
    for number, row in rows:
        pairs = zip(columns, row, strict=False)
        cells = {name: cell for name, cell in pairs if name not in IGNORED}
        yield Line(number, cells, max(0, _width(row) - len(columns)))


def _width(row: Sequence[str]) -> int:
    return max((at for at, cell in enumerate(row, 1) if cell), default=0)


def _text(cell: Any) -> str:
    """Return what stands in a cell. A number without a fraction is written without one."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell).strip()
