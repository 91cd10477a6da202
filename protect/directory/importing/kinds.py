"""What kind of file it is, by its content, and that nothing in it unpacks to more than is read.

Both the sizes that an archive declares and those that come out are looked at.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from protect.directory.enums import ImportKind
from protect.directory.errors import FileNotReadable, FileTooLarge
from protect.directory.importing.reading import MEGABYTE, must_be_few, must_be_small

ZIP = b"PK\x03\x04"
WORKBOOK = "xl/workbook.xml"
PACKAGE = "datapackage.json"
MOST_MEMBERS = 2_000
MOST_UNPACKED = 60  # MB; texts
MOST_SHEET = 200  # MB; the XML of a spreadsheet is ten times its cells
MOST_COLUMNS = 300
PIECE = 1 << 20  # bytes
SHEET = b"sheetData"  # stands in every sheet, wherever the archive keeps it
# Where cells stand: spreadsheet libraries make room for all between the first and the last.
MARK = re.compile(rb"<(?:\w+:)?(row|c)\b|\br\s*=\s*[\"']\s*([A-Za-z]*)(\d+)")
LONGEST_MARK = 64  # bytes


def kind_of(content: bytes) -> ImportKind:
    """Return what a file is: its name counts for nothing. Errors: FileTooLarge, FileNotReadable."""
    must_be_small(len(content))
    if not content.strip():
        raise FileNotReadable(problem=_("It is empty."))
    if content.startswith(ZIP):
        return _kind_of_archive(content)
    text = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    return ImportKind.HSDS if text[:1] in {b"{", b"["} else ImportKind.CSV


def texts(content: bytes, ending: str) -> dict[str, str]:
    """Return the files of an archive whose names end so, by name, in the order of their names.

    Errors: FileTooLarge, FileNotReadable.
    """
    with _archive(content, MOST_UNPACKED) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith(ending)]
        return {name: _text(archive, name) for name in sorted(names, key=_in_order)}


def must_be_a_sane_sheet(content: bytes) -> None:
    """Refuse a spreadsheet that would take more room than 100,000 rows do.

    Errors: FileTooLarge, FileNotReadable.
    """
    with _archive(content, MOST_SHEET) as archive:
        for name in archive.namelist():
            rows, columns = _measured(_pieces(archive, name))
            must_be_few(rows - 1)
            if columns > MOST_COLUMNS:
                raise FileTooLarge(found=columns, unit=_("columns"), limit=MOST_COLUMNS)


def _kind_of_archive(content: bytes) -> ImportKind:
    with _archive(content, MOST_SHEET) as archive:
        names = archive.namelist()
    if WORKBOOK in names:
        return ImportKind.XLSX
    if any(name.rpartition("/")[2] == PACKAGE for name in names):
        return ImportKind.TABULAR
    if any(name.lower().endswith(".json") for name in names):
        return ImportKind.HSDS
    raise FileNotReadable(
        problem=_("The archive holds no spreadsheet, no pages of JSON and no datapackage.json.")
    )


def _archive(content: bytes, most: int) -> zipfile.ZipFile:
    """Open an archive whose members together declare no more than is read."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError):
        raise _damaged() from None
    members = archive.infolist()
    size = sum(each.file_size for each in members)
    if len(members) > MOST_MEMBERS or size > most * MEGABYTE:
        archive.close()
        # Translators: a unit after a number: 900 MB unpacked.
        unit = _("MB unpacked")
        raise FileTooLarge(found=-(-size // MEGABYTE), unit=unit, limit=most)
    return archive


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield a member piece by piece: not more than it declares, and only if its sum is right."""
    try:
        with archive.open(name) as member:
            while piece := member.read(PIECE):
                yield piece
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError):
        raise _damaged() from None


def _text(archive: zipfile.ZipFile, name: str) -> str:
    try:
        return b"".join(_pieces(archive, name)).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileNotReadable(problem=_("A file in the archive is not UTF-8.")) from None


def _measured(pieces: Iterator[bytes]) -> tuple[int, int]:
    """Return rows and columns of a sheet by its marks, without reading what stands in it."""
    rows = columns = in_row = 0
    is_sheet, held = False, b""
    for piece in pieces:
        text = held + piece
        is_sheet = is_sheet or SHEET in text
        end = len(text) - LONGEST_MARK if len(piece) == PIECE else len(text)
        last = 0
        for mark in MARK.finditer(text):
            if mark.start() >= end:
                break
            last = mark.end()
            if mark[1]:
                is_row = mark[1] == b"row"
                rows, in_row = rows + is_row, 0 if is_row else in_row + 1
            else:
                rows = max(rows, int(mark[3][:9]))
                columns = max(columns, _column(mark[2]))
            columns = max(columns, in_row)
        held = text[max(last, end) :]
    return (rows, columns) if is_sheet else (0, 0)


def _column(letters: bytes) -> int:
    """Return the number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper()[:6]:
        number = number * 26 + letter - 64
    return number


def _in_order(name: str) -> tuple[list[int], str]:
    """Order page-2 before page-10."""
    return [int(digits) for digits in re.findall(r"\d{1,9}", name)], name


def _damaged() -> FileNotReadable:
    return FileNotReadable(problem=_("The archive is damaged or locked."))
