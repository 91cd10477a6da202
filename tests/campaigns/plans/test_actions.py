"""Campaigns, their calendar and the presets: who may change them, and what is kept."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from hypothesis import given, strategies as st

from protect.audit.models import Entry
from protect.campaigns.base.enums import ActionMark
from protect.campaigns.base.errors import CampaignRefusal
from protect.campaigns.plans import access, actions
from protect.campaigns.plans.models import CalendarAction, Campaign
from protect.campaigns.plans.presets import period_in, periods_within, presets
from tests.campaigns.campaigners import AT, TODAY, campaign_values, make_campaign, planned

DAYS = st.dates(date(2024, 1, 1), date(2029, 12, 31))


def test_a_campaign_is_created_with_an_entry_in_the_history(cast):
    row = make_campaign(cast)

    assert Campaign.objects.get() == row
    assert Entry.objects.filter(action="campaigns.create_campaign").count() == 1


def test_a_code_is_given_once(cast):
    row = make_campaign(cast)
    with pytest.raises(CampaignRefusal, match="campaigns_code_taken"):
        actions.create_campaign(
            cast.scope(), cast.office.pk, row.code, campaign_values(name="Demo other"), at=AT
        )

    assert Campaign.objects.get().name == "Demo campaign"


@pytest.mark.parametrize(("name", "office"), [("chidi", "office"), ("nela", "other")])
def test_a_campaign_needs_the_permission_in_its_organisation(cast, name, office):
    with pytest.raises(PermissionDenied):
        actions.create_campaign(
            cast.scope(name), getattr(cast, office).pk, "demo", campaign_values(), at=AT
        )

    assert not Campaign.objects.exists()


def test_a_campaign_of_another_country_is_not_there_and_one_of_the_region_is_only_read(cast):
    ours, region = make_campaign(cast), make_campaign(cast, country_id=None)
    with pytest.raises(Http404):
        access.get_campaign(cast.scope("otto"), ours.pk)
    with pytest.raises(Http404):
        actions.change_campaign(
            cast.scope("otto"), region, campaign_values(name="Demo changed"), at=AT
        )

    assert list(access.visible_campaigns(cast.scope("otto"))) == [region]
    assert not access.visible_campaigns(cast.scope("chidi")).exists()
    assert not Campaign.objects.filter(name="Demo changed").exists()


def verbs():
    """Return the verbs of the audit, oldest first."""
    return list(Entry.objects.order_by("pk").values_list("action", flat=True))


def test_a_retired_campaign_stays_and_comes_back(cast):
    row = make_campaign(cast)
    for is_retired in (True, True, False, False):  # as a double click sends it
        found = actions.retire_campaign(cast.scope(), row, is_retired=is_retired, at=AT)
        assert found.retired_at == (AT if is_retired else None)
        assert access.visible_campaigns(cast.scope()).exists()

    assert verbs()[-2:] == ["campaigns.retire_campaign", "campaigns.revive_campaign"]
    assert len(verbs()) == 3


def test_a_preset_is_planned_once(cast):
    row = make_campaign(cast)

    first = actions.plan_preset(cast.scope(), row, "sixteen_days", at=AT)
    second = actions.plan_preset(cast.scope(), row, "sixteen_days", at=AT)

    days = (date(2026, 11, 25), date(2026, 12, 10))
    assert (first.added, first.known) == ([days], [])
    assert (second.added, second.known) == ([], [days])
    assert list(CalendarAction.objects.values_list("starts_on", "ends_on")) == [days]
    assert verbs().count("campaigns.plan_preset") == 1


def test_a_preset_is_planned_within_the_period_of_the_campaign(cast):
    starts, ends = date(2026, 12, 1), date(2027, 1, 31)
    row = make_campaign(cast, starts_on=starts, ends_on=ends)

    plan = actions.plan_preset(cast.scope(), row, "sixteen_days", at=AT)
    outside = actions.plan_preset(cast.scope(), row, "women", at=AT)

    assert plan.added == [(starts, date(2026, 12, 10))]
    assert (outside.added, outside.known) == ([], [])


def test_an_action_is_changed_and_removed_by_its_organisation(cast):
    scope, campaign = cast.scope(), make_campaign(cast)
    row = actions.plan_action(scope, campaign, planned(TODAY), at=AT)
    longer = planned(TODAY, TODAY + timedelta(days=4), "Demo week")
    with pytest.raises(Http404):
        actions.change_action(cast.scope("otto"), row, longer, at=AT)
    with pytest.raises(CampaignRefusal, match="campaigns_action_reversed"):
        actions.change_action(scope, row, planned(TODAY, TODAY - timedelta(days=1)), at=AT)
    row.refresh_from_db()
    assert (row.title, row.ends_on) == ("Demo stand", TODAY)

    changed = actions.change_action(scope, row, longer, at=AT)

    assert (changed.title, changed.ends_on) == ("Demo week", TODAY + timedelta(days=4))
    with pytest.raises(Http404):
        actions.remove_action(cast.scope("otto"), row, at=AT)
    actions.remove_action(scope, row, at=AT)
    assert not CalendarAction.objects.exists()
    assert verbs()[2:] == ["campaigns.change_action", "campaigns.remove_action"]


def test_an_action_is_not_moved_onto_the_same_day_of_its_preset(cast):
    scope, campaign = cast.scope(), make_campaign(cast, ends_on=date(2028, 6, 30))
    actions.plan_preset(scope, campaign, "women", at=AT)
    first, second = CalendarAction.objects.all()

    with pytest.raises(CampaignRefusal, match="campaigns_preset_planned"):
        actions.change_action(scope, second, planned(first.starts_on), at=AT)

    second.refresh_from_db()
    assert second.starts_on != first.starts_on


def test_each_mark_of_an_action_is_kept_and_written_once(cast):
    row = actions.plan_action(cast.scope(), make_campaign(cast), planned(TODAY), at=AT)
    expected = {
        ActionMark.DONE: (AT, None),
        ActionMark.OPEN: (None, None),
        ActionMark.CANCELLED: (None, AT),
    }
    for mark, columns in expected.items():
        for _ in range(2):  # a double click undoes nothing
            found = actions.mark_action(cast.scope(), row, mark, at=AT)
            assert (found.done_at, found.cancelled_at) == columns
    with pytest.raises(Http404):
        actions.mark_action(cast.scope("otto"), row, ActionMark.DONE, at=AT)

    names = ("complete", "reopen", "cancel")
    assert verbs()[2:] == [f"campaigns.{name}_action" for name in names]


@given(DAYS, DAYS)
def test_a_preset_touches_a_period_exactly_if_one_of_its_days_lies_in_it(first, second):
    starts, ends = sorted((first, second))
    for preset in presets().values():
        found = periods_within(preset, starts, ends)

        every = [period_in(preset, year) for year in range(2023, 2031)]
        assert found == [each for each in every if not (each.last < starts or each.first > ends)]


def test_each_preset_has_a_source_with_a_date():
    assert all(each.source and each.source_date for each in presets().values())
    assert {*presets()} == {"sixteen_days", "women", "refugees"}
