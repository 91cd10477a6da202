import re

from tests.vault.views.desk import Desk, words


def test_the_foot_and_its_page_call_shortcuts_what_they_are(cast):
    page = words(Desk().let_in(cast.amal).get("/keys"))

    assert page.count("Keyboard shortcuts") >= 3  # title, heading, foot
    assert not re.search(r"\bKeys\b", page)


def test_somebody_of_the_cast_is_let_in_without_a_passphrase(cast):
    assert Desk().let_in(cast.amal).get("/keys").status_code == 200
