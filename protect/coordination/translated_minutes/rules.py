"""What of minutes is translated, and what follows from a change of the source."""

from enum import Enum
from hashlib import sha256
from typing import NamedTuple


class SourceText(NamedTuple):
    """A text of minutes that can be translated. `key` names it within the minutes: its kind, and
    the id of its row."""

    key: str
    text: str

    @property
    def digest(self) -> str:
        return digest_of(self.text)


class TextState(Enum):
    MISSING = "missing"
    CURRENT = "current"
    OUTDATED = "outdated"


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def text_state(source: SourceText, translated_digest: str | None) -> TextState:
    """Return the state of a translation; `translated_digest`: of the text that was translated, None
    without a translation."""
    if translated_digest is None:
        return TextState.MISSING
    return TextState.CURRENT if translated_digest == source.digest else TextState.OUTDATED
