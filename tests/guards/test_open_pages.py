"""Rules of pages for people without an account, checked on every such page of trainings."""

import re

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from protect.assessments.urls import public as of_assessments
from protect.certificates.urls import public as of_certificates
from protect.outreach.urls import public as of_outreach
from protect.site import zones
from protect.trainings import urls_public
from protect.trainings.base.pages.open_pages import open_page
from protect.trainings.scheduling.enums import BookingMove, BookingState
from protect.trainings.scheduling.errors import BookingMoveNotAllowed
from protect.ui.assets import OPEN_CSP
from tests.guards.test_access_table import PUBLIC

HEADERS = {**zones.PUBLIC_HEADERS, "Content-Security-Policy": OPEN_CSP}
OPENED = [
    address
    for name, (address, status) in PUBLIC.items()
    if name.startswith(("open:", "open_")) and address.startswith("/trainings/") and status == 200
]
PAGES = [address for address in OPENED if not address.endswith((".ics", ".js"))]
# Pages for search engines, and each listed training: their addresses hold no secret.
LISTED = {"/trainings/fr/", "/trainings/fr/ask", "/trainings/fr/check"}
LOADED = re.compile(
    r"<(?:link|script|img|iframe|source|audio|video|object|embed)[^>]+(?:src|href)=\"([^\"]+)"
)
OURS = re.compile(r"/assets/[a-z]+-[0-9a-f]{16}\.(?:css|js)|data:,?.*")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter", "one_connection")]


def page(address: str):
    return Client(headers={"host": "127.0.0.1"}).get(address)


def wrongs(response) -> list[str]:
    """Return how a response breaks the rules of this zone."""
    found = [name for name in zones.REMOVED_HEADERS if name in response.headers]
    found += [name for name, value in HEADERS.items() if response.headers.get(name) != value]
    found += [f"cookie {name}" for name in response.cookies]
    body = response.content.decode()
    found += [each for each in LOADED.findall(body) if not OURS.fullmatch(each)]
    found += re.findall(r"<[^>]+ (?:style|on\w+)=", body)  # the policy forbids them
    return found


@pytest.mark.parametrize("tag", settings.DESK_LANGUAGES)
@pytest.mark.parametrize("address", PAGES)
def test_every_page_leaves_no_trace_and_has_the_language_of_its_address(address, tag):
    response = page(re.sub(r"^/trainings/\w+", f"/trainings/{tag}", address))

    body = response.content.decode()
    assert response.status_code == 200
    assert wrongs(response) == []
    assert f'<html lang="{tag}" dir="{"rtl" if tag == "ar" else "ltr"}">' in body
    assert body.count("<h1") == 1
    assert "112" in body
    assert body.index('class="skip"') < body.index("<main")


@pytest.mark.parametrize("address", OPENED)
def test_only_listed_pages_are_indexed(address, settings):
    settings.IS_DEMO = False

    assert (page(address)["X-Robots-Tag"] == "noindex") is (address not in LISTED)


def test_every_address_with_a_language_is_an_open_page():
    """So a page whose address is somebody's secret is kept out of search engines by default."""
    opened = open_page(lambda request: HttpResponse()).__code__
    packages = (urls_public, of_assessments, of_certificates, of_outreach)
    every = [each for package in packages for each in package.urlpatterns]
    made = [each for each in every if "<tag:tag>" in str(each.pattern)]

    assert len(made) > 20
    assert {each.name for each in made if each.callback.__code__ is not opened} == set()


def test_an_empty_page_is_not_listed_and_its_refusal_is_an_open_page():
    def refuse(request):
        raise BookingMoveNotAllowed(state=BookingState.DECLINED, move=BookingMove.ACCEPT)

    request = RequestFactory().get("/trainings/ar/none")
    plain = open_page(lambda request: HttpResponse())(request, tag="ar")
    refused = open_page(refuse)(request, tag="ar")

    assert plain["X-Robots-Tag"] == "noindex"
    assert refused.status_code == BookingMoveNotAllowed.status
    assert refused["Content-Security-Policy"] == OPEN_CSP
    assert '<html lang="ar" dir="rtl">' in refused.content.decode()


def test_a_language_that_the_desk_does_not_have_is_not_found():
    assert page("/trainings/tlh/").status_code == 404


def test_an_address_without_a_language_uses_that_of_the_browser():
    asked = Client(headers={"host": "127.0.0.1", "accept-language": "nl,fr;q=0.5"})

    assert asked.get("/trainings/")["Location"] == "/trainings/nl/"


def test_stylesheets_are_cached_without_expiry():
    style = re.search(r'href="(/assets/desk-\w+\.css)"', page("/trainings/en/").content.decode())

    assert style is not None
    assert page(style[1])["Cache-Control"] == zones.CACHED_FOR_EVER


def test_the_guard_reports_a_page_that_loads_from_another_host():
    response = page("/trainings/en/")
    response.content = b'<img src="https://elsewhere.test/a.png"><p style="color:red">'

    assert wrongs(response) == ["https://elsewhere.test/a.png", "<p style="]
