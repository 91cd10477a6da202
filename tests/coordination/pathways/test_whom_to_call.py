"""Whom do I call? What a social worker reads who asks for a person: numbers, and for whom."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from protect.coordination.pathways import call_answers, place_names
from protect.coordination.pathways.models import PathwayTest
from protect.directory import changes
from protect.directory.models import Location, ServiceAtLocation
from protect.reference.models import Place
from tests.coordination.pathways.casting import (
    DAY,
    ZAGREB,
    make_pathway,
    make_service,
    publish,
)
from tests.vault.views.desk import words

pytestmark = pytest.mark.django_db
HOSPITAL_SIGN = "Hitni prijem (OHBP)"
SPLIT, SALI, SESVETE = 3190261, 3191335, 3190966  # GeoNames
SISAK, RIJEKA = 3190813, 3191648
ZONE = ZoneInfo("Europe/Zagreb")


def ask_page(desk, **given):
    question = {"country": "HR", "place": "Zagreb", "need": "safe-place", "who": "man"}
    question |= {"papers": "no", "when": "night"} | given
    query = "&".join(f"{name}={value}" for name, value in question.items())
    return desk.get(f"/pathways/call?{query}")


def ask(desk, **given):
    return words(ask_page(desk, **given))


def first_part(page):
    """Return what stands above the services that do not take the person."""
    above, _heading, _below = page.partition("The other parts of this pathway")
    return above.partition("Not for this person, or not known to be open then")[0]


def test_whom_to_call_at_night_for_a_man_without_papers(cast, desks, services):
    publish(cast, make_pathway(cast))

    page = ask(desks["chidi"])

    first, _heading, others = page.partition("Not for this person, or not known to be open then")
    assert "Demo night" in first
    assert "At night" in first
    assert "Demo men" not in first  # closed at night
    assert "Demo women" not in first
    assert "Demo men" in others


def test_by_day_a_man_gets_the_part_for_men(cast, desks, services):
    publish(cast, make_pathway(cast))

    page = ask(desks["bela"], when="day")

    assert "Demo men" in first_part(page)


def test_without_a_pathway_the_directory_answers_and_the_page_says_so(cast, desks, services):
    page = ask(desks["bela"])

    assert "No pathway was agreed for this place and need" in page
    assert "Demo night" in page


def test_a_pathway_of_the_country_answers_for_a_town_without_its_own(cast, desks, services):
    publish(cast, make_pathway(cast, place_id=None))

    page = ask(desks["bela"], place="Split")

    assert "Demo night" in page
    assert "No pathway was agreed" not in page


def test_numbers_are_links_outside_of_the_demonstration(cast, desks, services, settings):
    publish(cast, make_pathway(cast))
    url = "/pathways/call?country=HR&place=Zagreb&need=safe-place&who=man&papers=no&when=night"
    assert "tel:" not in desks["bela"].get(url).content.decode()
    settings.IS_DEMO = False

    assert 'href="tel:+38518000001"' in desks["bela"].get(url).content.decode()


def test_a_man_without_papers_gets_all_parts_that_fit_each_service_once(cast, desks, services):
    publish(cast, make_pathway(cast))

    first = first_part(ask(desks["bela"], when="day"))

    assert first.count("Demo men") == 1
    assert first.count("Demo night") == 1
    assert "From the pathway: Men · People without papers" in first


def answer_at(cast, now, when):
    """Return the answer for a man without papers in Zagreb, asked at a moment."""
    data = {"country": "HR", "need": "safe-place", "who": "man", "papers": "no", "when": when}
    (zagreb,) = place_names.find_towns("Zagreb", "HR")
    return call_answers.find_answer(cast.scope(), data, zagreb, now)


def names_first(answer):
    return [each.words.name for each in answer.first]


@pytest.mark.parametrize(
    ("hour", "is_night", "names"),
    [
        (9, False, ["Demo men", "Demo night"]),  # UTC, an hour behind Zagreb
        (16, False, ["Demo night"]),
        (22, True, ["Demo night"]),
    ],
)
def test_now_goes_by_the_clock_of_the_country(cast, services, hour, is_night, names):
    publish(cast, make_pathway(cast))

    answer = answer_at(cast, datetime(2026, 11, 30, hour, 1, tzinfo=UTC), "now")

    assert (answer.is_night, names_first(answer)) == (is_night, names)
    assert answer.at.hour == hour + 1


def test_another_time_may_be_chosen(cast, services):
    publish(cast, make_pathway(cast))
    late = datetime(2026, 11, 30, 22, 1, tzinfo=UTC)

    weekend, weekday = (answer_at(cast, late, when) for when in ("weekend", "day"))

    assert names_first(weekend) == ["Demo night"]
    assert names_first(weekday) == ["Demo men", "Demo night"]
    assert (weekend.at, weekday.at) == (
        datetime(2026, 12, 5, 10, tzinfo=ZONE),
        datetime(2026, 12, 1, 10, tzinfo=ZONE),
    )


def test_the_page_says_which_moment_it_is_about(cast, desks, services):
    page = ask(desks["bela"], when="now")

    assert "Now: Mon, 30 Nov 10:00" in page
    assert "At night: Tue, 1 Dec 02:00" in ask(desks["bela"])


@pytest.mark.parametrize(
    "place",
    [
        *("Grad Zagreb", "City of Zagreb", "HR-21", "10000 Zagreb"),
        *("Trešnjevka", "Trešnjevka, Zagreb", "Sesvete", "Novi Zagreb"),
    ],
)
def test_official_forms_and_districts_find_what_the_town_agreed_on(cast, desks, services, place):
    publish(cast, make_pathway(cast))

    page = ask(desks["bela"], place=place)

    assert "No pathway was agreed" not in page
    assert "Demo night" in first_part(page)


def test_without_a_town_the_page_names_the_towns_that_agreed_on_one(cast, desks, services):
    publish(cast, make_pathway(cast))

    page = ask_page(desks["bela"], place="")

    assert "Agreed on for a town or region: Zagreb" in words(page)
    assert f"place={ZAGREB}" in page.content.decode()
    assert f"place={ZAGREB}" not in ask_page(desks["bela"], place="Split").content.decode()


def test_without_a_town_the_pathway_of_the_country_answers(cast, desks, services):
    publish(cast, make_pathway(cast, place_id=None))

    page = ask(desks["bela"], place="")

    assert "A safe place · Croatia" in page
    assert "No pathway was agreed" not in page


def test_a_similar_name_is_asked_back_and_an_unknown_one_explained(cast, desks, services):
    similar, unknown = (ask(desks["bela"], place=name) for name in ("Zagrebb", "Nowhereville"))

    assert "No place has exactly this name. Is it one of these?" in similar
    assert "Zagreb · Grad Zagreb" in similar
    assert "Type the nearest town." in unknown


@pytest.mark.parametrize(
    ("typed", "place"),
    [("Grad Split", SPLIT), ("Općina Sali", SALI), ("Sesvete", SESVETE), ("10000 Zagreb", ZAGREB)],
)
def test_a_typed_place_is_the_town_of_its_name(typed, place):
    assert [each.place for each in place_names.find_towns(typed, "HR")] == [place]


def test_a_county_stays_a_county():
    (found,) = place_names.find_towns("Zadarska županija", "HR")

    assert found.area == "HR-13"


def test_services_with_a_number_stand_before_those_without(cast, desks, services):
    kinds = ["shelter", "gender-based-violence"]  # which matching puts first for this need
    make_service("numberless", number="", email="demo@demo.example", categories=kinds)

    page = first_part(ask(desks["bela"], when="day"))

    assert page.index("Demo night") < page.index("Demo numberless")


def make_hospital(code, place, **given):
    """Return a published place to go to in a town of Croatia, where doctors work."""
    service = make_service(code, categories=["health"], scope="local", **given)
    service.modes = ["in_person"]
    service.save()
    service.schedules.update(channel="visit")
    row = Place.objects.get(pk=place)
    fields = {"latitude": row.latitude, "longitude": row.longitude, "city": row.name}
    location = Location.objects.create(
        organisation=service.organisation,
        place=row,
        zone=row.zone,
        address="Demo Street 5",
        **fields,
    )
    ServiceAtLocation.objects.create(service=service, location=location)
    changes.raise_version()
    return service


def test_who_needs_a_doctor_learns_that_none_is_known_and_where_to_go(cast, desks, services):
    make_service("talking", categories=["sexual-violence-counselling"])

    page = ask(desks["bela"], need="doctor")

    notice, heading, rest = page.partition("Not a doctor, but can help")
    assert "No doctor is known here for this person" in notice
    assert "Go to the emergency department of the nearest hospital." in notice
    assert HOSPITAL_SIGN in notice
    assert "An ambulance: 112" in notice
    assert heading
    assert "Demo talking" in rest


def test_the_nearest_doctor_who_takes_the_person_is_named_with_the_distance(cast, desks, services):
    make_hospital("sisters", SESVETE, gender="f", hours="")
    make_hospital("farther", RIJEKA, hours="")
    make_hospital("near", SISAK, hours="")  # not known, so nothing promises that it is open
    make_hospital("closed", SESVETE, hours=DAY["hours"])

    page = ask(desks["bela"], need="doctor")

    above = page.partition("Not a doctor, but can help")[0]
    assert "No doctor is known here for this person" in above
    _notice, heading, nearest = above.partition("Nearest known place with a doctor")
    assert heading
    assert "Demo near" in nearest
    assert "Demo Street 5" in nearest
    assert "50" in nearest  # kilometres from Zagreb
    assert "Demo closed" not in nearest
    assert "Demo sisters" not in nearest


def test_who_needs_a_doctor_and_has_one_reads_no_warning(cast, desks, services):
    make_service("doctors", categories=["health"])
    make_service("talking", categories=["sexual-violence-counselling"])

    page = ask(desks["bela"], need="doctor")

    assert "No doctor is known" not in page
    assert page.index("Demo doctors") < page.index("Demo talking")


@pytest.mark.parametrize("audience", ["girls;boys", ""])
def test_an_adult_never_gets_a_service_for_children(cast, desks, services, audience):
    kinds = ["child-protection", "health", "gender-based-violence"]
    make_service("young", categories=kinds, audience_note=audience)

    adults = [ask(desks["bela"], need="doctor", who=who) for who in ("man", "woman", "lgbtqi")]

    assert not [page for page in adults if "Demo young" in page]
    assert "No doctor is known here for this person" in adults[0]
    assert "Demo young" in ask(desks["bela"], need="doctor", who="child")
    assert "Demo young" in ask(desks["bela"], need="child", who="woman")


@pytest.mark.parametrize("given", [{"gender": "f"}, {"audience_note": "women;girls;boys"}])
def test_a_man_never_gets_a_line_for_women(cast, desks, services, given):
    make_service("sisters", categories=["health"], **given)

    assert "Demo sisters" not in ask(desks["bela"], need="doctor")
    assert "Demo sisters" in ask(desks["bela"], need="doctor", who="woman")


def test_a_service_of_the_pathway_says_for_whom_it_is(cast, desks, services):
    publish(cast, make_pathway(cast))

    page = ask(desks["bela"], when="day")

    assert "For women only" in page
    assert "For another gender" not in page


def test_a_worker_reads_that_she_may_call_and_the_person_not(cast, desks, services):
    pathway = make_pathway(cast)
    services["night"].professionals_only = True
    services["night"].save()
    changes.raise_version()
    publish(cast, pathway)

    page = ask(desks["bela"])

    assert "You call, not the person" in page
    assert "For professionals only" not in page


def test_nothing_is_said_of_a_person_of_whom_nothing_was_said(cast, desks, services):
    publish(cast, make_pathway(cast))
    form = desks["bela"].get("/pathways/call").content.decode()

    page = ask(desks["bela"], who="", when="day")

    assert 'value="woman" selected' not in form
    assert 'value="safe-place" selected' not in form
    assert "Demo night" in first_part(page)
    assert "A woman ·" not in page


def test_the_result_of_a_test_stands_beside_the_number_that_it_concerns(cast, desks, services):
    pathway = make_pathway(cast)
    publish(cast, pathway)
    bela = desks["bela"]
    bela.post(f"/pathways/{pathway.pk}/tests/new", kind="call", tested_on="2026-11-30")
    test = PathwayTest.objects.get()
    for name, outcome in (("night", "not_reached"), ("men", "worked")):
        bela.post(f"/pathways/tests/{test.pk}/services/{services[name].pk}", outcome=outcome)

    page = ask(bela, when="day")

    night, men = page.index("Demo night"), page.index("Demo men")
    assert "Not reached" not in page[: min(night, men)]
    assert "By phone, 30 Nov 2026 : Not reached" in page[night:].partition("Demo helpers")[0]
    assert "By phone, 30 Nov 2026 : It worked" in page[men:].partition("Demo helpers")[0]


def test_the_question_is_one_press_away_from_home_and_the_directory(cast, desks, services):
    link = '<a class="button" href="/pathways/call">'

    assert desks["bela"].get("/").content.decode().count(link) == 1
    assert desks["bela"].get("/directory").content.decode().count(link) == 1
