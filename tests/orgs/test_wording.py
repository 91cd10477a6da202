from __future__ import annotations

from protect.orgs import wording
from protect.orgs.roles import roles


def test_every_role_of_the_table_has_a_word():
    assert set(wording.ROLES) == set(roles()) == set(wording.ROLE_HINTS)


def test_a_role_that_a_data_folder_adds_is_called_by_its_code():
    assert wording.role("night_watch") == "Night watch"
    assert wording.role("caseworker") == "Case worker"
    assert wording.role_hint("night_watch") == ""
