"""Spreadsheets: the sheets that hold something, one of them as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pydantic import TypeAdapter

from protect.interchange.imports.files.columns import IGNORED
from protect.interchange.imports.files.parsed import parsed
from protect.interchange.imports.files.reader import (
    ROWS,
    Line,
    Table,
    heading_and_top,
    named,
    place_of,
)
from protect.interchange.imports.parsers.csv_text import Row

# Of each sheet its name, how many rows hold something, and the first of them.
SHEETS: TypeAdapter[list[tuple[str, int, list[Row]]]] = TypeAdapter(
    list[tuple[str, int, list[Row]]]
)


class Sheet(NamedTuple):
    """A sheet that is shown and holds something."""

    name: str
    rows: int  # in which something stands, under the headings


def read(content: bytes, source: str, sheet: int = 1, heading: int = 0) -> Table:
    """Return the rows of a sheet of a workbook.

    `sheet`: which of `listed`, from 1. `heading`: row of the headings, 0 to look for it.
    Errors: FileTooLarge, FileNotReadable, ParsersBusy.
    """
    rows = parsed("import_workbook", content, ROWS, sheet=sheet)
    at = place_of(rows, heading)
    header = rows[at][1] if rows else []
    columns = named(header[: _width(header)])
    return Table(
        source, columns, tuple(_lines(rows[at + 1 :], columns)), *heading_and_top(rows, at)
    )


def listed(content: bytes) -> list[Sheet]:
    """Return the sheets of a workbook. Errors: FileTooLarge, FileNotReadable, ParsersBusy."""
    sheets = parsed("import_workbook", content, SHEETS, sheet=0)
    return [Sheet(name, max(0, rows - 1 - place_of(first))) for name, rows, first in sheets]


def _lines(rows: Sequence[Row], columns: Sequence[str]) -> Iterator[Line]:
    """A row has as many cells as the widest one: only full ones beyond the header are too many."""
    for number, row in rows:
        pairs = zip(columns, row, strict=False)
        cells = {name: cell for name, cell in pairs if name not in IGNORED}
        yield Line(number, cells, max(0, _width(row) - len(columns)))


def _width(row: Sequence[str]) -> int:
    return max((at for at, cell in enumerate(row, 1) if cell), default=0)
