"""The hours of chats and messages: sentences in the texts of services that codes can express."""

import csv

import pytest
from django.conf import settings

from protect.directory.enums import AccessibilityKind
from protect.directory.facts.message_hours import (
    MessageHours,
    MessageSentence,
    stated_message_hours,
)
from protect.directory.facts.restrictions import SENTENCE_END
from protect.directory.hours import parse
from protect.kernel import tables

STARTER = settings.BASE_DIR / "protect/directory/data/services/services.csv"
KNOWN = tables.load("directory", "message_hours", MessageSentence)
DEAF = "Text line for deaf and hard of hearing women 08:00-20:00 every day."
CHAT = "Call 102, chat on awel.be Mo-Sa 18:00-22:00, or e-mail; anonymous"


@pytest.mark.parametrize("known", KNOWN.values(), ids=lambda known: known.code[:30])
def test_known_message_sentences_state_readable_hours_or_a_disability(known):
    assert known.hours or known.numbers_for
    assert known.why
    parse(known.hours, "Europe/Brussels", "BE")


def test_every_known_sentence_occurs_in_the_starter_directory():
    with STARTER.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    texts = {row[column] for row in rows for column in ("how_to_access", "description")}

    assert {each for text in texts for each in SENTENCE_END.split(text)} >= KNOWN.keys()


def test_sentences_of_several_texts_are_combined():
    assert stated_message_hours(f"Call. {DEAF}", CHAT) == MessageHours(
        "Mo-Sa 18:00-22:00", AccessibilityKind.HEARING
    )


@pytest.mark.parametrize("text", ["", f"Maybe {CHAT}", CHAT.replace("22:00", "21:00")])
def test_changed_sentence_is_not_recognised(text):
    assert stated_message_hours(text) == MessageHours()
