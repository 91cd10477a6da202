"""Why a file is not taken. Knows no Django: the process in which files are parsed reads it too."""

from enum import StrEnum

MEBIBYTE = 1024 * 1024  # bytes
MOST_MEBIBYTES = 20
MOST_BYTES = MOST_MEBIBYTES * MEBIBYTE
EXHAUSTED = "exhausted"  # the parser took too much time or memory, broke, or answered nonsense


class Reason(StrEnum):
    """What a refusal names. Stable for ever."""

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
    """A parser refuses a file. `code` is EXHAUSTED or the parser's own; its caller words it.
    `facts` are few and short: they fill the sentence that a person reads."""

    def __init__(self, code: str, **facts: str | int) -> None:
        self.code, self.facts = code, facts
        super().__init__(code)


class Unfit(Refused):
    """A document is not taken, for one reason. Inside this folder; others see UploadRefused."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.value)


PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
EXTENSIONS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}
