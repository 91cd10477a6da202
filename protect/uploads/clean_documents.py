"""Documents that may be sealed: scanned, rewritten and renamed."""

import re
import unicodedata
from dataclasses import dataclass, field

from protect.uploads import apart, errors, scanners
from protect.uploads.refusal_reasons import EXTENSIONS, MOST_BYTES, Reason, Refused, Unfit


@dataclass(frozen=True, slots=True)
class CleanDocument:
    """A document that is safe to keep. Its name and content never reach a log by its repr."""

    name: str = field(repr=False)
    media_type: str
    content: bytes = field(repr=False)


def clean_document(name: str, content: bytes, *, scanner: scanners.Scanner) -> CleanDocument:
    """Return a document scanned, written anew and renamed. Nothing of it touches a disk.
    The scanner sees it as it came, since what is dropped anyway still tells of an infection, and as
    it is kept, since then nothing is written in a way that scanners overlook.
    Units: at most 20 MB of 2^20 bytes, before and after. Errors: UploadRefused, ParsersBusy."""
    try:
        if len(content) > MOST_BYTES:
            raise Unfit(Reason.TOO_LARGE)
        if not content:
            raise Unfit(Reason.UNREADABLE)
        scanner.must_pass(content)
        media_type, new = rewrite(content)
        scanner.must_pass(new)
    except Unfit as unfit:
        raise errors.UploadRefused(unfit.reason) from None
    return CleanDocument(cleaned_name(name, media_type), media_type, new)


def rewrite(content: bytes) -> tuple[str, bytes]:
    """Return a document's media type, and the document written anew. Errors: Unfit; ParsersBusy."""
    try:
        answer = apart.parse("document", content)
    except Refused as refusal:
        is_known = refusal.code in set(Reason)
        raise Unfit(Reason(refusal.code) if is_known else Reason.UNREADABLE) from None
    media_type = str(answer.facts.get("media_type"))
    if media_type not in EXTENSIONS:
        raise Unfit(Reason.UNREADABLE)
    return media_type, answer.body


LONGEST = 120  # characters, extension included
LONGEST_BYTES = 240  # in UTF-8; most file systems stop at 255
NAMELESS = "document"

JOINERS = "\u200c\u200d"  # invisible, but Persian and Indic spelling needs them
FORBIDDEN = re.compile(r'[<>:"|?*%]')  # what file systems or browsers take for something else
SOME_EXTENSION = re.compile(r"\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{1,5}$")  # .docx, but not .2026
OURS = re.compile(r"\.(?:pdf|jpe?g|png)$", re.IGNORECASE)
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)  # on Windows


def cleaned_name(name: str, media_type: str) -> str:
    """Return a harmless name, extension by type. Units: at most 120 characters and 240 bytes."""
    extension = EXTENSIONS[media_type]
    stem = SOME_EXTENSION.sub("", _harmless(name))
    while OURS.search(stem):
        stem = OURS.sub("", stem)
    stem = stem.strip(" .") or NAMELESS
    if RESERVED.match(stem):
        stem = f"{NAMELESS}-{stem}"
    return _shortened(stem, extension) + extension


def _harmless(name: str) -> str:
    last = re.split(r"[/\\]", name)[-1]
    seen = unicodedata.normalize("NFC", "".join(each for each in last if _is_seen(each)))
    return FORBIDDEN.sub("_", " ".join(seen.split())).strip(" .")


def _is_seen(letter: str) -> bool:
    return letter.isspace() or letter in JOINERS or unicodedata.category(letter)[0] != "C"


def _shortened(stem: str, extension: str) -> str:
    stem = stem[: LONGEST - len(extension)]
    raw = stem.encode()[: LONGEST_BYTES - len(extension)]
    return raw.decode(errors="ignore").rstrip(" .")
