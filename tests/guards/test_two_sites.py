"""Find help and the programme's site never name each other in an address (two hosts: a visitor of
one is not led to the other, and neither shows where the other is)."""

import re
from itertools import islice

import pytest
from django.conf import settings
from django.test import Client

from protect.audit.context import AuditContext
from protect.content.drafts import page_files
from protect.content.enums import PageKind
from protect.content.releases import actions
from protect.content.texts import references
from protect.findhelp import public
from protect.kernel import clock
from protect.programme.enums import EnquiryKind
from protect.programme.pages import sitemap
from tests.guards.test_open_pages import PAGES as TRAINING_PAGES

FIND_HELP, PROGRAMME = settings.PUBLIC_HOSTS[0], settings.PROGRAMME_HOSTS[0]
ON_BOTH = ("/trainings/en/", "/trainings/en/ask")
ADDRESS = re.compile(r"(?:https?:)?//[^\s\"'<>]+")
TAGS = ("en", "fr", "ar")


@pytest.fixture
def _released(starter, db, one_connection):
    audit = AuditContext(at=clock.now(), actor=None, organisation=None)
    actions.release_languages(TAGS, audit)


def names(host: str, response) -> list[str]:
    """Return what a response says of a host: in its headers and in its page."""
    said = [*response.headers.values(), response.content.decode(errors="replace")]
    return [text[:200] for text in said if host in text]


def programme_paths() -> list[str]:
    slugs = ["", *(section.slug for section in sitemap.SECTIONS), "take-action/sent", "none"]
    forms = [f"take-action/{kind}" for kind in EnquiryKind]
    return [
        "/",
        "/robots.txt",
        *(f"/{tag}/{slug}" for tag in ("en", "fr") for slug in slugs + forms),
    ]


@pytest.mark.usefixtures("_released")
def test_no_page_of_the_programme_names_the_host_of_find_help():
    client = Client(headers={"host": PROGRAMME})
    for path in (*programme_paths(), *ON_BOTH):
        response = client.get(path)

        assert names(FIND_HELP, response) == [], path
        assert ADDRESS.findall(response.content.decode()) == [], path


@pytest.mark.usefixtures("_released")
def test_no_page_of_find_help_names_the_host_of_the_programme():
    client = Client(headers={"host": FIND_HELP})
    pages = [path for tag in TAGS for path in islice(public.sample_addresses(tag), 40)]
    answers = [path for tag in TAGS for path in islice(public.sample_result_addresses(tag), 8)]
    for path in ("/", *pages, *answers, *TRAINING_PAGES):
        assert names(PROGRAMME, client.get(path)) == [], path


@pytest.mark.usefixtures("_released")
def test_pages_of_trainings_link_to_find_help_on_its_own_host_only():
    for path in ON_BOTH:
        pages = {host: Client(headers={"host": host}).get(path) for host in (FIND_HELP, PROGRAMME)}

        assert {page.status_code for page in pages.values()} == {200}
        assert "Find help" in pages[FIND_HELP].content.decode()
        assert "Find help" not in pages[PROGRAMME].content.decode()


def test_no_text_of_one_site_links_to_the_other():
    kinds = {code: page.kind for code, page in page_files.load_pages().items()}
    of_find_help = {PageKind.RIGHTS, PageKind.SITE}
    for code, page in page_files.load_pages().items():
        texts = (segment.text for segment in page.segment)
        linked = {each.name for text in texts for each in references.references_in(text)}
        of_same_site = of_find_help if page.kind in of_find_help else {page.kind}
        assert {kinds[name] for name in linked & kinds.keys()} <= of_same_site, code
        if page.kind is PageKind.PROGRAMME:
            assert linked == set(), code


@pytest.mark.usefixtures("_released")
@pytest.mark.parametrize("path", ["/en/bcdfgh", "/match", "/hsds/services", "/certificates/none"])
def test_the_host_of_the_programme_answers_nothing_of_find_help(path):
    assert Client(headers={"host": PROGRAMME}).get(path).status_code == 404


@pytest.mark.usefixtures("_released")
@pytest.mark.parametrize("path", ["/en/about", "/en/take-action/training", "/emblem.svg"])
def test_the_host_of_find_help_answers_nothing_of_the_programme(path):
    assert Client(headers={"host": FIND_HELP}).get(path).status_code == 404


def test_the_address_guard_reports_other_hosts_only():
    assert ADDRESS.findall('<a href="//elsewhere.example/a">') == ["//elsewhere.example/a"]
    assert ADDRESS.findall('<a href="/en/about">') == []
