from datetime import timedelta

import pytest

from protect.orgs import access, actions, profiles
from protect.orgs.enums import MembershipState, OrganisationState
from protect.orgs.models import Organisation
from protect.orgs.profiles import OrganisationSize, VouchCount
from protect.orgs.scope import ANONYMOUS_SCOPE
from tests.orgs.conftest import AT, give, make_organisation, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposed(world) -> Organisation:
    return make_organisation("Demo new", state=OrganisationState.PROPOSED)


def names(rows) -> list[str]:
    return [each.name for each in rows]


def people(rows) -> set[str]:
    return {each.user.email.split("@")[0] for each in rows.order_by("pk")}


def test_proposal_counts_given_and_needed_vouches(world, proposed):
    assert profiles.count_vouches(proposed) == VouchCount(0, 2)

    actions.vouch(world.scope("dana"), proposed, by=world.office, at=AT)

    assert profiles.count_vouches(proposed) == VouchCount(1, 2)
    assert [each.by_organisation for each in profiles.vouches_received_by(proposed)] == [
        world.office
    ]


def test_vouch_of_an_inactive_organisation_does_not_count(world, proposed):
    actions.vouch(world.scope("dana"), proposed, by=world.office, at=AT)
    actions.suspend_organisation(world.scope("olga"), world.office, at=AT)

    assert profiles.count_vouches(proposed) == VouchCount(0, 1)


def test_each_own_organisation_can_vouch_once(world, proposed):
    give(world.dana, world.other, "organisation_admin")
    assert names(profiles.organisations_that_may_vouch(world.scope("dana"), proposed)) == [
        "Demo office",
        "Demo other",
    ]

    actions.vouch(world.scope("dana"), proposed, by=world.office, at=AT)

    assert names(profiles.organisations_that_may_vouch(world.scope("dana"), proposed)) == [
        "Demo other"
    ]
    assert names(profiles.organisations_that_may_vouch(world.scope("amal"), proposed)) == []


def test_proposal_waits_for_organisations_that_have_not_vouched(world, proposed):
    assert names(profiles.proposals_to_vouch_for(world.scope("dana"))) == ["Demo new"]
    assert names(profiles.proposals_to_vouch_for(world.scope("amal"))) == []
    assert names(profiles.proposals_to_vouch_for(ANONYMOUS_SCOPE)) == []

    actions.vouch(world.scope("dana"), proposed, by=world.office, at=AT)

    assert names(profiles.proposals_to_vouch_for(world.scope("dana"))) == []
    assert names(profiles.proposals_to_vouch_for(world.scope("emil"))) == ["Demo new"]


def test_person_with_two_memberships_counts_once(world):
    assert profiles.organisation_size(world.office) == OrganisationSize(teams=2, people=4)

    give(world.amal, world.office, "trainer")

    assert profiles.organisation_size(world.office) == OrganisationSize(teams=2, people=4)


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("amal", {"amal", "sana", "dana"}),
        ("bela", {"bela", "dana"}),
        ("dana", {"amal", "sana", "bela", "dana"}),
        ("olga", {"amal", "sana", "bela", "dana"}),
        ("chidi", set()),
    ],
)
def test_memberships_are_visible_to_colleagues_and_operators(world, name, seen):
    assert people(profiles.visible_memberships(world.scope(name), world.office)) == seen


def test_invitations_are_visible_to_users_who_can_revoke_them(world):
    place = actions.OfferedRole(world.office, world.desk, "caseworker")
    actions.invite(world.scope("sana"), place, email="new@demo.example", language="en", at=AT)

    assert profiles.revocable_invitations(world.scope("dana"), world.office).count() == 1
    assert profiles.revocable_invitations(world.scope("sana"), world.office).count() == 1
    assert not profiles.revocable_invitations(world.scope("amal"), world.office)
    assert not profiles.revocable_invitations(world.scope("dana"), world.other)


@pytest.mark.parametrize(
    ("name", "invites"),
    [("dana", True), ("sana", True), ("amal", False), ("emil", False), ("olga", False)],
)
def test_administrators_and_supervisors_invite(world, name, invites):
    assert access.can_invite_in(world.scope(name), world.office) is invites


def test_organisations_without_manager_are_listed(world):
    fresh = make_organisation("Demo fresh", "GR")
    make_organisation("Demo new", state=OrganisationState.PROPOSED)
    make_person("femi", fresh, "reader")
    assert names(profiles.organisations_without_manager()) == ["Demo fresh"]

    give(world.chidi, fresh, "organisation_admin", state=MembershipState.ENROLLED)

    assert names(profiles.organisations_without_manager()) == []
    assert [each.user for each in profiles.manager_memberships(fresh)] == [world.chidi]


def test_missing_data_protection_officer_is_reported(world):
    assert not profiles.has_officer(world.office)
    officer = make_person("jonas", world.office, "protection_officer")
    assert profiles.has_officer(world.office)

    place = world.place("dana").__class__.objects.get(user=officer)
    actions.end_membership(world.scope("dana"), place, at=AT + timedelta(hours=1))

    assert not profiles.has_officer(world.office)


TEAM_ROLES = ["caseworker", "supervisor", "receiver"]


@pytest.mark.parametrize(
    ("name", "team", "given"),
    [
        ("dana", "desk", TEAM_ROLES),
        ("sana", "desk", TEAM_ROLES),
        ("sana", "shelter", []),
        ("amal", "desk", ["caseworker", "receiver"]),
        ("sana", None, []),
        ("olga", None, ["operator"]),
    ],
)
def test_only_grantable_roles_are_offered(world, name, team, given):
    place = getattr(world, team) if team else None

    assert profiles.grantable_roles(world.scope(name), world.office, place) == given


def test_an_administrator_gives_every_role_of_the_organisation_but_the_platforms(world):
    found = profiles.grantable_roles(world.scope("dana"), world.office, None)

    assert {"organisation_admin", "protection_officer", "reader"} < set(found)
    assert "operator" not in found


def test_own_organisations_without_a_team_are_listed(world):
    assert names(profiles.organisations_without_team(world.scope("dana"))) == []

    for team in (world.desk, world.shelter):
        actions.retire_team(world.scope("dana"), team, at=AT)

    assert names(profiles.organisations_without_team(world.scope("dana"))) == ["Demo office"]
    assert names(profiles.organisations_without_team(world.scope("emil"))) == []


def test_last_membership_is_recognised(world):
    assert profiles.is_last_membership(world.place("amal"))
    other = give(world.amal, world.other, "trainer")

    assert not profiles.is_last_membership(other)


def test_a_supervisor_invites_to_their_team_and_an_administrator_to_all(world):
    found = {
        name: names(profiles.teams_open_to_invitations(world.scope(name), world.office))
        for name in ("dana", "sana", "amal", "olga")
    }

    assert found == {
        "dana": ["Demo desk", "Demo shelter"],
        "sana": ["Demo desk"],
        "amal": [],
        "olga": [],
    }


def test_only_visible_memberships_have_a_page(world):
    own, foreign = world.place("amal"), world.place("chidi")

    assert profiles.openable_memberships(world.scope("sana"), [own.pk, foreign.pk]) == {own.pk}
