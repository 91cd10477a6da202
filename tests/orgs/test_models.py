from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from protect.orgs.enums import EndReason, MembershipState, OrganisationState, TeamState
from protect.orgs.models import Attempt, Invitation, Membership, Organisation, Team, User, Vouch
from tests.orgs.conftest import AT, give, make_organisation

pytestmark = pytest.mark.django_db


def test_an_account_signs_in_by_its_address_in_small_letters():
    user = User.objects.create_user("Amal@Demo.Example", "a long demo passphrase")

    assert user.email == "amal@demo.example"
    assert user.check_password("a long demo passphrase")


def test_an_address_in_capitals_cannot_be_stored():
    with pytest.raises(IntegrityError):
        User.objects.create(email="Amal@demo.example")


@pytest.mark.parametrize(("is_active", "suspended_at"), [(False, None), (True, AT)])
def test_an_account_is_inactive_exactly_while_it_is_suspended(is_active, suspended_at):
    with pytest.raises(IntegrityError):
        User.objects.create(email="a@demo.example", is_active=is_active, suspended_at=suspended_at)


@pytest.mark.parametrize(
    "wrong",
    [
        {"country": "be"},
        {"state": OrganisationState.SUSPENDED, "suspended_at": None},
        {"state": OrganisationState.LEFT, "left_at": None},
        {"state": OrganisationState.ACTIVE, "left_at": AT},
        {"name": "Demo office"},
    ],
)
def test_an_organisation_that_cannot_be(world, wrong):
    right = {"name": "Demo new", "kind": "school", "country": "BE", "zone": "Europe/Brussels"}

    with pytest.raises(IntegrityError):
        Organisation.objects.create(**right | wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": TeamState.RETIRED, "retired_at": None},
        {"state": TeamState.ACTIVE, "retired_at": AT},
        {"name": "Demo desk"},
    ],
)
def test_a_team_that_cannot_be(world, wrong):
    with pytest.raises(IntegrityError):
        Team.objects.create(**{"organisation": world.office, "name": "Demo new"} | wrong)


def test_the_name_of_a_retired_team_is_free_again(world):
    Team.objects.filter(pk=world.desk.pk).update(state=TeamState.RETIRED, retired_at=AT)

    assert Team.objects.create(organisation=world.office, name="Demo desk").pk != world.desk.pk


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": MembershipState.ACTIVE, "admitted_at": None},
        {"state": MembershipState.LEFT, "ended_at": None, "end_reason": ""},
        {"state": MembershipState.LEFT, "ended_at": AT, "end_reason": ""},
        {"state": MembershipState.PENDING, "ended_at": AT, "end_reason": EndReason.REMOVED},
        {
            "state": MembershipState.LEFT,
            "ended_at": AT - timedelta(days=1),
            "end_reason": EndReason.REMOVED,
        },
    ],
)
def test_a_membership_that_cannot_be(world, wrong):
    right = {"user": world.bela, "organisation": world.office, "role": "trainer", "created": AT}

    with pytest.raises(IntegrityError):
        Membership.objects.create(**right | wrong)


def test_nobody_is_in_a_team_twice(world):
    with pytest.raises(IntegrityError):
        give(world.amal, world.office, "supervisor", world.desk)


def test_nobody_holds_a_role_of_an_organisation_twice_but_may_hold_two(world):
    give(world.dana, world.office, "trainer")

    with pytest.raises(IntegrityError):
        give(world.dana, world.office, "trainer")


def test_who_left_may_come_back_to_a_new_row(world):
    Membership.objects.filter(user=world.amal).update(
        state=MembershipState.LEFT, ended_at=AT, end_reason=EndReason.OWN_WISH
    )

    give(world.amal, world.office, "caseworker", world.desk)

    assert Membership.objects.filter(user=world.amal).count() == 2


def test_an_organisation_vouches_once_and_not_for_itself(world):
    new = make_organisation("Demo new", state=OrganisationState.PROPOSED)
    Vouch.objects.create(organisation=new, by_organisation=world.office, by_user=world.dana)

    for organisation in (new, world.office):
        with pytest.raises(IntegrityError), transaction.atomic():
            Vouch.objects.create(
                organisation=organisation, by_organisation=world.office, by_user=world.dana
            )


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "New@demo.example"},
        {"expires": AT},
        {"accepted_at": AT, "revoked_at": AT},
    ],
)
def test_an_invitation_that_cannot_be(world, wrong):
    right = {
        "email": "new@demo.example",
        "organisation": world.office,
        "role": "trainer",
        "token_hash": "0" * 64,
        "created": AT,
        "expires": AT + timedelta(days=7),
    }

    with pytest.raises(IntegrityError):
        Invitation.objects.create(**right | wrong)


@pytest.mark.parametrize(
    "row",
    [
        User(email="amal@demo.example", name="Demo Amal"),
        Organisation(name="Demo Amal"),
        Team(name="Demo Amal"),
        Membership(),
        Vouch(),
        Invitation(email="amal@demo.example"),
        Attempt(key="amal"),
    ],
    ids=lambda row: type(row).__name__,
)
def test_no_row_shows_a_person_or_a_name_in_a_log(row):
    assert "amal" not in str(row).lower()
