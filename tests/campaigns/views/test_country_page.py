"""The plan of a country on one page, the start page beside it, and the search of materials."""

import pytest

from protect.campaigns.base.enums import CopySource
from protect.campaigns.distribution import actions as log
from protect.campaigns.distribution.actions import Given
from protect.campaigns.plans.actions import plan_action
from tests.campaigns.campaigners import (
    AT,
    TODAY,
    Campaigners,
    make_campaign,
    make_file,
    make_material,
    planned,
)
from tests.orgs.conftest import make_organisation
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]
PLAN = "/campaigns/countries/SI"


@pytest.fixture
def cast(db):
    office = make_organisation("Demo office Slovenia", "SI")
    people = {name: make_person(name) for name in ("nela", "chidi")}
    for name, role in (("nela", "campaigner"), ("chidi", "reader")):
        serve(people[name], office, role)
    cast = Campaigners(office, office, {name: each.user for name, each in people.items()})
    cast.desks = {name: Desk(at=AT).let_in(person) for name, person in people.items()}
    return cast


def test_a_country_without_campaigns_says_so(cast):
    shown = words(cast.desks["nela"].get(PLAN))

    assert "No campaign in this country yet" in shown
    assert "World Refugee Day" in shown
    assert "In no calendar yet" in shown


def test_the_start_page_has_the_four_lists_of_the_plan(cast):
    campaign = make_campaign(cast)
    plan_action(cast.scope(), campaign, planned(TODAY), at=AT)
    file = make_file(cast, make_material(cast, campaign))
    log.record_run(cast.scope(), file, CopySource.PRINTED, 3, TODAY, at=AT)
    log.distribute(cast.scope(), file, Given(3, TODAY, "Demo centre"), at=AT)

    plan, home = words(cast.desks["nela"].get(PLAN)), words(cast.desks["nela"].get("/"))

    for heading in ("Outdated materials", "Materials that wait for a review", "Out of print"):
        assert heading in plan
        assert heading in home
    assert "A number is no longer right" in plan
    assert "Demo stand" in plan


@pytest.mark.parametrize(
    ("name", "address", "status"),
    [("nela", "/campaigns/countries/BE", 404), ("chidi", PLAN, 403)],
)
def test_others_see_no_plan(cast, name, address, status):
    assert cast.desks[name].get(address).status_code == status


def test_materials_are_found_by_their_words(cast):
    campaign = make_campaign(cast)
    make_material(cast, campaign, title="Demo plakat za šole")
    make_material(cast, campaign, title="Demo leaflet")

    shown = words(cast.desks["nela"].get("/materials?q=SOLE plak"))

    assert "Demo plakat za šole" in shown
    assert "Demo leaflet" not in shown
    assert "No matches" in words(cast.desks["nela"].get("/materials?q=nothing"))
