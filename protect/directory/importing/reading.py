"""From bytes to lines of cells. Refuses a whole file before anything of it is interpreted."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

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
from protect.directory.importing.headings import LOOKED_AT, heading_of, known_in
from protect.directory.importing.troubles import Trouble

MEGABYTE = 1_000_000  # bytes
MOST_MEGABYTES = 20
MOST_ROWS = 100_000

# What spreadsheets of the twelve countries save; among all encodings, guesses go astray.
EXPECTED = ("utf_16", "cp1250", "cp1251", "cp1252", "cp1253", "iso8859_2", "iso8859_7", "mac_roman")
DELIMITERS = (",", ";", "\t")  # the first where none is there
TOP = 12  # rows that are shown where somebody says which are the headings
CHOICES = 5  # encodings that a refusal names

type Row = tuple[int, list[str]]  # its number in the file, from 1, and its cells


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
    heading: int = 1  # the row of the headings, from 1
    top: tuple[tuple[int, tuple[str, ...]], ...] = ()  # the first rows with their numbers


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


def any_table(text: str, source: str, heading: int = 0) -> Table:
    """Return the rows of a text, whatever its columns are called.

    The delimiter is the one by which most headings are known, else the one that the first line has
    most of. Columns of one name are numbered. `heading`: row of the headings, 0 to look for it.
    Errors: FileTooLarge, FileNotReadable.
    """
    must_be_few(_row_count(text))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        rows = list(_numbered(reader))
    except csv.Error as error:
        problem = _("Line {line}: {error}.").format(line=reader.line_num, error=error)
        raise FileNotReadable(problem=problem) from None
    at = place_of(rows, heading)
    columns = named(rows[at][1]) if rows else ()
    lines = tuple(_line(number, cells, columns) for number, cells in rows[at + 1 :])
    return Table(source, columns, lines, *told(rows, at))


def place_of(rows: Sequence[Row], heading: int = 0) -> int:
    """Return where among the rows the headings are: in the row that was chosen, else as found."""
    chosen = [at for at, (number, _cells) in enumerate(rows[:LOOKED_AT]) if number == heading]
    return chosen[0] if chosen else heading_of([cells for _number, cells in rows[:LOOKED_AT]])


def told(rows: Sequence[Row], at: int) -> tuple[int, tuple[tuple[int, tuple[str, ...]], ...]]:
    """Return the number of the row of headings, and the first rows as a person looks at them."""
    top = tuple((number, tuple(cells)) for number, cells in rows[:TOP])
    return (rows[at][0] if rows else 1), top


def _delimiter(text: str) -> str:
    """Return what parts the cells of a text."""
    first = list(islice((line for line in text.splitlines() if line.strip()), LOOKED_AT))
    known = {each: _known_with(first, each) for each in DELIMITERS}
    best = max(DELIMITERS, key=lambda each: known[each])
    if known[best] > 1:
        return best
    heads = [line.split('"')[::2] for line in first[:TOP]]
    counts = ({each: sum(p.count(each) for p in head) for each in DELIMITERS} for head in heads)
    found = next((each for each in counts if any(each.values())), dict.fromkeys(DELIMITERS, 0))
    return max(DELIMITERS, key=lambda each: found[each])


def _known_with(lines: Sequence[str], delimiter: str) -> int:
    try:
        rows = list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return 0
    return max((known_in(cells) for cells in rows), default=0)


def _numbered(reader: Any) -> Iterator[Row]:
    """Yield rows in which something stands, each with the line on which it begins."""
    begins = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1


def _line(number: int, cells: Sequence[str], columns: Sequence[str]) -> Line:
    pairs = zip(columns, cells, strict=False)
    said = {name: unmarked(cell.strip()) for name, cell in pairs if name not in IGNORED}
    return Line(number, said, len(cells) - len(columns))


def named(header: Iterable[str]) -> tuple[str, ...]:
    """Return the names of columns, each once: a second “Phone” becomes “Phone (2)”."""
    times: Counter[str] = Counter()
    found = []
    for name in map(str.strip, header):
        times[name] += 1
        found.append(name if times[name] == 1 else f"{name} ({times[name]})")
    return tuple(found)


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
