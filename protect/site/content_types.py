"""The Content-Type of a request, without what names a character set.

Django decodes addresses and forms in whatever codec this header names, also in one of Python's that
decodes no text (`zlib`, `undefined`), and fails while it builds the request: before any middleware.
"""

from __future__ import annotations

from typing import Any

LONGEST = 1_000  # characters; a boundary has 70 at most. Source: RFC 2046, 5.1.1
BOUNDARY = "boundary"


def drop_charset(environ: dict[str, Any]) -> None:
    """Leave the media type and its boundary in a WSGI request; all text is read as UTF-8 then.

    Forms and JSON are UTF-8 and define no charset.
    Source: URL Standard, 5.1; RFC 7578, 4.6; RFC 8259, 8.1.
    """
    if "CONTENT_TYPE" in environ:
        environ["CONTENT_TYPE"] = _without_charset(environ["CONTENT_TYPE"])


def _without_charset(content_type: str) -> str:
    if len(content_type) > LONGEST:
        return ""
    media_type, *parameters = content_type.split(";")
    kept = (each for each in parameters if each.partition("=")[0].strip().lower() == BOUNDARY)
    return ";".join([media_type, *kept])
