"""Reasons to refuse a file. Imports no Django, because parser processes use it, too."""

from enum import StrEnum

MEBIBYTE = 1024 * 1024  # bytes
MAX_FILE_MEBIBYTES = 20
MAX_FILE_BYTES = MAX_FILE_MEBIBYTES * MEBIBYTE
MAX_FILM_MEBIBYTES = 200
MAX_FILM_BYTES = MAX_FILM_MEBIBYTES * MEBIBYTE
EXHAUSTED = "exhausted"  # too slow, too large, failed, or an invalid answer


class Reason(StrEnum):
    """Why a document is refused. The values never change."""

    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    UNREADABLE = "unreadable"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PAGES = "too_many_pages"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    ENCRYPTED = "encrypted"
    INFECTED = "infected"
    SCANNER_AWAY = "scanner_away"


class Refused(Exception):
    """A parser refuses a file. `code` is EXHAUSTED or one of the parser's own; the caller has the
    message for it. `facts` are few and short: they fill in that message."""

    def __init__(self, code: str, **facts: str | int) -> None:
        self.code, self.facts = code, facts
        super().__init__(code)


class Unfit(Refused):
    """A document is refused for a `Reason`. Outside this package it becomes UploadRefused."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.value)


PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
EXTENSIONS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}
