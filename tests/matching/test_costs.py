from dataclasses import replace
from datetime import timedelta

import pytest

from protect.directory.enums import (
    Channel,
    CriterionKind,
    CriterionOperator,
    Fact,
    Freshness,
    LanguageMode,
    Mode,
    PhoneKind,
    Verdict,
)
from protect.directory.hours import parse
from protect.directory.rules import CheckSummary
from protect.matching import weights
from protect.matching.avoidance import Avoidance
from protect.matching.conditions.criteria import stale_cost
from protect.matching.conditions.places import metres_between, minutes_for
from protect.matching.questions import Child, PersonLocation
from protect.matching.services.rows import (
    Capacity,
    Condition,
    LanguageOffer,
    PhoneNumber,
    Point,
    Room,
)
from tests.matching.cast import (
    TUESDAY,
    checks,
    match_of,
    minutes_of,
    only,
    opening_hours,
    seen,
    service,
    stating,
    weighed,
)

LOADED = weights.load()


def window(expression):
    return parse(expression, "Europe/Brussels", "BE")


@pytest.mark.parametrize(
    ("offers", "minutes"),
    [
        ((), 40),
        ((LanguageOffer("ar"),), 0),
        ((LanguageOffer("ar", LanguageMode.ON_SITE),), 5),
        ((LanguageOffer("ar", LanguageMode.BY_PHONE),), 10),
        ((LanguageOffer("ar", window=window("Tu 09:00-11:00")),), 0),
        ((LanguageOffer("ar", window=window("Th 09:00-11:00")),), 30),
        ((LanguageOffer("ar", window=window("")),), 30),
        ((LanguageOffer("fr"),), 40),  # others may be spoken, too
        ((LanguageOffer("fr"), LanguageOffer("ti")), 5),  # her second language
        ((LanguageOffer("ar", LanguageMode.BY_PHONE), LanguageOffer("ti")), 5),
        ((LanguageOffer("ar", LanguageMode.BY_PHONE), LanguageOffer("ar")), 0),
    ],
)
def test_language_cost_is_of_the_best_language_plus_its_position(offers, minutes):
    cost = weighed(service(languages=offers), languages=("ar", "ti")).language

    assert cost is not None
    assert cost.minutes == minutes


def test_a_question_without_languages_has_no_language_cost():
    assert weighed(service(languages=(LanguageOffer("fr"),))).language is None


@pytest.mark.parametrize(
    ("freshness", "minutes"),
    [
        (Freshness.FRESH, 0),
        (Freshness.DUE, 10),
        (Freshness.OVERDUE, 20),
        (Freshness.UNVERIFIED, 20),
        (Freshness.EXPIRED, 40),
        (Freshness.DISPUTED, 40),
    ],
)
def test_a_stale_language_moves_towards_unknown(freshness, minutes):
    stated = replace(service(), checks=checks(freshness), languages=(LanguageOffer("ar"),))

    assert weighed(stated, languages=("ar",)).language.minutes == minutes


@pytest.mark.parametrize(
    ("cost", "unknown", "freshness", "moved"),
    [
        (0, 45, Freshness.DUE, 12),  # 11.25, rounded up
        (0, 45, Freshness.OVERDUE, 23),
        (0, 45, Freshness.EXPIRED, 45),
        (240, 120, Freshness.DUE, 210),
        (100, 120, None, 100),
    ],
)
def test_staleness_moves_a_cost_by_quarters_and_never_past_unknown(cost, unknown, freshness, moved):
    assert stale_cost(cost, unknown, freshness, LOADED) == moved


@pytest.mark.parametrize(
    ("doors", "waiting"),
    [
        ({}, 120),
        ({Channel.VISIT: opening_hours("24/7")}, 0),
        ({Channel.VISIT: opening_hours("Mo-Fr 11:30-17:00")}, 90),
        ({Channel.VISIT: opening_hours("Th 09:00-11:00")}, 240),
        ({Channel.VISIT: opening_hours("Mo-Fr 09:00-17:00", by_appointment=True)}, 120),
        (
            {
                Channel.VISIT: opening_hours("Mo-Fr 11:30-17:00"),
                Channel.PHONE: opening_hours("24/7"),
            },
            0,
        ),
    ],
)
def test_waiting_cost_ends_at_the_next_opening_and_is_at_most_four_hours(doors, waiting):
    assert weighed(service(opening_hours=doors)).mode_cost.waiting_minutes == waiting


def test_a_chosen_visit_waits_for_visit_hours_not_phone_hours():
    row = service(
        opening_hours={
            Channel.VISIT: opening_hours("Mo-Fr 11:30-17:00"),
            Channel.PHONE: opening_hours("24/7"),
        }
    )

    assert weighed(row, modes=frozenset({Mode.IN_PERSON})).mode_cost.waiting_minutes == 90


def test_the_cheapest_of_the_chosen_modes_counts():
    row = service(
        modes=frozenset({Mode.IN_PERSON, Mode.PHONE}),
        points=(Point(50.0, 5.57, "Far"),),
        opening_hours={Channel.VISIT: opening_hours("24/7"), Channel.PHONE: opening_hours("24/7")},
    )

    assert weighed(row, modes=frozenset({Mode.IN_PERSON, Mode.PHONE})).mode_cost.mode is Mode.PHONE


def test_in_person_help_costs_travel_unless_another_mode_is_chosen():
    row = service(modes=frozenset({Mode.IN_PERSON, Mode.PHONE}))

    assert weighed(row).mode_cost.mode is Mode.IN_PERSON
    assert weighed(row, modes=frozenset({Mode.PHONE})).mode_cost.travel_minutes == 0


def test_an_unknown_place_costs_the_reach_of_the_need():
    nowhere = service(points=(), phones=())
    reach = minutes_for(50_000, LOADED.travel)

    assert (
        weighed(nowhere).mode_cost.travel_minutes
        == weighed(service(), where=None).mode_cost.travel_minutes
        == reach
    )


@pytest.mark.parametrize("modes", [set(), {Mode.IN_PERSON}, {Mode.IN_PERSON, Mode.PHONE}])
def test_without_a_chosen_mode_phone_counts_if_the_place_is_unknown(modes):
    row = service(
        points=(), modes=frozenset(modes), opening_hours={Channel.PHONE: opening_hours("24/7")}
    )

    way = weighed(row).mode_cost

    assert (way.mode, way.travel_minutes, way.waiting_minutes) == (Mode.PHONE, 0, 0)


def test_a_chosen_visit_to_an_unknown_place_costs_travel():
    nowhere = service(points=())

    assert weighed(nowhere, modes=frozenset({Mode.IN_PERSON})).mode_cost.travel_minutes > 0


WHATSAPP = PhoneNumber("+3200000002", PhoneKind.WHATSAPP)
ALWAYS = {Channel.PHONE: opening_hours("24/7")}


@pytest.mark.parametrize("mode", [Mode.TEXT, Mode.CHAT])
def test_the_hours_of_a_service_that_takes_calls_say_nothing_of_what_is_written(mode):
    numbers = (PhoneNumber("+3200000001"), WHATSAPP)
    row = service(modes=frozenset({mode}), phones=numbers, opening_hours=ALWAYS)

    way = weighed(row, modes=frozenset({mode})).mode_cost

    assert (way.channel, way.waiting_minutes) == (None, LOADED.open.unknown)


@pytest.mark.parametrize("mode", [Mode.TEXT, Mode.CHAT])
def test_the_hours_of_a_service_that_only_writes_are_those_of_writing(mode):
    row = service(modes=frozenset({mode}), phones=(WHATSAPP,), opening_hours=ALWAYS)

    way = weighed(row, modes=frozenset({mode})).mode_cost

    assert (way.channel, way.waiting_minutes) == (Channel.PHONE, LOADED.open.yes)


@pytest.mark.parametrize("numbers", [(), (PhoneNumber("+3200000001"),)], ids=["chat", "calls too"])
def test_hours_that_are_stated_for_writing_count_for_what_is_written_alone(numbers):
    row = service(
        modes=frozenset({Mode.CHAT, Mode.PHONE}),
        phones=numbers,
        opening_hours=ALWAYS,
        writing_hours=opening_hours("Th 09:00-11:00").hours,
    )

    written = weighed(row, modes=frozenset({Mode.CHAT})).mode_cost

    assert (written.channel, written.hours) == (None, row.writing_hours)
    assert written.is_closed
    # Nobody checks these hours: half way from "no" to "unknown".
    assert written.waiting_minutes == (LOADED.open.no + LOADED.open.unknown) // 2
    assert weighed(row, modes=frozenset({Mode.PHONE})).mode_cost.channel is Channel.PHONE


def test_an_email_costs_more_waiting_than_any_message():
    mail = service(modes=frozenset({Mode.TEXT}), phones=(), email="help@demo.example")

    way = weighed(mail, modes=frozenset({Mode.TEXT})).mode_cost

    assert (way.channel, way.waiting_minutes) == (None, LOADED.open.no)


def test_phone_hours_count_for_callers_of_a_line_that_also_takes_messages():
    closed = {Channel.PHONE: opening_hours("Th 09:00-11:00")}
    row = service(modes=frozenset({Mode.PHONE, Mode.CHAT}), opening_hours=closed)

    assert weighed(row).mode_cost.mode is Mode.PHONE


def test_a_place_beyond_reach_comes_after_every_place_within():
    far = weighed(service(points=(Point(50.64, 6.5, "Far"),)))
    slow = weighed(service(points=(Point(50.64, 6.2, "Near"),), opening_hours={}, checks={}))

    assert (far.key[0], slow.key[0]) == (1, 0)
    assert far.minutes < slow.minutes + 300


def test_the_nearest_allowed_place_counts():
    near = Point(50.64, 5.57, "Near", 1, ("BE-WLG",))
    far = Point(50.47, 4.87, "Far", 2, ("BE-WNA",))

    assert (
        weighed(service(points=(near, far)), avoid=Avoidance(frozenset({"BE-WLG"}))).distance_m
        > 50_000
    )


@pytest.mark.parametrize(
    ("metres", "minutes"),
    [(0, 0), (1, 1), (1000, 18), (1538, 27), (10_000, 60)],  # 13 km: 2 walked, 11 ridden
)
def test_the_first_two_kilometres_are_walked_and_the_rest_is_ridden(metres, minutes):
    assert minutes_for(metres, LOADED.travel) == minutes


def test_a_longer_distance_never_takes_less_time():
    taken = [minutes_for(metres, LOADED.travel) for metres in range(0, 20_000, 7)]

    assert taken == sorted(taken)


def test_a_degree_on_the_equator_is_a_360th_of_the_way_round():
    assert metres_between((0, 0), (0, 1), LOADED.travel) == 111_195


SOON, PAST = TUESDAY + timedelta(hours=5), TUESDAY - timedelta(hours=1)
MOTHER = {"gender": "f", "children": (Child(9, "m"), Child(13, "m"))}


@pytest.mark.parametrize(
    ("capacity", "rooms", "minutes"),
    [
        (None, (), 30),
        (Capacity(2, SOON), (), 0),
        (Capacity(0, SOON), (), 60),
        (Capacity(0, PAST), (), 30),  # past its hour a nought is unknown
        (Capacity(0, SOON), (Room("f", 2, 14, "yes", SOON),), 0),
        (Capacity(2, SOON), (Room("f", 2, 14, "no", SOON),), 60),
        (Capacity(2, SOON), (Room("f", 2, 10, "no", SOON),), 0),  # not her sons
        (Capacity(2, SOON), (Room("m", 2, 14, "no", SOON),), 0),
        (Capacity(2, SOON), (Room("f", 1, 14, "no", SOON),), 0),
        (None, (Room("f", 2, 14, "ask", PAST),), 30),
    ],
)
def test_a_free_bed_counts_only_if_its_room_fits_the_family(capacity, rooms, minutes):
    row = service(categories=frozenset({"shelter"}), capacity=capacity, rooms=rooms)

    assert weighed(row, needs=("safe-place",), **MOTHER).capacity.minutes == minutes


def test_reasons_do_not_reveal_whether_a_shelter_is_full():
    row = service(categories=frozenset({"shelter"}))
    full = replace(row, capacity=Capacity(0, SOON))
    asked = {"needs": ("safe-place",)}

    assert weighed(full, **asked).minutes > weighed(row, **asked).minutes
    assert said(full, asked) == said(row, asked)


def said(row, asked):
    return [(reason.code, reason.minutes) for reason in match_of(row, **asked).reasons]


GROUPED = {
    "unknown": ((), 15),
    "everyone": ((Condition(CriterionOperator.ALL),), 5),
    "included": ((Condition(CriterionOperator.INCLUDES, frozenset({"lgbtqi"})),), 5),
    "specialised": ((Condition(CriterionOperator.SPECIALISED, frozenset({"lgbtqi"})),), 0),
    "first": ((Condition(CriterionOperator.FIRST, frozenset({"lgbtqi"})),), 0),
    "others first": ((Condition(CriterionOperator.FIRST, frozenset({"pregnant"})),), 30),
}


@pytest.mark.parametrize(("conditions", "minutes"), GROUPED.values(), ids=GROUPED)
def test_acceptance(conditions, minutes):
    row = stating(service(), CriterionKind.GROUP, conditions)

    assert weighed(row, groups=frozenset({"lgbtqi"})).acceptance.minutes == minutes


@pytest.mark.parametrize(("gender", "minutes"), [("f", 0), ("", 20), ("m", 60)])
def test_the_wish_for_a_woman_is_about_interpreters(gender, minutes):
    row = service(languages=(LanguageOffer("ar", LanguageMode.ON_SITE, interpreter_gender=gender),))

    assert weighed(row, languages=("ar",), worker_gender="f").interpreter.minutes == minutes


FAILED = CheckSummary(Verdict.NOT_REACHED, TUESDAY - timedelta(1), TUESDAY + timedelta(5))


@pytest.mark.parametrize(
    ("made", "minutes"),
    [
        ((), 15),
        (seen(Freshness.FRESH), 0),
        (seen(Freshness.DUE), 4),
        (seen(Freshness.DISPUTED), 15),
        ((FAILED,), 15),
        ((FAILED, *seen(Freshness.FRESH)), 0),  # one failed call leaves what stood before
        ((FAILED, FAILED, *seen(Freshness.FRESH)), 60),
    ],
)
def test_phone_answer_follows_the_results_of_calls(made, minutes):
    row = service(checks={Fact.PHONE: made} if made else {})

    assert weighed(row).phone_answer.minutes == minutes


def test_a_service_without_a_number_is_not_known_to_answer():
    assert weighed(service(phones=())).phone_answer.minutes == 15


def test_phone_answers_cost_nothing_for_visitors_who_cannot_speak():
    assert (
        weighed(service(phones=(PhoneNumber("+1", "whatsapp"),)), cannot_speak=True).phone_answer
        is None
    )


def test_the_reasons_of_a_row_add_up_to_its_minutes():
    row = stating(
        service(languages=(LanguageOffer("ar", LanguageMode.BY_PHONE),)),
        CriterionKind.GENDER,
        only("f"),
    )
    asked = {"languages": ("ti", "ar"), "gender": "f", "age": 30, "worker_gender": "f"}
    weight = weighed(row, **asked)

    assert weight.minutes == sum(minutes for _, minutes in said(row, asked))


def test_a_limit_without_an_answer_costs_as_much_as_unknown():
    limited = stating(service(), CriterionKind.GENDER, only("f"))

    assert weighed(limited).minutes - weighed(service()).minutes == LOADED.hard.unknown


def test_a_country_alone_is_no_point():
    assert weighed(service(), where=PersonLocation("BE")).distance_m is None


def test_the_distance_is_a_reason():
    assert minutes_of(service(), "distance") == 13  # 719 m, a third longer on foot
