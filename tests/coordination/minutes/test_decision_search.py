"""Decisions are found by their number, alone and with words."""

from datetime import timedelta

import pytest
from django.utils import translation

from protect.coordination.minutes import actions
from protect.coordination.minutes.lists import read_number, search_decisions
from tests.coordination.cast import AT, make_group, make_item, make_meeting

TEXTS = (
    "The line opens at night",
    "4 rooms stay free",
    "Cards are printed",
    "The night line moves",
)


@pytest.fixture
def decisions(cast):
    item = make_item(cast, make_meeting(cast, make_group(cast), day=AT.date() - timedelta(7)))
    return [actions.record_decision(cast.scope(), item, text, at=AT) for text in TEXTS]


@pytest.mark.parametrize("typed", ["decision 4", "Decision 4", "#4", "decision ٤"])
def test_a_decision_is_found_by_its_number(cast, decisions, typed):
    assert search_decisions(cast.scope("bela"), typed).decisions[0] == decisions[3]
    assert search_decisions(cast.scope("chidi"), typed).decisions == []


def test_a_number_alone_finds_the_decision_before_texts_that_have_it(cast, decisions):
    assert search_decisions(cast.scope(), "4").decisions == [decisions[3], decisions[1]]


def test_other_words_narrow_a_number(cast, decisions):
    assert search_decisions(cast.scope(), "decision 4 night").decisions == [decisions[3]]
    assert search_decisions(cast.scope(), "decision 4 cards").decisions == []


@pytest.mark.parametrize(
    ("typed", "tag", "found"),
    [
        ("décision 12", "fr", (12, "")),
        ("besluit 12", "nl", (12, "")),
        ("beslissing 12", "nl", (12, "")),
        ("القرار ١٢", "ar", (12, "")),
        ("قرار 12", "ar", (12, "")),
        ("night 24", "en", (24, "night")),
        ("from 8 to 20", "en", None),
        ("night", "en", None),
        ("12345678901234567890", "en", None),
    ],
)
def test_the_word_for_a_decision_is_read_in_the_language_of_the_desk(typed, tag, found):
    with translation.override(tag):
        assert read_number(typed) == found
