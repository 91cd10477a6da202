from __future__ import annotations

import pytest

from protect.vault.errors import Throttled


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1, "Wait 1 second, then"), (2, "Wait 2 seconds, then"), (60, "60 seconds")],
)
def test_how_long_to_wait_is_said_in_the_form_of_its_number(seconds, said):
    assert said in Throttled(seconds=seconds).text()


def test_without_a_number_none_is_named():
    assert Throttled().text() == "Wait a little, then try again. Your work is safe."
