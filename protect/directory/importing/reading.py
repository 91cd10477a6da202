"""From bytes to lines of cells. Refuses a whole file before anything of it is interpreted."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import charset_normalizer
from django.utils.translation import gettext as _

from protect.directory.errors import (
    ColumnsUnknown,
    FileEncodingUnclear,
    FileNotReadable,
    FileTooLarge,
)
from protect.directory.importing.columns import IGNORED, NEEDED, OPTIONAL
from protect.directory.importing.formulas import unmarked
from protect.directory.importing.troubles import Trouble

MEGABYTE = 1_000_000  # bytes
MOST_MEGABYTES = 20
MOST_ROWS = 100_000

# What spreadsheets of the twelve countries save; among all encodings, guesses go astray.
EXPECTED = ("utf_16", "cp1250", "cp1251", "cp1252", "cp1253", "iso8859_2", "iso8859_7", "mac_roman")
DELIMITERS = (",", ";", "\t")  # the first where none is there
CHOICES = 5  # encodings that a refusal names


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it was written, every cell stripped. `extra` counts cells beyond the header."""

    number: int  # in the file, from 1; of a feed, which of its records
    cells: dict[str, str]
    extra: int = 0  # negative: cells that are missing
    faults: tuple[Trouble, ...] = ()  # found while the file was read


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one source."""

    source: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def read(path: Path, source: str, encoding: str = "") -> Table:
    """Return the rows of a CSV file whose columns are ours.

    Units: at most 20 MB of 10^6 bytes and 100,000 rows.
    Errors: FileTooLarge, FileEncodingUnclear, FileNotReadable, ColumnsUnknown.
    """
    return table(decoded(content_of(path), encoding), source)


def content_of(path: Path) -> bytes:
    """Return the bytes of a file. Errors: FileTooLarge, FileNotReadable."""
    try:
        must_be_small(path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        raise FileNotReadable(problem=f"{error.strerror}: {path}.") from None


def must_be_small(size: int) -> None:
    """Refuse a file of more than 20 MB of 10^6 bytes. Errors: FileTooLarge."""
    if size > MOST_MEGABYTES * MEGABYTE:
        raise FileTooLarge(found=-(-size // MEGABYTE), unit="MB", limit=MOST_MEGABYTES)


def must_be_few(rows: int) -> None:
    """Refuse more than 100,000 rows. Errors: FileTooLarge."""
    if rows > MOST_ROWS:
        raise FileTooLarge(found=rows, unit=_("rows"), limit=MOST_ROWS)


def decoded(data: bytes, encoding: str = "") -> str:
    """Return the text of a file, UTF-8 unless another encoding is named.

    Errors: FileEncodingUnclear naming likely encodings; FileNotReadable for what is no text.
    """
    try:
        text = data.decode(codecs.lookup(encoding or "utf-8-sig").name)
    except LookupError:
        raise FileNotReadable(
            problem=_("No encoding is called {encoding}.").format(encoding=encoding)
        ) from None
    except UnicodeDecodeError:
        choices = ", ".join(likely(data)) or _("no text at all")
        raise FileEncodingUnclear(tried=encoding or "UTF-8", choices=choices) from None
    if "\0" in text:
        raise FileNotReadable(problem=_("It is no text, or UTF-16: save it as CSV in UTF-8."))
    return text


def table(text: str, source: str) -> Table:
    """Return the rows of a text whose columns are ours.

    Errors: FileTooLarge, FileNotReadable, ColumnsUnknown.
    """
    found = any_table(text, source)
    must_be_ours(found.columns)
    return found


def any_table(text: str, source: str) -> Table:
    """Return the rows of a text, whatever its columns are called.

    The delimiter is the one that the first line has most of. Columns of one name are numbered.
    Errors: FileTooLarge, FileNotReadable.
    """
    must_be_few(_row_count(text))
    head = text.lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=lambda each: sum(p.count(each) for p in head.split('"')[::2]))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = named(next(reader, []))
        return Table(source, columns, tuple(_lines(reader, columns)))
    except csv.Error as error:
        problem = _("Line {line}: {error}.").format(line=reader.line_num, error=error)
        raise FileNotReadable(problem=problem) from None


def named(header: Iterable[str]) -> tuple[str, ...]:
    """Return the names of columns, each once: a second “Phone” becomes “Phone (2)”."""
    times: Counter[str] = Counter()
    found = []
    for name in map(str.strip, header):
        times[name] += 1
        found.append(name if times[name] == 1 else f"{name} ({times[name]})")
    return tuple(found)


def _lines(reader: Iterator[list[str]], columns: tuple[str, ...]) -> Iterator[Line]:
    begins = 2
    for cells in reader:
        if any(cell.strip() for cell in cells):
            pairs = zip(columns, cells, strict=False)
            named = {name: unmarked(cell.strip()) for name, cell in pairs if name not in IGNORED}
            yield Line(begins, named, len(cells) - len(columns))
        begins = reader.line_num + 1  # type: ignore[attr-defined]  # csv gives its reader no name


def _row_count(text: str) -> int:
    """Return the lines under the header, line breaks within quotes not counted."""
    lines = text.rstrip().replace("\r\n", "\n").replace("\r", "\n")
    return sum(part.count("\n") for part in lines.split('"')[::2])


def must_be_ours(columns: Collection[str]) -> None:
    """Refuse a table that has other columns than ours. Errors: ColumnsUnknown."""
    unknown = [name for name in columns if name not in {*NEEDED, *OPTIONAL, *IGNORED}]
    missing = [name for name in NEEDED if name not in columns]
    if unknown or missing:
        raise ColumnsUnknown(
            unknown=", ".join(sorted(unknown))[:200] or "none",
            missing=", ".join(missing) or "none",
        )


def likely(data: bytes) -> list[str]:
    """Return the encodings that a text may have, the likeliest first."""
    found = charset_normalizer.from_bytes(data[:MEGABYTE], cp_isolation=list(EXPECTED))
    return list(dict.fromkeys(match.encoding for match in found))[:CHOICES]
