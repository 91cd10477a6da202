"""From bytes to lines of cells. Refuses a whole file before anything of it is interpreted."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import charset_normalizer

from protect.directory.errors import (
    ColumnsUnknown,
    FileEncodingUnclear,
    FileNotReadable,
    FileTooLarge,
)

MEGABYTE = 1_000_000  # bytes
MOST_MEGABYTES = 20
MOST_ROWS = 100_000

# What spreadsheets of the twelve countries save; among all encodings, guesses go astray.
EXPECTED = ("utf_16", "cp1250", "cp1251", "cp1252", "cp1253", "iso8859_2", "iso8859_7", "mac_roman")
CHOICES = 5  # encodings that a refusal names

NEEDED = ("organisation", "service", "categories", "country")
OPTIONAL = (
    "source_id",
    "description",
    "city",
    "address",
    "postal_code",
    "latitude",
    "longitude",
    "location_precision",
    "phones",
    "email",
    "website",
    "languages",
    "opening_hours",
    "genders_served",
    "minimum_age",
    "maximum_age",
    "audience",
    "legal_status",
    "cost",
    "how_to_access",
    "area_served",
    "tells_police",
    "tells_migration_authority",
    "restrictions",
    "professionals_only",
    "source_url",
    "source_date",
    "confidence",
    "notes",
)
REASONS = "reasons"  # a column that our own file of bad rows has: read back, it is ignored


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it was written, every cell stripped. `extra` counts cells beyond the header."""

    number: int  # in the file, from 1
    cells: dict[str, str]
    extra: int = 0  # negative: cells that are missing


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one source."""

    source: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def read(path: Path, source: str, encoding: str = "") -> Table:
    """Return the rows of a CSV file.

    Units: at most 20 MB of 10^6 bytes and 100,000 rows.
    Errors: FileTooLarge, FileEncodingUnclear, FileNotReadable, ColumnsUnknown.
    """
    try:
        size = path.stat().st_size
        if size > MOST_MEGABYTES * MEGABYTE:
            raise FileTooLarge(found=-(-size // MEGABYTE), unit="MB", limit=MOST_MEGABYTES)
        data = path.read_bytes()
    except OSError as error:
        raise FileNotReadable(problem=f"{error.strerror}: {path}.") from None
    return table(decoded(data, encoding), source)


def decoded(data: bytes, encoding: str = "") -> str:
    """Return the text of a file, UTF-8 unless another encoding is named.

    Errors: FileEncodingUnclear naming likely encodings; FileNotReadable for what is no text.
    """
    try:
        text = data.decode(codecs.lookup(encoding or "utf-8-sig").name)
    except LookupError:
        raise FileNotReadable(problem=f"No encoding is called {encoding}.") from None
    except UnicodeDecodeError:
        choices = ", ".join(_likely(data)) or "no text at all"
        raise FileEncodingUnclear(tried=encoding or "UTF-8", choices=choices) from None
    if "\0" in text:
        raise FileNotReadable(problem="It is no text, or UTF-16: save it as CSV in UTF-8.")
    return text


def table(text: str, source: str) -> Table:
    """Return the rows of a text.

    Errors: FileTooLarge, FileNotReadable, ColumnsUnknown.
    """
    rows = _row_count(text)
    if rows > MOST_ROWS:
        raise FileTooLarge(found=rows, unit="rows", limit=MOST_ROWS)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        columns = tuple(name.strip() for name in next(reader, []))
        _refuse_columns(columns)
        return Table(source, columns, tuple(_lines(reader, columns)))
    except csv.Error as error:
        raise FileNotReadable(problem=f"Line {reader.line_num}: {error}.") from None


def _lines(reader: Iterator[list[str]], columns: tuple[str, ...]) -> Iterator[Line]:
    begins = 2
    for cells in reader:
        if any(cell.strip() for cell in cells):
            pairs = zip(columns, cells, strict=False)
            named = {name: cell.strip() for name, cell in pairs if name != REASONS}
            yield Line(begins, named, len(cells) - len(columns))
        begins = reader.line_num + 1  # type: ignore[attr-defined]  # csv gives its reader no name


def _row_count(text: str) -> int:
    """Return the lines under the header, line breaks within quotes not counted."""
    lines = text.rstrip().replace("\r\n", "\n").replace("\r", "\n")
    return sum(part.count("\n") for part in lines.split('"')[::2])


def _refuse_columns(columns: tuple[str, ...]) -> None:
    unknown = [name for name in columns if name not in {*NEEDED, *OPTIONAL, REASONS}]
    missing = [name for name in NEEDED if name not in columns]
    twice = {name for name in columns if columns.count(name) > 1}
    if unknown or missing or twice:
        raise ColumnsUnknown(
            unknown=", ".join(sorted({*unknown, *twice}))[:200] or "none",
            missing=", ".join(missing) or "none",
        )


def _likely(data: bytes) -> list[str]:
    found = charset_normalizer.from_bytes(data[:MEGABYTE], cp_isolation=list(EXPECTED))
    return list(dict.fromkeys(match.encoding for match in found))[:CHOICES]
