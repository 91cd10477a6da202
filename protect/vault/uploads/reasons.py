"""Why a document is not taken. Knows no Django: the room in which files are opened reads it too."""

from __future__ import annotations

from enum import StrEnum

MEGABYTE = 1024 * 1024  # bytes
MOST_MEGABYTES = 20
MOST_BYTES = MOST_MEGABYTES * MEGABYTE


class Reason(StrEnum):
    """What a refusal names. Stable for ever."""

    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    UNREADABLE = "unreadable"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PAGES = "too_many_pages"
    ENCRYPTED = "encrypted"
    INFECTED = "infected"
    SCANNER_AWAY = "scanner_away"


class Unfit(Exception):
    """A document is not taken, for one reason. Inside this folder; others see UploadRefused."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.value)
