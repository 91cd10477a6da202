from __future__ import annotations

from tests.vault.views.desk import Desk


def test_somebody_of_the_cast_is_let_in_without_a_passphrase(cast):
    assert Desk().let_in(cast.amal).get("/keys").status_code == 200
