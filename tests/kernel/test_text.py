"""Isolation of text direction."""

import pytest

from protect.kernel.text import isolate_phone_numbers


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call +385 1 000 0000.", "call \u2066+385\u00a01\u00a0000\u00a00000\u2069."),
        ("116 006", "\u2066116\u00a0006\u2069"),
        ("12:00, room 3", "12:00, room 3"),
        ("abc12345", "abc12345"),
    ],
)
def test_phone_numbers_in_a_text_run_left_to_right_on_one_line(text, shown):
    assert isolate_phone_numbers(text) == shown
