"""What stands before what, for people who were hurt: asked of the starter directory."""

from dataclasses import replace
from datetime import datetime

import pytest

from protect.directory.enums import Channel, Freshness, Mode
from protect.directory.hours import State
from protect.matching.published import match
from protect.matching.questions import PersonLocation, Question
from protect.matching.services.rows import Point, ServedArea
from protect.reference.lookup import store
from tests.matching.cast import answers, checks, opening_hours, service

TUESDAY, SUNDAY_NIGHT = map(
    datetime.fromisoformat, ("2026-11-24T10:00:00+01:00", "2026-11-29T03:00:00+01:00")
)
TIMES = pytest.mark.parametrize("at", [TUESDAY, SUNDAY_NIGHT], ids=["tuesday", "sunday-night"])
# GeoNames ids of a capital and a small place in each country.
PLACES = {
    "Brussels": 2800866, "Marche-en-Famenne": 2791744,
    "Sofia": 727011, "Smolyan": 727030,
    "Madrid": 3117735, "Teruel": 3108126,
    "Athens": 264371, "Orestiáda": 734880,
    "Zagreb": 3186886, "Knin": 3197986,
    "Budapest": 3054643, "Baja": 3055685,
    "Dublin": 2964574, "Ballina": 2966778,
    "Rome": 3169070, "Bolzano": 3181913,
    "Valletta": 2562305, "Victoria": 2562619,
    "Amsterdam": 2759794, "Zierikzee": 2743913,
    "Warsaw": 756135, "Suwałki": 757718,
    "Ljubljana": 3196359, "Kočevje": 3197943,
}  # fmt: skip
SURVIVORS = {"gender-based-violence", "sexual-violence-centre", "sexual-violence-counselling"}
HERE, NEAR, FAR = (
    PersonLocation("BE", 50.85, 4.35),
    Point(50.85, 4.36, "Demo"),
    Point(50.85, 6.0, "Demo"),  # 116 km
)


def ask(place, need, at):
    where = PersonLocation.at_place(store.place_rows()[PLACES[place]])
    return match(Question((need,), at, where, limit=50))


@TIMES
@pytest.mark.parametrize("place", PLACES)
def test_open_services_come_first_for_the_need_hurt_now(starter, place, at):
    given = ask(place, "hurt-now", at)

    for found in (given.within_reach, given.national):
        is_closed = [each.key.is_closed for each in found if not each.key.is_beyond]
        of_need = [each for each in found if each.key.generality < 2]
        states = [each.open.state for each in of_need if each.key.is_closed]
        assert State.OPEN not in states
        assert found is given.national or is_closed == sorted(is_closed)


@pytest.mark.parametrize("need", ["hurt-now", "doctor"])
@pytest.mark.parametrize("place", PLACES)
def test_nothing_beyond_reach_comes_before_lines_for_the_whole_country(starter, place, need):
    given = ask(place, need, TUESDAY)

    assert given.national or given.within_reach
    assert not (given.national and any(each.key.is_beyond for each in given.within_reach))


@TIMES
@pytest.mark.parametrize("place", PLACES)
def test_services_for_survivors_open_day_and_night_come_first(starter, place, at):
    given = ask(place, "hurt-now", at)

    never_closed = [
        each
        for each in given.within_reach
        if "survivors-day-and-night" in each.row.categories and not each.key.is_beyond
    ]
    assert given.within_reach[: len(never_closed)] == tuple(never_closed)


@pytest.mark.parametrize("need", ["hurt-now", "doctor", "talk", "safe-place", "law-papers"])
def test_a_service_made_for_the_need_comes_before_a_nearer_one(need):
    by_need = {
        "hurt-now": "health", "doctor": "health", "talk": "psychosocial",
        "safe-place": "housing", "law-papers": "legal",
    }  # fmt: skip
    general = service(categories=frozenset({by_need[need]}), points=(NEAR,))
    made = replace(general, id=service().id.__class__(int=7), points=(Point(50.85, 4.7, "Demo"),))
    made = replace(made, categories=general.categories | {"gender-based-violence"})
    away = replace(made, id=service().id.__class__(int=8), points=(FAR,))

    given = answers(general, made, away, needs=(need,), where=HERE, limit=5)

    order = [answer.row.id for answer in given.answers]
    is_near_first = need == "law-papers"
    first = [general.id, made.id] if is_near_first else [made.id, general.id]
    assert [each for each in order if each != away.id] == first


def test_a_line_of_another_region_is_beyond_reach_unless_it_serves_this_one():
    line = service(
        categories=frozenset({"psychosocial"}),
        points=(FAR,),
        opening_hours={Channel.PHONE: opening_hours("24/7")},
        modes=frozenset({Mode.PHONE}),
        areas=(),
    )

    for_all = replace(line, areas=(ServedArea("BE"),))

    assert answers(line, needs=("talk",), where=HERE).answers[0].key.is_beyond
    assert not answers(for_all, needs=("talk",), where=HERE).answers[0].key.is_beyond


def test_hours_that_expired_do_not_say_that_it_is_closed():
    shut = service(
        categories=frozenset({"health"}),
        opening_hours={Channel.VISIT: opening_hours("Fr 09:00-10:00")},
    )

    fresh, expired = (
        answers(replace(shut, checks=checks(state)), needs=("hurt-now",), where=HERE)
        for state in (Freshness.FRESH, Freshness.EXPIRED)
    )

    assert fresh.answers[0].key.is_closed
    assert not expired.answers[0].key.is_closed
