from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from protect.kernel import clock
from protect.vault.enums import SessionState
from protect.vault.middleware import UnlockMiddleware
from protect.vault.models import Draft, Session
from protect.vault.sessions import drafts, gates
from protect.vault.sign_in.cookies import UNLOCK_COOKIE
from tests.vault import pages
from tests.vault.browsing import get, led_to, post, set_up, sign_in
from tests.vault.signing import AT, PASSWORD

pytestmark = pytest.mark.django_db
AMAL_IS_KEPT = True


@pytest.fixture(autouse=True)
def desk(settings, monkeypatch):
    set_up(settings, monkeypatch)


@pytest.fixture
def browser() -> Client:
    return Client()


def test_sign_in_leads_to_the_requested_page(browser, amal):
    first = get(browser, "/form?a=1")
    assert first.headers["Location"] == "/sign-in?next=%2Fform%3Fa%3D1"

    begun = post(browser, "/sign-in", email=amal.user.email, password=PASSWORD)
    assert begun.headers["Location"] == "/second"
    done = post(browser, "/second", code=amal.totp(AT), next="/form?a=1")

    assert done.headers["Location"] == "/form?a=1"
    assert get(browser, "/").content.decode() == f"open for {amal.user.pk}"


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
def test_each_session_state_opens_only_its_pages(amal, page, provisional, locked, unlocked, nobody):
    assert led_to(Client(), page) == nobody
    begun = Client()
    post(begun, "/sign-in", email=amal.user.email, password=PASSWORD)
    assert led_to(begun, page) == provisional
    inside = Client()
    sign_in(inside, amal)
    assert led_to(inside, page) == unlocked
    post(inside, "/lock")
    assert led_to(inside, page) == locked


def test_django_session_begins_after_the_second_factor(browser, amal):
    post(browser, "/sign-in", email=amal.user.email, password=PASSWORD)

    assert "_auth_user_id" not in browser.session


def test_json_client_gets_a_problem_document(browser):
    response = get(browser, "/form", accept="application/json")

    assert response.status_code == 401
    assert response.json()["code"] == "vault_locked"


def test_form_posted_while_locked_becomes_a_draft_of_its_user(browser, amal):
    sign_in(browser, amal)
    at = AT + timedelta(minutes=20)

    response = post(browser, "/form", at, text="she said", password=PASSWORD)

    assert response.headers["Location"] == "/unlock?next=%2Fform"
    row = Draft.objects.get()
    assert b"she said" not in bytes(row.ct)
    post(browser, "/unlock", at, password=PASSWORD)
    get(browser, "/", at)
    unlocked = pages.seen[0]
    assert drafts.read_draft(unlocked, row.pk, at=at)[1] == {"text": ["she said"]}


def test_a_form_that_another_site_posts_while_locked_is_not_kept(amal):
    browser = Client()
    sign_in(browser, amal)
    browser.handler.enforce_csrf_checks = True

    response = post(browser, "/form", AT + timedelta(minutes=20), text="forged")

    assert response.status_code == 403
    assert Draft.objects.count() == 0


def test_form_without_a_session_is_not_kept(browser):
    assert post(browser, "/form", text="who?").status_code == 302
    assert Draft.objects.count() == 0


def test_django_login_alone_opens_no_page(browser, amal):
    with clock.frozen(AT):
        browser.force_login(amal.user)

    assert led_to(browser, "/") == "/sign-in"
    assert Session.objects.count() == 0


def test_public_request_is_not_changed(settings, django_assert_num_queries):
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


def test_gates_combine_and_default_to_unlocked_only():
    def view(request):
        return HttpResponse()

    assert gates.open_states_of(view) == {SessionState.UNLOCKED}
    gates.open_while_locked(gates.open_while_provisional(view))
    assert gates.open_states_of(view) == set(SessionState)
    gates.open_to_all(view)
    assert gates.open_states_of(view) == {None, *SessionState}
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
def test_next_address_of_another_site_is_ignored(wanted, leads_to):
    request = RequestFactory().post("/sign-in", {"next": wanted})

    assert gates.next_url_of(request) == leads_to
