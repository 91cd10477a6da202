from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from protect.assessments.statistics.cards import HALF, code_of, codes_from, number_of
from protect.assessments.statistics.codes import draw, printed, read
from tests.assessments.statistics.given import CALM

KEY, OTHER = b"k" * 32, b"o" * 32
numbers = st.integers(0, HALF**2 - 1)


@CALM
@given(numbers)
def test_a_card_is_turned_back_into_its_number(number):
    code = code_of(number, KEY)

    assert code is None or number_of(code, KEY) == number
    assert code is None or read(printed(code)) == code


@CALM
@given(numbers, numbers)
def test_two_numbers_are_two_cards(one, other):
    codes = [code_of(each, KEY) for each in (one, other)]

    assert None in codes or (codes[0] == codes[1]) == (one == other)


def test_what_is_printed_later_is_never_printed_before():
    first, after = codes_from(0, 200, KEY)
    second, end = codes_from(after, 200, KEY)

    assert len({*first, *second}) == 400
    assert all(number_of(code, KEY) < after for code in first)
    assert all(after <= number_of(code, KEY) < end for code in second)


def test_an_invented_code_or_one_of_another_edition_is_no_card():
    theirs, _ = codes_from(0, 200, OTHER)

    assert not [code for code in [*draw(2000), *theirs] if number_of(code, KEY) < 1000]


def test_neighbours_look_nothing_like_each_other():
    codes, _ = codes_from(0, 50, KEY)

    assert len({code[:4] for code in codes}) == len({code[4:8] for code in codes}) == 50
