"""The page “If it just happened”, and its three sentences on the answers."""

import pytest
from django.test import Client

from protect.findhelp import addresses
from protect.findhelp.answers import first_hours
from protect.kernel import clock
from protect.matching import published
from protect.reference import country_facts, vocabulary
from tests.directory.demo import TUESDAY

pytestmark = pytest.mark.django_db
NEEDS = {code: need.short for code, need in vocabulary.needs().items() if need.public}
ANY_TIME = "You can get medical care at any time, also weeks later."


def read(path):
    with clock.frozen(TUESDAY):
        reply = Client(headers={"host": "127.0.0.1"}).get(path)
    assert reply.status_code == 200
    return reply.content.decode()


def page_of(country, tag="en"):
    return f"/{tag}/{addresses.first_hours_in(country).code}"


@pytest.mark.parametrize("need", ["hurt-now", "doctor", "talk"])
@pytest.mark.parametrize("country", ["BE", "MT"])
def test_the_answers_say_what_is_urgent_and_lead_to_the_page(starter, need, country):
    text = read(f"/en/{addresses.anywhere_in(country).code}-{NEEDS[need]}")

    assert ANY_TIME in text
    assert "72" in text
    assert "120" in text
    assert page_of(country) in text


def test_the_page_of_a_town_keeps_the_town_and_belongs_to_its_country(starter, code):
    town, page = code("Liège", "BE"), addresses.first_hours_in("BE").code
    assert f"/en/{town}/{page}" in read(f"/en/{town}-{NEEDS['doctor']}")
    assert f"/en/{town}/q/{page}" in read(f"/en/{town}-{NEEDS['doctor']}/q")

    shown = read(f"/en/{town}/q/{page}")

    assert f"/en/{town}-{NEEDS['doctor']}/q" in shown
    assert f"/en/{town}/q/{addresses.police_in('BE').code}" in shown
    client = Client(headers={"host": "127.0.0.1"})
    for other in (addresses.police_in("FR"), addresses.TIPS, addresses.country_spot("BE")):
        assert client.get(f"/en/{town}/{other.code}").status_code == 404


@pytest.mark.parametrize("need", ["law-papers", "safe-place", "child"])
def test_other_answers_do_not(starter, need):
    assert ANY_TIME not in read(f"/en/{addresses.anywhere_in('BE').code}-{NEEDS[need]}")


def test_who_helps_somebody_and_who_looks_at_a_centre_find_the_page(starter):
    centre = next(row for row in published.rows() if "sexual-violence-centre" in row.categories)

    assert page_of(centre.country) in read(f"/en/{centre.short}")
    assert page_of(None) in read(f"/en/{addresses.HELPER.code}")


@pytest.mark.parametrize("country", vocabulary.countries())
def test_the_page_has_the_limits_with_their_sources_and_the_facts_of_the_country(country):
    text = read(page_of(country))
    shown = first_hours.first_hours(country, TUESDAY.date())

    assert (shown.hiv.hours, shown.contraception.hours, shown.examination.hours) == (72, 120, 72)
    assert shown.lines.facts
    assert text.count("Not checked yet") == 3 + 1  # of each limit, and of all facts
    assert text.count('lang="en"') >= len(shown.lines.facts)
    assert "conflict" not in text.lower()


def test_live_nothing_unconfirmed_of_a_country_is_said_but_the_limits_are(settings):
    settings.IS_DEMO = False
    country_facts.load_facts.cache_clear()

    shown = first_hours.first_hours("BE", TUESDAY.date())

    assert shown.lines.facts == ()
    assert shown.hiv.hours == 72


def test_without_a_country_the_page_says_what_holds_everywhere():
    text = read(page_of(None))

    assert "In this country" not in text
    assert "120" in text


def test_a_visitor_who_cannot_speak_stays_so_on_the_way_through_the_page():
    quiet = f"{page_of('BE')}/q"

    assert quiet in read(f"/en/{addresses.anywhere_in('BE').code}-{NEEDS['talk']}/q")
    assert f"{addresses.anywhere_in('BE').code}-{NEEDS['talk']}/q" in read(quiet)
