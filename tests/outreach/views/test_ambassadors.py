"""Pages of ambassadors and their supervisors, and access to them."""

import pytest

from protect.orgs.models import User
from protect.outreach.models import Ambassador
from tests.outreach.actions.test_ambassadors import PLAN, World
from tests.trainings.planning import AT
from tests.vault.views.desk import Desk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]
OWN = "/trainings/ambassadors/own"


@pytest.fixture
def world(db):
    return World()


@pytest.fixture
def desk_of(world):
    return lambda name: Desk(at=AT).let_in(world.people[name])


def test_ambassador_writes_a_plan_and_withdraws_a_permission(desk_of):
    desk = desk_of("yara")
    desk.post(f"{OWN}/agreed", may_name="on")
    assert Ambassador.objects.get().may_name
    desk.post(f"{OWN}/agreed")
    desk.post(f"{OWN}/plan", plan=PLAN)

    shown = words(desk.get(OWN))
    assert not Ambassador.objects.get().may_name
    assert PLAN in shown
    assert PLAN not in words(
        desk_of("pia").get(f"/trainings/ambassadors/{Ambassador.objects.get().pk}")
    )


def test_supervisor_sees_an_incident_and_records_the_call(desk_of, world):
    desk, address = desk_of("yara"), f"/trainings/information-sessions/{world.session.pk}"
    assert "Report an incident: call me" in words(desk.get(address))
    desk.post(f"{address}/incident")
    assert f"We have asked {world.people['sana'].user.name} to call you." in words(
        desk.get(address)
    )
    response = desk.get(address)
    assert "You asked for a call" in words(response)
    assert 'href="tel:' in response.content.decode()
    sana = desk_of("sana")
    assert "Incident" in words(sana.get("/trainings/calls"))
    row = world.session.debriefs.get()
    sana.post(f"/trainings/calls/{row.pk}")

    assert "No calls to make" in words(sana.get("/trainings/calls"))


def test_without_a_supervisor_the_page_names_the_planners(desk_of, world):
    sana = User.objects.filter(pk=world.people["sana"].pk)
    sana.update(is_active=False, suspended_at=AT)
    desk, address = desk_of("yara"), f"/trainings/information-sessions/{world.session.pk}"
    desk.post(f"{address}/incident")

    assert (
        "We have asked the planners of sessions to call you. If you are in danger, call 112."
        in words(desk.get(address))
    )
    assert "(no longer active: the planners of sessions are responsible for you)" in words(
        desk.get(OWN)
    )


def test_holder_is_asked_for_a_debrief_after_a_session(desk_of, world):
    world.session.starts_at, world.session.ends_at = AT.replace(hour=7), AT.replace(hour=8)
    world.session.save()
    desk = desk_of("yara")
    assert "Say how you feel" in words(desk.get("/"))
    desk.post(f"/trainings/information-sessions/{world.session.pk}/after", mood="well")

    assert "Say how you feel" not in words(desk.get("/"))


def test_only_planners_see_the_list_of_ambassadors(desk_of, world):
    assert world.resource.name in words(desk_of("pia").get("/trainings/ambassadors"))
    assert world.resource.name not in words(desk_of("otto").get("/trainings/ambassadors"))
    assert desk_of("yara").get("/trainings/ambassadors").status_code == 403
    for name in ("pia", "sana"):
        assert desk_of(name).get(OWN).status_code == 404


def test_profile_needs_a_supervisor_of_the_same_organisation(desk_of, world):
    address = f"/trainings/ambassadors/{world.resource.pk}"
    response = desk_of("pia").post(address, supervisor=world.people["otto"].pk)

    assert response.status_code == 422
    assert Ambassador.objects.get().supervisor == world.people["sana"].user
    codes = {"supervisor": world.people["pia"].pk, "materials": "F-1, F-2", "skills": "speaking"}
    desk_of("pia").post(address, **codes)
    assert Ambassador.objects.get().materials == ["F-1", "F-2"]
