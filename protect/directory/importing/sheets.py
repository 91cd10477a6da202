"""Spreadsheets: the sheets that hold something, one of them as lines of text."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

import python_calamine
from django.utils.translation import gettext as _

from protect.directory.errors import FileNotReadable
from protect.directory.importing.columns import IGNORED
from protect.directory.importing.kinds import must_be_a_sane_sheet
from protect.directory.importing.reading import Line, Row, Table, named, place_of, told


class Sheet(NamedTuple):
    """A sheet that is shown and holds something."""

    name: str
    rows: int  # in which something stands, under the headings


def read(content: bytes, source: str, sheet: int = 1, heading: int = 0) -> Table:
    """Return the rows of a sheet of a workbook.

    `sheet`: which of `listed`, from 1. `heading`: row of the headings, 0 to look for it.
    Errors: FileTooLarge, FileNotReadable.
    """
    found = _sheets(content)
    if found and not 0 < sheet <= len(found):
        raise FileNotReadable(problem=_("It has no such sheet."))
    rows = found[sheet - 1][1] if found else []
    at = place_of(rows, heading)
    header = rows[at][1] if rows else []
    columns = named(header[: _width(header)])
    return Table(source, columns, tuple(_lines(rows[at + 1 :], columns)), *told(rows, at))


def listed(content: bytes) -> list[Sheet]:
    """Return the sheets of a workbook. Errors: FileTooLarge, FileNotReadable."""
    return [Sheet(name, max(0, len(rows) - 1 - place_of(rows))) for name, rows in _sheets(content)]


def _sheets(content: bytes) -> list[tuple[str, list[Row]]]:
    """Return the names and rows of all sheets that are shown and not empty."""
    must_be_a_sane_sheet(content)
    try:
        return list(_read(content))
    except (python_calamine.CalamineError, OSError, ValueError):
        problem = _("The spreadsheet is damaged or locked with a password.")
        raise FileNotReadable(problem=problem) from None


def _read(content: bytes) -> Iterator[tuple[str, list[Row]]]:
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    shown = python_calamine.SheetVisibleEnum.Visible
    names = [each.name for each in workbook.sheets_metadata if each.visible == shown]
    for name in names:
        cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        texts = ([_text(cell) for cell in row] for row in cells)
        if rows := [(number, row) for number, row in enumerate(texts, 1) if any(row)]:
            yield name, rows


def _lines(rows: Sequence[Row], columns: Sequence[str]) -> Iterator[Line]:
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
