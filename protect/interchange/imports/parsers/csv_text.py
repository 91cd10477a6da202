"""CSV: the rows of a text, or a sample of it under each delimiter, to choose one by."""

import codecs
import csv
import io
import json
from collections.abc import Iterator, Sequence
from itertools import islice

from protect.interchange.imports.parsers.limits import LOOKED_AT, Room, must_be_few
from protect.uploads import parsers, refusal_reasons

DELIMITERS = (",", ";", "\t")  # the first where none is there
LONGEST_LINE = 20_000  # characters of a line of the sample
ENCODING = "utf-8-sig"  # unless another one is named

type Numbered = tuple[int, list[str]]  # a row: its number in the file, from 1, and its cells


def parse(content: bytes, options: parsers.Options) -> tuple[parsers.Facts, bytes]:
    """Return numbered rows of cells; without a delimiter, a sample. Errors: Refused."""
    text = decode(content, str(options.get("encoding", "")))
    lines = text.rstrip().replace("\r\n", "\n").replace("\r", "\n")
    # Line breaks within quotes are no rows.
    must_be_few(sum(part.count("\n") for part in lines.split('"')[::2]))
    delimiter = str(options.get("delimiter", ""))
    rows = list(rows_of(text, delimiter)) if delimiter else sample_of(text)
    return {}, json.dumps(rows, ensure_ascii=False).encode()


def decode(content: bytes, encoding: str = "") -> str:
    try:
        text = content.decode(codecs.lookup(encoding or ENCODING).name)
    except LookupError:
        raise refusal_reasons.Refused("encoding_unknown", encoding=encoding[:40]) from None
    except UnicodeDecodeError:
        raise refusal_reasons.Refused("encoding_unclear") from None
    if "\0" in text:
        raise refusal_reasons.Refused("no_text")
    return text


def rows_of(text: str, delimiter: str, room: Room | None = None) -> Iterator[Numbered]:
    """Yield the rows that are not empty, each with the line on which it begins. Errors: Refused."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    room, begins = room or Room(), 1
    try:
        for cells in reader:
            room.take(len(cells))
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise refusal_reasons.Refused(
            "csv_broken", line=reader.line_num, error=str(error)[:200]
        ) from None


def sample_of(text: str) -> list[tuple[str, list[list[str]], list[int]]]:
    """Return, for each delimiter, the cells of the first lines and its count in each."""
    lines = (line[:LONGEST_LINE] for line in text.splitlines() if line.strip())
    first = list(islice(lines, LOOKED_AT))
    outside = [line.split('"')[::2] for line in first]
    return [
        (each, _split(first, each), [sum(part.count(each) for part in parts) for parts in outside])
        for each in DELIMITERS
    ]


def _split(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return []
