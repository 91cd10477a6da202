"""Parse CSV: the rows of a text, or a sample of it for each delimiter, to choose one."""

import codecs
import csv
import io
import json
from collections.abc import Iterator, Sequence
from itertools import islice

from protect.interchange.imports.parsers import limits
from protect.uploads import parsers, refusal_reasons

DELIMITERS = (",", ";", "\t")  # the first is used if the text has none of them
MAX_SAMPLE_LINE = 20_000  # characters of a line in a sample; the rest of the line is left out
DEFAULT_ENCODING = "utf-8-sig"  # UTF-8, with or without a byte order mark; no other is tried

type NumberedRow = tuple[int, list[str]]  # number in the file, from 1, and cells


def parse(content: bytes, options: parsers.Options) -> tuple[parsers.Facts, bytes]:
    """Return numbered rows as JSON; without the option `delimiter`, samples. Errors: Refused."""
    text = decode(content, str(options.get("encoding", "")))
    lines = text.rstrip().replace("\r\n", "\n").replace("\r", "\n")
    # Line breaks within quotes do not end a row.
    limits.refuse_too_many_rows(sum(part.count("\n") for part in lines.split('"')[::2]))
    delimiter = str(options.get("delimiter", ""))
    rows = list(read_rows(text, delimiter)) if delimiter else sample_by_delimiter(text)
    return {}, json.dumps(rows, ensure_ascii=False).encode()


def decode(content: bytes, encoding: str = "") -> str:
    """Return a text; without `encoding` it must be UTF-8, nothing is guessed. Errors: Refused."""
    try:
        text = content.decode(codecs.lookup(encoding or DEFAULT_ENCODING).name)
    except LookupError:
        raise refusal_reasons.Refused("encoding_unknown", encoding=encoding[:40]) from None
    except UnicodeDecodeError:
        raise refusal_reasons.Refused("encoding_unclear") from None
    if "\0" in text:
        raise refusal_reasons.Refused("no_text")
    return text


def read_rows(
    text: str, delimiter: str, budget: limits.CellBudget | None = None
) -> Iterator[NumberedRow]:
    """Yield the rows that are not empty, each with the line on which it begins. Errors: Refused."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    budget, first_line = budget or limits.CellBudget(), 1
    try:
        for cells in reader:
            budget.spend(len(cells))
            if any(cell.strip() for cell in cells):
                yield first_line, cells
            first_line = reader.line_num + 1
    except csv.Error as error:
        line, text = reader.line_num, str(error)[:200]
        raise refusal_reasons.Refused("csv_broken", line=line, error=text) from None


def sample_by_delimiter(text: str) -> list[tuple[str, list[list[str]], list[int]]]:
    """Return for each delimiter: itself, the cells of the first lines, its count in each line."""
    lines = (line[:MAX_SAMPLE_LINE] for line in text.splitlines() if line.strip())
    first_lines = list(islice(lines, limits.HEADING_SEARCH_ROWS))
    unquoted = ["".join(line.split('"')[::2]) for line in first_lines]
    return [
        (mark, _split_into_cells(first_lines, mark), [text.count(mark) for text in unquoted])
        for mark in DELIMITERS
    ]


def _split_into_cells(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Return the cells of each line; no line at all if one of them cannot be parsed."""
    try:
        return list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return []
