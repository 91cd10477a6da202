from __future__ import annotations

import pytest

from protect.vault.actions import passwords
from protect.vault.errors import PasswordCommon, PasswordPersonal, PasswordShort

EMAIL, NAME = "amal.haddad@demo.example", "Demo Amal"


def check(password: str) -> None:
    passwords.must_be_good(password, email=EMAIL, name=NAME)


def test_what_is_offered_is_six_words_and_good():
    offered = passwords.offer()

    assert len(offered.split()) == 6
    assert offered != passwords.offer()
    check(offered)


def test_fifteen_characters_are_enough_and_fourteen_are_not():
    check("zebra quilt 42!")

    with pytest.raises(PasswordShort) as refused:
        check("zebra quilt 42")
    assert refused.value.facts == {"least": 15}


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "PassWord password",
        "aaaaaaaaaaaaaaaaaaaa",
        "qwertyqwertyqwerty",
        "1212121212121212",
    ],
)
def test_what_many_people_use_is_refused(password):
    with pytest.raises(PasswordCommon):
        check(password)


@pytest.mark.parametrize(
    "password",
    [
        "my amal.haddad secret",
        "demo.example is where",
        "long Demo sentence here",
        "AMAL likes oranges",
    ],
)
def test_what_holds_name_or_address_is_refused(password):
    with pytest.raises(PasswordPersonal):
        check(password)


def test_a_short_name_may_stand_in_a_word():
    passwords.must_be_good("a bottle of lemonade", email="bo@demo.example", name="Bo Le")


def test_a_refusal_holds_nothing_of_the_password():
    with pytest.raises(PasswordPersonal) as refused:
        check("amal likes purple")

    assert "purple" not in f"{refused.value!r} {refused.value.text()}"
