"""The booklet and the offline file that visitors download: who is offered them, and how often they
are made."""

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from protect.audit.context import AuditContext
from protect.content.releases import actions
from protect.findhelp import addresses
from protect.findhelp.posters import downloads, offline
from protect.kernel import clock
from protect.kernel.limits import RateLimiter
from protect.reference import vocabulary

pytestmark = pytest.mark.django_db
BELGIUM = addresses.anywhere_in("BE")


@pytest.fixture(autouse=True)
def _released(monkeypatch):
    audit = AuditContext(at=clock.now(), actor=None, organisation=None)
    actions.release_languages(["en", "ar"], audit)
    monkeypatch.setattr(downloads, "MADE", RateLimiter(downloads.MOST_MADE))
    downloads.forget()
    yield
    downloads.forget()


@pytest.fixture
def made(monkeypatch):
    """The kinds of the files that are made, in order."""
    kinds = []

    def make(spot, tag, at, kind):
        kinds.append(kind)
        return "info-5", b"made"

    monkeypatch.setattr(offline, "download", make)
    return kinds


def path(kind="pdf", tag="en", spot=BELGIUM):
    return f"/{tag}/{spot.code}/info-5.{kind}"


def read(public, address):
    reply = public.get(address)
    assert reply.status_code == 200, address
    return reply.content.decode()


@pytest.mark.parametrize("tag", ["en", "ar"])
def test_the_list_of_rights_and_the_page_for_helpers_offer_both(public, code, tag):
    index = f"/{tag}/{addresses.rights_in('BE', 'rights').code}"
    needs = f"/{tag}/{code('Liège', 'BE')}-{vocabulary.needs()['helping'].short}"
    for address in (index, needs):
        text = read(public, address)
        assert path("pdf", tag) in text, address
        assert path("html", tag) in text, address
        assert path("pdf", tag) not in read(public, f"{address}/q"), address


def test_pages_without_a_country_and_other_pages_offer_none(public):
    for address in (
        f"/en/{addresses.rights_in(None, 'rights').code}",
        f"/en/{addresses.HELPER.code}",
        f"/en/{addresses.rights_in('BE', 'men').code}",
    ):
        assert "info-5" not in read(public, address), address


def test_a_visitor_gets_the_booklet_and_the_file_without_a_name_of_the_site(public):
    booklet, file = public.get(path("pdf")), public.get(path("html"))

    assert booklet.headers["Content-Type"] == "application/pdf"
    assert len(PdfReader(BytesIO(booklet.content)).pages) % 4 == 0
    assert file.headers["Content-Disposition"] == 'attachment; filename="info-5.html"'
    assert b"<title>Info" in file.content
    for reply in (booklet, file):
        assert reply.headers["Cache-Control"] == "no-store"
        assert not reply.cookies


def test_a_file_is_made_once_for_a_day_and_a_directory(public, made):
    for _ in range(3):
        assert public.get(path()).content == b"made"
    assert made == ["pdf"]

    with clock.frozen(clock.now() + timedelta(days=1)):
        public.get(path())
    assert made == ["pdf", "pdf"]


def test_what_no_page_offers_is_not_made(public, made):
    region = next(iter(addresses.child_spots(addresses.country_spot("BE"))))
    inside = addresses.anywhere_in(region.key, region.name)
    for address in (
        path(spot=inside),  # its country is small enough
        path(tag="fr"),  # not released
        path(spot=addresses.ANYWHERE),
        "/en/zzzzzz/info-5.pdf",
        path("exe"),
    ):
        assert public.get(address).status_code == 404, address
    assert made == []


def test_a_large_country_offers_its_regions(public, monkeypatch, code):
    monkeypatch.setattr(downloads, "MAX_SERVICES", 0)
    assert "info-5" not in read(public, f"/en/{addresses.rights_in('BE', 'rights').code}")
    assert public.get(path()).status_code == 404


def test_an_address_that_asks_for_many_is_asked_to_wait(public, made):
    visitor = {"REMOTE_ADDR": "192.0.2.7"}
    for _ in range(downloads.MOST_MADE):
        downloads.forget()
        assert public.get(path(), **visitor).status_code == 200
    assert public.get(path(), **visitor).status_code == 200  # kept

    downloads.forget()
    assert public.get(path(), **visitor).status_code == 429
    assert len(made) == downloads.MOST_MADE


def test_when_too_many_wait_the_next_visitor_is_asked_to_come_again(public, made):
    held = [downloads._places.acquire(blocking=False) for _ in range(downloads.WAITING)]
    try:
        assert held == [True] * downloads.WAITING
        busy = public.get(path())
        assert busy.status_code == 429
        assert int(busy.headers["Retry-After"]) == 60
    finally:
        for _ in held:
            downloads._places.release()
    assert public.get(path()).status_code == 200
    assert made == ["pdf"]


def test_a_network_holds_one_place_only(public, made):
    one, other = {"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": "192.0.2.8"}

    with downloads._place("192.0.2.7"):
        assert public.get(path(), **one).status_code == 429
        assert public.get(path(), **other).status_code == 200

    assert public.get(path("html"), **one).status_code == 200
    assert made == ["pdf", "html"]


def test_a_visitor_does_not_wait_for_ever(public, made, monkeypatch):
    monkeypatch.setattr(downloads, "PATIENCE", 0.01)
    with downloads._press:
        busy = public.get(path())

    assert busy.status_code == 429
    assert busy.headers["Retry-After"]
    assert made == []
