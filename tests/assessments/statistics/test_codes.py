from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protect.assessments.statistics.codes import LENGTH, Mistake, code_hash, draw, printed, read
from protect.kernel.ids import ALPHABET
from tests.assessments.statistics.given import CALM

KEY = b"k" * 32
drawn = st.integers(0, 10**6).map(lambda seed: draw(1, random.Random(seed).choice)[0])


def test_cards_are_all_different_and_can_be_read():
    cards = draw(500)

    assert len(set(cards)) == 500
    assert all(read(printed(code)) == code for code in cards)


def test_a_card_comes_again_only_if_chance_does():
    assert draw(3, random.Random(5).choice) == draw(3, random.Random(5).choice)
    assert not set(draw(50)) & set(draw(50))


@CALM
@given(drawn)
def test_a_card_shows_three_groups_of_capitals(code):
    assert [len(part) for part in printed(code).split("-")] == [3, 3, 3]
    assert printed(code).replace("-", "").lower() == code
    assert set(code) <= set(ALPHABET)


@CALM
@given(drawn, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(code, at, letter):
    typed = code[:at] + letter + code[at + 1 :]

    assert read(typed) == (code if typed == code else Mistake.CHECK)


@CALM
@given(drawn)
def test_two_characters_that_changed_places_are_always_noticed(code):
    for one, other in combinations(range(LENGTH), 2):
        letters = list(code)
        letters[one], letters[other] = letters[other], letters[one]
        typed = "".join(letters)
        assert read(typed) == (code if typed == code else Mistake.CHECK)


@pytest.mark.parametrize("way", [str.upper, " {} ".format, "-".join, " ".join, "\u200f{}".format])
def test_case_gaps_and_hyphens_do_not_matter(way):
    code = draw(1)[0]

    assert read(way(code)) == code


@CALM
@given(drawn)
def test_digits_of_any_script_and_wide_letters_are_read(code):
    for nought in ("٠", "۰", "০", "０"):
        digits = {str(digit): chr(ord(nought) + digit) for digit in range(10)}
        assert read(code.translate(str.maketrans(digits))) == code
    assert read("".join(chr(ord(each) - 32 + 0xFF00) for each in code)) == code


@CALM
@given(drawn)
def test_a_greek_or_cyrillic_keyboard_is_read_where_its_capitals_look_alike(code):
    greek = printed(code).translate(str.maketrans("BHKMNPTXZ", "ΒΗΚΜΝΡΤΧΖ"))
    cyrillic = printed(code).translate(str.maketrans("BCHKMPTX", "ВСНКМРТХ"))

    assert read(greek) == read(cyrillic) == read(greek.lower()) == code


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", Mistake.LENGTH),
        ("   ", Mistake.LENGTH),
        ("bcd-fgh-jk", Mistake.LENGTH),
        ("bcd-fgh-jkmn", Mistake.LENGTH),
        ("bcd-fgh-jko", Mistake.LETTER),
        ("01l-fgh-jkm", Mistake.LETTER),
        ("日本語日本語日本語", Mistake.LETTER),
        ("²³bcdfghj", Mistake.CHECK),  # NFKC: digits that are raised are digits
    ],
)
def test_what_is_no_code_says_why(typed, why):
    assert read(typed) is why


@CALM
@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_code_or_a_mistake(typed):
    found = read(typed)

    assert isinstance(found, Mistake) or read(printed(found)) == found


@CALM
@given(drawn, drawn)
def test_a_hash_is_of_one_card_in_one_edition(one, other):
    assert (code_hash(one, KEY) == code_hash(other, KEY)) == (one == other)
    assert code_hash(one, KEY) != code_hash(one, b"o" * 32)
    assert one not in code_hash(one, KEY)
