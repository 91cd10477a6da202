import json
from datetime import UTC, datetime

import pytest
from django.db import OperationalError

from protect.directory.models import Service
from protect.kernel import clock
from protect.matching import api, published
from protect.matching.interface.answer import look_up_place
from protect.matching.interface.question import PlaceIn, country_named
from protect.matching.questions import PersonLocation
from protect.matching.services import store
from protect.reference import vocabulary

pytestmark = pytest.mark.django_db

TUESDAY = "2026-11-24T10:00:00+01:00"
LIEGE = {"country": "BE", "name": "Liège"}


def names(rows):
    return [row["name"] for row in rows]


def test_the_router_has_the_one_question():
    assert list(api.router.path_operations) == ["/match"]


def test_an_answer_has_exactly_the_keys_of_the_contract(post):
    body = post(languages=["ar"], person={"gender": "f"}).json()

    assert set(body) == {
        "answers",
        "near_misses",
        "counts_by_reason",
        "national",
        "emergency",
        "place",
        "place_choices",
    }
    first = body["answers"][0]
    assert set(first) == {
        "service",
        "name",
        "organisation",
        "official_name",
        "official_organisation",
        "verdict",
        "reasons",
        "distance_m",
        "open",
        "contacts",
    }
    assert set(first["reasons"][0]) == {"code", "text", "minutes", "freshness"}
    assert set(first["open"]) == {"state", "until"}
    assert set(body["national"][0]["contacts"][0]) == {"kind", "value", "freshness"}
    assert first["name"] == "Demo Arabic Staff"


def test_a_near_miss_says_what_it_fails(post):
    body = post(
        needs=["housing"],
        place={"country": "GR", "name": "Athens"},
        person={"access": ["step_free"]},
    ).json()

    assert [row["failing"]["code"] for row in body["near_misses"]] == ["access_no"]
    assert body["place"]["name"] == "Athens"


def test_five_answers_come_unless_more_are_asked_for(post):
    assert len(post().json()["answers"]) == 5
    assert len(post(limit=50).json()["answers"]) > 5


def test_the_reasons_are_in_the_language_that_was_asked_for(post):
    asked = {"languages": ["ar"], "person": {"gender": "f"}}
    english, arabic = (
        {
            each["code"]: each["text"]
            for each in post(text_language=tag, **asked).json()["answers"][0]["reasons"]
        }
        for tag in ("en", "ar")
    )

    assert english.keys() == arabic.keys()
    assert english["tells_unknown"] == "Ask them first whether they must tell the police"
    assert "الشرطة" in arabic["tells_unknown"]


def test_without_a_time_it_is_now(post):
    with clock.frozen(datetime(2026, 11, 22, 3, tzinfo=UTC)):
        body = post(json.dumps({"needs": ["talk"], "place": LIEGE, "limit": 50})).json()

    (staff,) = [row for row in body["answers"] if row["name"] == "Demo Arabic Staff"]
    assert staff["open"] == {"state": "closed", "until": "2026-11-23T09:00:00+01:00"}


def test_the_caution_is_the_first_reason(post):
    body = post(needs=["doctor"], wishes={"silence": True}).json()

    assert body["answers"][0]["reasons"][0]["code"] == "tells_police"


@pytest.mark.parametrize("place", [None, {"country": "BE"}, {"lat": 50.63, "lon": 5.57}, LIEGE])
def test_every_form_of_place_is_understood(post, place):
    body = post(place=place, needs=["talk"]).json()

    assert body["answers"]
    assert body["emergency"][0]["number"] == "112"


@pytest.mark.parametrize("country", list(vocabulary.countries()))
@pytest.mark.parametrize("need", ["hurt-now", "law-papers", "for-people-who-use-violence"])
def test_no_answer_is_ever_empty(post, country, need):
    body = post(place={"country": country}, needs=[need]).json()

    assert body["emergency"][0]["number"]


def test_a_point_takes_its_country_from_the_nearest_settlement(post):
    body = post(place={"lat": 50.58, "lon": 5.5}).json()

    assert body["place"]["name"] == "Seraing"
    assert body["place_choices"] == []


def test_a_point_takes_its_areas_from_the_nearest_settlement():
    lookup = look_up_place(PlaceIn(lat=50.58, lon=5.5))

    assert lookup.where == PersonLocation("BE", 50.58, 5.5, ("BE-WLG", "BE-WAL"), lookup.place.id)


@pytest.mark.parametrize("place", [{"lat": 0, "lon": 0}, {"lat": 5.57, "lon": 50.63}])
def test_a_point_outside_the_countries_is_refused_as_perhaps_swapped(post, place):
    response = post(place=place)

    assert response.status_code == 422
    assert "outside the countries" in response.json()["fields"]["place"]
    assert "swapped" in response.json()["fields"]["place"]


@pytest.mark.parametrize(
    "place",
    [
        {"name": "Malta"},
        {"name": "  malta "},
        {"country": "MT", "name": "Malta"},
        {"country": "MT"},
    ],
)
def test_the_name_of_a_country_is_the_country(post, place):
    body = post(place=place).json()

    assert body == post(place={"country": "MT"}).json()
    assert body["answers"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("Greece", "GR"), ("ΕΛΛΆΔΑ", "GR"), ("eire", "IE"), ("belgie", "BE"), ("Sliema", None)],
)
def test_countries_are_known_in_english_and_by_their_own_names(name, code):
    assert country_named(name) == code


def test_the_name_of_another_country_is_searched_as_a_place(post):
    body = post(place={"country": "BE", "name": "Malta"}).json()

    assert body["place"] is None
    assert body["answers"] == []


@pytest.mark.parametrize(
    ("place", "count"),
    [
        ({"country": "BE", "name": "Saint-Nicolas"}, 2),
        ({"country": "BE", "name": "Nowhereville"}, 0),
        ({"country": "BE", "name": "Liege-sur-Nowhere"}, 0),
    ],
)
def test_an_undecided_place_returns_choices_and_national_services(post, place, count):
    response = post(place=place)
    body = response.json()

    assert response.status_code == 200
    assert len(body["place_choices"]) >= count
    assert (body["answers"], body["near_misses"], body["counts_by_reason"]) == ([], [], {})
    assert "Demo Voice Line" in names(body["national"])
    assert body["emergency"][0]["number"] == "112"


def test_a_typo_returns_choices_and_is_not_corrected(post):
    body = post(place={"country": "BE", "name": "Serraing"}).json()

    assert body["place"] is None
    assert "Seraing" in names(body["place_choices"])


def test_a_postcode_is_a_place_and_one_of_several_places_is_asked_back(post):
    one = post(place={"country": "BE", "name": "B-4020 Liège"}).json()
    several = post(place={"country": "BE", "name": "3440"}).json()

    assert one["place"]["name"] == "Liège"
    assert several["place"] is None
    assert len(several["place_choices"]) == 5


def test_a_region_decides_between_places_of_one_name(post):
    body = post(place={"country": "BE", "name": "Saint-Nicolas", "region": "Liège"}).json()

    assert body["place"]["region"] == "BE-WLG"


def test_a_region_of_a_choice_can_be_asked_with(post):
    choice = post(place={"country": "BE", "name": "Saint-Nicolas"}).json()["place_choices"][0]

    body = post(place={"country": "BE", "name": "Saint-Nicolas", "region": choice["region"]}).json()

    assert body["place"] == choice


def test_professionals_only_and_drafts_never_appear(post):
    body = post(needs=["talk"], limit=50).content.decode()

    assert "Demo Professionals Only" not in body
    assert "Demo Draft" not in body


def test_moving_an_address_for_professionals_changes_no_byte(post, demo_services):
    before = post(limit=50).content
    location = demo_services["talk-hidden-door"].at_locations.get().location
    location.latitude, location.longitude, location.address = 36.7, 15.1, "Demo 9"
    location.save()
    published.forget()

    assert post(limit=50).content == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"unknown": 1}, "unknown"),
        ({"person": {"name": "x"}}, "person.name"),
        ({"needs": []}, "needs"),
        ({"needs": ["hope"]}, "needs.0"),
        ({"languages": ["xx"]}, "languages.0"),
        ({"text_language": "tlh"}, "text_language"),
        ({"at": "2026-11-24T10:00:00"}, "at"),
        ({"at": "9999-12-31T23:59:00+00:00"}, "at"),
        ({"at": "soon"}, "at"),
        ({"limit": 0}, "limit"),
        ({"limit": -1}, "limit"),
        ({"limit": 51}, "limit"),
        ({"limit": 10**9}, "limit"),
        ({"limit": "5"}, "limit"),
        ({"limit": True}, "limit"),
        ({"place": {"country": "US"}}, "place.country"),
        ({"place": {"name": "Liège"}}, "place"),
        ({"place": {"lat": 50.6}}, "place"),
        ({"place": {"lat": 505.6, "lon": 5}}, "place.lat"),
        ({"place": {"lat": 50.6, "lon": 5.5, "country": "BE"}}, "place"),
        ({"place": {"country": "BE", "region": "Liège"}}, "place"),
        ({"person": {"age": -1}}, "person.age"),
        ({"person": {"gender": "w"}}, "person.gender"),
        ({"person": {"children": [{"age": "9"}]}}, "person.children.0.age"),
        ({"person": {"legal_status": "tourist"}}, "person.legal_status"),
        ({"person": {"documents": ["library_card"]}}, "person.documents.0"),
        ({"modes": ["pigeon"]}, "modes.0"),
        ({"wishes": {"avoid": ["Atlantis"]}}, "wishes.avoid.0"),
        ({"hours_since_event": -1}, "hours_since_event"),
    ],
)
def test_a_wrong_field_is_named_in_a_problem_document(post, changes, field):
    response = post(**changes)

    assert response.status_code == 422
    assert response.headers["Content-Type"] == "application/problem+json"
    assert set(response.json()) == {"type", "title", "status", "code", "fields"}
    assert list(response.json()["fields"]) == [field]


@pytest.mark.parametrize(("body", "status"), [("{", 400), ("[]", 422), ("", 422), ("null", 422)])
def test_an_invalid_question_returns_a_problem(post, body, status):
    response = post(body)

    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "changes",
    [
        {"needs": ["hope"]},
        {"languages": ["xx"]},
        {"at": "9999-12-31T23:59:00+00:00"},
        {"place": {"lat": 50.6}},
        {"place": {"country": "US"}},
        {"wishes": {"avoid": ["Atlantis"]}},
    ],
)
def test_a_data_problem_is_reported_without_library_wording(post, changes):
    (problem,) = post(**changes).json()["fields"].values()

    assert not problem.startswith("Value error")


def test_unknown_codes_come_with_the_nearest(post):
    fields = post(needs=["legl"]).json()["fields"]

    assert "legal" in fields["needs.0"]


def test_a_tag_with_a_region_is_understood(post):
    assert post(languages=["fr-BE", "pt_BR"]).status_code == 200


def test_a_wish_of_null_is_not_answered(post):
    plain, nulls = post().json(), post(person={"gender": None, "children": None}).json()

    assert plain == nulls


def test_no_cookie_is_set_and_nothing_is_kept(post):
    response = post()

    assert not response.cookies
    assert response.headers["Cache-Control"] == "no-store"


def test_live_site_hides_unchecked_numbers(post, settings):
    settings.IS_DEMO = False
    (line,) = post(place={"country": "MT"}).json()["answers"]

    assert line["contacts"] == []


def test_answers_do_not_need_the_database_once_they_were_read(post, monkeypatch):
    before = post().json()
    asked = []

    def away():
        asked.append("version")
        raise OperationalError("the database is away")

    monkeypatch.setattr(store, "version", away)
    published.CURRENT._checked_at = float("-inf")  # so that it asks again at once

    assert post().json() == before
    assert asked == ["version"]


def test_a_withdrawn_service_is_not_in_the_snapshot(post, demo_services):
    Service.objects.filter(pk=demo_services["talk-ar-staff"].pk).update(status="withdrawn")
    published.forget()

    assert "Demo Arabic Staff" not in names(post(limit=50).json()["answers"])
