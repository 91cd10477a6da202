"""Actions of a calendar with a first and a last day: planned, edited, marked and removed."""

from datetime import date, timedelta

import pytest

from protect.campaigns.distribution.models import Reach
from protect.campaigns.plans.models import CalendarAction
from protect.kernel import clock
from tests.campaigns.campaigners import AT, TODAY, make_campaign, make_campaigners
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


@pytest.fixture
def cast(db):
    return make_campaigners()


@pytest.fixture
def nela(cast):
    person = make_person("nela2")
    serve(person, cast.office, "campaigner")
    return Desk(at=AT).let_in(person)


@pytest.fixture
def page(cast):
    return f"/campaigns/{make_campaign(cast).pk}"


def plan(nela, page, first, last="", title="Demo week"):
    return nela.post(f"{page}/plan", starts_on=first, ends_on=last, title=title)


def test_an_action_is_now_on_its_days_and_overdue_only_after_the_last(nela, page):
    day = timedelta(days=1)
    plan(nela, page, TODAY - 3 * day, TODAY + day)
    shown = words(nela.get(page))
    assert "Now" in shown
    assert "Overdue" not in shown

    action = CalendarAction.objects.get()
    fields = {"starts_on": TODAY - 3 * day, "ends_on": TODAY - day, "title": "Demo week"}
    nela.post(f"/campaigns/actions/{action.pk}/edit", **fields)

    assert "Overdue" in words(nela.get(page))


def test_without_a_last_day_an_action_takes_one_day(nela, page):
    plan(nela, page, TODAY)

    action = CalendarAction.objects.get()
    assert (action.starts_on, action.ends_on) == (TODAY, TODAY)
    assert "Today" in words(nela.get(page))


def test_an_action_that_ends_before_it_begins_is_refused(nela, page):
    answer = plan(nela, page, TODAY, TODAY - timedelta(days=1))

    assert answer.status_code == 422
    assert "ends before it begins" in words(answer)
    assert not CalendarAction.objects.exists()


def test_days_that_are_there_already_are_named(nela, page):
    said = []
    for _ in range(2):
        nela.post(f"{page}/presets/sixteen_days")
        said.append(words(nela.get(page)))

    assert "Added to the calendar: 25 Nov 2026 – 10 Dec 2026." in said[0]
    assert "Already in the calendar, so not added again: 25 Nov 2026 – 10 Dec 2026." in said[1]
    assert CalendarAction.objects.count() == 1


def test_days_outside_the_campaign_are_said(cast, nela):
    campaign = make_campaign(cast, starts_on=date(2026, 12, 12), ends_on=date(2026, 12, 31))

    nela.post(f"/campaigns/{campaign.pk}/presets/women")
    said = words(nela.get(f"/campaigns/{campaign.pk}"))

    assert "do not lie in the period of the campaign" in said
    assert not CalendarAction.objects.exists()


def test_done_says_what_follows_and_how_to_undo_it(nela, page):
    plan(nela, page, TODAY)
    assert "counts as held in reports" in words(nela.get(page))
    action = CalendarAction.objects.get()

    nela.post(f"/campaigns/actions/{action.pk}/done")

    assert "“Open again” beside the action undoes this" in words(nela.get(page))
    nela.post(f"/campaigns/actions/{action.pk}/open")
    action.refresh_from_db()
    assert action.done_at is None


def test_an_action_is_removed_once_confirmed(nela, page):
    plan(nela, page, TODAY)
    action = CalendarAction.objects.get()
    assert "This cannot be undone" in words(nela.get(f"/campaigns/actions/{action.pk}/remove"))
    assert CalendarAction.objects.exists()

    nela.post(f"/campaigns/actions/{action.pk}/remove")

    assert not CalendarAction.objects.exists()


def test_an_action_is_not_marked_as_done_before_its_first_day(nela, page):
    plan(nela, page, TODAY + timedelta(days=7))
    action = CalendarAction.objects.get()

    answer = nela.post(f"/campaigns/actions/{action.pk}/done")

    action.refresh_from_db()
    assert (answer.status_code, action.done_at) == (409, None)


def test_people_of_a_day_to_come_are_refused(nela, page):
    tomorrow = clock.now().date() + timedelta(days=2)
    values = {"country": "SI", "method": "head_count", "people": 23, "evidence": "Demo list"}

    answer = nela.post(f"{page}/reach", day=tomorrow, **values)

    assert answer.status_code == 422
    assert "This day has not come yet." in words(answer)
    assert not Reach.objects.exists()
