"""Files of the demo's services, as a reader would take them."""

from typing import Any

from protect.directory.enums import Readers
from protect.interchange.exports.actions import FORMATS, generate_file
from protect.interchange.exports.store import ExportHeader, ExportRequest
from tests.directory.demo import TUESDAY


def taken(
    code: str, readers: Readers = Readers.PUBLIC, *, is_demo: bool = False, **wanted: Any
) -> bytes:
    """Return a file whole."""
    head = ExportHeader(TUESDAY, readers, is_demo)
    return b"".join(generate_file(FORMATS[code], ExportRequest(readers, **wanted), head))
