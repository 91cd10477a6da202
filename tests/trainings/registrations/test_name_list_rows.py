"""Headings of name lists are mapped to columns."""

import pytest

from protect.trainings.registrations.name_list_rows import find_missing_columns, map_headings


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (["Nom", "E-mail"], {"name": "Nom", "email": "E-mail"}),
        (
            ["Nom", "Prénom", "E-mail"],
            {"last_name": "Nom", "first_name": "Prénom", "email": "E-mail"},
        ),
        (
            ["Nom et prénom", "Nom", "E-mail"],
            {"name": "Nom et prénom", "last_name": "Nom", "email": "E-mail"},
        ),
    ],
)
def test_single_name_column_is_the_whole_name(headings, found):
    assert map_headings(headings) == found
    assert find_missing_columns(map_headings(headings)) == []
