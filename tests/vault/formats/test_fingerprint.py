import pytest
from hypothesis import given, strategies as st

from protect.vault.formats import fingerprint
from protect.vault.formats.credentials.words import load_words
from protect.vault.formats.secrets import TeamPublicKey, UserPublicKey
from tests.vault.formats.given import CASE, TEAM_SECRET, VECTORS, flipped

KNOWN = VECTORS["fingerprint"]
PUBLIC = {
    "team": TeamPublicKey(bytes.fromhex(CASE["team_public"])),
    "user": UserPublicKey(bytes.fromhex(VECTORS["user_public"])),
}


@pytest.mark.parametrize("kind", PUBLIC)
def test_a_key_reads_as_it_always_did(kind):
    assert fingerprint.digest(PUBLIC[kind]).hex() == KNOWN[f"{kind}_digest"]
    assert list(fingerprint.words(PUBLIC[kind])) == KNOWN[f"{kind}_words"]


def test_the_words_are_the_digest_in_the_base_of_the_list():
    words, known = fingerprint.words(PUBLIC["team"]), load_words()
    number = sum(known.index(word) * len(known) ** place for place, word in enumerate(words))

    assert len(words) == 6
    assert number == int(KNOWN["team_digest"], 16) % 7776**6


def test_every_byte_of_a_key_counts():
    raw = TEAM_SECRET.public().raw
    read = {fingerprint.words(TeamPublicKey(spoilt)) for spoilt in flipped(raw, step=8)}

    assert len(read) == len(raw)
    assert fingerprint.words(TeamPublicKey(raw)) not in read


@given(st.binary(min_size=1216, max_size=1216))
def test_every_key_has_six_words_of_the_list(raw):
    assert set(fingerprint.words(UserPublicKey(raw))) <= set(load_words())
