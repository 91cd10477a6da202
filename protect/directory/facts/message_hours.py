"""Read, from known sentences in a service's texts (data/message_hours.toml), the hours for chats
and messages and the disability for which a message number is meant. No check covers these."""

from typing import NamedTuple

from protect.directory.enums import AccessibilityKind
from protect.directory.facts.restrictions import SENTENCE_END
from protect.kernel import tables


class MessageSentence(tables.Record):
    """A known sentence, stored as `code`, and the hours or the disability that it states."""

    hours: str = ""  # of chats and messages, in OpenStreetMap's syntax; "" = not stated
    numbers_for: AccessibilityKind | None = None  # numbers for messages are only for this need
    why: str  # how the codes were read from the sentence


class MessageHours(NamedTuple):
    hours: str = ""
    numbers_for: AccessibilityKind | None = None


def stated_message_hours(*texts: str) -> MessageHours:
    """Return the hours and disability that known sentences in texts state. Errors: DataError."""
    known = tables.load("directory", "message_hours", MessageSentence)
    sentences = [sentence for text in texts for sentence in SENTENCE_END.split(text.strip())]
    stated = [known[sentence] for sentence in sentences if sentence in known]
    return MessageHours(
        hours=next((sentence.hours for sentence in stated if sentence.hours), ""),
        numbers_for=next(
            (sentence.numbers_for for sentence in stated if sentence.numbers_for), None
        ),
    )
