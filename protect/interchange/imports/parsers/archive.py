"""Read ZIP files: their kind and members. Limits apply even if the archive declares small sizes."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from protect.interchange.imports.parsers import limits
from protect.uploads import parsers, refusal_reasons

ZIP_SIGNATURE = b"PK\x03\x04"
CHUNK_BYTES = 1 << 20
WORKBOOK_MEMBER = "xl/workbook.xml"
PACKAGE_MEMBER = "datapackage.json"


def parse(content: bytes, options: parsers.Options) -> tuple[parsers.Facts, bytes]:
    """Return the kind of an archive: xlsx, tabular or hsds. Errors: Refused."""
    with open_archive(content, limits.MAX_WORKBOOK_MEGABYTES) as archive:
        names = archive.namelist()
    if WORKBOOK_MEMBER in names:
        return {"kind": "xlsx"}, b""
    if any(name.rpartition("/")[2] == PACKAGE_MEMBER for name in names):
        return {"kind": "tabular"}, b""
    if any(name.lower().endswith(".json") for name in names):
        return {"kind": "hsds"}, b""
    raise refusal_reasons.Refused("archive_unknown")


def open_archive(content: bytes, max_megabytes: int) -> zipfile.ZipFile:
    """Open an archive whose members declare at most `max_megabytes` together. Errors: Refused."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError):
        raise refusal_reasons.Refused("archive_damaged") from None
    members = archive.infolist()
    size = sum(member.file_size for member in members)
    if len(members) > limits.MAX_ARCHIVE_FILES:
        raise refusal_reasons.Refused("members", found=len(members), limit=limits.MAX_ARCHIVE_FILES)
    if size > max_megabytes * limits.MEGABYTE:
        megabytes = -(-size // limits.MEGABYTE)
        raise refusal_reasons.Refused("unpacked", found=megabytes, limit=max_megabytes)
    return archive


def read_chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield a member in chunks, at most its declared size. Errors: Refused, if it is damaged."""
    try:
        with archive.open(name) as member:
            while chunk := member.read(CHUNK_BYTES):
                yield chunk
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError):
        raise refusal_reasons.Refused("archive_damaged") from None


def read_texts(content: bytes, *endings: str) -> dict[str, str]:
    """Return the text files of an archive with these endings, by name, page-2 before page-10."""
    with open_archive(content, limits.MAX_TEXT_MEGABYTES) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith(endings)]
        return {name: _read_text(archive, name) for name in sorted(names, key=_natural_order)}


def _read_text(archive: zipfile.ZipFile, name: str) -> str:
    try:
        return b"".join(read_chunks(archive, name)).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refusal_reasons.Refused("member_not_utf8") from None


def _natural_order(name: str) -> tuple[list[int], str]:
    """Return a sort key: the numbers in a name first, so that page-2 comes before page-10."""
    return [int(digits) for digits in re.findall(r"\d{1,9}", name)], name
