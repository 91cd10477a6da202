"""A file of any kind as rows of cells of one shape."""

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from protect.interchange.enums import ImportKind
from protect.interchange.errors import FileNotReadable
from protect.interchange.imports.files import feeds, reader, records
from protect.uploads import apart
from protect.uploads.refusal_reasons import EXHAUSTED, Refused

FEEDS = frozenset({ImportKind.HSDS, ImportKind.TABULAR})  # their columns are ours already
ZIP = b"PK\x03\x04"
ARCHIVES = FEEDS | {ImportKind.XLSX}


class Sent(NamedTuple):
    content: bytes
    kind: ImportKind
    encoding: str = ""  # of CSV; "" is UTF-8
    sheet: int = 1  # of a workbook
    heading: int = 0  # row of the headings, 0 to look for it

    @classmethod
    def of(cls, content: bytes, encoding: str = "") -> "Sent":
        """Return a file by its content. Errors: FileTooLarge, FileNotReadable, ParsersBusy."""
        reader.must_be_small(len(content))
        if not content.strip():
            raise FileNotReadable(problem=_("It is empty."))
        if content.startswith(ZIP):
            return cls(content, _kind_of_archive(content), encoding)
        is_json = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}
        return cls(content, ImportKind.HSDS if is_json else ImportKind.CSV, encoding)


def table_of(sent: Sent, source: str, *, today: date) -> reader.Table:
    """Return the rows of a file under its own columns; those of a feed under ours.
    Errors: FileTooLarge, FileEncodingUnclear, FileNotReadable, feed_changed, ParsersBusy."""
    if sent.kind is ImportKind.XLSX:
        return reader.sheet_table(sent.content, source, sent.sheet, sent.heading)
    if sent.kind is ImportKind.CSV:
        return reader.any_table(sent.content, source, sent.encoding, sent.heading)
    read = feeds.read_feed if sent.kind is ImportKind.HSDS else feeds.read_package
    return records.table(read(sent.content), source, today=today)


def _kind_of_archive(content: bytes) -> ImportKind:
    try:
        kind = apart.parse("import_kind", content).facts.get("kind")
    except Refused as refusal:
        raise reader.worded(refusal) from None
    if kind not in ARCHIVES:
        raise reader.worded(Refused(EXHAUSTED))
    return ImportKind(kind)
