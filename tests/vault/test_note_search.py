from datetime import timedelta
from uuid import uuid4

import pytest

from protect.vault.errors import TokenGone
from protect.vault.formats.secrets import UserSecret
from protect.vault.records.note_search import (
    contains_all_words,
    open_search_words,
    seal_search_words,
)
from protect.vault.sessions.unlocked import Unlocked
from tests.vault.cast import AT

TEAM = uuid4()
SAID = "Ngô Thị 0470 12 34 56"


def session(**changed) -> Unlocked:
    given = {
        "user_id": uuid4(),
        "user_version": 1,
        "secret": UserSecret.generate(),
        "session": uuid4(),
    }
    return Unlocked(**{**given, **changed})


@pytest.fixture
def mine() -> Unlocked:
    return session()


@pytest.mark.parametrize("seconds", [0, 1, 1799])
def test_words_come_back_within_half_an_hour(mine, seconds):
    token = seal_search_words(mine, TEAM, SAID, at=AT)

    assert open_search_words(mine, TEAM, token, at=AT + timedelta(seconds=seconds)) == SAID


def test_the_same_words_never_look_the_same_and_short_ones_are_as_long(mine):
    first, second, short = (
        seal_search_words(mine, TEAM, each, at=AT) for each in (SAID, SAID, "Ngô")
    )

    assert first != second
    assert len(first) == len(second) == len(short)


def test_too_late_and_before_its_time_a_token_opens_nothing(mine):
    token = seal_search_words(mine, TEAM, SAID, at=AT)

    for wrong in (timedelta(minutes=30, seconds=1), timedelta(minutes=-2), timedelta(days=1)):
        with pytest.raises(TokenGone):
            open_search_words(mine, TEAM, token, at=AT + wrong)


def test_a_token_opens_for_its_person_session_and_team_alone(mine):
    token = seal_search_words(mine, TEAM, SAID, at=AT)
    same = {"user_id": mine.user_id, "secret": mine.secret, "session": mine.session}

    assert open_search_words(session(**same), TEAM, token, at=AT) == SAID
    for name in same:
        with pytest.raises(TokenGone):
            open_search_words(
                session(**{**same, name: session().__getattribute__(name)}), TEAM, token, at=AT
            )
    with pytest.raises(TokenGone):
        open_search_words(mine, uuid4(), token, at=AT)


@pytest.mark.parametrize("token", ["", "x", "AQFI", "%", "é" * 90, "A" * 5000])
def test_what_is_no_token_is_said_to_be_over(mine, token):
    with pytest.raises(TokenGone):
        open_search_words(mine, TEAM, token, at=AT)


@pytest.mark.parametrize(
    ("words", "is_there"),
    [
        ("", True),
        ("ngo", True),
        ("THI NGO", True),
        ("thi monday", False),
        ("0470123456", True),
        ("04 70 12", True),
        ("0470123457", False),
        ("ngothi", False),  # gaps count for letters
        ("?!", True),  # nothing that could be looked for
    ],
)
def test_every_word_must_stand_somewhere(words, is_there):
    assert contains_all_words(words, "Ngô", "Thị 0470 12 34 56") is is_there
