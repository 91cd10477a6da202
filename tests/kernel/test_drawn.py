from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from protect.kernel.drawn import LENGTH, draw, read, shown
from protect.kernel.ids import ALPHABET

CODES = draw(20)


def test_codes_are_drawn_by_lot_and_all_different():
    found = draw(2000)

    assert len(set(found)) == 2000
    assert {each[0] for each in found} == set(ALPHABET)
    assert not set(found) & set(draw(2000))


def test_a_code_that_is_drawn_twice_is_given_out_once():
    letters = itertools.cycle([*"bbbbbbb", *"bbbbbbb", *"ccccccc"])

    first, second = draw(2, lambda _: next(letters))

    assert (first[:7], second[:7]) == ("bbbbbbb", "ccccccc")


@given(code=st.sampled_from(CODES), gap=st.sampled_from(("", " ", "-", "  ")))
def test_a_code_is_read_however_it_is_typed(code, gap):
    assert read(gap.join(code).upper()) == code
    assert read(shown(code)) == code


def test_every_wrong_letter_and_every_swap_of_neighbours_is_seen():
    for code in CODES:
        for at, letter in itertools.product(range(LENGTH), ALPHABET):
            typed = code[:at] + letter + code[at + 1 :]
            assert (read(typed) == "") == (typed != code)
        for at in range(LENGTH - 1):
            typed = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
            assert (read(typed) == "") == (typed != code)


@given(typed=st.text(max_size=12), letter=st.sampled_from("aeiouylAEIOUYL01"))
def test_what_holds_a_letter_that_is_never_drawn_is_no_code(typed, letter):
    assert read(typed + letter) == ""
    assert read(CODES[0][:-1] + letter) == ""
