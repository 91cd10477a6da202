"""Ambassadors: permissions, safety plan, incidents, debriefs and calls."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from protect.notices.models import Outgoing
from protect.orgs.access import scope_for
from protect.orgs.models import User
from protect.outreach.access import get_holder
from protect.outreach.actions import ambassadors
from protect.outreach.enums import Mood
from protect.outreach.models import Ambassador, Debrief
from protect.trainings.scheduling.enums import BookingRole, BookingState
from tests.orgs.conftest import make_organisation
from tests.outreach.requests import make_ambassador, make_request, make_request_session
from tests.trainings.planning import AT
from tests.vault.cast import make_person, serve

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]
PLAN = "Demo words of a plan: leave by the garden"


class World:
    """yara speaks for the host, sana supervises her, pia plans, otto is elsewhere."""

    def __init__(self) -> None:
        self.host = make_organisation("Demo Academy", "BE")
        self.elsewhere = make_organisation("Demo Elsewhere", "BE")
        self.people = {name: make_person(name) for name in ("yara", "sana", "pia", "otto")}
        roles = {"yara": "ambassador", "sana": "reader", "pia": "coordinator"}
        for name, role in roles.items():
            serve(self.people[name], self.host, role)
        serve(self.people["otto"], self.elsewhere, "coordinator")
        yara, sana = self.people["yara"].user, self.people["sana"].user
        self.resource = make_ambassador(self.host, sana, yara)
        self.session = make_request_session(make_request(self.host), AT)
        self.session.bookings.create(
            resource=self.resource,
            role=BookingRole.AMBASSADOR,
            state=BookingState.ACCEPTED,
            starts_at=self.session.starts_at,
            ends_at=self.session.ends_at,
            created=AT,
        )

    def scope(self, name: str):
        return scope_for(self.people[name].pk)


@pytest.fixture
def world(db):
    return World()


def mailed() -> list[tuple[str, str]]:
    return [*Outgoing.objects.order_by("created", "pk").values_list("to", "template")]


def test_safety_plan_is_encrypted_and_readable_by_its_author_only(world):
    ambassadors.save_safety_plan(world.scope("yara"), PLAN, at=AT)
    row = Ambassador.objects.get()

    assert ambassadors.open_safety_plan(world.people["yara"].unlocked(), row) == PLAN
    assert ambassadors.open_safety_plan(world.people["sana"].unlocked(), row) is None
    assert b"garden" not in bytes(row.safety_plan)
    ambassadors.save_safety_plan(world.scope("yara"), "", at=AT)
    assert Ambassador.objects.get().safety_plan is None


def test_withdrawing_a_permission_mails_the_supervisor(world):
    yes, no = (
        dict.fromkeys(ambassadors.PERMISSION_FIELDS, True),
        dict.fromkeys(ambassadors.PERMISSION_FIELDS, False),
    )
    ambassadors.save_permissions(world.scope("yara"), yes, at=AT)
    assert mailed() == []
    ambassadors.save_permissions(world.scope("yara"), no | {"may_voice": True}, at=AT)

    row = Ambassador.objects.get()
    assert (row.may_name, row.may_picture, row.may_voice) == (False, False, True)
    assert mailed() == [("sana@demo.example", "work_waiting")]


def test_withdrawn_permission_applies_to_every_organisation(world):
    yara, otto = world.people["yara"].user, world.people["otto"].user
    make_ambassador(world.elsewhere, otto, yara)
    Ambassador.objects.update(may_name=True, may_picture=True)
    nothing = dict.fromkeys(ambassadors.PERMISSION_FIELDS, False)
    ambassadors.save_permissions(world.scope("yara"), nothing, at=AT)

    assert ambassadors.get_permissions(world.scope("yara")) == nothing
    assert not Ambassador.objects.exclude(may_name=False, may_picture=False).exists()
    assert {to for to, _template in mailed()} == {"sana@demo.example", "otto@demo.example"}


def test_permissions_apply_to_all_organisations_of_an_ambassador(world):
    make_ambassador(world.elsewhere, world.people["otto"].user, world.people["yara"].user)
    Ambassador.objects.filter(resource=world.resource).update(may_voice=True)

    assert ambassadors.get_permissions(world.scope("yara"))["may_voice"]
    with pytest.raises(Http404):
        ambassadors.get_permissions(world.scope("pia"))


def test_without_an_active_supervisor_an_incident_reaches_the_planners(world):
    sana = User.objects.filter(pk=world.people["sana"].pk)
    sana.update(is_active=False, suspended_at=AT)
    row = ambassadors.report_incident(get_holder(world.scope("yara"), world.session), at=AT)
    assert mailed() == [("pia@demo.example", "call_now")]
    with pytest.raises(Http404):
        ambassadors.mark_as_called(world.scope("otto"), row, at=AT)
    ambassadors.mark_as_called(world.scope("pia"), row, at=AT)

    row.refresh_from_db()
    assert row.called_at == AT


def test_incident_mails_the_supervisor_at_once_and_stays_open_until_the_call(world):
    row = ambassadors.report_incident(get_holder(world.scope("yara"), world.session), at=AT)
    assert mailed() == [("sana@demo.example", "call_now")]
    for name in ("otto", "pia", "yara"):
        with pytest.raises(Http404):
            ambassadors.mark_as_called(world.scope(name), row, at=AT)
    row.refresh_from_db()
    assert row.called_at is None
    ambassadors.mark_as_called(world.scope("sana"), row, at=AT)

    row.refresh_from_db()
    assert row.called_at == AT


def test_second_incident_needs_a_second_call(world):
    row = ambassadors.report_incident(get_holder(world.scope("yara"), world.session), at=AT)
    ambassadors.mark_as_called(world.scope("sana"), row, at=AT)
    ambassadors.report_incident(get_holder(world.scope("yara"), world.session), at=AT)

    row.refresh_from_db()
    assert row.called_at is None
    assert len(mailed()) == 2


def test_repeated_report_within_ten_minutes_is_one_incident(world):
    yara = world.scope("yara")
    for minutes, mails in ((0, 1), (9, 1), (10, 2)):
        at = AT + timedelta(minutes=minutes)
        row = ambassadors.report_incident(get_holder(yara, world.session), at=at)
        assert len(mailed()) == mails, minutes

    assert ambassadors.get_open_incident_time(world.session, row.resource) == at
    ambassadors.mark_as_called(world.scope("sana"), row, at=at)
    assert ambassadors.get_open_incident_time(world.session, row.resource) is None


def test_debrief_stores_one_word_and_an_optional_call_request(world):
    holder = get_holder(world.scope("yara"), world.session)
    ambassadors.save_debrief(holder, Mood.TIRED, wants_call=False, at=AT)
    assert mailed() == []
    ambassadors.save_debrief(holder, Mood.HEAVY, wants_call=True, at=AT)

    row = Debrief.objects.get()
    assert (row.mood, row.wants_call) == ("heavy", True)
    assert mailed() == [("sana@demo.example", "work_waiting")]


@pytest.mark.parametrize("name", ["pia", "sana", "otto"])
def test_only_an_ambassador_of_the_session_may_report(world, name):
    scope = world.scope(name)
    with pytest.raises(Http404):
        get_holder(scope, world.session)
    with pytest.raises(Http404):
        ambassadors.save_safety_plan(scope, PLAN, at=AT)

    assert not Debrief.objects.exists()
    assert Ambassador.objects.get().safety_plan is None


def test_only_planners_choose_the_supervisor_of_an_ambassador(world):
    fields = {"supervisor": world.people["pia"].user, "skills": ["speaking"], "materials": ["F-1"]}
    for name in ("yara", "sana", "otto"):
        with pytest.raises(PermissionDenied):
            ambassadors.save_profile(world.scope(name), world.resource, fields, at=AT)
    assert Ambassador.objects.get().supervisor == world.people["sana"].user
    ambassadors.save_profile(world.scope("pia"), world.resource, fields, at=AT)

    row = Ambassador.objects.get()
    assert (row.supervisor, row.skills, row.materials) == (
        world.people["pia"].user,
        ["speaking"],
        ["F-1"],
    )


@pytest.mark.parametrize(
    ("wants_call", "is_called", "left"), [(False, False, 0), (True, True, 0), (True, False, 1)]
)
def test_debrief_is_deleted_after_90_days_but_not_while_a_call_is_due(
    world, wants_call, is_called, left
):
    holder = get_holder(world.scope("yara"), world.session)
    row = ambassadors.save_debrief(holder, Mood.HEAVY, wants_call=wants_call, at=AT)
    Debrief.objects.filter(pk=row.pk).update(called_at=AT if is_called else None)

    assert ambassadors.delete_old_debriefs(at=AT + timedelta(days=90)) == 0
    ambassadors.delete_old_debriefs(at=AT + timedelta(days=90, seconds=1))
    assert Debrief.objects.count() == left
