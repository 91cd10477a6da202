"""The plan of a country: its calendar, what waits on its materials, and whom it reached."""

from datetime import date, timedelta

import pytest

from protect.campaigns import country_plan
from protect.campaigns.base.enums import ActionMark, CopySource, PaperSize
from protect.campaigns.distribution import actions as log
from protect.campaigns.distribution.actions import Given, OrderInput
from protect.campaigns.plans.actions import mark_action, plan_action, plan_preset
from protect.content.models import Page
from tests.campaigns.campaigners import (
    AT,
    TODAY,
    make_campaign,
    make_file,
    make_material,
    planned,
    reach_values,
)
from tests.content.editing import save, texts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(cast):
    return make_campaign(cast)


def titles(days):
    return [(day.title, day.state) for day in days]


def test_actions_and_days_that_no_campaign_took_over_stand_by_date(cast, campaign):
    scope, day = cast.scope(), timedelta(days=1)
    done = plan_action(scope, campaign, planned(TODAY - 3 * day, title="Demo opening"), at=AT)
    mark_action(scope, done, ActionMark.DONE, at=AT)
    plan_action(scope, campaign, planned(TODAY - day), at=AT)
    running = planned(TODAY - 2 * day, TODAY, "Demo week")
    plan_action(scope, campaign, running, at=AT)

    days = country_plan.planned_days([campaign], TODAY)

    assert [day.first for day in days] == sorted(day.first for day in days)
    assert ("Demo opening", "done") in titles(days)
    assert ("Demo stand", "overdue") in titles(days)
    assert ("Demo week", "today") in titles(days)
    assert ("International Women's Day", "preset") in titles(days)


def test_days_that_a_campaign_took_over_are_not_offered_again(cast, campaign):
    plan_preset(cast.scope(), campaign, "women", at=AT)

    days = country_plan.planned_days([campaign], TODAY)

    assert [day.state for day in days if day.title == "International Women's Day"] == ["soon"]


def test_a_file_is_out_of_print_once_each_copy_was_given_out(cast, campaign):
    file = make_file(cast, make_material(cast, campaign))
    scope = cast.scope()
    assert country_plan.materials_work(scope, AT).out_of_print == []
    log.record_run(scope, file, CopySource.PRINTED, 10, TODAY, at=AT)
    log.distribute(scope, file, Given(9, TODAY, "Demo centre"), at=AT)
    assert country_plan.materials_work(scope, AT).out_of_print == []

    log.distribute(scope, file, Given(1, TODAY, "Demo centre"), at=AT)

    assert country_plan.materials_work(scope, AT, "SI").out_of_print == [file]
    assert country_plan.materials_work(cast.scope("otto"), AT).out_of_print == []


def test_an_older_version_is_not_out_of_print_if_a_newer_has_copies(cast, campaign):
    material, scope = make_material(cast, campaign), cast.scope()
    files = [make_file(cast, material, version=version) for version in (1, 2)]
    for file in files:
        log.record_run(scope, file, CopySource.PRINTED, 10, TODAY, at=AT)
    log.distribute(scope, files[0], Given(10, TODAY, "Demo centre"), at=AT)

    assert country_plan.materials_work(scope, AT).out_of_print == []


def test_materials_wait_for_a_review_in_the_languages_in_which_they_are_used(cast, campaign):
    material = make_material(cast, campaign)
    assert country_plan.materials_work(cast.scope(), AT).unread == []
    make_file(cast, material, language_id="fr")

    (unread,) = country_plan.materials_work(cast.scope(), AT).unread

    assert unread.material == material
    assert "fr" in unread.tags
    assert unread.texts > 0
    assert unread.changed == 0


def test_texts_whose_source_was_changed_stay_in_the_count(cast, campaign):
    material = make_material(cast, campaign)
    make_file(cast, material, language_id="fr")
    (before,) = country_plan.materials_work(cast.scope(), AT).unread
    page = Page.objects.get(code=material.template)
    key = next(row.key for row in texts_of(page).segments if row.kind == "paragraph")

    save(cast.scope(), page, "You can talk with a person.", key=key)

    (after,) = country_plan.materials_work(cast.scope(), AT).unread
    assert after.texts >= before.texts
    assert after.changed > 0


def test_outdated_and_ordered_materials_are_listed_by_country(cast, campaign):
    material, scope = make_material(cast, campaign), cast.scope()
    make_file(cast, material)
    order = OrderInput("SI", "fr", PaperSize.A4, 5, "Demo centre")
    log.place_order(scope, material, order, at=AT)

    work = country_plan.materials_work(scope, AT, "SI")

    assert [state.is_wrong for state in work.outdated] == [True]
    assert [row.destination for row in work.orders] == ["Demo centre"]


def test_reach_is_summed_by_method_and_country(cast, campaign):
    scope = cast.scope()
    for people, evidence in ((9000, "Demo radio"), (500, "Demo city radio")):
        values = {**reach_values("SI", people), "evidence": evidence}
        log.record_reach(scope, campaign, values, at=AT)
    log.record_reach(scope, campaign, {**reach_values("SI", 20), "method": "head_count"}, at=AT)

    sums = country_plan.reach_sums([campaign], "SI")

    assert [(each.method.value, each.people) for each in sums] == [
        ("head_count", 20),
        ("listeners", 9500),
    ]
    assert country_plan.reach_sums([campaign], "BE") == []


def test_a_plan_has_campaigns_of_the_whole_region_and_none_that_ended(cast, campaign):
    region = make_campaign(cast, "otto", country_id=None)
    other = make_campaign(cast, "otto", country_id="BE")
    campaign.retired_at = AT
    campaign.save()

    assert list(country_plan.country_campaigns(cast.scope(), "SI")) == [region]
    assert other not in country_plan.country_campaigns(cast.scope())
    assert date(2027, 3, 8) in [day.first for day in country_plan.planned_days([], TODAY)]
