"""Facts of information sessions equal a count by hand."""

from dataclasses import replace
from datetime import timedelta

import pytest

from protect.outreach.enums import RequestState, Setting
from protect.outreach.facts import FACTS, PROTECTED_SETTINGS
from protect.trainings.facts import FactQuery
from tests.outreach.held import count_heads, held_session
from tests.trainings.facts.given import YEAR, plain_cells
from tests.trainings.planning import FIRST_DAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


def get_figure(name: str, question: FactQuery = YEAR):
    return FACTS[name](question)


def test_all_settings_but_schools_are_protected():
    assert {*Setting} - PROTECTED_SETTINGS == {Setting.SCHOOL}


def test_facts_use_the_latest_head_count_and_keep_earlier_ones(planners):
    session = held_session(planners.host, Setting.SCHOOL)
    pia = planners.people["pia"]
    count_heads(session, pia, 1, f_12=7, m_12=5, unknown_12=1)
    count_heads(session, pia, 2, f_12=8, m_12=5)

    figure = get_figure("outreach.head_counts")

    assert plain_cells(figure) == {("BE", "school", "f", "12"): 8, ("BE", "school", "m", "12"): 5}
    assert figure.protected == frozenset()


def test_head_counts_of_a_reception_centre_are_protected(planners):
    count_heads(
        held_session(planners.host, Setting.RECEPTION_CENTRE), planners.people["pia"], 1, f_adult=9
    )

    figure = get_figure("outreach.head_counts")

    assert figure.protected == figure.cells.keys()


def test_held_sessions_are_counted_by_setting(planners):
    held_session(planners.host, Setting.SCHOOL)
    held_session(planners.host, Setting.SURVIVORS)
    held_session(planners.host, Setting.SCHOOL, state=RequestState.SCHEDULED)

    figure = get_figure("outreach.sessions")

    assert plain_cells(figure) == {
        ("BE", "school", "school"): 1,
        ("BE", "community", "survivors"): 1,
    }
    assert {cell[-1] for cell in figure.protected} == {"survivors"}


def test_future_sessions_are_not_counted(planners):
    held_session(planners.host, Setting.SCHOOL)
    early = replace(YEAR, at=FIRST_DAY - timedelta(days=1))

    assert get_figure("outreach.sessions", early).cells == {}
    assert get_figure("outreach.head_counts", early).cells == {}


def test_every_cell_of_sessions_has_a_category_for_every_axis(planners):
    count_heads(held_session(planners.host, Setting.SCHOOL), planners.people["pia"], 1, f_12=3)

    for name in FACTS:
        figure = get_figure(name)
        assert all(len(cell) == len(figure.axes) for cell in figure.cells)
