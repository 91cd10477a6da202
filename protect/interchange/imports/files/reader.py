"""From bytes to rows of cells. Refuses a whole file before anything of it is interpreted."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy
from pydantic import TypeAdapter, ValidationError

from protect.interchange import errors
from protect.interchange.imports.files.columns import IGNORED, NEEDED, OURS, by_name
from protect.interchange.imports.parsers import csv_text, limits
from protect.interchange.imports.row import Row
from protect.kernel.errors import ProtectError
from protect.kernel.spreadsheet import unmarked
from protect.uploads import apart
from protect.uploads.refusal_reasons import EXHAUSTED, Refused

TOP = 12  # rows that are shown where the user chooses the headings
FEWEST = 2  # known names make a row of headings

# For each delimiter the cells of the first lines, and how often it stands in each of them.
type Sample = list[tuple[str, list[list[str]], list[int]]]
ROWS: TypeAdapter[list[csv_text.Numbered]] = TypeAdapter(list[tuple[int, list[str]]])
SAMPLE: TypeAdapter[Sample] = TypeAdapter(list[tuple[str, list[list[str]], list[int]]])
ENCODINGS = TypeAdapter(list[tuple[str, list[str] | None]])
# Of each sheet its name, how many rows hold something, and the first of them.
SHEETS = TypeAdapter(list[tuple[str, int, list[tuple[int, list[str]]]]])

PROBLEMS: Mapping[str, Promise] = {
    # Translators: why a file was not read: the process that read it was stopped.
    EXHAUSTED: gettext_lazy("It takes too much time or memory to read."),
    "archive_damaged": gettext_lazy("The archive is damaged or locked."),
    "archive_unknown": gettext_lazy(
        "The archive holds no spreadsheet, no pages of JSON and no datapackage.json."
    ),
    "member_not_utf8": gettext_lazy("A file in the archive is not UTF-8."),
    "encoding_unknown": gettext_lazy("No encoding is called {encoding}."),
    "no_text": gettext_lazy("It is no text, or UTF-16: save it as CSV in UTF-8."),
    "csv_broken": gettext_lazy("Line {line}: {error}."),
    "sheet_damaged": gettext_lazy("The spreadsheet is damaged or locked with a password."),
    "sheet_missing": gettext_lazy("It has no such sheet."),
    "no_json": gettext_lazy("It is no JSON, or not whole."),
    # Translators: JSON: objects and lists that stand within one another.
    "depth": gettext_lazy("It nests more than {limit} levels."),
    "table_missing": gettext_lazy("The data package has no table {table}."),
    "package_broken": gettext_lazy("datapackage.json does not say where its tables are."),
    "toml_broken": gettext_lazy("It is no TOML: {error}."),
}
UNITS: Mapping[str, Callable[[], str]] = {
    "rows": lambda: _("rows"),
    "columns": lambda: _("columns"),
    # Translators: a unit after a number: 900 MB unpacked.
    "unpacked": lambda: _("MB unpacked"),
    # Translators: a unit after a number: 3000 files in the archive.
    "members": lambda: _("files in the archive"),
}
NO_FACTS: Mapping[str, str | int] = {
    **dict.fromkeys(("found", "limit", "line"), 0),
    **dict.fromkeys(("encoding", "error", "table"), ""),
}


class Table(NamedTuple):
    source: str
    columns: tuple[str, ...]
    lines: tuple[Row, ...]
    heading: int = 1  # the row of the headings, from 1
    top: tuple[csv_text.Numbered, ...] = ()  # the first rows with their numbers


def content_of(path: Path) -> bytes:
    """Return the bytes of a file. Errors: FileTooLarge, FileNotReadable."""
    try:
        must_be_small(path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        raise errors.FileNotReadable(problem=f"{error.strerror}: {path}.") from None


def must_be_small(size: int) -> None:
    """Refuse a file of more than 20 MB of 10^6 bytes. Errors: FileTooLarge."""
    if size > limits.MOST_MEGABYTES * limits.MEGABYTE:
        raise errors.FileTooLarge(
            found=-(-size // limits.MEGABYTE), unit="MB", limit=limits.MOST_MEGABYTES
        )


def must_be_few(rows: int) -> None:
    """Refuse more than 100,000 rows. Errors: FileTooLarge."""
    if rows > limits.MOST_ROWS:
        raise worded(Refused("rows", found=rows, limit=limits.MOST_ROWS))


def must_be_ours(columns: Collection[str]) -> None:
    """Refuse a table that has other columns than ours. Errors: columns_unknown."""
    unknown = sorted(name for name in columns if name not in {*OURS, *IGNORED})
    missing = ", ".join(name for name in NEEDED if name not in columns)
    if unknown or missing:
        names = ", ".join(unknown)[:200]
        raise errors.InterchangeRefusal(
            "columns_unknown", unknown=names or "none", missing=missing or "none"
        )


def any_table(content: bytes, source: str, encoding: str = "", heading: int = 0) -> Table:
    """Return the rows of a CSV file, whatever its columns are called.

    The delimiter is the one by which most headings are known, else the one that the first line has
    most of. Columns of one name are numbered. `encoding`: UTF-8 unless another one is named.
    `heading`: row of the headings, 0 to look for it.
    Units: at most 20 MB of 10^6 bytes and 100,000 rows.
    Errors: FileTooLarge, FileNotReadable, ParsersBusy; FileEncodingUnclear, with likely encodings.
    """
    try:
        sample = parsed("import_csv", content, SAMPLE, encoding=encoding)
        delimiter = _delimiter(sample)
        rows = parsed("import_csv", content, ROWS, encoding=encoding, delimiter=delimiter)
    except Refused:
        raise encoding_unclear(content, encoding or "UTF-8") from None
    return _table(source, rows, heading, is_sheet=False)


def sheet_table(content: bytes, source: str, sheet: int = 1, heading: int = 0) -> Table:
    """Return the rows of a sheet of a workbook.
    `sheet`: which of `sheets_of`, from 1. `heading`: row of the headings, 0 to look for it. A row
    has as many cells as the widest one: only full ones beyond the header are too many.
    Errors: FileTooLarge, FileNotReadable, ParsersBusy."""
    rows = parsed("import_workbook", content, ROWS, sheet=sheet)
    return _table(source, rows, heading, is_sheet=True)


def sheets_of(content: bytes) -> list[tuple[str, int]]:
    """Return the sheets of a workbook that are shown and hold something.
    Shapes: name, and in how many rows under the headings something stands.
    Errors: FileTooLarge, FileNotReadable, ParsersBusy."""
    sheets = parsed("import_workbook", content, SHEETS, sheet=0)
    return [(name, max(0, rows - 1 - _place_of(first))) for name, rows, first in sheets]


def likely(content: bytes) -> list[str]:
    """Return the encodings of a text, the likeliest first. Errors: FileNotReadable, ParsersBusy."""
    return [encoding for encoding, _lines in parsed("import_encodings", content, ENCODINGS)]


def telling_lines(content: bytes) -> dict[str, list[str]]:
    """Return sample lines by likely encoding, to recognise the right one. Errors: as `likely`."""
    pairs = parsed("import_encodings", content, ENCODINGS)
    return {encoding: lines for encoding, lines in pairs if lines is not None}


def encoding_unclear(content: bytes, tried: str = "UTF-8") -> errors.FileEncodingUnclear:
    """Return the refusal of a text, with the encodings that it may have."""
    choices = ", ".join(likely(content)) or _("no text at all")
    return errors.FileEncodingUnclear(tried=tried, choices=choices)


def heading_of(rows: Sequence[Sequence[str]]) -> int:
    """Return the place of the headings among the first rows of a table, from 0.
    The row in which most names are known; what stands above must be narrow, as titles are, so that
    no row of a file without headings is taken for a title. Else the first row that is no title."""
    best, place, widest = FEWEST - 1, None, 0
    for at, cells in enumerate(rows[: limits.LOOKED_AT]):
        width = sum(bool(cell.strip()) for cell in cells)
        if widest * 2 > width:
            continue
        if (recognised := _known_in(cells)) > best:
            best, place = recognised, at
        if place is None and width > 1 >= widest:
            place = at
        widest = max(widest, width)
    return place or 0


def parsed[T](parser: str, content: bytes, form: TypeAdapter[T], **options: str | int) -> T:
    """Return what a parser of `uploads.parsers` reads in a file, in a form.
    Errors: FileTooLarge, FileNotReadable, ParsersBusy; Refused, encoding_unclear."""
    try:
        return form.validate_json(apart.parse(parser, content, **options).body)
    except Refused as refusal:
        if refusal.code == "encoding_unclear":
            raise
        raise worded(refusal) from None
    except ValidationError:
        raise worded(Refused(EXHAUSTED)) from None


def worded(refusal: Refused) -> ProtectError:
    """Return the refusal of a parser in words."""
    facts = {**NO_FACTS, **refusal.facts}
    if refusal.code == "cells":
        return errors.FileTooManyCells(limit=facts["limit"])
    if refusal.code in UNITS:
        unit = UNITS[refusal.code]()
        return errors.FileTooLarge(found=facts["found"], unit=unit, limit=facts["limit"])
    problem = PROBLEMS.get(refusal.code, PROBLEMS[EXHAUSTED])
    return errors.FileNotReadable(problem=str(problem).format_map(facts))


def _table(source: str, rows: list[csv_text.Numbered], heading: int, *, is_sheet: bool) -> Table:
    count: Callable[[Sequence[str]], int] = _width if is_sheet else len
    plain: Callable[[str], str] = str if is_sheet else lambda cell: unmarked(cell.strip())
    at = _place_of(rows, heading)
    header = rows[at][1] if rows else []
    columns = _named(header[: count(header)])
    lines = []
    for number, cells in rows[at + 1 :]:
        pairs = zip(columns, cells, strict=False)
        texts = {name: plain(cell) for name, cell in pairs if name not in IGNORED}
        extra = count(cells) - len(columns)
        lines.append(Row(texts, number=number, extra=max(0, extra) if is_sheet else extra))
    return Table(source, columns, tuple(lines), rows[at][0] if rows else 1, tuple(rows[:TOP]))


def _place_of(rows: Sequence[csv_text.Numbered], heading: int = 0) -> int:
    """Return where among the rows the headings are: in the row that was chosen, else as found."""
    first = rows[: limits.LOOKED_AT]
    chosen = [at for at, (number, _cells) in enumerate(first) if number == heading]
    return chosen[0] if chosen else heading_of([cells for _number, cells in first])


def _delimiter(sample: Sample) -> str:
    recognised = [max(map(_known_in, cells), default=0) for _each, cells, _counts in sample]
    if max(recognised, default=0) > 1:
        return sample[recognised.index(max(recognised))][0]
    for counts in zip(*(counts[:TOP] for _each, _cells, counts in sample), strict=False):
        if any(counts):
            return sample[counts.index(max(counts))][0]
    return ","


def _named(header: Iterable[str]) -> tuple[str, ...]:
    """Return the names of columns, each once: a second “Phone” becomes “Phone (2)”."""
    times: Counter[str] = Counter()
    names = []
    for name in map(str.strip, header):
        times[name] += 1
        names.append(name if times[name] == 1 else f"{name} ({times[name]})")
    return tuple(names)


def _known_in(cells: Sequence[str]) -> int:
    return sum(bool(by_name(cell)) for cell in cells if cell.strip())


def _width(row: Sequence[str]) -> int:
    return max((at for at, cell in enumerate(row, 1) if cell), default=0)
