"""A file of any kind as lines of cells of one shape."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from protect.interchange.enums import ImportKind
from protect.interchange.imports.files import feeds, packages, reader, records, sheets
from protect.interchange.imports.files.kinds import kind_of
from protect.interchange.imports.files.reader import Table

FEEDS = frozenset({ImportKind.HSDS, ImportKind.TABULAR})  # their columns are ours already


class Sent(NamedTuple):
    """A file as it came, and what is known of it."""

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
    """Return the rows of a file under its own columns; those of a feed stand under ours.

    Errors: FileTooLarge, FileEncodingUnclear, FileNotReadable, FeedChanged, ParsersBusy.
    """
    if sent.kind is ImportKind.XLSX:
        return sheets.read(sent.content, source, sent.sheet, sent.heading)
    if sent.kind is ImportKind.HSDS:
        return records.table(feeds.read(sent.content), source, today=today)
    if sent.kind is ImportKind.TABULAR:
        return records.table(packages.read(sent.content), source, today=today)
    return reader.any_table(sent.content, source, sent.encoding, sent.heading)
