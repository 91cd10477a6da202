"""The parser of documents: a PDF, JPEG or PNG is written anew."""

import puremagic

from protect.uploads.documents import images, pdfs, qpdf
from protect.uploads.parsers import Facts, Options
from protect.uploads.refusal_reasons import EXTENSIONS, MOST_BYTES, PDF, Reason, Unfit


def parse(content: bytes, options: Options) -> tuple[Facts, bytes]:
    """Return the media type of a document, and the document written anew. Errors: Unfit."""
    qpdf.bound()
    media_type = kind_of(content)
    new = pdfs.rewrite(content) if media_type == PDF else images.redraw(content, media_type)
    if len(new) > MOST_BYTES:
        raise Unfit(Reason.TOO_LARGE)
    return {"media_type": media_type}, new


def kind_of(content: bytes) -> str:
    """Return a media type by how a document begins: its name counts for nothing. Errors: Unfit."""
    if not content:
        raise Unfit(Reason.UNREADABLE)
    try:
        media_type = puremagic.from_string(content, mime=True)
    except puremagic.PureError:
        raise Unfit(Reason.WRONG_TYPE) from None
    if media_type not in EXTENSIONS:
        raise Unfit(Reason.WRONG_TYPE)
    return media_type
