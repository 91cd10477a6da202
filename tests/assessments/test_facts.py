"""Facts about learning equal a count by hand; small groups are withheld with a reason."""

import pytest

from protect.assessments.facts import FACTS
from protect.trainings.base.enums import Phase
from protect.trainings.facts import Value
from tests.assessments.measured import measure
from tests.assessments.views.test_results import store_responses, store_tests
from tests.trainings.facts.given import (
    YEAR,
    make_confirmed_registration,
    make_unlimited_edition,
    plain_cells,
)
from tests.trainings.planning import make_planners

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


@pytest.fixture
def edition():
    edition = make_unlimited_edition(make_planners().host)
    measure(edition)
    return edition


def test_matched_gain_sums_points_of_all_pairs_before_dividing(edition):
    other = make_unlimited_edition(edition.host)
    measure(other)
    for measured, after in ((edition, 9), (other, 12)):  # of 14 points; all had 4 or 6 before
        store_tests(measured, Phase.PRE, [4, 6] * 6)
        store_tests(measured, Phase.POST, [after, after + 1] * 6, "knowledge-b")

    figure = FACTS["assessments.matched_gain"](YEAR)

    left = 12 * 14 - 6 * (4 + 6)
    gained = 6 * (9 + 10 - 4 - 6) + 6 * (12 + 13 - 4 - 6)
    assert [*figure.cells.values()] == [Value(gained, 2 * left)]
    assert set(figure.evidence) == {edition.code, other.code}
    assert figure.withheld == {}


def test_gain_of_few_answers_is_withheld_and_its_reason_counted(edition):
    store_tests(edition, Phase.PRE, [4] * 6)
    store_tests(edition, Phase.POST, [9] * 6, "knowledge-b")

    figure = FACTS["assessments.matched_gain"](YEAR)

    assert figure.cells == {}
    assert figure.withheld == {"few_pairs": 1}


def test_ratings_are_counted_by_level(edition):
    store_responses(edition, Phase.EVALUATION, 4, overall=5)
    store_responses(edition, Phase.EVALUATION, 2, overall=3)

    cells = plain_cells(FACTS["assessments.event_rating"](YEAR))

    assert {cell: n for cell, n in cells.items() if cell[1] == "overall"} == {
        ("BE", "overall", "3"): 2,
        ("BE", "overall", "5"): 4,
    }


def test_fewer_than_five_answers_are_withheld(edition):
    store_responses(edition, Phase.EVALUATION, 4, overall=5)

    figure = FACTS["assessments.event_rating"](YEAR)

    assert figure.cells == {}
    assert figure.withheld["few_answers"] >= 1


def test_practice_is_a_share_of_responders_and_attendees_in_facts(edition):
    for _ in range(10):
        make_confirmed_registration(edition)
    store_responses(edition, Phase.FOLLOW_UP, 5, used=True)
    store_responses(edition, Phase.FOLLOW_UP, 1, used=False)

    figure = FACTS["assessments.follow_up"](YEAR)

    assert {cell[-1]: value for cell, value in figure.cells.items()} == {
        "attendees": Value(5, 10),
        "responders": Value(5, 6),
    }


def test_edition_without_forms_is_not_counted():
    make_unlimited_edition(make_planners().host)

    for name in ("assessments.matched_gain", "assessments.event_rating", "assessments.follow_up"):
        figure = FACTS[name](YEAR)
        assert (figure.cells, figure.withheld) == ({}, {})
