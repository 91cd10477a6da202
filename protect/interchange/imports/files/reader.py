"""From bytes to lines of cells. Refuses a whole file before anything of it is interpreted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from protect.directory.facts.base.cells import Trouble
from protect.interchange.errors import (
    ColumnsUnknown,
    FileEncodingUnclear,
    FileNotReadable,
    FileTooLarge,
)
from protect.interchange.imports.files.columns import IGNORED, NEEDED, OPTIONAL, by_name
from protect.interchange.imports.files.parsed import parsed, worded
from protect.interchange.imports.parsers.csv_text import Row
from protect.interchange.imports.parsers.limits import (
    LOOKED_AT,
    MEGABYTE,
    MOST_MEGABYTES,
    MOST_ROWS,
)
from protect.kernel.spreadsheet import unmarked
from protect.uploads.refusal_reasons import Refused

TOP = 12  # rows that are shown where the user chooses the headings

ROWS: TypeAdapter[list[Row]] = TypeAdapter(list[tuple[int, list[str]]])
FEWEST = 2  # known names make a row of headings
# For each delimiter the cells of the first lines, and how often it stands in each of them.
type Sample = list[tuple[str, list[list[str]], list[int]]]
SAMPLE: TypeAdapter[Sample] = TypeAdapter(list[tuple[str, list[list[str]], list[int]]])
ENCODINGS: TypeAdapter[list[tuple[str, list[str] | None]]] = TypeAdapter(
    list[tuple[str, list[str] | None]]
)


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
    """Return the rows of a CSV file that has our columns.

    Units: at most 20 MB of 10^6 bytes and 100,000 rows. Errors: as `table`.
    """
    return table(content_of(path), source, encoding)


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
        raise worded(Refused("rows", found=rows, limit=MOST_ROWS))


def table(content: bytes, source: str, encoding: str = "") -> Table:
    """Return the rows of a CSV file that has our columns.

    Errors: as `any_table`; ColumnsUnknown.
    """
    read = any_table(content, source, encoding)
    must_be_ours(read.columns)
    return read


def any_table(content: bytes, source: str, encoding: str = "", heading: int = 0) -> Table:
    """Return the rows of a CSV file, whatever its columns are called.

    The delimiter is the one by which most headings are known, else the one that the first line has
    most of. Columns of one name are numbered. `encoding`: UTF-8 unless another one is named.
    `heading`: row of the headings, 0 to look for it.
    Errors: FileTooLarge, FileNotReadable, ParsersBusy; FileEncodingUnclear, with likely encodings.
    """
    try:
        sample = parsed("import_csv", content, SAMPLE, encoding=encoding)
        delimiter = _delimiter(sample)
        rows = parsed("import_csv", content, ROWS, encoding=encoding, delimiter=delimiter)
    except Refused:
        choices = ", ".join(likely(content)) or _("no text at all")
        raise FileEncodingUnclear(tried=encoding or "UTF-8", choices=choices) from None
    at = place_of(rows, heading)
    columns = named(rows[at][1]) if rows else ()
    lines = tuple(_line(number, cells, columns) for number, cells in rows[at + 1 :])
    return Table(source, columns, lines, *heading_and_top(rows, at))


def place_of(rows: Sequence[Row], heading: int = 0) -> int:
    """Return where among the rows the headings are: in the row that was chosen, else as found."""
    chosen = [at for at, (number, _cells) in enumerate(rows[:LOOKED_AT]) if number == heading]
    return chosen[0] if chosen else heading_of([cells for _number, cells in rows[:LOOKED_AT]])


def heading_and_top(
    rows: Sequence[Row], at: int
) -> tuple[int, tuple[tuple[int, tuple[str, ...]], ...]]:
    """Return the number of the row of headings, and the first rows as a person looks at them."""
    top = tuple((number, tuple(cells)) for number, cells in rows[:TOP])
    return (rows[at][0] if rows else 1), top


def _delimiter(sample: Sample) -> str:
    """Return what parts the cells of a text."""
    recognised = [max(map(known_in, cells), default=0) for _each, cells, _counts in sample]
    if max(recognised, default=0) > 1:
        return sample[recognised.index(max(recognised))][0]
    for counts in zip(*(counts[:TOP] for _each, _cells, counts in sample), strict=False):
        if any(counts):
            return sample[counts.index(max(counts))][0]
    return ","


def _line(number: int, cells: Sequence[str], columns: Sequence[str]) -> Line:
    pairs = zip(columns, cells, strict=False)
    texts = {name: unmarked(cell.strip()) for name, cell in pairs if name not in IGNORED}
    return Line(number, texts, len(cells) - len(columns))


def named(header: Iterable[str]) -> tuple[str, ...]:
    """Return the names of columns, each once: a second “Phone” becomes “Phone (2)”."""
    times: Counter[str] = Counter()
    names = []
    for name in map(str.strip, header):
        times[name] += 1
        names.append(name if times[name] == 1 else f"{name} ({times[name]})")
    return tuple(names)


def must_be_ours(columns: Collection[str]) -> None:
    """Refuse a table that has other columns than ours. Errors: ColumnsUnknown."""
    unknown = [name for name in columns if name not in {*NEEDED, *OPTIONAL, *IGNORED}]
    missing = [name for name in NEEDED if name not in columns]
    if unknown or missing:
        raise ColumnsUnknown(
            unknown=", ".join(sorted(unknown))[:200] or "none",
            missing=", ".join(missing) or "none",
        )


def likely(content: bytes) -> list[str]:
    """Return the encodings that a text may have, the likeliest first.

    Errors: FileNotReadable, ParsersBusy.
    """
    return [encoding for encoding, _lines in parsed("import_encodings", content, ENCODINGS)]


def telling_lines(content: bytes) -> dict[str, list[str]]:
    """Return sample lines by encoding, from which a user can recognise the right one.

    Errors: FileNotReadable, ParsersBusy.
    """
    pairs = parsed("import_encodings", content, ENCODINGS)
    return {encoding: lines for encoding, lines in pairs if lines is not None}


def heading_of(rows: Sequence[Sequence[str]]) -> int:
    """Return the place of the headings among the first rows of a table, from 0.

    The row in which most names are known; what stands above must be narrow, as titles are, so that
    no row of a file without headings is taken for a title. Else the first row that is no title.
    """
    best, place, widest = FEWEST - 1, None, 0
    for at, cells in enumerate(rows[:LOOKED_AT]):
        width = sum(bool(cell.strip()) for cell in cells)
        if widest * 2 > width:
            continue
        if (recognised := known_in(cells)) > best:
            best, place = recognised, at
        if place is None and width > 1 >= widest:
            place = at
        widest = max(widest, width)
    return place or 0


def known_in(cells: Sequence[str]) -> int:
    """Return how many of these cells are known names of columns."""
    return sum(bool(by_name(cell)) for cell in cells if cell.strip())
