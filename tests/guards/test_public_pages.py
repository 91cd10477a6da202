"""Rules of public pages, checked on every kind of page in every language."""

import re
from itertools import islice

import pytest
from django.test import Client

from protect.findhelp import access, public
from protect.kernel.errors import SettingError
from protect.matching import published
from protect.reference import catalogue
from protect.site import zones
from protect.site.management.commands.weigh import BUDGET_BYTES, weigh
from protect.ui import assets
from tests.choosing import few_on_sqlite

TAGS = list(access.languages())
FEW_NEEDS = 4
FRAME_PAGES = 6  # of a language that is not one of FEW_TAGS: the frame is the same on all
FEW_TAGS = {TAGS[0], "fr", "ar", "ru", "am", "zh"}  # long and short, and four scripts
# Recordings of texts are our own, and loaded when they are played.
ELSEWHERE = re.compile(
    r"<(?:link|script|img|iframe|source|audio|video|object|embed)[^>]+(?:src|href)="
    r"\"(?!data:|/[\w-]+/s/[0-9a-f]{16}\.(?:ogg|mp3)\")"
)
TITLES = {"Info", "Info · list", "Info · page", "Info · form", "Info · closed"}
# Words that reveal the topic of a page to a bystander. Checked in titles only.
STYLED = re.compile(r"\.([a-z][\w-]*)")
TELLING = re.compile(r"violence|abuse|victim|rape|shelter|help", re.IGNORECASE)

pytestmark = pytest.mark.usefixtures("starter", "db", "one_connection")


def browser() -> Client:
    return Client(headers={"host": "127.0.0.1"})


def addresses(tag: str) -> list[str]:
    """Return every kind of page, answers (in the first language to each need), and a service."""
    count = len(access.public_needs()) if tag == TAGS[0] else FEW_NEEDS
    answers = islice(public.sample_result_addresses(tag), count)
    return ["/", *public.sample_addresses(tag), *answers, *islice(public.service_addresses(tag), 1)]


def wrongs(response) -> list[str]:
    """Return how a response breaks the rules of public pages."""
    found = [name for name in zones.REMOVED_HEADERS if name in response.headers]
    found += [
        name for name, value in zones.PUBLIC_HEADERS.items() if response.headers.get(name) != value
    ]
    found += [f"cookie {name}" for name in response.cookies]
    body = response.content.decode()
    found += ELSEWHERE.findall(body)
    found += re.findall(r"<[^>]+ (?:style|on\w+)=", body)  # the policy forbids them
    found += unstyled_classes(body)
    title = re.search(r"<title>(.*?)</title>", body)
    found += [] if title and title[1] in TITLES and not TELLING.search(title[1]) else ["title"]
    return found


def unstyled_classes(body: str) -> set[str]:
    """Return the classes of a page which only the whole style knows, and not the style in it."""
    style = re.search(r"<style>(.*?)</style>", body)
    left_out = set(STYLED.findall(assets.SITE_STYLE)) - set(STYLED.findall(style[1]))
    used = re.findall(r'class="([^"]*)"', body)
    return left_out & {name for names in used for name in names.split()}


@pytest.mark.parametrize("tag", few_on_sqlite(TAGS, FEW_TAGS))
def test_every_page_leaves_no_trace_and_begins_with_the_exit_link(tag):
    for address in addresses(tag)[: None if tag in FEW_TAGS else FRAME_PAGES]:
        response = browser().get(address)
        body = response.content.decode()

        assert response.status_code == 200
        assert wrongs(response) == [], address
        assert body.index('class="skip"') < body.index('class="exit"') < body.index("<main")
        assert "112" in body
        assert body.count("<h1") == 1


@pytest.mark.parametrize("tag", TAGS)
def test_a_missing_page_leaves_no_trace(tag):
    for address, status in public.error_addresses(tag):
        response = browser().get(address)

        assert response.status_code == status
        assert wrongs(response) == [], address


def test_every_page_fits_the_first_congestion_window():
    heaviest = max(weigh(address) for address in addresses("ru"))  # all languages: `make weigh`

    assert heaviest.size <= BUDGET_BYTES, heaviest


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("post", "/", 405),
        ("put", "/en", 405),
        ("get", "/match", 405),
        ("get", "/nothing/here", 404),
        ("get", "/%00", 404),
        ("post", "/en/zzzzzz", 404),
    ],
)
def test_refusals_leave_no_trace(method, address, status):
    response = getattr(browser(), method)(address)

    assert response.status_code == status
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_an_unknown_host_gets_an_empty_answer():
    response = Client(headers={"host": "elsewhere.example"}).get("/")

    assert (response.status_code, response.content) == (400, b"")


def test_the_staff_host_serves_no_public_page():
    response = Client(headers={"host": "localhost"}).get("/en")

    assert response.status_code == 404
    assert b"Info" not in response.content


def test_the_failure_page_shows_nothing_of_the_program(monkeypatch):
    monkeypatch.setattr(access, "get_page", lambda code: 1 / 0)
    client = Client(headers={"host": "127.0.0.1"}, raise_request_exception=False)

    response = client.get("/en/bcdfgh")

    assert response.status_code == 500
    assert wrongs(response) == []
    assert "ZeroDivision" not in response.content.decode()


def test_a_failure_is_logged_by_route_and_never_by_address(monkeypatch, caplog):
    monkeypatch.setattr(access, "get_page", lambda code: 1 / 0)
    client = Client(headers={"host": "127.0.0.1"}, raise_request_exception=False)

    client.get("/en/bcdfgh", headers={"user-agent": "Demo phone"})

    assert "error=ZeroDivisionError at=protect/findhelp/views/places.py:" in caplog.text
    assert "bcdfgh" not in caplog.text
    assert "Demo phone" not in caplog.text


def outdated(*_: object) -> None:
    raise SettingError(name="PROTECT_X", problem="Demo secret.", remedy="none")


def test_a_refusal_that_no_visitor_can_correct_is_a_failure(monkeypatch, caplog):
    monkeypatch.setattr(access, "get_page", outdated)
    client = Client(headers={"host": "127.0.0.1"}, raise_request_exception=False)

    response = client.get("/en/bcdfgh")

    assert response.status_code == 500
    assert wrongs(response) == []
    assert "Demo secret" not in response.content.decode() + caplog.text
    assert "error=setting_bad" in caplog.text
    assert "bcdfgh" not in caplog.text


def test_a_failure_of_the_api_shows_nothing_of_the_program(monkeypatch, caplog):
    monkeypatch.setattr(published, "match", outdated)
    client = Client(headers={"host": "127.0.0.1"}, raise_request_exception=False)

    response = client.post("/match", {"needs": ["legal"]}, content_type="application/json")

    assert (response.status_code, response.json()["code"]) == (500, "failed")
    assert "Demo secret" not in response.content.decode()
    assert "error=setting_bad" in caplog.text


def test_a_too_large_form_is_refused_with_a_whole_page():
    response = browser().post("/en", {"q": "x" * 70_000})

    assert response.status_code == 413
    assert wrongs(response) == []
    assert b'class="exit"' in response.content


def test_a_too_large_request_to_the_api_is_refused_with_its_code():
    response = browser().post("/match", "x" * 70_000, content_type="application/json")

    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_an_incomplete_translation_shows_a_notice(monkeypatch):
    gaps = "Some lines are not in this language yet."
    assert gaps not in browser().get("/en").content.decode()

    monkeypatch.setattr(catalogue, "is_complete", lambda tag: False)

    assert gaps in browser().get("/en").content.decode()


@pytest.mark.parametrize(("title", "count"), [("Help for victims", 2), ("Info · list", 0)])
def test_the_title_guard_counts_titles(title, count):
    assert len(TELLING.findall(title)) == count
    assert not any(TELLING.search(known) for known in TITLES)
