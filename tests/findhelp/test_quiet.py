"""The link "I cannot speak now": where it leads, and pages for a visitor who cannot speak."""

import re

import pytest

from protect.findhelp import addresses
from protect.findhelp.public import error_addresses, report_addresses, sample_addresses
from protect.reference.vocabulary import languages

CALL = "In danger now? Call."
WRITE = "If you are in danger and cannot speak:"
LINK = re.compile(r'class="urgent__quiet" href="([^"]+)"')
SWITCH = re.compile(r'class="choices switch">\s*<li>\s*<a href="([^"]+)"')


def read(public, path):
    return public.get(path).content.decode()


@pytest.mark.parametrize(
    ("path", "quiet"),
    [
        ("/en", "/en/q"),
        ("/en/ns8wfx", "/en/ns8wfx/q"),
        ("/en/ns8wfx/qqqqqq", "/en/ns8wfx/q/qqqqqq"),
        ("/en/ns8wfx-gk", "/en/ns8wfx-gk/q"),
        ("/en/ns8wfx-gk/2", "/en/ns8wfx-gk/q/2"),
        ("/en/ns8wfx-gk/qqqqqq", "/en/ns8wfx-gk/q/qqqqqq"),
        ("/en/ns8wfx/w", "/en/q"),
        ("/en/r/qqqqqq", "/en/q"),
        ("/en/q", ""),
        ("/en/ns8wfx-gk/q", ""),
        ("/en/ns8wfx-gk/q/qqqqqq", ""),
        ("/en/ns8wfx/q/qqqqqq", ""),
    ],
)
def test_each_path_has_one_for_a_visitor_who_cannot_speak(path, quiet):
    assert addresses.quiet_path(path, "en") == quiet


def test_each_page_leads_to_one_for_a_visitor_who_cannot_speak(public):
    statuses = dict.fromkeys([*sample_addresses("en"), *report_addresses(languages()["en"])], 200)
    statuses |= dict(error_addresses("en"))
    for path, status in statuses.items():
        page = public.get(path)
        shown = page.content.decode()
        links = LINK.findall(shown) or SWITCH.findall(shown)

        assert page.status_code == status, path
        assert len(links) == (CALL in shown or bool(SWITCH.search(shown))), path
        for link in links:
            assert public.get(link).status_code == 200, (path, link)


@pytest.mark.parametrize(
    "path", ["/en/zzzzzz", "/en/ns8wfx-gk/zzzzzz", "/en/r/gone", "/en/zzzzzz/w"]
)
def test_an_error_page_leads_to_the_choice_of_a_country_without_speaking(public, path):
    page = public.get(path)

    assert page.status_code in {404, 410}
    assert LINK.findall(page.content.decode()) == ["/en/q"]


@pytest.mark.parametrize("path", ["/en/zzzzzz/q", "/en/ns8wfx-gk/q/zzzzzz"])
def test_an_error_page_stays_silent(public, path):
    shown = read(public, path)

    assert CALL not in shown
    assert WRITE in shown
    assert re.search(r'class="button"\s+href="/en/q"', shown)


def test_the_helper_page_stays_silent(public):
    shown = read(public, f"/en/{addresses.HELPER.code}/q")

    assert CALL not in shown
    assert WRITE in shown


def test_refined_results_lead_to_the_same_search_without_speaking(public, code):
    search = f"/en/{code('Liège', 'BE')}-tq"
    refined = public.post(search, {"gender": "f"}).headers["Location"]

    assert LINK.findall(read(public, refined)) == [f"{search}/q"]


@pytest.mark.parametrize("country", [None, "IT"])
def test_places_to_choose_keep_the_country_for_a_visitor_who_cannot_speak(public, country):
    lists = f"/en/{addresses.country_spot(country).code}" if country else "/en"
    choices = public.post(lists, {"q": "Villanova"}).headers["Location"]

    assert LINK.findall(read(public, choices)) == [f"{lists}/q"]


@pytest.mark.parametrize("quiet", ["", "/q"])
def test_places_to_choose_offer_phone_lines_only_to_a_visitor_who_can_speak(public, quiet):
    lists = f"/en/{addresses.country_spot('IT').code}{quiet}"
    choices = public.post(lists, {"q": "Demo nowhere"}).headers["Location"]

    assert ("Phone lines for the whole country" in read(public, choices)) is not bool(quiet)


def test_a_silent_choice_of_needs_leads_to_services_with_a_telephone(public):
    links = re.findall(r'<a href="([^"]+)">Show services', read(public, "/en/ns8wfx/q"))

    assert links == ["/en/ns8wfx"]
