from __future__ import annotations

from datetime import timedelta

import pytest

from protect.vault.models import UnlockSession
from tests.vault.signing import AT, OTHER
from tests.vault.views.desk import Desk, led_to, words

pytestmark = pytest.mark.django_db


def test_somebody_without_a_session_is_asked_to_sign_in_and_comes_back(amal):
    desk = Desk()

    asked = desk.get("/keys?x=1")

    assert asked.headers["Location"] == "/sign-in?next=%2Fkeys%3Fx%3D1"
    second = desk.post("/sign-in?next=/keys", email=amal.user.email, password=amal.password)
    assert second.headers["Location"] == "/sign-in/second-factor?next=%2Fkeys"
    last = desk.post(second.headers["Location"], totp=amal.totp(AT))
    assert last.headers["Location"] == "/keys"
    assert desk.get("/keys").status_code == 200


@pytest.mark.parametrize(
    ("wished", "language"), [("fa", "en"), ("fa, fr-BE;q=0.8", "fr"), ("ar", "ar"), ("", "en")]
)
def test_before_signing_in_a_page_is_in_a_language_of_the_desk_that_the_browser_wants(
    wished, language
):
    answer = Desk().get("/sign-in", **{"accept-language": wished})

    assert f'<html lang="{language}"' in answer.content.decode()
    assert ('dir="rtl"' in answer.content.decode()) == (language == "ar")


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "evil"])
def test_nobody_is_led_to_another_site(amal, elsewhere):
    desk = Desk()
    desk.post(f"/sign-in?next={elsewhere}", email=amal.user.email, password=amal.password)

    answer = desk.post(f"/sign-in/second-factor?next={elsewhere}", totp=amal.totp(AT))

    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("email", ["amal@demo.example", "nobody@demo.example"])
def test_a_wrong_passphrase_and_an_unknown_address_look_the_same(amal, email):
    answer = Desk().post("/sign-in", email=email, password=OTHER)

    assert answer.status_code == 403
    assert "E-mail address and passphrase do not fit" in words(answer)
    assert OTHER not in answer.content.decode()
    assert not UnlockSession.objects.exists()


def test_an_empty_form_says_what_is_missing(db):
    answer = Desk().post("/sign-in", email="", password="")

    assert answer.status_code == 422
    assert words(answer).count("This field is required") == 4  # above, and at each field


def test_guessing_gets_slower_and_says_how_long(amal):
    desk = Desk()
    for _ in range(3):
        desk.post("/sign-in", email=amal.user.email, password=OTHER)

    answer = desk.post("/sign-in", email=amal.user.email, password=amal.password)

    assert answer.status_code == 429
    assert "Wait 1 second, then" in words(answer)


def test_a_wrong_code_is_said_and_five_end_the_session(amal):
    desk = Desk()
    desk.post("/sign-in", email=amal.user.email, password=amal.password)

    first = desk.post("/sign-in/second-factor", totp="000000")
    for _ in range(4):
        last = desk.post("/sign-in/second-factor", totp="000000")

    assert (first.status_code, last.status_code) == (403, 401)
    assert "second step did not work" in words(first)
    assert not UnlockSession.objects.exists()


def test_locking_leads_to_a_page_that_names_the_person_and_unlocks(amal):
    desk = Desk().sign_in(amal)

    assert led_to(desk.post("/lock")) == "/unlock"
    assert "signed in as Demo Amal" in words(desk.get("/unlock"))
    assert led_to(desk.get("/keys")) == "/unlock"
    assert desk.post("/unlock?next=/keys", password=OTHER).status_code == 403
    answer = desk.post("/unlock?next=/keys", password=amal.password)
    assert answer.headers["Location"] == "/keys"
    assert desk.get("/keys").status_code == 200


def test_after_fifteen_minutes_the_page_that_was_open_is_locked(amal):
    desk = Desk().sign_in(amal)
    desk.at += timedelta(minutes=15)

    assert desk.get("/keys").headers["Location"] == "/unlock?next=%2Fkeys"


def test_saying_that_one_is_there_keeps_it_open(amal):
    desk = Desk().sign_in(amal)
    desk.at += timedelta(minutes=14)
    assert desk.post("/stay").status_code == 204
    desk.at += timedelta(minutes=14)

    assert desk.get("/keys").status_code == 200


def test_signing_out_leaves_nothing_in_the_browser(amal):
    desk = Desk().sign_in(amal)

    answer = desk.post("/sign-out")

    assert led_to(answer) == "/sign-in"
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert led_to(desk.get("/keys")) == "/sign-in"
    assert not UnlockSession.objects.exists()


def test_showing_once_more_that_it_is_you_leads_back(amal):
    desk = Desk().sign_in(amal)
    desk.at += timedelta(minutes=11)

    wrong = desk.post("/confirm?next=/keys", password=OTHER)
    right = desk.post("/confirm?next=/keys", password=amal.password)

    assert wrong.status_code == 403
    assert right.headers["Location"] == "/keys"
    assert UnlockSession.objects.get().stepped_up == desk.at


@pytest.mark.parametrize("address", ["/lock", "/stay", "/sign-out"])
def test_an_address_that_changes_something_takes_no_get(amal, address):
    desk = Desk().sign_in(amal)

    assert desk.get(address).status_code == 405
    assert UnlockSession.objects.get().state == "unlocked"
