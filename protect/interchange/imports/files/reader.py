"""Read bytes into rows of cells. A file with an error is refused as a whole."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy
from pydantic import TypeAdapter, ValidationError

from protect.interchange import errors
from protect.interchange.imports.files import columns as our_columns
from protect.interchange.imports.parsers import csv_text, limits
from protect.interchange.imports.row import Row
from protect.kernel.errors import ProtectError
from protect.ui.spreadsheet import unmark_formula
from protect.uploads import parser_process, refusal_reasons

SHOWN_ROWS = 12  # among which the user chooses the row of headings
MIN_KNOWN_HEADINGS = 2  # that a row must have to be detected as the row of headings

# For each delimiter: the cells of the first lines, and its number in each line.
type Sample = list[tuple[str, list[list[str]], list[int]]]
ROWS: TypeAdapter[list[csv_text.NumberedRow]] = TypeAdapter(list[tuple[int, list[str]]])
CSV_SAMPLE: TypeAdapter[Sample] = TypeAdapter(list[tuple[str, list[list[str]], list[int]]])
ENCODINGS = TypeAdapter(list[tuple[str, list[str] | None]])  # encoding, sample lines
# For each sheet: name, number of rows that are not empty, and the first of those rows.
SHEETS = TypeAdapter(list[tuple[str, int, list[tuple[int, list[str]]]]])

PROBLEM_SENTENCES: Mapping[str, Promise] = {
    # Translators: why a file was not read: the process that read it was stopped.
    refusal_reasons.EXHAUSTED: gettext_lazy("Reading it takes too much time or memory."),
    "archive_damaged": gettext_lazy("The archive is damaged or locked with a password."),
    "archive_unknown": gettext_lazy(
        "The archive contains no spreadsheet, no JSON pages and no datapackage.json."
    ),
    "member_not_utf8": gettext_lazy("A file in the archive is not UTF-8."),
    "encoding_unknown": gettext_lazy("There is no encoding called {encoding}."),
    "no_text": gettext_lazy("It is not a text file, or it is in UTF-16. Save it as CSV in UTF-8."),
    "csv_broken": gettext_lazy("Line {line}: {error}."),
    "sheet_damaged": gettext_lazy("The spreadsheet is damaged or locked with a password."),
    "sheet_missing": gettext_lazy("It has no sheet with this number."),
    "no_json": gettext_lazy("It is not valid JSON, or it is incomplete."),
    "depth": gettext_lazy("It has more than {limit} nested levels."),  # For translators: of JSON
    "table_missing": gettext_lazy("The data package has no table {table}."),
    "package_broken": gettext_lazy("datapackage.json does not say where its tables are."),
    "toml_broken": gettext_lazy("The mapping file is not valid TOML: {error}."),
}
UNIT_NAMES: Mapping[str, Callable[[], str]] = {
    "rows": lambda: _("rows"),  # For translators: a unit after a number: 120000 rows of a file
    "columns": lambda: _("columns"),  # For translators: unit after a number: 300 columns of a file
    "unpacked": lambda: _("MB unpacked"),  # For translators: a unit after a number: 900 MB unpacked
    "members": lambda: _("files in the archive"),  # For translators: a unit after a number: 3000
}
DEFAULT_FACTS: Mapping[str, str | int] = {  # for placeholders that a refusal leaves out
    **dict.fromkeys(("found", "limit", "line"), 0),
    **dict.fromkeys(("encoding", "error", "table"), ""),
}


class Table(NamedTuple):
    source: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    heading_row: int = 1  # number of the row with the headings, from 1
    first_rows: tuple[csv_text.NumberedRow, ...] = ()  # of the file, with headings and numbers


def read_import_file(path: Path) -> bytes:
    """Return the bytes of a file. Errors: FileTooLarge, FileNotReadable."""
    try:
        refuse_large_file(path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        raise errors.FileNotReadable(problem=f"{error.strerror}: {path}.") from None


def refuse_large_file(size: int) -> None:
    """Refuse a file of more than 20 MB (of 10^6 bytes). Errors: FileTooLarge."""
    if size > limits.MAX_FILE_MEGABYTES * limits.MEGABYTE:
        megabytes = -(-size // limits.MEGABYTE)
        raise errors.FileTooLarge(found=megabytes, unit="MB", limit=limits.MAX_FILE_MEGABYTES)


def refuse_too_many_rows(rows: int) -> None:
    """Refuse more than 100,000 rows. Errors: FileTooLarge."""
    if rows > limits.MAX_ROWS:
        raise refusal_error(refusal_reasons.Refused("rows", found=rows, limit=limits.MAX_ROWS))


def refuse_wrong_columns(columns: Collection[str]) -> None:
    """Refuse a table with unknown columns or without required ones. Errors: columns_unknown."""
    unknown = sorted({*columns} - {*our_columns.OUR_COLUMNS, *our_columns.IGNORED_COLUMNS})
    missing = [name for name in our_columns.REQUIRED_COLUMNS if name not in columns]
    if unknown or missing:
        facts = {"unknown": ", ".join(unknown)[:200] or "none"}
        facts["missing"] = ", ".join(missing) or "none"
        raise errors.InterchangeRefusal("columns_unknown", **facts)


def csv_table(content: bytes, source: str, encoding: str = "", heading_row: int = 0) -> Table:
    """Return the rows of a CSV file, with the column names of the file. The delimiter is the one
    that yields most known headings, else the most frequent in the first line. Repeated column names
    are numbered. `encoding`: "" for UTF-8. `heading_row`: number of the row of headings, 0 to
    detect it. Units: at most 20 MB of 10^6 bytes and 100,000 rows. Errors: FileTooLarge,
    FileNotReadable, ParsersBusy; FileEncodingUnclear, which lists likely encodings."""
    try:
        sample = parse_with("import_csv", content, CSV_SAMPLE, encoding=encoding)
        delimiter = _choose_delimiter(sample)
        rows = parse_with("import_csv", content, ROWS, encoding=encoding, delimiter=delimiter)
    except refusal_reasons.Refused:
        raise encoding_unclear(content, encoding or "UTF-8") from None
    return _table_from_rows(source, rows, heading_row, is_sheet=False)


def sheet_table(content: bytes, source: str, sheet: int = 1, heading_row: int = 0) -> Table:
    """Return the rows of a sheet of a workbook. `sheet`: its position in `list_sheets`, from 1.
    `heading_row`: number of the row of headings, 0 to detect it. Empty cells to the right of
    the headings are no error. Errors: FileTooLarge, FileNotReadable, ParsersBusy."""
    rows = parse_with("import_workbook", content, ROWS, sheet=sheet)
    return _table_from_rows(source, rows, heading_row, is_sheet=True)


def list_sheets(content: bytes) -> list[tuple[str, int]]:
    """Return the visible sheets that are not empty: name and number of rows below the headings.
    Errors: FileTooLarge, FileNotReadable, ParsersBusy."""
    sheets = parse_with("import_workbook", content, SHEETS, sheet=0)
    return [(name, max(0, rows - 1 - _heading_index(first))) for name, rows, first in sheets]


def likely_encodings(content: bytes) -> list[str]:
    """Return likely encodings of a text, best first. Errors: FileNotReadable, ParsersBusy."""
    return [encoding for encoding, _lines in parse_with("import_encodings", content, ENCODINGS)]


def sample_lines_by_encoding(content: bytes) -> dict[str, list[str]]:
    """Return sample lines by likely encoding, if decodable. Errors: as `likely_encodings`."""
    pairs = parse_with("import_encodings", content, ENCODINGS)
    return {encoding: lines for encoding, lines in pairs if lines is not None}


def encoding_unclear(content: bytes, tried: str = "UTF-8") -> errors.FileEncodingUnclear:
    """Return the error for a text that is not in the encoding `tried`, with likely encodings."""
    choices = ", ".join(likely_encodings(content)) or _("not a text file")
    return errors.FileEncodingUnclear(tried=tried, choices=choices)


def find_heading_index(rows: Sequence[Sequence[str]]) -> int:
    """Return the index of the row of headings among the first rows of a table.
    It is the row with most known names, else the first row that is not a title. A row counts
    only if it fills at least twice as many cells as each row considered before it: in a file
    without headings, no data row may be dropped as a title."""
    best, best_index, widest = MIN_KNOWN_HEADINGS - 1, None, 0
    for index, cells in enumerate(rows[: limits.HEADING_SEARCH_ROWS]):
        width = sum(bool(cell.strip()) for cell in cells)
        if widest * 2 > width:
            continue
        if (recognised := _count_known_headings(cells)) > best:
            best, best_index = recognised, index
        if best_index is None and width > 1 >= widest:
            best_index = index
        widest = max(widest, width)
    return best_index or 0


def parse_with[T](parser: str, content: bytes, adapter: TypeAdapter[T], **options: str | int) -> T:
    """Parse content with a parser of `uploads.parsers` and return the validated result.
    Errors: FileTooLarge, FileNotReadable, ParsersBusy; Refused with the code encoding_unclear."""
    try:
        return adapter.validate_json(parser_process.parse(parser, content, **options).body)
    except refusal_reasons.Refused as refusal:
        if refusal.code == "encoding_unclear":
            raise
        raise refusal_error(refusal) from None
    except ValidationError:
        raise refusal_error(refusal_reasons.Refused(refusal_reasons.EXHAUSTED)) from None


def refusal_error(refusal: refusal_reasons.Refused) -> ProtectError:
    """Return a parser's refusal as an error with a sentence for the user."""
    facts = {**DEFAULT_FACTS, **refusal.facts}
    if refusal.code == "cells":
        return errors.FileTooManyCells(limit=facts["limit"])
    if refusal.code in UNIT_NAMES:
        unit = UNIT_NAMES[refusal.code]()
        return errors.FileTooLarge(found=facts["found"], unit=unit, limit=facts["limit"])
    problem = PROBLEM_SENTENCES.get(refusal.code, PROBLEM_SENTENCES[refusal_reasons.EXHAUSTED])
    return errors.FileNotReadable(problem=str(problem).format_map(facts))


def _table_from_rows(
    source: str, rows: list[csv_text.NumberedRow], heading_row: int, *, is_sheet: bool
) -> Table:
    """Return the rows below the headings as a table. In a sheet, missing cells are no error."""
    count_cells: Callable[[Sequence[str]], int] = _count_to_last_filled if is_sheet else len
    index = _heading_index(rows, heading_row)
    number, header = rows[index] if rows else (1, [])
    columns = _unique_names(header[: count_cells(header)])
    table_rows = []
    for row_number, cells in rows[index + 1 :]:
        cleaned = cells if is_sheet else [unmark_formula(cell.strip()) for cell in cells]
        texts = dict(zip(columns, cleaned, strict=False))
        for ignored in our_columns.IGNORED_COLUMNS:
            texts.pop(ignored, None)
        extra = count_cells(cells) - len(columns)
        table_rows.append(Row(texts, number=row_number, extra=max(0, extra) if is_sheet else extra))
    return Table(source, columns, tuple(table_rows), number, tuple(rows[:SHOWN_ROWS]))


def _heading_index(rows: Sequence[csv_text.NumberedRow], heading_row: int = 0) -> int:
    """Return the index of the row with the number `heading_row`, else of the detected headings."""
    first = rows[: limits.HEADING_SEARCH_ROWS]
    chosen = [at for at, (number, _cells) in enumerate(first) if number == heading_row]
    return chosen[0] if chosen else find_heading_index([cells for _number, cells in first])


def _choose_delimiter(sample: Sample) -> str:
    known = [max(map(_count_known_headings, cells), default=0) for _, cells, _ in sample]
    if max(known, default=0) > 1:
        return sample[known.index(max(known))][0]
    for counts in zip(*(counts[:SHOWN_ROWS] for _each, _cells, counts in sample), strict=False):
        if any(counts):
            return sample[counts.index(max(counts))][0]
    return ","


def _unique_names(header: Iterable[str]) -> tuple[str, ...]:
    """Return column names without repeats: a second “Phone” becomes “Phone (2)”."""
    times: Counter[str] = Counter()
    names = []
    for name in map(str.strip, header):
        times[name] += 1
        names.append(name if times[name] == 1 else f"{name} ({times[name]})")
    return tuple(names)


def _count_known_headings(cells: Sequence[str]) -> int:
    return sum(bool(our_columns.for_heading(cell)) for cell in cells if cell.strip())


def _count_to_last_filled(row: Sequence[str]) -> int:
    return max((at for at, cell in enumerate(row, 1) if cell), default=0)
