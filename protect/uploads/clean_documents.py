"""Documents that may be sealed: scanned, rewritten and renamed."""

from __future__ import annotations

from dataclasses import dataclass, field

from protect.uploads import apart
from protect.uploads.errors import UploadRefused
from protect.uploads.file_names import cleaned_name
from protect.uploads.media_types import EXTENSIONS
from protect.uploads.refusal_reasons import MOST_BYTES, Reason, Refused, Unfit
from protect.uploads.scanners import Scanner


@dataclass(frozen=True, slots=True)
class CleanDocument:
    """A document that is safe to keep. Its name and content never reach a log by its repr."""

    name: str = field(repr=False)
    media_type: str
    content: bytes = field(repr=False)


def clean_document(name: str, content: bytes, *, scanner: Scanner) -> CleanDocument:
    """Return a document scanned, written anew and renamed. Nothing of it touches a disk.

    The scanner sees it as it came, since what is dropped anyway still tells of an infection, and
    as it is kept, since then nothing is written in a way that scanners overlook.
    Units: at most 20 MB of 2^20 bytes, before and after. Errors: UploadRefused, ParsersBusy.
    """
    try:
        if len(content) > MOST_BYTES:
            raise Unfit(Reason.TOO_LARGE)
        if not content:
            raise Unfit(Reason.UNREADABLE)
        scanner.must_pass(content)
        media_type, new = rewrite(content)
        scanner.must_pass(new)
    except Unfit as unfit:
        raise UploadRefused(unfit.reason) from None
    return CleanDocument(cleaned_name(name, media_type), media_type, new)


def rewrite(content: bytes) -> tuple[str, bytes]:
    """Return the media type of a document and the document written anew.

    A document that takes too long, too much memory or breaks its parser is unreadable.
    Errors: Unfit, ParsersBusy.
    """
    try:
        answer = apart.parse("document", content)
    except Refused as refusal:
        is_known = refusal.code in set(Reason)
        raise Unfit(Reason(refusal.code) if is_known else Reason.UNREADABLE) from None
    media_type = str(answer.facts.get("media_type"))
    if media_type not in EXTENSIONS:
        raise Unfit(Reason.UNREADABLE)
    return media_type, answer.body
