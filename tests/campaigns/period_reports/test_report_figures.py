"""What a report for a period counts, and what it hides."""

from datetime import date, timedelta

import pytest

from protect.campaigns import country_plan
from protect.campaigns.base.enums import ActionMark, CopySource, PaperSize, PlaceKind, ReachMethod
from protect.campaigns.distribution import actions as log
from protect.campaigns.distribution.actions import Given, OrderInput
from protect.campaigns.period_reports import report_figures, report_rows
from protect.campaigns.period_reports.report_figures import build_report, copies_by
from protect.campaigns.period_reports.report_rows import ReportQuery
from protect.campaigns.plans.actions import mark_action, plan_action
from tests.campaigns.campaigners import (
    AT,
    TODAY,
    make_campaign,
    make_file,
    make_material,
    make_right_file,
    planned,
    reach_values,
)

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER = date(2026, 11, 5), date(2026, 12, 1)
PERIOD = ReportQuery(date(2026, 11, 1), date(2026, 12, 31), "SI")


@pytest.fixture
def campaign(cast):
    return make_campaign(cast)


def give(cast, file, copies, day, kind=PlaceKind.RECEPTION):
    return log.distribute(cast.scope(), file, Given(copies, day, "Demo", "Demo", kind), at=AT)


def reach(cast, campaign, people, day, method="head_count"):
    values = {**reach_values("SI", people), "method": method, "day": day}
    return log.record_reach(cast.scope(), campaign, values, at=AT)


def sums(report, axis):
    return {str(getattr(cell, axis)): copies for cell, copies in copies_by(report.cells, axis)}


def test_copies_are_counted_by_material_language_kind_of_place_and_month(cast, campaign):
    poster = make_material(cast, campaign, title="Demo poster")
    card = make_material(cast, campaign, title="Demo card")
    french, arabic = make_file(cast, poster), make_file(cast, card, language_id="ar")
    give(cast, french, 30, NOVEMBER)
    give(cast, french, 10, DECEMBER, PlaceKind.HEALTH)
    give(cast, arabic, 2, DECEMBER, PlaceKind.HEALTH)
    give(cast, french, 500, date(2026, 10, 31))

    report = build_report(cast.scope(), PERIOD)

    assert report.copies == 42
    assert sums(report, "title") == {"Demo poster": 40, "Demo card": 2}
    assert sums(report, "language") == {"fr": 40, "ar": 2}
    assert sums(report, "place_kind") == {"reception": 30, "health": 12}
    assert sums(report, "month") == {"2026-11-01": 30, "2026-12-01": 12}


def test_a_corrected_entry_counts_once_and_other_countries_do_not_count(cast, campaign):
    file = make_file(cast, make_material(cast, campaign))
    entry = give(cast, file, 30, NOVEMBER)
    log.correct_distribution(cast.scope(), entry, Given(12, NOVEMBER, "Demo", "Demo"), at=AT)

    assert build_report(cast.scope(), PERIOD).copies == 12
    assert build_report(cast.scope("otto"), PERIOD).is_empty
    assert build_report(cast.scope("chidi"), PERIOD).is_empty


def test_a_report_of_a_campaign_has_its_own_figures_alone(cast, campaign):
    other = make_campaign(cast)
    give(cast, make_file(cast, make_material(cast, campaign)), 30, NOVEMBER)
    give(cast, make_file(cast, make_material(cast, other)), 7, NOVEMBER)
    reach(cast, other, 50, NOVEMBER)
    query = ReportQuery(PERIOD.first, PERIOD.last, campaign=campaign)

    report = build_report(cast.scope(), query)

    assert (report.copies, report.reach) == (30, [])


def test_a_small_head_count_is_hidden_and_in_no_sum(cast, campaign):
    reach(cast, campaign, 3, NOVEMBER)
    reach(cast, campaign, 40, DECEMBER)
    reach(cast, campaign, 100, date(2026, 12, 2))
    reach(cast, campaign, 9000, DECEMBER, "listeners")

    figures = build_report(cast.scope(), PERIOD).reach

    assert [(each.method, each.entries, each.people) for each in figures] == [
        (ReachMethod.HEAD_COUNT, 3, 140),
        (ReachMethod.LISTENERS, 1, 9000),
    ]
    assert [line.people for line in figures[0].months] == [None, 140]
    assert [line.small for line in figures[0].months] == [1, 0]
    entries = report_rows.reach_entries(cast.scope(), PERIOD)
    shown = report_figures.shown_entries(entries)
    assert sorted(filter(None, shown.values())) == [40, 100, 9000]


def test_no_two_reports_reveal_a_small_number(cast, campaign):
    other = make_campaign(cast)
    for people, day in ((3, NOVEMBER), (40, NOVEMBER), (4, DECEMBER), (30, DECEMBER)):
        reach(cast, campaign, people, day)
    reach(cast, other, 2, DECEMBER)
    reach(cast, other, 50, DECEMBER)
    days = (NOVEMBER, DECEMBER)
    queries = [
        ReportQuery(first, last, campaign=chosen)
        for first in days
        for last in days
        if first <= last
        for chosen in (None, campaign, other)
    ]

    figures = [build_report(cast.scope(), query).reach for query in queries]

    sums = {figure.people for found in figures for figure in found} - {None}
    plan = {each.people for each in country_plan.reach_sums([campaign, other], "SI")}
    numbers = {0, *sums, *plan}
    assert not {abs(one - two) for one in numbers for two in numbers} & {1, 2, 3, 4}


def test_actions_held_are_those_marked_as_done_with_a_day_in_the_period(cast, campaign):
    scope, day = cast.scope(), timedelta(days=1)
    over_the_edge = planned(PERIOD.first - day, PERIOD.first, "Demo fair")
    for action in (over_the_edge, planned(PERIOD.first - day), planned(TODAY, title="Demo open")):
        row = plan_action(scope, campaign, action, at=AT)
        if action.title != "Demo open":
            mark_action(scope, row, ActionMark.DONE, at=AT)
    gone = plan_action(scope, campaign, planned(TODAY), at=AT)
    mark_action(scope, gone, ActionMark.CANCELLED, at=AT)

    report = build_report(scope, PERIOD)

    assert [action.title for action in report.held] == ["Demo fair"]
    assert report.open_actions == 1


@pytest.mark.usefixtures("starter")
def test_orders_that_were_sent_without_copies_are_counted_apart(cast, campaign):
    scope, material = cast.scope(), make_material(cast, campaign)
    file = make_right_file(cast, material)
    log.record_run(scope, file, CopySource.PRINTED, 50, NOVEMBER, at=AT)
    orders = [
        log.place_order(
            scope, material, OrderInput("SI", "fr", PaperSize.A4, 5, "Demo centre"), at=AT
        )
        for _ in range(2)
    ]
    log.send_order(scope, orders[0], file, at=AT)
    log.send_and_log_order(scope, orders[1], file, Given(5, TODAY, "Demo centre"), at=AT)

    report = build_report(scope, PERIOD)

    assert (report.orders_without_copies, report.copies) == (1, 5)
