"""Tables for spreadsheets: every cell is shown, none is computed.
All CSV of the project is written here (tests/guards/test_spreadsheets.py)."""

import csv
import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

# What begins a formula in a spreadsheet, in the wide forms of East Asian keyboards as well.
FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
# A number or numbers as dialled with their kinds: nothing in them computes, and a mark in front
# would make another number of it.
NUMBERS = re.compile(r"\+?\d{2,15}(?:\|[a-z]+)?(?:;\+?\d{2,15}(?:\|[a-z]+)?)*|-?\d+(?:\.\d+)?")
MARK = "'"  # what a spreadsheet reads as "this is text"


def safe(value: object) -> object:
    """Return a cell; a text that would be computed gets a mark in front."""
    is_formula = isinstance(value, str) and FORMULA.match(value) and not NUMBERS.fullmatch(value)
    return f"{MARK}{value}" if is_formula else value


def unmarked(text: str) -> str:
    """Return a cell as it was before `safe`."""
    return text[1:] if text.startswith(MARK) and FORMULA.match(text) else text


class Sink(Protocol):
    def write(self, text: str, /) -> object: ...


class TableWriter:
    def __init__(self, sink: Sink) -> None:
        self._writer = csv.writer(sink)

    def writerow(self, cells: Iterable[object]) -> None:
        self._writer.writerow([safe(cell) for cell in cells])

    def writerows(self, rows: Iterable[Iterable[object]]) -> None:
        for row in rows:
            self.writerow(row)


class RecordWriter:
    """Writes records of CSV with `safe` cells under their columns; other keys are left out."""

    def __init__(self, sink: Sink, columns: Iterable[str], *, lineterminator: str = "\r\n") -> None:
        self._writer: csv.DictWriter[Any] = csv.DictWriter(
            sink, [*columns], restval="", extrasaction="ignore", lineterminator=lineterminator
        )

    def writeheader(self) -> None:
        self._writer.writeheader()

    def writerow(self, record: Mapping[str, object]) -> None:
        self._writer.writerow({column: safe(cell) for column, cell in record.items()})
