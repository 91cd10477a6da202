"""Facts equal a count by hand: editions, sessions, attendances, hours, head counts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from protect.trainings.facts import FACTS, FactQuery
from protect.trainings.scheduling.enums import EditionState
from tests.trainings.facts.given import (
    AFTER,
    YEAR,
    make_confirmed_registration,
    make_unlimited_edition,
    plain_cells,
    record_attendance,
)
from tests.trainings.planning import FIRST_DAY, make_planners, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


@pytest.fixture
def planners():
    return make_planners()


def get_figure(name: str, question: FactQuery = YEAR):
    return FACTS[name](question)


def test_edition_counts_on_the_day_of_its_last_session(planners):
    edition = make_unlimited_edition(planners.host)
    make_unlimited_edition(planners.host, state=EditionState.CANCELLED, state_reason="Demo reason")
    last = max(edition.sessions.values_list("ends_at", flat=True)).date()

    figure = get_figure("trainings.editions")

    assert plain_cells(figure) == {("BE", "in_person"): 1}
    assert figure.evidence == (edition.code,)
    before = replace(YEAR, ends=last)
    assert get_figure("trainings.editions", before).cells == {}
    assert get_figure("trainings.editions", replace(before, ends=last + timedelta(days=1))).cells


def test_future_editions_are_not_counted(planners):
    make_unlimited_edition(planners.host)
    early = replace(YEAR, at=FIRST_DAY - timedelta(days=1))

    assert {name for name in FACTS if get_figure(name, early).cells} == set()


def test_cancelled_sessions_are_not_counted(planners):
    edition = make_unlimited_edition(planners.host, sessions=3)
    edition.sessions.filter(number=2).update(cancelled_at=FIRST_DAY)

    assert plain_cells(get_figure("trainings.sessions")) == {("BE", "training", ""): 2}


def test_attendances_count_sessions_and_hours_sum_minutes(planners):
    edition = make_unlimited_edition(planners.host)
    pia = planners.people["pia"]
    ada = make_confirmed_registration(
        edition, sex="f", age_band="25-34", profession="social_worker", sector="health"
    )
    ben = make_confirmed_registration(edition)
    record_attendance(ada, pia, 1)
    record_attendance(ada, pia, 2, minutes=90)
    record_attendance(ben, pia, 1, minutes=0)

    assert plain_cells(get_figure("trainings.attendances")) == {
        ("BE", "f", "25-34", "social_worker", "health"): 2,
    }
    assert plain_cells(get_figure("trainings.hours")) == {
        ("BE", "f", "25-34", "social_worker", "health"): 4.5
    }


def test_unanswered_categories_are_counted_as_unknown(planners):
    edition = make_unlimited_edition(planners.host)
    record_attendance(make_confirmed_registration(edition), planners.people["pia"], 1)

    assert plain_cells(get_figure("trainings.attendances")) == {
        ("BE", "undisclosed", "unknown", "unknown", "unknown"): 1
    }


def test_day_is_the_local_day(planners):
    edition = make_unlimited_edition(planners.host, sessions=0)
    late = datetime(2027, 3, 31, 21, tzinfo=UTC)  # 23:00 in Brussels, 1 April after it
    make_session(edition, 1, late, late + timedelta(hours=2))
    quarter = FactQuery(date(2027, 4, 1), date(2027, 7, 1), late + timedelta(days=1))

    assert plain_cells(get_figure("trainings.editions", quarter)) == {("BE", "in_person"): 1}


@pytest.mark.parametrize(
    "name", ["trainings.editions", "trainings.sessions", "trainings.attendances"]
)
def test_facts_are_filtered_by_country_and_organisation(planners, name):
    edition = make_unlimited_edition(planners.host)
    record_attendance(make_confirmed_registration(edition), planners.people["pia"], 1)
    here = {"countries": frozenset({"BE"}), "organisations": frozenset({planners.host.pk})}

    assert get_figure(name, replace(YEAR, **here)).cells == get_figure(name).cells != {}
    assert get_figure(name, replace(YEAR, countries=frozenset({"MT"}))).cells == {}
    elsewhere = frozenset({planners.other.pk})
    assert get_figure(name, replace(YEAR, organisations=elsewhere)).cells == {}


def test_months_add_up_to_the_year(planners):
    edition = make_unlimited_edition(planners.host, sessions=20)  # of January and February
    pia = planners.people["pia"]
    row = make_confirmed_registration(edition)
    for number in range(1, 21):
        record_attendance(row, pia, number, minutes=60 + number)
    starts = [date(2027, month, 1) for month in range(1, 13)]
    months = zip(starts, [*starts[1:], date(2028, 1, 1)], strict=True)

    parts = [
        get_figure("trainings.hours", FactQuery(first, after, AFTER)) for first, after in months
    ]

    whole = get_figure("trainings.hours")
    assert sum(value.numerator for part in parts for value in part.cells.values()) == sum(
        value.numerator for value in whole.cells.values()
    )
    assert len([part for part in parts if part.cells]) >= 1


def test_every_cell_has_a_category_for_every_axis(planners):
    edition = make_unlimited_edition(planners.host)
    record_attendance(make_confirmed_registration(edition), planners.people["pia"], 1)

    for name in FACTS:
        figure = get_figure(name)
        assert all(len(cell) == len(figure.axes) for cell in figure.cells), name
