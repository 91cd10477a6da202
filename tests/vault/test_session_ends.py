from datetime import timedelta

import pytest
from django.test import Client

from protect.orgs.models import User
from protect.vault.models import Session, UnlockSession
from protect.vault.sessions import authentication
from protect.vault.sign_in.cookies import UNLOCK_COOKIE
from tests.vault.browsing import get, led_to, post, set_up, sign_in
from tests.vault.signing import AT, OTHER, PASSWORD, make_person

pytestmark = pytest.mark.django_db
AMAL_IS_KEPT = True


@pytest.fixture(autouse=True)
def desk(settings, monkeypatch):
    set_up(settings, monkeypatch)


@pytest.fixture
def browser() -> Client:
    return Client()


def test_fifteen_idle_minutes_lock_and_the_password_resumes(browser, amal):
    sign_in(browser, amal)
    at = AT + timedelta(minutes=15)

    assert get(browser, "/form", at).headers["Location"] == "/unlock?next=%2Fform"
    row = UnlockSession.objects.get()
    assert (row.token_hash, bytes(row.blob)) == (None, b"")

    post(browser, "/unlock", at, password=PASSWORD)
    assert get(browser, "/form", at).status_code == 200


def test_work_keeps_it_open_and_pages_for_all_do_not(browser, amal):
    sign_in(browser, amal)
    get(browser, "/form", AT + timedelta(minutes=10))
    get(browser, "/hello", AT + timedelta(minutes=20))

    assert get(browser, "/form", AT + timedelta(minutes=24)).status_code == 200
    get(browser, "/hello", AT + timedelta(minutes=30))
    assert get(browser, "/form", AT + timedelta(minutes=39)).status_code == 302


def test_reading_writes_at_most_once_a_minute(browser, amal):
    sign_in(browser, amal)
    get(browser, "/form", AT + timedelta(seconds=59))
    assert UnlockSession.objects.get().seen == AT

    get(browser, "/form", AT + timedelta(seconds=60))
    assert UnlockSession.objects.get().seen == AT + timedelta(seconds=60)


def test_session_ends_after_nine_hours_and_clears_the_browser(browser, amal):
    post(browser, "/sign-in", email=amal.user.email, password=PASSWORD)
    at = AT + timedelta(minutes=1)
    post(browser, "/second", at, code=amal.totp(at))
    while at < AT + timedelta(hours=8, minutes=45):
        at += timedelta(minutes=14)
        get(browser, "/form", at)

    response = get(browser, "/form", AT + timedelta(hours=9))

    assert response.headers["Location"].startswith("/sign-in")
    assert response.headers["Clear-Site-Data"] == '"cache"'
    assert response.cookies[UNLOCK_COOKIE].value == ""
    assert response.cookies[UNLOCK_COOKIE]["secure"]
    assert UnlockSession.objects.count() == 0
    assert Session.objects.count() == 0


def test_signing_out_leaves_nothing(browser, amal):
    sign_in(browser, amal)

    response = post(browser, "/sign-out")

    assert "Clear-Site-Data" in response.headers
    assert (UnlockSession.objects.count(), Session.objects.count()) == (0, 0)
    assert get(browser, "/").status_code == 302


def test_session_ended_elsewhere_is_refused_at_the_next_request(browser, amal):
    sign_in(browser, amal)
    authentication.end_sessions_of(amal.user.pk, at=AT)

    response = get(browser, "/form")

    assert response.headers["Location"].startswith("/sign-in")
    assert "Clear-Site-Data" in response.headers


@pytest.mark.parametrize("is_begun", [True, False])
def test_suspended_account_is_signed_out_at_the_next_request(browser, amal, is_begun):
    if is_begun:
        post(browser, "/sign-in", email=amal.user.email, password=PASSWORD)
    else:
        sign_in(browser, amal)
    User.objects.update(is_active=False, suspended_at=AT)

    assert led_to(browser, "/second") == "/sign-in"


def test_sign_in_as_another_user_ends_the_earlier_session(browser, amal):
    chidi = make_person("chidi")
    sign_in(browser, amal)

    sign_in(browser, chidi)

    assert UnlockSession.objects.get().user == chidi.user
    assert get(browser, "/").content.decode() == f"open for {chidi.user.pk}"


def test_a_changed_password_keeps_this_browser_and_no_other(browser, amal):
    elsewhere = Client()
    sign_in(elsewhere, amal, AT - timedelta(minutes=2))
    sign_in(browser, amal)

    post(browser, "/password", old=PASSWORD, new=OTHER)

    assert get(browser, "/").status_code == 200
    assert led_to(elsewhere, "/") == "/sign-in"


def test_five_wrong_codes_end_the_session_and_say_so(browser, amal):
    post(browser, "/sign-in", email=amal.user.email, password=PASSWORD)
    answers = [post(browser, "/second", code="000000").content for _ in range(5)]

    assert answers == [b"second_factor_refused"] * 4 + [b"session_ended"]
    assert led_to(browser, "/second") == "/sign-in"
