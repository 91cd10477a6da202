"""The hours in which a service answers chats and messages, and for whom its number for them is:
sentences of its texts that codes can say, from data/message_hours.toml. No check covers these."""

from typing import NamedTuple

from protect.directory.enums import AccessibilityKind
from protect.directory.facts.restrictions import SENTENCE_END
from protect.kernel import tables


class MessageSentence(tables.Record):
    """A sentence, which is its `code`, and what it says of chats and messages."""

    hours: str = ""  # in which they are answered: OpenStreetMap's syntax; "" = not said
    numbers_for: AccessibilityKind | None = None  # numbers for messages are only for this need
    why: str  # how the codes were read from the sentence


class MessageHours(NamedTuple):
    hours: str = ""
    numbers_for: AccessibilityKind | None = None


def stated_message_hours(*texts: str) -> MessageHours:
    """Return what the known sentences of texts say together. Errors: DataError."""
    known = tables.load("directory", "message_hours", MessageSentence)
    sentences = [each for text in texts for each in SENTENCE_END.split(text.strip())]
    stated = [known[each] for each in sentences if each in known]
    return MessageHours(
        hours=next((each.hours for each in stated if each.hours), ""),
        numbers_for=next((each.numbers_for for each in stated if each.numbers_for), None),
    )
