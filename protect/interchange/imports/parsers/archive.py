"""ZIP files: what they are, and their members, up to a limit whatever the archive declares."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from protect.interchange.imports.parsers import limits
from protect.uploads import parsers, refusal_reasons

MAGIC = b"PK\x03\x04"
PIECE = 1 << 20  # bytes
WORKBOOK = "xl/workbook.xml"
PACKAGE = "datapackage.json"


def parse(content: bytes, options: parsers.Options) -> tuple[parsers.Facts, bytes]:
    """Return the kind of an archive: xlsx, tabular or hsds. Errors: Refused."""
    with open_archive(content, limits.MOST_SHEET) as archive:
        names = archive.namelist()
    if WORKBOOK in names:
        return {"kind": "xlsx"}, b""
    if any(name.rpartition("/")[2] == PACKAGE for name in names):
        return {"kind": "tabular"}, b""
    if any(name.lower().endswith(".json") for name in names):
        return {"kind": "hsds"}, b""
    raise refusal_reasons.Refused("archive_unknown")


def open_archive(content: bytes, most: int) -> zipfile.ZipFile:
    """Open an archive if its members declare at most `most` megabytes together. Errors: Refused."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError):
        raise refusal_reasons.Refused("archive_damaged") from None
    members = archive.infolist()
    size = sum(member.file_size for member in members)
    if len(members) > limits.MOST_MEMBERS:
        raise refusal_reasons.Refused("members", found=len(members), limit=limits.MOST_MEMBERS)
    if size > most * limits.MEGABYTE:
        raise refusal_reasons.Refused("unpacked", found=-(-size // limits.MEGABYTE), limit=most)
    return archive


def pieces_of(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield a member in pieces: not more than it declares, and only if its sum is right."""
    try:
        with archive.open(name) as member:
            while piece := member.read(PIECE):
                yield piece
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError):
        raise refusal_reasons.Refused("archive_damaged") from None


def texts_of(content: bytes, *endings: str) -> dict[str, str]:
    """Return the files of an archive with these endings, in the order of their names."""
    with open_archive(content, limits.MOST_UNPACKED) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith(endings)]
        return {name: _text(archive, name) for name in sorted(names, key=_in_order)}


def _text(archive: zipfile.ZipFile, name: str) -> str:
    try:
        return b"".join(pieces_of(archive, name)).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refusal_reasons.Refused("member_not_utf8") from None


def _in_order(name: str) -> tuple[list[int], str]:
    """Order page-2 before page-10."""
    return [int(digits) for digits in re.findall(r"\d{1,9}", name)], name
