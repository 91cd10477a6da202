import pytest
from django.test import Client

from protect.vault.models import Session, UnlockSession
from protect.vault.sign_in.cookies import UNLOCK_COOKIE
from tests.vault.browsing import SID, get, led_to, post, set_up, sign_in, values
from tests.vault.signing import AT, PASSWORD, make_person

pytestmark = pytest.mark.django_db
AMAL_IS_KEPT = True


@pytest.fixture(autouse=True)
def desk(settings, monkeypatch):
    set_up(settings, monkeypatch)


@pytest.fixture
def browser() -> Client:
    return Client()


def test_every_change_of_state_replaces_both_cookies(browser, amal):
    get(browser, "/sign-in")
    post(browser, "/sign-in", email=amal.user.email, password=PASSWORD)
    begun = values(browser)
    post(browser, "/second", code=amal.totp(AT))
    unlocked = values(browser)
    post(browser, "/lock")
    post(browser, "/unlock", password=PASSWORD)
    again = values(browser)

    for before, after in ((begun, unlocked), (unlocked, again)):
        assert before[0] != after[0]
        assert before[1] != after[1]


def test_unlock_cookie_is_strict_and_http_only(browser, amal):
    sign_in(browser, amal)
    cookie = browser.cookies[UNLOCK_COOKIE]

    assert cookie["secure"]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Strict", "/", "")
    assert len(cookie.value) == 43


def test_the_database_holds_neither_of_the_two_cookies(browser, amal):
    sign_in(browser, amal)
    sid, token = values(browser)
    stored = str(list(Session.objects.values_list())) + str(
        list(UnlockSession.objects.values_list())
    )

    assert Session.objects.count() == 1
    for cookie in (sid, token):
        assert cookie not in stored
    assert not Session.objects.filter(session_key=sid).exists()


def test_leftover_cookie_is_deleted(browser):
    browser.cookies[UNLOCK_COOKIE] = "A" * 43

    response = get(browser, "/hello")

    assert response.cookies[UNLOCK_COOKIE].value == ""
    assert "Clear-Site-Data" in response.headers
    assert Session.objects.count() == 0
    assert "Clear-Site-Data" not in get(Client(), "/hello").headers


def test_one_cookie_without_the_other_opens_nothing(browser, amal):
    sign_in(browser, amal)
    sid, token = values(browser)
    session_only, token_only, other = Client(), Client(), Client()
    session_only.cookies[SID] = sid
    token_only.cookies[UNLOCK_COOKIE] = token
    other.cookies[SID], other.cookies[UNLOCK_COOKIE] = sid, "A" * 43

    assert led_to(session_only, "/") == "/unlock"
    assert led_to(other, "/") == "/unlock"
    assert led_to(token_only, "/") == "/sign-in"
    assert get(browser, "/").status_code == 200


def test_cookies_of_two_people_do_not_mix(amal):
    one, two = Client(), Client()
    sign_in(one, amal)
    sign_in(two, make_person("chidi"))
    one.cookies[UNLOCK_COOKIE] = two.cookies[UNLOCK_COOKIE].value

    assert led_to(one, "/") == "/unlock"


def test_lost_unlock_cookie_is_replaced_after_the_password(browser, amal):
    sign_in(browser, amal)
    del browser.cookies[UNLOCK_COOKIE]
    assert led_to(browser, "/") == "/unlock"

    post(browser, "/unlock", password=PASSWORD)

    assert get(browser, "/").status_code == 200
