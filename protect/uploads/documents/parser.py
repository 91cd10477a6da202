"""The parser of documents: rewrites a PDF, JPEG or PNG."""

import puremagic

from protect.uploads.documents import images, pdfs, qpdf
from protect.uploads.parsers import Facts, Options
from protect.uploads.refusal_reasons import EXTENSIONS, MAX_FILE_BYTES, PDF, Reason, Unfit


def parse(content: bytes, options: Options) -> tuple[Facts, bytes]:
    """Return the media type of a document, and the rewritten document. Errors: Unfit."""
    qpdf.set_limits()
    media_type = media_type_of(content)
    max_side = int(options.get("max_side", 0))
    is_pdf = media_type == PDF
    rewritten = pdfs.rewrite(content) if is_pdf else images.redraw(content, media_type, max_side)
    if len(rewritten) > MAX_FILE_BYTES:
        raise Unfit(Reason.TOO_LARGE)
    return {"media_type": media_type}, rewritten


def media_type_of(content: bytes) -> str:
    """Return the media type by a document's first bytes; its name is ignored. Errors: Unfit."""
    if not content:
        raise Unfit(Reason.UNREADABLE)
    try:
        media_type = puremagic.from_string(content, mime=True)
    except puremagic.PureError:
        raise Unfit(Reason.WRONG_TYPE) from None
    if media_type not in EXTENSIONS:
        raise Unfit(Reason.WRONG_TYPE)
    return media_type
