"""Mail about steps that are due, once a week to each person."""

from datetime import timedelta

import pytest

from protect.coordination.adaptations.step_reminders import remind_of_steps
from protect.notices.models import Outgoing
from protect.orgs.models import Membership
from tests.coordination.cast import AT
from tests.coordination.services import IN_A_MONTH, step_of
from tests.vault.cast import make_person, serve

SOON = AT + timedelta(days=25)  # in the week before IN_A_MONTH


@pytest.fixture
def admin(adapting):
    """Return an administrator of the organisation of the service."""
    person = make_person("adam")
    serve(person, adapting.cast.shelter, "organisation_admin")
    return person.user


def receivers():
    rows = Outgoing.objects.filter(link__endswith="/services/checks").order_by("to")
    return list(rows.values_list("to", flat=True))


def test_an_owner_is_reminded_once_a_week(adapting, admin):
    check = adapting.plan()
    check.steps.update(owner=adapting.cast.people["bela"])
    assert remind_of_steps(at=AT) == 0

    assert remind_of_steps(at=SOON) == 1
    assert remind_of_steps(at=SOON) == 0
    assert receivers() == ["bela@demo.example"]
    assert remind_of_steps(at=SOON + timedelta(days=7)) == 1
    assert step_of(check, "papers").reminded_on > IN_A_MONTH


def test_administrators_are_reminded_of_the_steps_of_a_person_who_left(adapting, admin):
    check, bela = adapting.plan(), adapting.cast.people["bela"]
    check.steps.update(owner=bela)
    Membership.objects.filter(user=bela).update(organisation=adapting.cast.other)

    assert remind_of_steps(at=SOON) == 1

    assert receivers() == [admin.email]


def test_unfinished_plans_and_closed_checks_remind_no_one(adapting, admin):
    check = adapting.begin()
    adapting.add(check)
    assert remind_of_steps(at=SOON) == 0
    check.planned_at = check.closed_at = AT
    check.save()

    assert remind_of_steps(at=SOON) == 0
