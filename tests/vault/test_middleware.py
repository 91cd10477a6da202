from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from protect.kernel import clock
from protect.orgs.models import User
from protect.vault import gates
from protect.vault.actions import drafts, signing_in
from protect.vault.cookies import UNLOCK_COOKIE
from protect.vault.enums import SessionState
from protect.vault.middleware import UnlockMiddleware
from protect.vault.models import Draft, Session, UnlockSession
from tests.vault import pages
from tests.vault.signing import AT, OTHER, PASSWORD, make_person

pytestmark = pytest.mark.django_db
MIDDLEWARE = [
    "tests.vault.pages.zone",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "protect.vault.middleware.UnlockMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
]
SID = "__Host-sid"


@pytest.fixture(autouse=True)
def desk(settings, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", clock.now)  # Django's sessions expire by it
    settings.MIDDLEWARE = MIDDLEWARE
    settings.SESSION_ENGINE = "protect.vault.sessions"
    settings.CSRF_USE_SESSIONS = True
    settings.LOGIN_URL = "vault:sign_in"
    settings.ALLOWED_HOSTS = ["testserver"]
    pages.seen.clear()


@pytest.fixture
def amal():
    return make_person("amal")


@pytest.fixture
def browser() -> Client:
    return Client()


def post(browser, address, at=AT, **fields):
    with clock.frozen(at):
        return browser.post(address, fields)


def get(browser, address, at=AT, **headers):
    with clock.frozen(at):
        return browser.get(address, headers=headers)


def sign_in(browser, person, at=AT):
    post(browser, "/sign-in", at, email=person.user.email, password=person.password)
    return post(browser, "/second", at, code=person.totp(at))


def values(browser) -> tuple[str, str]:
    return browser.cookies[SID].value, browser.cookies[UNLOCK_COOKIE].value


def test_password_then_code_then_the_page_that_was_wanted(browser, amal):
    first = get(browser, "/form?a=1")
    assert first.headers["Location"] == "/sign-in?next=%2Fform%3Fa%3D1"

    begun = post(browser, "/sign-in", email=amal.user.email, password=PASSWORD)
    assert begun.headers["Location"] == "/second"
    done = post(browser, "/second", code=amal.totp(AT), next="/form?a=1")

    assert done.headers["Location"] == "/form?a=1"
    assert get(browser, "/").content.decode() == f"open for {amal.user.pk}"


def test_every_promotion_changes_both_cookies(browser, amal):
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


def test_the_unlock_cookie_is_strict_and_out_of_reach(browser, amal):
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


def test_the_secret_is_dropped_with_the_response(browser, amal):
    sign_in(browser, amal)
    get(browser, "/")
    vault, request = pages.seen

    assert vault is not None
    assert request.vault is None


@pytest.mark.parametrize(
    ("page", "provisional", "locked", "unlocked", "nobody"),
    [
        ("/", "/second", "/unlock", None, "/sign-in"),
        ("/form", "/second", "/unlock", None, "/sign-in"),
        ("/second", None, "/unlock", None, "/sign-in"),
        ("/code", None, "/unlock", None, "/sign-in"),
        ("/unlock", "/second", None, None, "/sign-in"),
        ("/hello", None, None, None, None),
        ("/sign-in", None, None, None, None),
    ],
)
def test_each_state_reaches_its_pages_only(amal, page, provisional, locked, unlocked, nobody):
    assert _sent(Client(), page) == nobody
    begun = Client()
    post(begun, "/sign-in", email=amal.user.email, password=PASSWORD)
    assert _sent(begun, page) == provisional
    inside = Client()
    sign_in(inside, amal)
    assert _sent(inside, page) == unlocked
    post(inside, "/lock")
    assert _sent(inside, page) == locked


def _sent(browser, page) -> str | None:
    response = get(browser, page)
    return response.headers["Location"].partition("?")[0] if response.status_code == 302 else None


def test_nobody_is_signed_in_for_django_before_the_second_factor(browser, amal):
    post(browser, "/sign-in", email=amal.user.email, password=PASSWORD)

    assert "_auth_user_id" not in browser.session


def test_a_program_is_told_in_json(browser):
    response = get(browser, "/form", accept="application/json")

    assert response.status_code == 401
    assert response.json()["code"] == "vault_locked"


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


def test_nine_hours_end_it_and_the_browser_forgets(browser, amal):
    post(browser, "/sign-in", email=amal.user.email, password=PASSWORD)
    at = AT + timedelta(minutes=1)
    post(browser, "/second", at, code=amal.totp(at))
    while at < AT + timedelta(hours=8, minutes=45):
        at += timedelta(minutes=14)
        get(browser, "/form", at)

    response = get(browser, "/form", AT + timedelta(hours=9))

    assert response.headers["Location"].startswith("/sign-in")
    assert response.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert response.cookies[UNLOCK_COOKIE].value == ""
    assert response.cookies[UNLOCK_COOKIE]["secure"]
    assert UnlockSession.objects.count() == 0
    assert Session.objects.count() == 0


def test_a_cookie_that_is_left_over_is_taken_back(browser):
    browser.cookies[UNLOCK_COOKIE] = "A" * 43

    response = get(browser, "/hello")

    assert response.cookies[UNLOCK_COOKIE].value == ""
    assert "Clear-Site-Data" in response.headers
    assert Session.objects.count() == 0
    assert "Clear-Site-Data" not in get(Client(), "/hello").headers


def test_signing_out_leaves_nothing(browser, amal):
    sign_in(browser, amal)

    response = post(browser, "/sign-out")

    assert "Clear-Site-Data" in response.headers
    assert (UnlockSession.objects.count(), Session.objects.count()) == (0, 0)
    assert get(browser, "/").status_code == 302


def test_a_form_that_is_posted_while_locked_is_kept_and_only_its_person_reads_it(browser, amal):
    sign_in(browser, amal)
    at = AT + timedelta(minutes=20)

    response = post(browser, "/form", at, text="she said", password=PASSWORD)

    assert response.headers["Location"] == "/unlock?next=%2Fform"
    row = Draft.objects.get()
    assert b"she said" not in bytes(row.ct)
    post(browser, "/unlock", at, password=PASSWORD)
    get(browser, "/", at)
    unlocked = pages.seen[0]
    assert drafts.read(unlocked, row.pk, at=at)[1] == {"text": ["she said"]}


def test_a_form_that_another_site_posts_while_locked_is_not_kept(amal):
    browser = Client()
    sign_in(browser, amal)
    browser.handler.enforce_csrf_checks = True

    response = post(browser, "/form", AT + timedelta(minutes=20), text="forged")

    assert response.status_code == 403
    assert Draft.objects.count() == 0


def test_nothing_is_kept_of_a_form_that_nobody_signed_in_for(browser):
    assert post(browser, "/form", text="who?").status_code == 302
    assert Draft.objects.count() == 0


def test_one_cookie_without_the_other_opens_nothing(browser, amal):
    sign_in(browser, amal)
    sid, token = values(browser)
    session_only, token_only, other = Client(), Client(), Client()
    session_only.cookies[SID] = sid
    token_only.cookies[UNLOCK_COOKIE] = token
    other.cookies[SID], other.cookies[UNLOCK_COOKIE] = sid, "A" * 43

    assert _sent(session_only, "/") == "/unlock"
    assert _sent(other, "/") == "/unlock"
    assert _sent(token_only, "/") == "/sign-in"
    assert get(browser, "/").status_code == 200


def test_cookies_of_two_people_do_not_mix(amal):
    one, two = Client(), Client()
    sign_in(one, amal)
    sign_in(two, make_person("chidi"))
    one.cookies[UNLOCK_COOKIE] = two.cookies[UNLOCK_COOKIE].value

    assert _sent(one, "/") == "/unlock"


def test_a_lost_unlock_cookie_is_made_anew_with_the_password(browser, amal):
    sign_in(browser, amal)
    del browser.cookies[UNLOCK_COOKIE]
    assert _sent(browser, "/") == "/unlock"

    post(browser, "/unlock", password=PASSWORD)

    assert get(browser, "/").status_code == 200


def test_django_alone_signs_nobody_in(browser, amal):
    with clock.frozen(AT):
        browser.force_login(amal.user)

    assert _sent(browser, "/") == "/sign-in"
    assert Session.objects.count() == 0


def test_a_session_that_was_ended_elsewhere_is_over_at_the_next_request(browser, amal):
    sign_in(browser, amal)
    signing_in.end_sessions_of(amal.user.pk, at=AT)

    response = get(browser, "/form")

    assert response.headers["Location"].startswith("/sign-in")
    assert "Clear-Site-Data" in response.headers


@pytest.mark.parametrize("is_begun", [True, False])
def test_a_closed_account_is_out_at_the_next_request(browser, amal, is_begun):
    if is_begun:
        post(browser, "/sign-in", email=amal.user.email, password=PASSWORD)
    else:
        sign_in(browser, amal)
    User.objects.update(is_active=False, suspended_at=AT)

    assert _sent(browser, "/second") == "/sign-in"


def test_signing_in_as_somebody_else_ends_what_was_open(browser, amal):
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
    assert _sent(elsewhere, "/") == "/sign-in"


def test_five_wrong_codes_end_the_session_and_say_so(browser, amal):
    post(browser, "/sign-in", email=amal.user.email, password=PASSWORD)
    answers = [post(browser, "/second", code="000000").content for _ in range(5)]

    assert answers == [b"second_factor_refused"] * 4 + [b"session_ended"]
    assert _sent(browser, "/second") == "/sign-in"


def test_a_public_request_passes_untouched(settings, django_assert_num_queries):
    request = RequestFactory().get("/", headers={"cookie": f"{UNLOCK_COOKIE}={'A' * 43}"})
    middleware = UnlockMiddleware(lambda _: HttpResponse("public"))

    for urlconf in (None, settings.ROOT_URLCONF):
        if urlconf:
            request.urlconf = urlconf
        with django_assert_num_queries(0):
            response = middleware(request)
            assert middleware.process_view(request, pages.home, (), {}) is None
        assert not response.cookies
        assert not hasattr(request, "vault")
        assert "COOKIES" not in vars(request)  # parsed on first use only


def test_gates_add_up_and_say_no_by_default():
    def view(request):
        return HttpResponse()

    assert gates.opens_to(view) == {SessionState.UNLOCKED}
    gates.open_while_locked(gates.open_while_provisional(view))
    assert gates.opens_to(view) == set(SessionState)
    gates.open_to_all(view)
    assert gates.opens_to(view) == {None, *SessionState}
    assert view.login_required is False
    assert view._non_atomic_requests == {"default"}


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/form?a=1", "/form?a=1"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("form", "/"),
    ],
)
def test_nobody_is_sent_to_another_site(wanted, leads_to):
    request = RequestFactory().post("/sign-in", {"next": wanted})

    assert gates.next_of(request) == leads_to
