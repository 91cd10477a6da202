"""Keyed hashes: the same for the same, different for all else, and none without a key."""

import pytest
from hypothesis import given, strategies as st

from protect.vault.server_keys.match_keys import keyed_hash, match_key
from tests.refusals import refuses


@pytest.fixture
def one_key(settings):
    settings.MATCH_KEYS = [bytes(32)]


def test_the_same_text_gives_the_same_hash_under_one_key(one_key):
    assert keyed_hash("trainings.person", "a@demo.example") == keyed_hash(
        "trainings.person", "a@demo.example"
    )


def test_another_key_another_hash(one_key, settings):
    before = keyed_hash("trainings.person", "a@demo.example")
    settings.MATCH_KEYS = [b"\1" * 32]

    assert keyed_hash("trainings.person", "a@demo.example") != before


@given(st.tuples(st.text(max_size=8), st.binary(max_size=8)), st.data())
def test_keys_of_two_purposes_or_things_differ(pair, data):
    other = data.draw(st.tuples(st.text(max_size=8), st.binary(max_size=8)))
    # A purpose is a word of ours: none holds the separator.
    if "\0" in pair[0] + other[0] or pair == other:
        return

    assert match_key(*pair) != match_key(*other)


def test_the_first_line_counts(settings):
    settings.MATCH_KEYS = [bytes(32), b"\1" * 32]
    before = match_key("trainings.person")
    settings.MATCH_KEYS = [bytes(32)]

    assert match_key("trainings.person") == before


def test_without_a_key_nothing_is_hashed(settings):
    settings.MATCH_KEYS = []

    with refuses("match_key_missing"):
        keyed_hash("trainings.person", "a@demo.example")
