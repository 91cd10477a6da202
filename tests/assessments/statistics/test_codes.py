from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from protect.assessments.statistics import codes
from protect.assessments.statistics.codes import (
    LENGTH,
    Mistake,
    checked,
    code_hash,
    draw,
    printed,
    read,
)
from protect.kernel.ids import ALPHABET
from tests.assessments.statistics.given import CALM

KEY = b"k" * 32
drawn = st.text(ALPHABET, min_size=8, max_size=8).map(checked).filter(bool)
sent = st.uuids(version=4)


def test_cards_are_all_different_and_can_be_read():
    cards = draw(500)

    assert len(set(cards)) == 500
    assert all(read(printed(code)) == code for code in cards)


def test_a_card_does_not_come_again():
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


def test_a_salt_is_random():
    assert len({codes.new_salt(), codes.new_salt()}) == 2
    assert len(codes.new_salt()) == 32


@given(sent, sent)
def test_what_is_sent_twice_is_one_row_with_one_link(first, second):
    same = first == second

    assert (codes.row_id(KEY, first) == codes.row_id(KEY, second)) == same
    assert (codes.link_token(KEY, first) == codes.link_token(KEY, second)) == same


@given(sent)
def test_neither_row_nor_link_shows_the_key_of_the_form(each):
    row = codes.row_id(KEY, each)

    assert row.version == 4
    assert row != each
    assert each.hex not in f"{row.hex}{codes.link_token(KEY, each)}"
    assert codes.row_id(bytes(32), each) != row


def test_both_halves_of_a_course_are_about_as_large():
    hashes = [codes.code_hash(str(UUID(int=each)), KEY) for each in range(1000)]

    assert 400 < sum(map(codes.coin, hashes)) < 600
