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
def test_token_opens_within_half_an_hour(mine, seconds):
    token = seal_search_words(mine, TEAM, SAID, at=AT)

    assert open_search_words(mine, TEAM, token, at=AT + timedelta(seconds=seconds)) == SAID


def test_tokens_differ_for_the_same_words_and_have_one_length(mine):
    first, second, short = (
        seal_search_words(mine, TEAM, each, at=AT) for each in (SAID, SAID, "Ngô")
    )

    assert first != second
    assert len(first) == len(second) == len(short)


def test_expired_and_future_tokens_do_not_open(mine):
    token = seal_search_words(mine, TEAM, SAID, at=AT)

    for wrong in (timedelta(minutes=30, seconds=1), timedelta(minutes=-2), timedelta(days=1)):
        with pytest.raises(TokenGone):
            open_search_words(mine, TEAM, token, at=AT + wrong)


def test_token_opens_only_for_its_user_session_and_team(mine):
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
def test_malformed_token_counts_as_expired(mine, token):
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
def test_every_word_must_be_found(words, is_there):
    assert contains_all_words(words, "Ngô", "Thị 0470 12 34 56") is is_there
