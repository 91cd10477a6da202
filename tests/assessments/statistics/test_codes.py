from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from protect.assessments.statistics import codes
from protect.assessments.statistics.codes import (
    CODE_LENGTH,
    CodeMistake,
    add_check_character,
    code_hash,
    draw_codes,
    format_code,
    parse_code,
)
from protect.kernel.ids import ALPHABET
from tests.assessments.statistics.given import CALM

KEY = b"k" * 32
drawn = st.text(ALPHABET, min_size=8, max_size=8).map(add_check_character).filter(bool)
sent = st.uuids(version=4)


def test_card_codes_are_distinct_and_valid():
    cards = draw_codes(500)

    assert len(set(cards)) == 500
    assert all(parse_code(format_code(code)) == code for code in cards)


def test_new_card_codes_differ_from_earlier_ones():
    assert not set(draw_codes(50)) & set(draw_codes(50))


@CALM
@given(drawn)
def test_card_code_is_shown_in_three_groups_of_capitals(code):
    assert [len(part) for part in format_code(code).split("-")] == [3, 3, 3]
    assert format_code(code).replace("-", "").lower() == code
    assert set(code) <= set(ALPHABET)


@CALM
@given(drawn, st.integers(0, CODE_LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_detected(code, at, letter):
    typed = code[:at] + letter + code[at + 1 :]

    assert parse_code(typed) == (code if typed == code else CodeMistake.CHECK)


@CALM
@given(drawn)
def test_two_swapped_characters_are_always_detected(code):
    for one, other in combinations(range(CODE_LENGTH), 2):
        letters = list(code)
        letters[one], letters[other] = letters[other], letters[one]
        typed = "".join(letters)
        assert parse_code(typed) == (code if typed == code else CodeMistake.CHECK)


@pytest.mark.parametrize("way", [str.upper, " {} ".format, "-".join, " ".join, "\u200f{}".format])
def test_case_spaces_and_hyphens_are_ignored(way):
    code = draw_codes(1)[0]

    assert parse_code(way(code)) == code


@CALM
@given(drawn)
def test_digits_of_any_script_and_full_width_letters_are_read(code):
    for nought in ("٠", "۰", "০", "０"):
        digits = {str(digit): chr(ord(nought) + digit) for digit in range(10)}
        assert parse_code(code.translate(str.maketrans(digits))) == code
    assert parse_code("".join(chr(ord(character) - 32 + 0xFF00) for character in code)) == code


@CALM
@given(drawn)
def test_greek_and_cyrillic_lookalike_capitals_are_read(code):
    greek = format_code(code).translate(str.maketrans("BHKMNPTXZ", "ΒΗΚΜΝΡΤΧΖ"))
    cyrillic = format_code(code).translate(str.maketrans("BCHKMPTX", "ВСНКМРТХ"))

    assert parse_code(greek) == parse_code(cyrillic) == parse_code(greek.lower()) == code


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", CodeMistake.LENGTH),
        ("   ", CodeMistake.LENGTH),
        ("bcd-fgh-jk", CodeMistake.LENGTH),
        ("bcd-fgh-jkmn", CodeMistake.LENGTH),
        ("bcd-fgh-jko", CodeMistake.LETTER),
        ("01l-fgh-jkm", CodeMistake.LETTER),
        ("日本語日本語日本語", CodeMistake.LETTER),
        ("²³bcdfghj", CodeMistake.CHECK),  # NFKC: digits that are raised are digits
    ],
)
def test_invalid_code_is_refused_with_a_reason(typed, why):
    assert parse_code(typed) is why


@CALM
@given(st.text(max_size=40))
def test_any_typed_text_is_a_code_or_a_mistake(typed):
    found = parse_code(typed)

    assert isinstance(found, CodeMistake) or parse_code(format_code(found)) == found


@CALM
@given(drawn, drawn)
def test_hash_depends_on_card_and_edition(one, other):
    assert (code_hash(one, KEY) == code_hash(other, KEY)) == (one == other)
    assert code_hash(one, KEY) != code_hash(one, b"o" * 32)
    assert one not in code_hash(one, KEY)


def test_a_salt_is_random():
    assert len({codes.new_salt(), codes.new_salt()}) == 2
    assert len(codes.new_salt()) == 32


@given(sent, sent)
def test_form_sent_twice_has_one_row_id_and_one_link(first, second):
    same = first == second

    assert (codes.response_row_id(KEY, first) == codes.response_row_id(KEY, second)) == same
    assert (codes.link_token(KEY, first) == codes.link_token(KEY, second)) == same


@given(sent)
def test_row_id_and_link_do_not_reveal_the_form_key(response_id):
    row = codes.response_row_id(KEY, response_id)

    assert row.version == 4
    assert row != response_id
    assert response_id.hex not in f"{row.hex}{codes.link_token(KEY, response_id)}"
    assert codes.response_row_id(bytes(32), response_id) != row


def test_hash_splits_a_course_into_two_similar_halves():
    hashes = [codes.code_hash(str(UUID(int=number)), KEY) for number in range(1000)]

    assert 400 < sum(map(codes.hash_to_coin, hashes)) < 600
