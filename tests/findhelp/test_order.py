"""The order of a page beyond the sort key, and what it leaves out because a card says it."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest

from protect.directory.enums import CriterionKind, CriterionOperator, Freshness, ServiceScope
from protect.directory.hours import State, StateUntil
from protect.findhelp.answers import cards, order
from protect.matching import published
from protect.matching.questions import (
    Child,
    Contact,
    Person,
    PersonLocation,
    Question,
    Reason,
)
from protect.matching.services.rows import Condition, LanguageOffer
from protect.reference.lookup import store
from tests.findhelp.paper.demo import AT, answers, found, service

TALK = Question(("talk",), at=AT)
ONLY, RANGE = CriterionOperator.ONLY, CriterionOperator.RANGE
WOMEN = {CriterionKind.GENDER: (Condition(ONLY, frozenset("f")),)}
CHILDREN = {CriterionKind.AGE: (Condition(RANGE, maximum=15),)}
MAN, LGBTQI = Person(gender="m"), Person(groups=frozenset({"lgbtqi"}))
ATHENS, VALLETTA, LJUBLJANA = 264371, 2562305, 3196359
NIGHT = datetime.fromisoformat("2026-12-01T01:50+00:00")


def entry(number, *categories, state=State.OPEN, phone="", **changes):
    row = service(id=UUID(int=number), short=f"demo{number}", name=f"Demo {number}", **changes)
    row = replace(row, categories=frozenset({"psychosocial", *categories}))
    contact = Contact("voice", phone or f"+32800981{number:02}", Freshness.UNVERIFIED)
    return found(row)._replace(contacts=(contact,), open=StateUntil(state, None))


def arranged(person, *matches, needs=("talk",)):
    return [
        each.row.short for each in order.arrange(matches, Question(needs, at=AT, person=person))
    ]


@pytest.mark.parametrize(
    ("person", "last"),
    [
        (Person(), ["demo1", "demo4", "demo5"]),
        (Person(age=15), ["demo4", "demo5"]),
        (Person(children=(Child(3),)), ["demo4", "demo5"]),
        (MAN, ["demo1", "demo2", "demo4"]),
        (Person(legal_status="undocumented"), ["demo1", "demo4", "demo5", "demo6"]),
        (LGBTQI, ["demo1", "demo5"]),
    ],
    ids=["nothing said", "girl", "mother", "man", "without papers", "LGBTQI+"],
)
@pytest.mark.parametrize("need", ["talk", "hurt-now", "doctor", "safe-place", "not-sure"])
def test_services_for_others_come_last_in_matching_order(person, last, need):
    entries = (
        entry(1, conditions=CHILDREN),
        entry(2, conditions=WOMEN),
        entry(3),
        entry(4, "lgbtqi"),
        entry(5, "men"),
        entry(6, audience_note="refugees; asylum-seekers"),
    )

    shown = arranged(person, *entries, needs=(need,))

    assert shown[-len(last) :] == last


def test_a_need_keeps_in_place_the_people_whom_its_list_does_not_name():
    entries = entry(1, "trafficking", "legal"), entry(2, "lgbtqi", "legal"), entry(3, "legal")

    assert arranged(Person(), *entries, needs=("law-papers",)) == ["demo1", "demo3", "demo2"]


def test_services_that_may_help_only_elsewhere_come_last():
    elsewhere, near, here = entry(1, points=()), entry(2), entry(3)
    elsewhere = elsewhere._replace(reasons=(Reason("area_unknown"),))
    near = near._replace(reasons=(Reason("area_unknown"),), distance_m=900)
    here = here._replace(reasons=(Reason("area_yes"),))

    assert arranged(Person(), elsewhere, near, here) == ["demo2", "demo3", "demo1"]
    assert arranged(Person(), elsewhere, near, here, needs=("safe-place",))[-1] == "demo1"


def test_no_line_of_gozo_is_first_for_a_visitor_anywhere_in_malta(starter, db):
    question = Question(("talk",), NIGHT, PersonLocation("MT"), ("en",), limit=10)

    matches = order.match_in_order(question).answers

    assert matches[0].open.state is State.OPEN
    assert not any("Gozo" in match.row.name for match in matches[:5])


@pytest.mark.parametrize(
    ("code", "expected"),
    [("opens_day", ["demo3", "demo1"]), ("opens_today", ["demo1", "demo3"])],
)
def test_a_line_that_opens_on_another_day_comes_after_one_that_answers_now(code, expected):
    line = entry(1, state=State.CLOSED)._replace(reasons=(Reason(code),))

    assert arranged(Person(), line, entry(3)) == expected


def test_an_open_line_that_may_be_elsewhere_comes_before_none_that_opens_later():
    closed = [entry(n, state=State.CLOSED)._replace(reasons=(Reason("opens_day"),)) for n in (1, 2)]
    elsewhere = entry(3, points=())._replace(reasons=(Reason("area_unknown"),))

    assert arranged(Person(), *closed, elsewhere) == ["demo1", "demo2", "demo3"]


def test_migrants_with_other_needs_are_not_others_for_a_service_of_all_migrants():
    entries = entry(1, "fgm", "migrant-support"), entry(2, "fgm"), entry(3)

    assert arranged(Person(), *entries) == ["demo1", "demo3", "demo2"]


@pytest.mark.parametrize(
    ("state", "need", "expected"),
    [
        (State.OPEN, "talk", ["demo3", "demo1", "demo2"]),
        (State.CLOSED, "talk", ["demo2", "demo3", "demo1"]),
        (State.UNKNOWN, "not-sure", ["demo2", "demo3", "demo1"]),
        (State.OPEN, "hurt-now", ["demo1", "demo2", "demo3"]),
    ],
)
def test_services_for_men_come_first_for_a_man_if_they_answer_now(state, need, expected):
    entries = entry(1, state=State.CLOSED), entry(2), entry(3, "men", state=state)

    assert arranged(MAN, *entries, needs=(need,)) == expected


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (replace(LGBTQI, gender="f"), ["demo4", "demo2", "demo3", "demo1"]),
        (LGBTQI, ["demo4", "demo2", "demo3", "demo1"]),
        (Person(gender="f"), ["demo1", "demo4", "demo2", "demo3"]),
    ],
)
def test_an_open_line_for_women_is_not_before_what_is_made_for_lgbtqi_people(person, expected):
    website = entry(2, "lgbtqi", state=State.UNKNOWN)._replace(contacts=())
    unknown = entry(3, "lgbtqi", state=State.UNKNOWN), entry(4, state=State.UNKNOWN)

    assert arranged(person, entry(1, conditions=WOMEN), website, *unknown) == expected


def test_an_open_line_for_women_that_names_trans_women_may_come_first():
    website = entry(2, "lgbtqi", state=State.UNKNOWN)._replace(contacts=())
    line = entry(1, conditions=WOMEN, restrictions="Takes trans women, too.")

    assert arranged(replace(LGBTQI, gender="f"), website, line) == ["demo1", "demo2"]


def test_counselling_for_lesbian_women_is_not_first_for_a_person_of_unknown_gender():
    entries = entry(1), entry(2, "lgbtqi", conditions=WOMEN)

    assert arranged(LGBTQI, *entries) == ["demo1", "demo2"]
    assert arranged(replace(LGBTQI, gender="f"), *entries) == ["demo2", "demo1"]


ADDRESS_LESS = {"points": (), "opening_hours": {}, "languages": ()}


@pytest.mark.parametrize(
    ("changes", "is_shown"),
    [
        ({}, False),
        ({"points": service().points}, True),
        ({"opening_hours": service().opening_hours}, True),
        ({"languages": (LanguageOffer("fa"),)}, True),
        ({"country": "GR"}, True),
    ],
    ids=["only a number", "address", "hours", "language", "country"],
)
def test_an_entry_with_nothing_but_a_number_of_a_card_above_is_left_out(changes, is_shown):
    line = entry(1, phone="15900", **ADDRESS_LESS)
    other = entry(2, phone="15900", **{**ADDRESS_LESS, **changes})

    results = cards.build_results(answers(line, other), TALK, "en", 5)

    assert [answer.code for answer in results.answers] == ["demo1", "demo2"][: 1 + is_shown]


def test_a_near_miss_does_not_repeat_a_number_that_suits():
    line = entry(1, phone="15900", **ADDRESS_LESS)
    missed = entry(2, phone="15900")._replace(failing=Reason("area_no"))

    results = cards.build_results(replace(answers(line), near_misses=(missed,)), TALK, "en", 5)

    assert results.near_misses == []


def test_a_number_for_women_above_does_not_hide_the_same_number_for_all():
    for_women = entry(1, phone="15900", conditions=WOMEN, **ADDRESS_LESS)
    for_all = entry(2, phone="15900", **ADDRESS_LESS)

    assert len(cards.build_results(answers(for_women, for_all), TALK, "en", 5).answers) == 2
    assert len(cards.build_results(answers(for_all, for_women), TALK, "en", 5).answers) == 1


def test_a_number_above_does_not_hide_that_it_takes_trans_women():
    line = entry(1, phone="15900", conditions=WOMEN, **ADDRESS_LESS)
    takes = entry(
        2, phone="15900", conditions=WOMEN, restrictions="Takes trans women, too.", **ADDRESS_LESS
    )

    assert len(cards.build_results(answers(line, takes), TALK, "en", 5).answers) == 2
    assert len(cards.build_results(answers(takes, line), TALK, "en", 5).answers) == 1


def test_an_unchecked_entry_does_not_hide_the_same_number_that_was_checked():
    unchecked = entry(1, phone="15900", **ADDRESS_LESS)
    contact = Contact("voice", "15900", Freshness.FRESH)
    checked = entry(2, phone="15900", **ADDRESS_LESS)._replace(contacts=(contact,))

    assert len(cards.build_results(answers(unchecked, checked), TALK, "en", 5).answers) == 2
    assert len(cards.build_results(answers(checked, unchecked), TALK, "en", 5).answers) == 1


def test_another_wanted_kind_of_help_is_shown_with_the_same_number():
    line = entry(1, phone="15900", **ADDRESS_LESS)
    shelter = entry(2, "helpline", phone="15900", **ADDRESS_LESS)

    results = cards.build_results(answers(line, shelter), TALK, "en", 5)

    assert [answer.code for answer in results.answers] == ["demo1", "demo2"]


@pytest.mark.parametrize("limit", [1, 3, 6])
@pytest.mark.parametrize("place", [ATHENS, VALLETTA, LJUBLJANA])
def test_a_page_lacks_no_national_line_that_matching_finds(starter, db, place, limit):
    where = PersonLocation.at_place(store.place_rows()[place])
    question = Question(("talk",), NIGHT, where, ("en",), limit=limit)

    given, plain = order.match_in_order(question), published.match(question)

    numbers = {contact.value for each in _shown(given) for contact in each.contacts}
    for each in _shown(plain):
        if each.row.scope is ServiceScope.NATIONAL and each.contacts:
            assert {contact.value for contact in each.contacts} <= numbers
    assert len(given.answers) <= limit
    ids = [each.row.id for each in _shown(given)]
    assert len(ids) == len(set(ids))


def _shown(given):
    return (*given.answers, *given.national)


def in_ireland(person, need):
    where = PersonLocation(country="IE")
    return order.match_in_order(Question((need,), at=AT, where=where, person=person, limit=10))


@pytest.mark.parametrize("need", ["talk", "not-sure"])
def test_a_girl_reads_second_whom_children_can_call(starter, db, need):
    of_child = in_ireland(Person(age=15), "child").within_reach[0].row.id

    of_girl = in_ireland(Person(age=15), need)
    of_woman = in_ireland(Person(age=30), need)

    assert of_girl.within_reach[1].row.id == of_child
    ids = [match.row.id for match in (*of_girl.answers, *of_girl.national)]
    assert len(ids) == len(set(ids))
    assert of_child not in [match.row.id for match in of_woman.within_reach[:2]]
