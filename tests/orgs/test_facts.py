from __future__ import annotations

from datetime import timedelta

import pytest

from protect.orgs import actions, facts
from protect.orgs.enums import MembershipState, OrganisationState
from protect.orgs.facts import Waiting
from protect.orgs.scope import NOBODY
from tests.orgs.conftest import AT, give, make_organisation, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(world):
    """One person waits for admission, one invitation is out, one organisation is proposed."""
    noor = make_person("noor", world.other, "reader")
    give(noor, world.office, "caseworker", world.desk, state=MembershipState.PENDING)
    place = actions.Place(world.office, world.desk, "caseworker")
    actions.invite(world.scope("sana"), place, email="new@demo.example", language="en", at=AT)
    make_organisation("Demo new", state=OrganisationState.PROPOSED)
    return world


@pytest.mark.parametrize(
    ("name", "waiting"),
    [
        ("amal", Waiting(teams=1, to_admit=0, invitations=0, to_vouch=0)),
        ("sana", Waiting(teams=1, to_admit=1, invitations=1, to_vouch=0)),
        ("bela", Waiting(teams=1, to_admit=0, invitations=0, to_vouch=0)),
        ("chidi", Waiting(teams=1, to_admit=0, invitations=0, to_vouch=0)),
        ("dana", Waiting(teams=0, to_admit=0, invitations=1, to_vouch=1)),
        ("emil", Waiting(teams=0, to_admit=0, invitations=0, to_vouch=1)),
    ],
)
def test_everybody_is_told_of_what_waits_for_them(busy, name, waiting):
    assert facts.waiting(busy.scope(name), at=AT) == waiting


def test_nobody_has_nothing_waiting(busy, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        assert facts.waiting(NOBODY, at=AT) == Waiting(0, 0, 0, 0)


def test_what_expired_or_was_vouched_for_waits_no_more(busy):
    new = busy.office.__class__.objects.waiting().get()
    actions.vouch(busy.scope("dana"), new, by=busy.office, at=AT)

    found = facts.waiting(busy.scope("dana"), at=AT + timedelta(days=7))

    assert (found.invitations, found.to_vouch) == (0, 0)
