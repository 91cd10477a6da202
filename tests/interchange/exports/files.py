"""Exported files of the demo services, as a reader downloads them."""

from typing import Any

from protect.directory.enums import Readers
from protect.interchange.exports.actions import FORMATS, generate_file
from protect.interchange.exports.store import ExportHeader, ExportRequest
from tests.directory.demo import TUESDAY


def exported_file(
    code: str, readers: Readers = Readers.PUBLIC, *, is_demo: bool = False, **wanted: Any
) -> bytes:
    """Return the content of a whole file."""
    head = ExportHeader(TUESDAY, readers, is_demo)
    return b"".join(generate_file(FORMATS[code], ExportRequest(readers, **wanted), head))
