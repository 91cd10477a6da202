"""Files of the demo's services, as a reader would take them."""

from typing import Any

from protect.directory.enums import Readers
from protect.interchange.exports.actions import FORMATS, pieces
from protect.interchange.exports.store import Head, Wanted
from tests.directory.demo import TUESDAY


def taken(
    code: str, readers: Readers = Readers.PUBLIC, *, is_demo: bool = False, **wanted: Any
) -> bytes:
    """Return a file whole."""
    head = Head(TUESDAY, readers, is_demo)
    return b"".join(pieces(FORMATS[code], Wanted(readers, **wanted), head))
