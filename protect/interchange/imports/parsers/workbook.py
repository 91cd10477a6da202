"""Spreadsheets: the sheets that are shown and hold something, as rows of texts."""

import io
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice

import python_calamine

from protect.interchange.imports.parsers import csv_text, limits
from protect.interchange.imports.parsers.archive import PIECE, open_archive, pieces_of
from protect.uploads import parsers, refusal_reasons

SHEET = b"sheetData"  # stands in every sheet, wherever the archive keeps it
CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
# Where cells stand: spreadsheet libraries make room for all between the first and the last.
MARK = re.compile(rb"<(?:\w+:)?(row|c)\b|\br\s*=\s*[\"']\s*([A-Za-z]*)(\d+)")
LONGEST_MARK = 64  # bytes


def parse(content: bytes, options: parsers.Options) -> tuple[parsers.Facts, bytes]:
    """Return the numbered rows of a sheet; for sheet 0, each sheet's name, rows and first rows."""
    must_be_sane(content)
    number = int(options["sheet"])
    try:
        sheets = list(islice(sheets_of(content), number or None))
    except (python_calamine.CalamineError, OSError, ValueError):
        raise refusal_reasons.Refused("sheet_damaged") from None
    if number > max(1, len(sheets)):
        raise refusal_reasons.Refused("sheet_missing")
    result: object = [(name, len(rows), rows[: limits.LOOKED_AT]) for name, rows in sheets]
    if number:
        result = sheets[-1][1] if sheets else []
    return {}, json.dumps(result, ensure_ascii=False).encode()


def must_be_sane(content: bytes) -> None:
    """Refuse a spreadsheet that would take more room than tables may, before it is read.
    Cells are counted first: that takes a tenth of the time of looking where they stand.
    Errors: Refused."""
    with open_archive(content, limits.MOST_SHEET) as archive:
        room = limits.Room()
        for name in archive.namelist():
            for piece in pieces_of(archive, name):  # one that is cut in two counts in `_extent`
                room.take(len(CELL.findall(piece)))
        for name in archive.namelist():
            rows, columns = _extent(pieces_of(archive, name))
            limits.must_be_few(rows - 1)
            if columns > limits.MOST_COLUMNS:
                raise refusal_reasons.Refused("columns", found=columns, limit=limits.MOST_COLUMNS)
            if rows * columns > limits.MOST_CELLS:
                raise refusal_reasons.Refused("cells", limit=limits.MOST_CELLS)


def sheets_of(content: bytes) -> Iterator[tuple[str, list[csv_text.Numbered]]]:
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    shown = python_calamine.SheetVisibleEnum.Visible
    names = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == shown]
    for name in names:
        cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        texts = ([_text(cell) for cell in row] for row in cells)
        if rows := [(number, row) for number, row in enumerate(texts, 1) if any(row)]:
            yield name, rows


def _extent(pieces: Iterator[bytes]) -> tuple[int, int]:
    """Return the number of rows and columns of a sheet from its markup, without reading cells."""
    rows = columns = in_row = 0
    is_sheet, held = False, b""
    for piece in pieces:
        text = held + piece
        is_sheet = is_sheet or SHEET in text
        end = len(text) - LONGEST_MARK if len(piece) == PIECE else len(text)
        last = 0
        for mark in MARK.finditer(text):
            if mark.start() >= end:
                break
            last = mark.end()
            if mark[1]:
                is_row = mark[1] == b"row"
                rows, in_row = rows + is_row, 0 if is_row else in_row + 1
            else:
                rows = max(rows, int(mark[3][:9]))
                columns = max(columns, _column(mark[2]))
            columns = max(columns, in_row)
        held = text[max(last, end) :]
    return (rows, columns) if is_sheet else (0, 0)


def _column(letters: bytes) -> int:
    """Return the number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper()[:6]:
        number = number * 26 + letter - 64
    return number


def _text(cell: object) -> str:
    """Return the text of a cell. A number without a fraction is written without one."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell).strip()
