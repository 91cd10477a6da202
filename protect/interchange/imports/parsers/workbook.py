"""Parse spreadsheets: the visible sheets that are not empty, as rows of texts."""

import io
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice

import python_calamine

from protect.interchange.imports.parsers import csv_text, limits
from protect.interchange.imports.parsers.archive import CHUNK_BYTES, open_archive, read_chunks
from protect.uploads import parsers, refusal_reasons

SHEET_MARKUP = b"sheetData"  # every sheet contains it, whatever its name in the archive
CELL_MARKUP = re.compile(rb"<(?:\w+:)?c[\s/>]")
# Positions of rows and cells: libraries allocate all cells between the first and the last.
POSITION_MARKUP = re.compile(rb"<(?:\w+:)?(row|c)\b|\br\s*=\s*[\"']\s*([A-Za-z]*)(\d+)")
MAX_MARKUP_BYTES = 64  # of one match; the end of a chunk is searched with the next chunk


def parse(content: bytes, options: parsers.Options) -> tuple[parsers.Facts, bytes]:
    """Return the numbered rows of a sheet; for sheet 0, names, row counts and first rows of all."""
    refuse_oversized_workbook(content)
    number = int(options["sheet"])
    try:
        sheets = list(islice(read_visible_sheets(content), number or None))
    except (python_calamine.CalamineError, OSError, ValueError):
        raise refusal_reasons.Refused("sheet_damaged") from None
    if number > max(1, len(sheets)):
        raise refusal_reasons.Refused("sheet_missing")
    first = limits.HEADING_SEARCH_ROWS
    result: object = [(name, len(rows), rows[:first]) for name, rows in sheets]
    if number:
        result = sheets[-1][1] if sheets else []
    return {}, json.dumps(result, ensure_ascii=False).encode()


def refuse_oversized_workbook(content: bytes) -> None:
    """Refuse a spreadsheet that would need more memory than allowed, before it is parsed. Cells are
    counted first: this takes a tenth of the time of reading their positions. Errors: Refused."""
    with open_archive(content, limits.MAX_WORKBOOK_MEGABYTES) as archive:
        cell_budget = limits.CellBudget()
        for name in archive.namelist():
            for chunk in read_chunks(archive, name):  # `_sheet_extent` counts cells cut in two
                cell_budget.spend(len(CELL_MARKUP.findall(chunk)))
        for name in archive.namelist():
            rows, columns = _sheet_extent(read_chunks(archive, name))
            limits.refuse_too_many_rows(rows - 1)
            if columns > limits.MAX_COLUMNS:
                raise refusal_reasons.Refused("columns", found=columns, limit=limits.MAX_COLUMNS)
            if rows * columns > limits.MAX_CELLS:
                raise refusal_reasons.Refused("cells", limit=limits.MAX_CELLS)


def read_visible_sheets(content: bytes) -> Iterator[tuple[str, list[csv_text.NumberedRow]]]:
    """Yield the name and the rows that are not empty of each visible sheet that has any."""
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    visible = python_calamine.SheetVisibleEnum.Visible
    names = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == visible]
    for name in names:
        cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        texts = ([_cell_text(cell) for cell in row] for row in cells)
        if rows := [(number, row) for number, row in enumerate(texts, 1) if any(row)]:
            yield name, rows


def _sheet_extent(chunks: Iterator[bytes]) -> tuple[int, int]:
    """Return the rows and columns of a sheet, from its markup; (0, 0) for another member."""
    rows = columns = cells_in_row = 0
    is_sheet, remainder = False, b""
    for chunk in chunks:
        text = remainder + chunk
        is_sheet = is_sheet or SHEET_MARKUP in text
        end = len(text) - MAX_MARKUP_BYTES if len(chunk) == CHUNK_BYTES else len(text)
        last = 0
        for match in POSITION_MARKUP.finditer(text):
            if match.start() >= end:
                break
            last = match.end()
            if match[1]:
                is_row = match[1] == b"row"
                rows, cells_in_row = rows + is_row, 0 if is_row else cells_in_row + 1
            else:
                rows = max(rows, int(match[3][:9]))
                columns = max(columns, _column_number(match[2]))
            columns = max(columns, cells_in_row)
        remainder = text[max(last, end) :]
    return (rows, columns) if is_sheet else (0, 0)


def _column_number(letters: bytes) -> int:
    """Return the number of a column from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper()[:6]:
        number = number * 26 + letter - 64
    return number


def _cell_text(cell: object) -> str:
    """Return the text of a cell: 3 for 3.0, “yes” for true, dates and times as in ISO 8601."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else str(cell).strip()
