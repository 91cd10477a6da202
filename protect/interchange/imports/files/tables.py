"""A file of any kind as lines of cells of one shape."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from protect.interchange.enums import ImportKind
from protect.interchange.errors import FileNotReadable
from protect.interchange.imports.files import feeds, packages, reader, records, sheets
from protect.interchange.imports.files.parsed import worded
from protect.interchange.imports.files.reader import Table, must_be_small
from protect.uploads import apart
from protect.uploads.refusal_reasons import EXHAUSTED, Refused

FEEDS = frozenset({ImportKind.HSDS, ImportKind.TABULAR})  # their columns are ours already
ZIP = b"PK\x03\x04"
ARCHIVES = frozenset({ImportKind.XLSX, ImportKind.TABULAR, ImportKind.HSDS})


class Sent(NamedTuple):
    """A file as uploaded, with its kind and encoding."""

    content: bytes
    kind: ImportKind
    encoding: str = ""  # of CSV; "" is UTF-8
    sheet: int = 1  # of a workbook
    heading: int = 0  # row of the headings, 0 to look for it

    @classmethod
    def of(cls, content: bytes, encoding: str = "") -> Sent:
        """Return a file by its content. Errors: FileTooLarge, FileNotReadable."""
        return cls(content, kind_of(content), encoding)


def table_of(sent: Sent, source: str, *, today: date) -> Table:
    """Return the rows of a file under its own columns; those of a feed under ours.

    Errors: FileTooLarge, FileEncodingUnclear, FileNotReadable, FeedChanged, ParsersBusy.
    """
    if sent.kind is ImportKind.XLSX:
        return sheets.read(sent.content, source, sent.sheet, sent.heading)
    if sent.kind is ImportKind.HSDS:
        return records.table(feeds.read(sent.content), source, today=today)
    if sent.kind is ImportKind.TABULAR:
        return records.table(packages.read(sent.content), source, today=today)
    return reader.any_table(sent.content, source, sent.encoding, sent.heading)


def kind_of(content: bytes) -> ImportKind:
    """Return what a file is. Errors: FileTooLarge, FileNotReadable, ParsersBusy."""
    must_be_small(len(content))
    if not content.strip():
        raise FileNotReadable(problem=_("It is empty."))
    if content.startswith(ZIP):
        return _kind_of_archive(content)
    text = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    return ImportKind.HSDS if text[:1] in {b"{", b"["} else ImportKind.CSV


def _kind_of_archive(content: bytes) -> ImportKind:
    try:
        kind = apart.parse("import_kind", content).facts.get("kind")
    except Refused as refusal:
        raise worded(refusal) from None
    if kind not in ARCHIVES:
        raise worded(Refused(EXHAUSTED))
    return ImportKind(kind)
