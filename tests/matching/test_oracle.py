import random
from dataclasses import replace
from datetime import timedelta

import pytest

from protect.directory.enums import AccessibilityKind, Answer, Channel, CriterionKind, ServiceScope
from protect.matching.questions import PersonLocation
from protect.matching.services.rows import Capacity, ServedArea
from tests.matching.cast import TUESDAY, answers, only, opening_hours, service, stating, until

FLANDERS = (ServedArea("BE", "BE-VLG"),)
STEPS = {AccessibilityKind.STEP_FREE: Answer.NO}
NATIONAL = {"scope": ServiceScope.NATIONAL, "categories": frozenset({"helpline"})}


def ids(found):
    return [each.row.id.int for each in found]


def test_the_least_minutes_come_first():
    late = service(1, opening_hours={Channel.VISIT: opening_hours("Mo-Fr 12:00-17:00")})
    now = service(2)

    assert ids(answers(late, now).answers) == [2, 1]


def test_equal_rows_are_in_the_order_of_their_ids_whatever_order_they_come_in():
    rows = [service(number) for number in range(1, 9)]
    random.Random(1).shuffle(rows)

    assert ids(answers(*rows, limit=50).answers) == list(range(1, 9))


def test_no_more_than_the_limit_is_answered():
    assert len(answers(*map(service, range(1, 9)), limit=3).answers) == 3


@pytest.mark.parametrize(
    ("changes", "asked", "code"),
    [
        ({"areas": FLANDERS}, {}, "area_no"),
        ({"documents": frozenset({"health_card"})}, {"documents": frozenset()}, "documents_no"),
        ({"access": STEPS}, {"access": frozenset({AccessibilityKind.STEP_FREE})}, "access_no"),
    ],
)
def test_a_row_that_fails_one_relaxable_condition_is_a_near_miss(changes, asked, code):
    given = answers(service(1, **changes), **asked)

    assert given.answers == ()
    assert [miss.failing.code for miss in given.near_misses] == [code]


@pytest.mark.parametrize(
    ("row", "asked"),
    [
        (stating(service(), CriterionKind.GENDER, only("m")), {"gender": "f"}),
        (stating(service(), CriterionKind.AGE, until(17)), {"age": 30}),
        (service(country="FR", areas=()), {}),
        (
            service(areas=FLANDERS, access=STEPS),
            {"access": frozenset({AccessibilityKind.STEP_FREE})},
        ),
    ],
    ids=["gender", "age", "another country", "two conditions"],
)
def test_other_rows_that_fail_are_no_near_misses(row, asked):
    given = answers(row, **asked)

    assert (given.answers, given.near_misses) == ((), ())


def test_three_near_misses_are_shown_at_most():
    rows = [service(number, areas=FLANDERS) for number in range(1, 9)]

    assert ids(answers(*rows).near_misses) == [1, 2, 3]


def test_a_removed_row_is_counted_once_under_the_first_condition_that_it_fails():
    both = stating(
        stating(service(1), CriterionKind.GENDER, only("m")), CriterionKind.AGE, until(17)
    )
    age = stating(service(2), CriterionKind.AGE, until(17))
    abroad = service(3, country="FR", areas=())

    given = answers(both, age, abroad, gender="f", age=30)

    assert given.counts_by_reason == {"age_no": 1, "gender_no": 1}


def test_services_for_another_need_are_neither_answers_nor_counted():
    given = answers(service(1, categories=frozenset({"legal"}), areas=FLANDERS))

    assert (given.answers, given.near_misses, given.counts_by_reason) == ((), (), {})


def test_one_of_several_needs_is_enough():
    given = answers(service(1, categories=frozenset({"legal"})), needs=("talk", "law-papers"))

    assert ids(given.answers) == [1]


def test_national_lines_are_listed_unless_they_are_answers_already():
    line, other = (
        service(1, **NATIONAL),
        service(2, **NATIONAL | {"categories": frozenset({"legal"})}),
    )

    given = answers(line, other)

    assert (ids(given.answers), ids(given.national)) == ([1], [2])


def test_national_lines_of_another_country_or_gender_are_left_out():
    abroad = service(1, **NATIONAL, country="FR", areas=(ServedArea("FR"),))
    men = stating(
        service(2, **NATIONAL | {"categories": frozenset({"men"})}), CriterionKind.GENDER, only("m")
    )

    assert answers(abroad, men, gender="f").national == ()


def test_without_a_country_one_national_line_of_each_is_listed():
    rows = [
        service(number, **NATIONAL, country=country, areas=(ServedArea(country),))
        for number, country in enumerate(["BE", "BE", "MT", "MT"], 1)
    ]

    given = answers(*rows, where=None, needs=("law-papers",))

    assert ids(given.national) == [1, 3]


def test_visitors_who_cannot_speak_get_no_national_voice_line():
    assert answers(service(1, **NATIONAL), cannot_speak=True).national == ()


def test_visitors_who_cannot_speak_get_a_national_line_with_email():
    line = service(1, **NATIONAL | {"categories": frozenset({"legal"})}, email="demo@demo.example")

    assert ids(answers(line, cannot_speak=True).national) == [1]


def test_a_full_shelter_stays_listed():
    full = Capacity(0, TUESDAY + timedelta(hours=3))
    row = service(1, categories=frozenset({"shelter"}), capacity=full)

    assert ids(answers(row, needs=("safe-place",)).answers) == [1]


def test_an_answer_without_services_has_a_version():
    given = answers(where=PersonLocation("MT"))

    assert (given.answers, given.national, given.version) == ((), (), 1)


def test_an_answer_is_valid_until_its_first_row_changes():
    early = service(1, opening_hours={Channel.VISIT: opening_hours("Mo-Fr 09:00-11:00")})
    late = replace(service(2), opening_hours={Channel.VISIT: opening_hours("Mo-Fr 09:00-17:00")})

    assert answers(early, late).valid_until == TUESDAY.replace(hour=11)
