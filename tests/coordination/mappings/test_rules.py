"""What a text of a mapping must not contain, and the order of coding."""

import pytest

from protect.coordination.mappings import rules


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Men find no bed at night.", ""),
        ("Since 2024 there are 12 places for 3 days.", ""),
        ("They miss Arabic interpreters in Zagreb.", ""),
        ("Call +385 1 234 5678 at night", "number"),
        ("Write to nurse@demo.example", "link"),
        ("See www.demo.example", "link"),
        ("Ms Demo said so", "name"),
        ("rekla je gospođa Demo", "name"),
        ("Dr. Demo knows", "name"),
        ("قالت السيدة ديمو ذلك", "name"),
        ("the doctor knows", ""),
    ],
)
def test_numbers_addresses_and_titles_with_names_are_found(text, part):
    assert rules.unsafe_part(text) == part


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [(["b", "a", "b"], ["a", "b"]), ([], []), (["x"], None), (["a", "x"], None)],
)
def test_codes_are_kept_once_in_the_order_of_the_vocabulary(chosen, kept):
    assert rules.kept_codes(["a", "b", "c"], chosen) == kept


@pytest.mark.parametrize(
    ("coded", "after", "following"),
    [
        ({"1": True, "2": False, "3": False}, "1", "2"),
        ({"1": False, "2": True, "3": True}, "2", "1"),
        ({"1": True, "2": True, "3": True}, "2", None),
        ({"1": False, "2": True}, "unknown", "1"),
    ],
)
def test_coding_goes_on_with_the_next_answer_without_codes(coded, after, following):
    assert rules.next_uncoded(list(coded), coded, after) == following
