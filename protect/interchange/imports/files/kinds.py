"""What kind of file it is, by its content: its name counts for nothing."""

from __future__ import annotations

from django.utils.translation import gettext as _

from protect.interchange.enums import ImportKind
from protect.interchange.errors import FileNotReadable
from protect.interchange.imports.files.parsed import worded
from protect.interchange.imports.files.reader import must_be_small
from protect.uploads import apart
from protect.uploads.refusal_reasons import EXHAUSTED, Refused

ZIP = b"PK\x03\x04"
ARCHIVES = frozenset({ImportKind.XLSX, ImportKind.TABULAR, ImportKind.HSDS})


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
