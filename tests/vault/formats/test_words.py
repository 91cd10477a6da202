import hashlib
import re
from itertools import pairwise
from math import log2
from pathlib import Path

import protect.vault
from protect.vault.formats.credentials import words as credentials_words
from protect.vault.formats.credentials.words import WORD_LIST_LENGTH, load_words

FILE = Path(protect.vault.__file__).parent / "data/words.txt"
NEVER = re.compile("kill|murder|^rape|sex|slave|nazi|bomb|^gun|^died?$|blood|^hate|^jew|god|whore")


def test_the_list_never_changes():
    """Fingerprints are read from it and compared with what was written down years before."""
    known = "7fca944172e22f4c5aac4b05e1295fe9f7ccad0d17c240b9cbda6958e2f3ea9d"

    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == known


def test_there_are_as_many_words_as_five_dice_make():
    assert len(load_words()) == len(set(load_words())) == WORD_LIST_LENGTH == 6**5


def test_words_are_four_to_eight_small_letters_in_order():
    assert all(re.fullmatch("[a-z]{4,8}", word) for word in load_words())
    assert all(one < two for one, two in pairwise(load_words()))


def test_no_two_words_are_one_slip_apart():
    words = set(load_words())
    spelt_with_a_gap: dict[str, str] = {}

    for word in load_words():
        for place in range(len(word)):
            assert word[:place] + word[place + 1 :] not in words, word
            gap = f"{word[:place]}.{word[place + 1 :]}"
            assert spelt_with_a_gap.setdefault(gap, word) == word


def test_no_word_hurts():
    assert [word for word in load_words() if NEVER.search(word)] == []


def test_a_passphrase_has_six_words_of_the_list_and_77_bits():
    words = credentials_words.make_passphrase().split(" ")

    assert len(words) == 6
    assert set(words) <= set(load_words())
    assert 77 < 6 * log2(WORD_LIST_LENGTH) < 78


def test_no_passphrase_is_offered_twice():
    made = {credentials_words.make_passphrase() for _ in range(200)}

    assert len(made) == 200
    assert len({word for phrase in made for word in phrase.split()}) > 900
