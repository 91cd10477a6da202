"""Which kind of document some bytes are. A name or a browser's word for it counts for nothing."""

from __future__ import annotations

import puremagic

from protect.vault.uploads.reasons import Reason, Unfit

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
EXTENSIONS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}


def kind_of(content: bytes) -> str:
    """Return the media type of a document by how it begins. Errors: Unfit."""
    if not content:
        raise Unfit(Reason.UNREADABLE)
    try:
        media_type = puremagic.from_string(content, mime=True)
    except puremagic.PureError:
        raise Unfit(Reason.WRONG_TYPE) from None
    if media_type not in EXTENSIONS:
        raise Unfit(Reason.WRONG_TYPE)
    return media_type
