"""The printed number of a certificate, and all spellings in which it is typed."""

from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from protect.certificates.rules import parse_number, printed_number

NUMBER = UUID("3f2a91bc-0e0c-4b1d-8a5e-c0ffee15bad1")
PRINTED = "3F2A 91BC 0E0C 4B1D 8A5E C0FF EE15 BAD1"


def test_number_is_printed_in_groups():
    assert printed_number(NUMBER) == PRINTED


@pytest.mark.parametrize(
    "typed",
    [
        str(NUMBER),
        PRINTED.lower(),
        f"  {PRINTED.replace(' ', '')} ",
        PRINTED.replace(" ", "–"),
        PRINTED.replace("0", "O").replace("1", "l"),
        PRINTED.replace("A", "А").replace("C", "С").replace("E", "Е"),  # Cyrillic
        PRINTED.replace("3", "٣").replace("9", "٩"),
        f"https://demo.example/certificates/{NUMBER}",
        f"demo.example/certificates/{NUMBER}/",
    ],
)
def test_number_is_read_in_any_case_grouping_keyboard_and_digits(typed):
    assert parse_number(typed) == NUMBER


@pytest.mark.parametrize("typed", ["", PRINTED[:-1], f"{PRINTED}0", PRINTED.replace("F", "G"), "/"])
def test_invalid_number_gives_none(typed):
    assert parse_number(typed) is None


@given(st.uuids())
def test_printed_number_is_read_back(number):
    assert parse_number(printed_number(number)) == number


@given(st.text(max_size=60))
def test_any_typed_text_is_read_without_a_crash(typed):
    assert parse_number(typed) is None or isinstance(parse_number(typed), UUID)
