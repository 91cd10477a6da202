import csv
import re
from datetime import UTC, datetime, timedelta

import pytest

from protect.directory.models import Service
from protect.findhelp import addresses
from protect.kernel import clock
from protect.kernel.ids import short_code, stable_uuid
from protect.matching import published
from protect.vault.models import DaySalt
from tests.conftest import STARTER

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def text(response) -> str:
    return re.sub(
        r"\s+", " ", re.sub(r"<(?:style|script).*?</(?:style|script)>|<[^>]+>", " ", body(response))
    )


def body(response) -> str:
    return response.content.decode()


def test_the_first_page_offers_languages_by_their_own_names(public):
    shown = text(public.get("/"))

    assert "العربية" in shown
    assert "ትግርኛ" in shown


def test_the_first_page_ignores_the_language_of_the_phone(public):
    assert body(public.get("/", headers={"accept-language": "de"})) == body(public.get("/"))


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/xx", 404),  # no language
        ("/en/aaaaaa", 404),  # vowels never stand in a code
        ("/en/zzzzzz", 404),
        ("/en/zzzzzz-gk", 404),
        ("/en/r/forged", 410),
        ("/.env", 404),
        ("/admin/", 404),
    ],
)
def test_a_404_page_has_the_public_frame(public, address, status):
    response = public.get(address)

    assert response.status_code == status
    assert "112" in text(response)
    assert 'class="exit"' in body(response)
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_a_country_leads_to_regions_and_a_region_to_settlements(public):
    country = addresses.country_spot("BE")
    regions = addresses.child_spots(country)

    shown = body(public.get(f"/en/{country.code}"))

    assert [spot.name for spot in regions] == ["Bruxelles-Capitale", "Vlaanderen", "Wallonie"]
    assert all(f"/en/{spot.code}" in shown for spot in regions)


@pytest.mark.parametrize("country", ["MT", "SI"])
def test_small_countries_go_by_first_letter(public, country):
    spot = addresses.country_spot(country)
    letters = [child.name for child in addresses.child_spots(spot)]

    shown = body(public.get(f"/en/{spot.code}"))

    assert all(len(letter) == 1 for letter in letters)
    links = re.findall(r'class="choices choices--letters">(.*?)</ul>', shown, re.DOTALL)[0]
    assert sorted(re.sub(r"<[^>]+>|\s", "", links)) == sorted(letters)  # Ħ stands beside H


def test_every_settlement_is_reached_by_tapping(db):
    reached: set[str] = set()
    waiting = [addresses.country_spot(code) for code in ("BE", "MT", "IT")]
    while waiting:
        for spot in addresses.child_spots(waiting.pop()):
            reached.add(spot.code) if spot.kind == "place" else waiting.append(spot)

    assert len(reached) == 2256 + 70 + 11854  # the settlements of the three countries


def test_a_typed_place_leads_there(public, code):
    response = public.post("/ti", {"q": "Valletta"})

    assert (response.status_code, response.headers["Location"]) == (
        303,
        f"/ti/{code('Valletta', 'MT')}",
    )


def test_a_name_of_several_places_is_asked_about(public):
    response = public.post("/en", {"q": "Aalst"})

    shown = text(public.get(response.headers["Location"]))

    assert "Which one do you mean?" in shown
    assert "Oost-Vlaanderen" in shown
    assert "Noord-Brabant" in shown


@pytest.mark.parametrize("typed", ["Xqzzyv", "", " ", "<script>alert(1)</script>", "😀" * 80])
def test_an_unknown_place_offers_regions_to_choose(public, typed):
    country = addresses.country_spot("MT").code

    response = public.get(public.post(f"/en/{country}", {"q": typed}).headers["Location"])

    assert response.status_code == 200
    assert "We do not know this place" in text(response)
    assert "Phone lines for the whole country" in text(response)
    assert "<script>alert" not in body(response)


def test_answers_carry_reasons_a_number_and_how_fresh_it_is(public, code):
    with clock.frozen(AT):
        shown = text(public.get(f"/en/{code('Liège', 'BE')}-rx"))

    assert "Ask them " in shown
    assert "Not checked yet" in shown
    assert re.search(r"\d{2} \d{3} \d{2} \d{2}", shown)


def test_the_demonstration_links_no_number_but_the_emergency_number(public, code):
    for address in (f"/en/{code('Liège', 'BE')}-rx", f"/en/{code('Valletta', 'MT')}-gk"):
        links = re.findall(r'href="(tel|sms):([^"]+)"', body(public.get(address)))

        assert {number for _, number in links} == {"112"}


def test_visitors_who_cannot_speak_see_no_voice_number(public, code):
    shown = text(public.get(f"/en/{code('Liège', 'BE')}-gk/q"))

    assert "Your messages stay on this phone, with the name of the service." in shown
    assert "04 232" not in shown


def test_the_switch_is_kept_from_page_to_page(public, code):
    place = code("Liège", "BE")

    needs = body(public.get(f"/en/{place}/q"))
    results = body(public.get(f"/en/{place}-gk/q"))

    assert f"/en/{place}-gk/q" in needs
    assert f"/en/{place}/q" in results


def test_more_shows_as_many_again(public, code):
    place = code("Brussels", "BE")

    first = body(public.get(f"/en/{place}-rx"))
    more = body(public.get(f"/en/{place}-rx/2"))

    assert f"/en/{place}-rx/2" in first
    assert more.count('<article class="card') > first.count('class="card"')


def test_stated_details_are_encrypted_in_the_url(public, code):
    place = code("Athens", "GR")
    said = {"gender": "f", "age": "27", "status": "undocumented", "sons": "9, 13"}

    response = public.post(f"/en/{place}-tq", said)

    address = response.headers["Location"]
    assert response.status_code == 303
    assert re.fullmatch(r"/en/r/[A-Za-z0-9_-]+", address)
    assert "You said: Woman or girl" in text(public.get(address)).replace("\u2068", "").replace(
        "\u2069", ""
    )


def test_the_length_of_an_address_does_not_tell_how_much_the_visitor_stated(public, code):
    said = {"gender": "f", "age": "27", "status": "undocumented", "sons": "9, 13", "worker": "f"}
    place = code("Athens", "GR")

    addresses = [public.post(f"/en/{place}-tq", each).headers["Location"] for each in ({}, said)]

    assert len(addresses[0]) == len(addresses[1])


def test_a_sealed_page_is_not_kept_and_closes_after_half_an_hour(public, code):
    with clock.frozen(AT):
        address = public.post(f"/en/{code('Athens', 'GR')}-tq", {"gender": "f"}).headers["Location"]
        page = public.get(address)
        assert "Protect-Valid-Until" not in page.headers
        assert page.headers["Refresh"] == "1800"  # a page that stays open on a screen closes too
    with clock.frozen(AT + timedelta(minutes=29, seconds=50)):
        assert public.get(address).headers["Refresh"] == "10"

    with clock.frozen(AT + timedelta(minutes=31)):
        response = public.get(address)

    assert response.status_code == 410
    assert "Where are you?" in text(response)


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("age", "old", "Write the age as a number"),
        ("age", "-1", "Write the age as a number"),
        ("age", "999", "Write the age as a number"),
        ("sons", "nine", "Write ages as numbers"),
        ("sons", "1,2,3,4,5,6,7,8,9", "Write ages as numbers"),
        ("gender", "q", "Select a valid choice"),
    ],
)
def test_a_mistyped_field_says_so_and_keeps_what_was_typed(public, code, field, typed, says):
    address = public.post(f"/en/{code('Athens', 'GR')}-tq", {field: typed}).headers["Location"]

    response = public.get(address)

    assert response.status_code == 200
    assert says in text(response)
    if field in {"age", "sons"}:
        assert f'value="{typed}"' in body(response)
    assert '<article class="card' in body(response)  # answers for everyone meanwhile


def test_ages_are_read_in_the_digits_of_any_script(public, code):
    address = public.post(f"/ar/{code('Athens', 'GR')}-tq", {"sons": "٩، ١٣"}).headers["Location"]

    assert 'class="error"' not in body(public.get(address))


def test_reading_writes_nothing_and_refining_only_the_salt_of_the_day(public, code):
    place = code("Athens", "GR")
    public.get(f"/en/{place}-tq")
    assert DaySalt.objects.count() == 0

    public.post(f"/en/{place}-tq", {"gender": "f"})

    assert DaySalt.objects.count() == 1
    assert Service.objects.count() == 0  # the answers came from memory


def test_the_helper_page_has_advice_and_asks_for_the_need(public, code):
    shown = text(public.get(f"/en/{code('Liège', 'BE')}-fp"))

    assert "“I believe you.”" in shown
    assert "Never let family, children or neighbours interpret." in shown
    assert "A safe place" in shown


def test_a_child_is_told_to_ask_whom_the_service_informs(public, code):
    shown = text(public.get(f"/en/{code('Liège', 'BE')}-xk"))

    assert "Will you tell my parents?" in shown


def test_a_service_page_says_what_is_not_known(public):
    row = next(row for row in published.rows() if not row.languages)

    shown = text(public.get(f"/en/{row.short}"))

    assert "Languages Ask them" in shown


def test_no_page_shows_where_a_row_came_from(public):
    sources = {
        short_code("service", str(stable_uuid("service", "starter", each["source_id"]))): (
            each["source_url"],
            each["notes"],
        )
        for each in csv.DictReader(STARTER.read_text(encoding="utf-8").splitlines())
    }
    for row in published.rows()[:40]:
        shown = body(public.get(f"/en/{row.short}"))

        source = sources[row.short]
        assert not any(each and each in shown for each in source)


@pytest.mark.parametrize("tag", ["ar", "fa", "prs", "ps", "ur", "ckb"])
def test_right_to_left_pages_isolate_numbers(public, code, tag):
    shown = body(public.get(f"/{tag}/{code('Liège', 'BE')}-rx"))

    assert f'<html lang="{tag}" dir="rtl">' in shown
    assert '<bdi dir="ltr">112</bdi>' in shown


def test_the_card_and_the_pathway_have_neutral_names(public, code):
    row = published.rows()[0]
    for address in (f"/en/{row.short}/info-3.pdf", f"/en/{code('Liège', 'BE')}-rx/info-4.pdf"):
        response = public.get(address)

        assert response.headers["Content-Type"] == "application/pdf"
        assert response.content.startswith(b"%PDF")


@pytest.mark.parametrize("typed", ["Serraing", "Ljege"])
def test_a_similar_place_is_offered_and_never_chosen(public, typed):
    response = public.post("/en", {"q": typed})

    assert "Which one do you mean?" in text(public.get(response.headers["Location"]))


@pytest.mark.parametrize("typed", ["Malta", "مالطا", "ማልታ", "Мальта", "Malte"])
def test_a_country_may_be_typed_in_any_language(public, typed):
    response = public.post("/en", {"q": typed})

    assert response.headers["Location"] == f"/en/{addresses.country_spot('MT').code}"


@pytest.mark.parametrize(
    ("typed", "name", "country"),
    [
        ("4000 Liège", "Liège", "BE"),
        ("Sliema, Malta", "Sliema", "MT"),
        ("Lodz Poland", "Łódź", "PL"),
    ],
)
def test_a_place_may_be_typed_with_its_postcode_or_country(public, code, typed, name, country):
    response = public.post("/en", {"q": typed})

    assert response.headers["Location"] == f"/en/{code(name, country)}"


def test_one_mistyped_field_keeps_the_rest(public, code):
    said = {"age": "old", "quiet": "on"}
    address = public.post(f"/en/{code('Liège', 'BE')}-gk", said).headers["Location"]

    shown = text(public.get(address))

    assert "Write the age as a number" in shown
    assert (
        "Your messages stay on this phone, with the name of the service." in shown
    )  # still silent


def test_a_service_page_links_back_to_the_answers(public, code):
    place = code("Liège", "BE")
    service = re.search(rf"/en/{place}-rx/[a-z2-9]{{6}}", body(public.get(f"/en/{place}-rx")))
    assert service

    shown = body(public.get(service[0]))

    assert re.search(rf'class="back"\s+href="/en/{place}-rx"', shown)


def test_the_service_page_stays_quiet_for_visitors_who_cannot_speak(public, code):
    place = code("Athens", "GR")
    services = re.findall(
        rf'"(/en/{place}-gk/q/[a-z2-9]{{6}})"', body(public.get(f"/en/{place}-gk/q"))
    )
    assert services

    for address in services[:5]:
        assert "tel:" not in body(public.get(address)).replace('href="tel:112"', "")


def test_a_page_that_takes_no_form_says_so(public, code):
    assert public.post(f"/en/{code('Liège', 'BE')}").status_code == 405


def test_far_help_says_how_far_it_is(public, code):
    with clock.frozen(AT):
        shown = body(public.get(f"/en/{code('Athens', 'GR')}-tq"))

    cards = shown.split('<article class="card')[1:]
    assert all("card__where" in card for card in cards if "Patras" in card)


def test_round_the_clock_is_not_written_as_nought_to_nought(public):
    always = [
        row
        for row in published.rows()
        if any(d.hours.expression == "24/7" for d in row.opening_hours.values())
    ]

    shown = text(public.get(f"/en/{always[0].short}"))

    assert "24/7" in shown
    assert "00:00–00:00" not in shown


def test_without_a_place_each_service_says_its_country(public):
    shown = text(public.get(f"/en/{addresses.ANYWHERE.code}-gk"))

    assert "Croatia" in shown or "Italy" in shown
