import re

import pytest

from protect.findhelp import access, addresses
from protect.findhelp.public import SAMPLE_SEARCHES
from protect.site.management.commands.weigh import BUDGET_BYTES, weigh


def follow(public, tag, typed, country=None):
    path = f"/{tag}/{addresses.country_spot(country).code}" if country else f"/{tag}"
    response = public.post(path, {"q": typed})

    assert response.status_code == 303
    return response.headers["Location"]


def shown(public, address):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", public.get(address).content.decode()))


@pytest.mark.parametrize(
    ("tag", "typed", "name", "country"),
    [
        ("nl", "1012 AB", "Amsterdam", "NL"),
        ("en", "D02 X285", "Dublin", "IE"),
        ("ar", "٢٨٠٠١ مدريد", "Madrid", "ES"),
        ("en", "MT VLT 1117", "Valletta", "MT"),
    ],
)
def test_a_postcode_of_one_place_leads_there(public, code, tag, typed, name, country):
    assert follow(public, tag, typed) == f"/{tag}/{code(name, country)}"


def test_a_postcode_of_several_countries_is_asked_about_in_the_order_of_the_language(public, code):
    page = public.get(follow(public, "bg", "1000")).content.decode()

    sofia, brussels = code("Sofia", "BG"), code("Brussels", "BE")
    assert 0 < page.index(sofia) < page.index(brussels)


def test_all_homonyms_of_a_country_are_shown(public):
    page = public.get(follow(public, "en", "Villanova", "IT")).content.decode()

    assert page.count("<bdi>Villanova</bdi>") == 13


def test_a_village_leads_to_the_nearest_settlement_and_says_so(public, code):
    address = follow(public, "bg", "Куклен", "BG")

    assert 1790 < int(public.get(address).headers["Refresh"]) <= 1800  # what was typed closes
    assert "Асеновград\N{POP DIRECTIONAL ISOLATE} и околността" in shown(public, address)
    assert code("Asenovgrad", "BG") in public.get(address).content.decode()


@pytest.mark.parametrize("tag", ["en", "el", "ar"])
def test_a_camp_is_named_with_its_source_and_as_not_confirmed(public, tag):
    page = public.get(follow(public, tag, "Moria camp")).content.decode()

    assert "Kara Tepe" in page
    assert "Refugee Support Aegean" in page
    assert 'class="quiet below"' in page


@pytest.mark.parametrize("typed", ["near me", "близо до мен", "قريب مني"])
@pytest.mark.parametrize("country", [None, "BG"])
def test_near_me_explains_how_to_type_a_place(public, typed, country):
    address = follow(public, "en", typed, country)
    page = shown(public, address)

    assert "We never ask your phone where it is" in page
    assert "We do not know this place" not in page
    assert typed not in public.get(address).content.decode()  # the field is empty again


def test_an_unknown_place_offers_the_regions_of_the_chosen_country(public):
    address = follow(public, "bg", "Xqzzyv", "BG")
    page = public.get(address).content.decode()

    assert "Не познаваме това място" in page
    for region in addresses.child_spots(addresses.country_spot("BG")):
        assert region.code in page
    assert "Хасково" in page


@pytest.mark.parametrize("tag", ["ar", "bg", "el", "en"])
@pytest.mark.parametrize("search", SAMPLE_SEARCHES[:5], ids=lambda search: search.typed)
def test_pages_of_typed_places_keep_the_weight(starter, db, one_connection, tag, search):
    address = addresses.sealed_address(access.get_language(tag), search)

    assert weigh(address).size <= BUDGET_BYTES
