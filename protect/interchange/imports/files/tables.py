"""Parse a file of any kind into a table of rows."""

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from protect.interchange.enums import ImportKind
from protect.interchange.errors import FileNotReadable
from protect.interchange.imports.files import feeds, reader, records
from protect.uploads import parser_process, refusal_reasons

FEED_KINDS = frozenset({ImportKind.HSDS, ImportKind.TABULAR})  # they need no column mapping
ZIP_SIGNATURE = b"PK\x03\x04"
ARCHIVE_KINDS = FEED_KINDS | {ImportKind.XLSX}  # that a ZIP file may have


class SentFile(NamedTuple):
    """An uploaded file with its kind, encoding, and chosen sheet and row of headings."""

    content: bytes
    kind: ImportKind
    encoding: str = ""  # of CSV; "" is UTF-8
    sheet: int = 1  # of a workbook
    heading: int = 0  # row of the headings, 0 to look for it

    @classmethod
    def from_content(cls, content: bytes, encoding: str = "") -> "SentFile":
        """Detect the kind of a file. Errors: FileTooLarge, FileNotReadable, ParsersBusy."""
        reader.refuse_large_file(len(content))
        if not content.strip():
            raise FileNotReadable(problem=_("It is empty."))
        if content.startswith(ZIP_SIGNATURE):
            return cls(content, _import_kind_of_zip(content), encoding)
        is_json = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}
        return cls(content, ImportKind.HSDS if is_json else ImportKind.CSV, encoding)


def parse_table(sent: SentFile, source: str, *, today: date) -> reader.Table:
    """Return the rows of a file under its own headings, of a feed under our columns.
    Errors: FileTooLarge, FileEncodingUnclear, FileNotReadable, feed_changed, ParsersBusy."""
    if sent.kind is ImportKind.XLSX:
        return reader.sheet_table(sent.content, source, sent.sheet, sent.heading)
    if sent.kind is ImportKind.CSV:
        return reader.csv_table(sent.content, source, sent.encoding, sent.heading)
    read_records = feeds.read_feed if sent.kind is ImportKind.HSDS else feeds.read_package
    return records.records_table(read_records(sent.content), source, today=today)


def _import_kind_of_zip(content: bytes) -> ImportKind:
    """Return what a ZIP file is: a workbook or one of our archives.
    Error: FileNotReadable if it is neither."""
    try:
        kind = parser_process.parse("import_kind", content).facts.get("kind")
    except refusal_reasons.Refused as refusal:
        raise reader.refusal_error(refusal) from None
    if kind not in ARCHIVE_KINDS:
        raise reader.refusal_error(refusal_reasons.Refused(refusal_reasons.EXHAUSTED))
    return ImportKind(kind)
