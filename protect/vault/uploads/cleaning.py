"""From what somebody sent to what may be sealed."""

from __future__ import annotations

from dataclasses import dataclass, field

from protect.vault.uploads.apart import rewritten
from protect.vault.uploads.errors import UploadRefused
from protect.vault.uploads.names import cleaned_name
from protect.vault.uploads.reasons import MOST_BYTES, Reason, Unfit
from protect.vault.uploads.scanners import Scanner


@dataclass(frozen=True, slots=True)
class Clean:
    """A document that is safe to keep. Its name and content never reach a log by its repr."""

    name: str = field(repr=False)
    media_type: str
    content: bytes = field(repr=False)


def clean(name: str, content: bytes, *, scanner: Scanner) -> Clean:
    """Return a document scanned, written anew and renamed. Nothing of it touches a disk.

    The scanner sees it as it came, since what is dropped anyway still tells of an infection, and
    as it is kept, since then nothing is written in a way that scanners overlook.
    Units: at most 20 MB of 2^20 bytes, before and after. Errors: UploadRefused.
    """
    try:
        if len(content) > MOST_BYTES:
            raise Unfit(Reason.TOO_LARGE)
        if not content:
            raise Unfit(Reason.UNREADABLE)
        scanner.must_pass(content)
        media_type, new = rewritten(content)
        scanner.must_pass(new)
    except Unfit as unfit:
        raise UploadRefused(unfit.reason) from None
    return Clean(cleaned_name(name, media_type), media_type, new)
