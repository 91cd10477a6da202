"""CSV and XLSX for spreadsheets: formulas in cells are neutralised, so that no cell is computed.
All CSV of the project is written here (tests/guards/test_spreadsheets.py)."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Protocol

# Characters that start a formula in a spreadsheet, also in East Asian wide forms.
FORMULA_START = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
# Cells that get no mark, because it would change them and a spreadsheet computes nothing there:
# a number, or phone numbers with their kinds.
NUMBER_PATTERN = re.compile(
    r"\+?\d{2,15}(?:\|[a-z]+)?(?:;\+?\d{2,15}(?:\|[a-z]+)?)*|-?\d+(?:\.\d+)?"
)
TEXT_MARK = "'"  # tells a spreadsheet that the cell is text
BOM = "\ufeff"  # without it a spreadsheet assumes another encoding
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def mark_formula(value: object) -> object:
    """Return a cell value; a text that a spreadsheet would compute gets a mark in front."""
    if (
        isinstance(value, str)
        and FORMULA_START.match(value)
        and not NUMBER_PATTERN.fullmatch(value)
    ):
        return f"{TEXT_MARK}{value}"
    return value


def unmark_formula(text: str) -> str:
    """Return a cell value without the mark that `mark_formula` put in front."""
    return text[1:] if text.startswith(TEXT_MARK) and FORMULA_START.match(text) else text


class Sink(Protocol):
    """An object with a `write` method for text, such as an open file or a response."""

    def write(self, text: str, /) -> object: ...


class TableWriter:
    """Writes rows of cells as CSV, with formulas marked."""

    def __init__(self, sink: Sink) -> None:
        self._writer = csv.writer(sink)

    def writerow(self, cells: Iterable[object]) -> None:
        self._writer.writerow([mark_formula(cell) for cell in cells])

    def writerows(self, rows: Iterable[Iterable[object]]) -> None:
        for row in rows:
            self.writerow(row)


class RecordWriter:
    """Writes records as CSV in the order of `columns`, formulas marked; other keys are left out."""

    def __init__(self, sink: Sink, columns: Iterable[str], *, lineterminator: str = "\r\n") -> None:
        self._writer: csv.DictWriter[Any] = csv.DictWriter(
            sink, [*columns], restval="", extrasaction="ignore", lineterminator=lineterminator
        )

    def writeheader(self) -> None:
        self._writer.writeheader()

    def writerow(self, record: Mapping[str, object]) -> None:
        self._writer.writerow({column: mark_formula(cell) for column, cell in record.items()})


class Sheet(NamedTuple):
    """A sheet of a workbook; its first row has the headings. `name`: at most 31 characters, without
    square brackets, colon, asterisk, question mark and slashes."""

    name: str
    rows: Iterable[Iterable[object]]


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as CSV with a byte order mark; text like a formula is marked."""
    text = io.StringIO()
    TableWriter(text).writerows(rows)
    return BOM + text.getvalue()


def xlsx_book(sheets: Iterable[Sheet], direction: str) -> bytes:
    """Return sheets as XLSX; text is never read as a formula. `direction`: ltr or rtl."""
    import xlsxwriter  # imported here: it takes a tenth of a second at each start

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        for each in sheets:
            sheet = book.add_worksheet(each.name)
            if direction == "rtl":
                sheet.right_to_left()
            sheet.freeze_panes(1, 0)
            for line, cells in enumerate(each.rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, int):
                        sheet.write_number(line, column, cell)
                    elif cell:
                        sheet.write_string(line, column, str(cell), None if line else bold)
            sheet.autofit()
    return buffer.getvalue()
