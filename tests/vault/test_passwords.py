import pytest

from protect.audit.models import Entry
from protect.vault.accounts import password_reset
from protect.vault.accounts.protection import load_protection
from protect.vault.enums import WrapKind
from protect.vault.errors import PasswordPersonal
from protect.vault.models import UserWrap
from protect.vault.sessions import passwords
from tests.refusals import refuses
from tests.vault.signing import AT, EARLIER, OTHER, PASSWORD, let_in, make_person

GOOD = "saddle river copper violin thistle walnut"
EMAIL, NAME = "amal.haddad@demo.example", "Demo Amal"


def check(password: str) -> None:
    passwords.must_be_strong(password, email=EMAIL, name=NAME)


def test_what_is_offered_is_six_words_and_good():
    offered = passwords.offer_password(email=EMAIL, name=NAME)

    assert len(offered.split()) == 6
    assert offered != passwords.offer_password(email=EMAIL, name=NAME)
    check(offered)


def test_words_that_hold_the_name_are_not_offered(monkeypatch):
    drawn = iter(["democracy river copper violin thistle walnut", GOOD])
    monkeypatch.setattr(passwords, "make_passphrase", lambda: next(drawn))

    assert passwords.offer_password(email=EMAIL, name=NAME) == GOOD


def test_fifteen_characters_are_enough_and_fourteen_are_not():
    check("zebra quilt 42!")

    with refuses("password_short") as refused:
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
        "Winter2025Winter2025",
        "Winter2025Winter2026!",
        "password1234567890",
    ],
)
def test_what_many_people_use_is_refused(password):
    with refuses("password_common"):
        check(password)


@pytest.mark.parametrize("password", ["Grmbl42!grmbl42!", "blah foo 42 blah foo 42"])
def test_a_short_text_that_is_repeated_is_refused(password):
    with refuses("password_repeated"):
        check(password)


@pytest.mark.parametrize(
    "password",
    ["zebra quilt river! zebra quilt river!", "8&2!abc#9$7@4^5*", "winter2025 my zebra sings"],
)
def test_a_long_text_may_be_repeated_and_hold_a_common_word(password):
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
    passwords.must_be_strong("a bottle of lemonade", email="bo@demo.example", name="Bo Le")


def test_a_refusal_holds_nothing_of_the_password():
    with pytest.raises(PasswordPersonal) as refused:
        check("amal likes purple")

    assert "purple" not in f"{refused.value!r} {refused.value.text()}"


@pytest.mark.django_db
def test_a_password_is_as_old_as_its_choice_however_often_it_is_protected_anew(settings):
    amal = make_person("amal")
    before = UserWrap.objects.get(user_key__user=amal.user, kind=WrapKind.PASSWORD)
    settings.ARGON2 = settings.ARGON2 | {"passes": settings.ARGON2["passes"] + 1}

    entry = let_in(amal)

    after = UserWrap.objects.get(user_key__user=amal.user, kind=WrapKind.PASSWORD)
    assert after.credential != before.credential
    assert Entry.objects.filter(action="vault.renew_password").count() == 1
    assert load_protection(entry, at=AT).passphrase_since == EARLIER


@pytest.mark.django_db
def test_a_password_that_somebody_changes_is_new():
    entry = let_in(make_person("amal"))

    password_reset.change_password(entry, old=PASSWORD, new=OTHER, at=AT)

    assert load_protection(entry, at=AT).passphrase_since == AT
