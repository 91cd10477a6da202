"""Documents that may be sealed: scanned, rewritten and renamed."""

import re
import unicodedata
from dataclasses import dataclass, field

from protect.uploads import errors, parser_process, scanners
from protect.uploads.refusal_reasons import EXTENSIONS, MAX_FILE_BYTES, Reason, Refused, Unfit


@dataclass(frozen=True, slots=True)
class CleanDocument:
    """A document that is safe to keep. Its repr hides name and content from logs."""

    name: str = field(repr=False)
    media_type: str
    content: bytes = field(repr=False)


def clean_document(
    name: str, content: bytes, *, scanner: scanners.Scanner, max_side: int = 0
) -> CleanDocument:
    """Return a document scanned, rewritten and renamed; nothing of it is written to a disk. The
    scanner checks the original, because a dropped part can also reveal an infection, and the
    rewritten document, because no part of it is then encoded in a way that scanners overlook.
    Units: at most 20 MiB before and after; `max_side`: pixels to which the longer side of a picture
    is reduced, 0: it keeps its size. Errors: UploadRefused, ParsersBusy."""
    try:
        if len(content) > MAX_FILE_BYTES:
            raise Unfit(Reason.TOO_LARGE)
        if not content:
            raise Unfit(Reason.UNREADABLE)
        scanner.must_pass(content)
        media_type, rewritten = rewrite(content, max_side=max_side)
        scanner.must_pass(rewritten)
    except Unfit as unfit:
        raise errors.UploadRefused(unfit.reason) from None
    return CleanDocument(clean_name(name, media_type), media_type, rewritten)


def rewrite(content: bytes, *, max_side: int = 0) -> tuple[str, bytes]:
    """Return a document's media type and its rewritten content. Errors: Unfit; ParsersBusy."""
    try:
        answer = parser_process.parse("document", content, max_side=max_side)
    except Refused as refusal:
        is_known = refusal.code in set(Reason)
        raise Unfit(Reason(refusal.code) if is_known else Reason.UNREADABLE) from None
    media_type = str(answer.facts.get("media_type"))
    if media_type not in EXTENSIONS:
        raise Unfit(Reason.UNREADABLE)
    return media_type, answer.body


MAX_NAME_LENGTH = 120  # characters, extension included
MAX_NAME_BYTES = 240  # in UTF-8; most file systems stop at 255
DEFAULT_NAME = "document"  # for a file without a usable name, and before a reserved one

JOINERS = "\u200c\u200d"  # invisible, but Persian and Indic spelling needs them
FORBIDDEN_CHARACTERS = re.compile(r'[<>:"|?*%]')  # special to file systems or browsers; become _
ANY_EXTENSION = re.compile(r"\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{1,5}$")  # .docx, but not .2026
DOCUMENT_EXTENSION = re.compile(r"\.(?:pdf|jpe?g|png)$", re.IGNORECASE)
RESERVED_NAME = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)  # on Windows


def clean_name(name: str, media_type: str) -> str:
    """Return a harmless name, at most 120 characters, with the extension of its media type."""
    extension = EXTENSIONS[media_type]
    stem = ANY_EXTENSION.sub("", _remove_harmful_characters(name))
    while DOCUMENT_EXTENSION.search(stem):
        stem = DOCUMENT_EXTENSION.sub("", stem)
    stem = stem.strip(" .") or DEFAULT_NAME
    if RESERVED_NAME.match(stem):
        stem = f"{DEFAULT_NAME}-{stem}"
    return _shorten_stem(stem, extension) + extension


def _remove_harmful_characters(name: str) -> str:
    """Return a path's last part without invisible characters, and with `_` for special ones."""
    last = re.split(r"[/\\]", name)[-1]
    visible = unicodedata.normalize("NFC", "".join(filter(_is_visible, last)))
    return FORBIDDEN_CHARACTERS.sub("_", " ".join(visible.split())).strip(" .")


def _is_visible(character: str) -> bool:
    return character.isspace() or character in JOINERS or unicodedata.category(character)[0] != "C"


def _shorten_stem(stem: str, extension: str) -> str:
    stem = stem[: MAX_NAME_LENGTH - len(extension)]
    raw = stem.encode()[: MAX_NAME_BYTES - len(extension)]
    return raw.decode(errors="ignore").rstrip(" .")
