"""Lists of places: their headings, and lists by first letter."""

import re
from collections import Counter

import pytest

from protect.findhelp import access, addresses
from protect.findhelp.public import longest_lists
from protect.reference.lookup import store
from tests.choosing import few_on_sqlite

LETTER = re.compile(r'<h2 class="letter">(?:<bdi[^>]*>)?([^<]*)')
H1 = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)


def read(public, tag, spot):
    return public.get(f"/{tag}/{spot.code}").content.decode()


def area(code):
    return next(spot for spot in addresses.spots_by_code().values() if spot.key == code)


@pytest.mark.parametrize("tag", few_on_sqlite(access.languages(), {"en", "ar", "ti", "uk", "el"}))
def test_no_heading_of_a_long_list_comes_twice(public, tag):
    for spot in [*longest_lists(8), area("NL-DR"), area("ES-A")]:
        letters = LETTER.findall(read(public, tag, spot))

        assert letters or addresses.child_spots(spot)[0].kind == "initial", spot
        assert max(Counter(letters).values(), default=1) == 1, (spot, letters)


@pytest.mark.parametrize(
    ("tag", "key", "headings", "absent"),
    [("uk", "ES-A", {"І", "Е"}, {"И"}), ("fa", "HU-BZ", {"ک", "ا"}, {"ك"})],
)
def test_headings_are_letters_of_the_names(public, tag, key, headings, absent):
    letters = set(LETTER.findall(read(public, tag, area(key))))

    assert letters >= headings
    assert letters.isdisjoint(absent)


def test_a_list_of_initials_has_no_headings(public):
    lists = [area(key) for key in addresses.initials_by_area() if key in store.areas()]
    assert any(len(addresses.child_spots(spot)) > 24 for spot in lists)

    for spot in lists:
        assert LETTER.findall(read(public, "en", spot)) == [], spot


@pytest.mark.parametrize(("key", "name"), [("BE-WLG:M", "Liège · M"), ("MT:M", "Malta · M")])
def test_a_list_by_letter_is_headed_with_its_area_and_the_letter(public, key, name):
    heading = H1.findall(read(public, "en", area(key)))[0]

    assert re.sub(r"<[^>]+>", "", heading).strip() == name


@pytest.mark.parametrize("page", ["", "-gk", "-fp", "/vp4qzn", "/fkb8gv"])
def test_the_place_and_its_country_are_isolated_from_each_other(public, code, page):
    shown = public.get(f"/ar/{code('Liège', 'BE')}{page}").content.decode()
    line = re.findall(r'<p class="lead">(.*?)</p>', shown, re.DOTALL)[-1]

    assert len(re.findall("<bdi[^>]*>[^<·]+</bdi>", line)) == 2
    assert re.sub("<bdi.*?</bdi>|<svg.*?</svg>", "", line, flags=re.DOTALL).strip() == "·"
