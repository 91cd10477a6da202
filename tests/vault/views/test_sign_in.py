import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from protect.orgs.models import Attempt
from protect.vault.models import Session, UnlockSession, UserWrap
from protect.vault.sign_in.cookies import DEVICE_COOKIE
from tests.vault.signing import AT, OTHER, PASSWORD, mailed_token
from tests.vault.views.desk import HOST, Desk, led_to, words

pytestmark = pytest.mark.django_db
AMAL_IS_KEPT = True
NEW = "violet anchor garden saddle meadow"


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
    assert (
        "The e-mail address or passphrase is not correct. Your work is safe. Try again."
        in words(answer)
    )
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
    assert "After wrong attempts, by you or by others, the next attempt has to wait." not in words(
        answer
    )


def test_somebody_who_mistyped_is_not_told_that_only_others_slow_them_down(amal):
    desk = Desk()
    for second in range(5):
        desk.at = AT + timedelta(seconds=20 * second)
        desk.post("/sign-in", email=amal.user.email, password=OTHER)

    answer = desk.post("/sign-in", email=amal.user.email, password=amal.password)

    assert re.search(r"Wait [2-9] seconds, then", words(answer))
    assert "After wrong attempts, by you or by others, the next attempt has to wait." in words(
        answer
    )


def test_the_fifth_wrong_passphrase_leaves_no_form_and_leads_to_signing_in(amal):
    desk = Desk().sign_in(amal)
    desk.post("/lock")
    for second in range(5):
        desk.at = AT + timedelta(seconds=60 * second)
        answer = desk.post("/unlock?next=/keys", password=OTHER)

    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]

    assert answer.status_code == 401
    assert "This session has ended. Your work is safe." in words(answer)
    assert "<form" not in main
    assert 'href="/sign-in?next=%2Fkeys"' in main


def guess(amal, times: int, at: datetime = AT) -> None:
    """Let strangers try in the network of everybody else, and from as many others."""
    for address in [f"10.0.{number}.1" for number in range(times)] + ["127.0.0.1"] * 5:
        Desk(at=at).post("/sign-in", from_=address, email=amal.user.email, password=OTHER)


def known_browser(amal) -> Desk:
    """Return a browser in which amal has signed in and out."""
    desk = Desk(at=AT - timedelta(minutes=5)).sign_in(amal)
    desk.post("/sign-out")
    desk.at = AT
    return desk


def test_a_browser_that_has_signed_in_before_is_let_in_while_others_guess(amal):
    desk = known_browser(amal)
    guess(amal, 35)

    assert led_to(desk.sign_in(amal).get("/keys")) == ""


def test_a_new_browser_is_told_how_it_need_not_wait_and_the_mail_makes_it_known(amal):
    guess(amal, 35)
    desk = Desk()
    answer = desk.post("/sign-in", email=amal.user.email, password=amal.password)

    assert answer.status_code == 429
    assert re.search(r"Wait \d+ seconds?, then try again\. Your work is safe\.", words(answer))
    said = "After wrong attempts, by you or by others, the next attempt has to wait."
    assert said in words(answer)
    assert 'href="/forgot"' in answer.content.decode()
    desk.post("/forgot", email=amal.user.email)
    before = list(UserWrap.objects.order_by("pk").values_list("blob", flat=True))
    shown = desk.get(f"/reset/{mailed_token()}")
    assert "you do not have to wait now because of other people" in words(shown)
    desk.sign_in(amal)
    assert list(UserWrap.objects.order_by("pk").values_list("blob", flat=True)) == before


def test_a_new_browser_that_waits_is_let_in_while_others_guess(amal):
    guess(amal, 35)
    desk = Desk()
    asked = {"from_": "203.0.113.5", "email": amal.user.email, "password": amal.password}
    refused = desk.post("/sign-in", **asked)
    wait = int(re.search(r"Wait (\d+) second", words(refused))[1])
    guess(amal, 5)
    desk.at += timedelta(seconds=wait)

    assert 0 < wait <= 60
    assert led_to(desk.post("/sign-in", **asked)) == "/sign-in/second-factor"


def test_a_known_browser_that_guesses_waits_itself(amal):
    desk = known_browser(amal)
    for _ in range(3):
        desk.post("/sign-in", email=amal.user.email, password=OTHER)

    answer = desk.post("/sign-in", email=amal.user.email, password=amal.password)

    assert answer.status_code == 429
    assert "Wait 1 second, then try again" in words(answer)


def test_a_locked_session_is_unlocked_while_others_guess(amal):
    desk = Desk().sign_in(amal)
    desk.post("/lock")
    guess(amal, 35)

    assert led_to(desk.post("/unlock", password=amal.password)) == "/"


def test_the_cookie_of_a_known_browser_is_strict_out_of_reach_and_new_with_each_sign_in(amal):
    desk = Desk().sign_in(amal)
    cookie = desk.client.cookies[DEVICE_COOKIE]
    first = cookie.value
    desk.post("/sign-out")
    desk.at += timedelta(minutes=1)
    desk.sign_in(amal)

    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Strict")
    assert (cookie["path"], cookie["domain"], cookie["max-age"]) == ("/", "", 90 * 24 * 60 * 60)
    assert desk.client.cookies[DEVICE_COOKIE].value != first
    assert len(desk.client.cookies[DEVICE_COOKIE].value.split(".")) == 1


def test_a_browser_is_not_known_before_the_second_step(amal):
    desk = Desk()
    desk.post("/sign-in", email=amal.user.email, password=amal.password)

    assert DEVICE_COOKIE not in desk.client.cookies


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/security/sessions/end", {}),
        ("/security/passphrase", {"old": PASSWORD, "password": NEW, "again": NEW}),
    ],
)
def test_what_ends_all_known_browsers_leaves_this_one_known(amal, address, fields):
    other, desk = known_browser(amal), Desk().sign_in(amal)
    assert led_to(desk.post(address, **fields)) == "/security"
    amal.password = fields.get("password", PASSWORD)
    desk.post("/sign-out")
    desk.at = other.at = AT + timedelta(minutes=1)
    guess(amal, 4, desk.at)

    desk.sign_in(amal)
    asked = {"email": amal.user.email, "password": amal.password}
    assert other.post("/sign-in", **asked).status_code == 429


@pytest.mark.parametrize("address", ["/sign-in", "/forgot", "/forgot/sent", "/", "/nowhere"])
def test_looking_at_a_page_without_a_session_writes_nothing(db, address):
    desk = Desk()
    with CaptureQueriesContext(connection) as asked:
        desk.get(address)

    assert not [each for each in asked if not each["sql"].startswith("SELECT")]
    assert not desk.client.cookies
    assert Session.objects.count() == 0


def test_a_refused_sign_in_writes_no_session_either(amal):
    desk = Desk()
    desk.post("/sign-in", email=amal.user.email, password=OTHER)

    assert Session.objects.count() == 0
    assert not desk.client.cookies


SAYS = {"host": HOST}


@pytest.mark.parametrize(
    ("says", "is_taken"),
    [
        ({"sec-fetch-site": "same-origin", "origin": "http://localhost"}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"origin": "http://localhost"}, True),
        ({"origin": "https://localhost"}, True),  # behind a proxy that ends TLS
        ({"sec-fetch-site": "cross-site", "origin": "https://evil.example"}, False),
        ({"sec-fetch-site": "same-site", "origin": "https://help.localhost"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://localhost"}, False),
        ({"sec-fetch-site": "same-origin", "origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://localhost:8001"}, False),
        ({}, False),
    ],
)
def test_a_form_of_another_site_signs_nobody_in(amal, says, is_taken):
    desk = Desk(client=Client(enforce_csrf_checks=True, headers=SAYS | says))
    answer = desk.post("/sign-in", email=amal.user.email, password=amal.password)

    assert (led_to(answer) == "/sign-in/second-factor") is is_taken
    assert UnlockSession.objects.exists() is is_taken
    assert Attempt.objects.exists() is is_taken
    assert answer.status_code == (302 if is_taken else 403)


def test_in_a_session_a_form_needs_its_secret_whatever_the_browser_says(amal):
    says = SAYS | {"sec-fetch-site": "same-origin", "origin": "http://localhost"}
    desk = Desk(client=Client(enforce_csrf_checks=True, headers=says))
    desk.post("/sign-in", email=amal.user.email, password=amal.password)

    answer = desk.post("/sign-in/second-factor", totp=amal.totp(AT))

    assert answer.status_code == 403
    assert UnlockSession.objects.get().state == "provisional"


def test_a_form_whose_session_is_over_still_says_that_nothing_was_saved(db):
    says = SAYS | {"sec-fetch-site": "same-origin", "origin": "http://localhost"}
    answer = Desk(client=Client(enforce_csrf_checks=True, headers=says)).post("/account", name="x")

    assert answer.status_code == 403
    assert "Nothing was saved" in words(answer)


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
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    cookies = desk.client.cookies
    assert [name for name in cookies if cookies[name].value] == [DEVICE_COOKIE]
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
