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


def test_a_proposal_says_how_many_words_it_has_and_needs(world, proposed):
    assert profiles.count_vouches(proposed) == VouchCount(0, 2)

    actions.vouch(world.scope("dana"), proposed, by=world.office, at=AT)

    assert profiles.count_vouches(proposed) == VouchCount(1, 2)
    assert [each.by_organisation for each in profiles.vouches_received_by(proposed)] == [
        world.office
    ]


def test_the_word_of_an_organisation_that_stopped_does_not_count(world, proposed):
    actions.vouch(world.scope("dana"), proposed, by=world.office, at=AT)
    actions.suspend_organisation(world.scope("olga"), world.office, at=AT)

    assert profiles.count_vouches(proposed) == VouchCount(0, 1)


def test_one_vouches_for_each_of_ones_organisations_once(world, proposed):
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


def test_a_proposal_waits_for_the_word_of_those_who_have_not_given_it(world, proposed):
    assert names(profiles.proposals_to_vouch_for(world.scope("dana"))) == ["Demo new"]
    assert names(profiles.proposals_to_vouch_for(world.scope("amal"))) == []
    assert names(profiles.proposals_to_vouch_for(ANONYMOUS_SCOPE)) == []

    actions.vouch(world.scope("dana"), proposed, by=world.office, at=AT)

    assert names(profiles.proposals_to_vouch_for(world.scope("dana"))) == []
    assert names(profiles.proposals_to_vouch_for(world.scope("emil"))) == ["Demo new"]


def test_a_person_with_two_places_counts_once(world):
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
def test_people_are_seen_by_colleagues_and_by_those_who_run_the_platform(world, name, seen):
    assert people(profiles.visible_memberships(world.scope(name), world.office)) == seen


def test_invitations_are_seen_by_those_who_could_take_them_back(world):
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


def test_what_nobody_manages_yet_is_found(world):
    fresh = make_organisation("Demo fresh", "GR")
    make_organisation("Demo new", state=OrganisationState.PROPOSED)
    make_person("femi", fresh, "reader")
    assert names(profiles.organisations_without_manager()) == ["Demo fresh"]

    give(world.chidi, fresh, "organisation_admin", state=MembershipState.ENROLLED)

    assert names(profiles.organisations_without_manager()) == []
    assert [each.user for each in profiles.manager_memberships(fresh)] == [world.chidi]


def test_a_data_protection_officer_is_missed_until_there_is_one(world):
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
def test_nobody_is_offered_a_role_that_they_may_not_give(world, name, team, given):
    place = getattr(world, team) if team else None

    assert profiles.grantable_roles(world.scope(name), world.office, place) == given


def test_an_administrator_gives_every_role_of_the_organisation_but_the_platforms(world):
    found = profiles.grantable_roles(world.scope("dana"), world.office, None)

    assert {"organisation_admin", "protection_officer", "reader"} < set(found)
    assert "operator" not in found


def test_ones_own_organisations_without_a_team_are_found(world):
    assert names(profiles.organisations_without_team(world.scope("dana"))) == []

    for team in (world.desk, world.shelter):
        actions.retire_team(world.scope("dana"), team, at=AT)

    assert names(profiles.organisations_without_team(world.scope("dana"))) == ["Demo office"]
    assert names(profiles.organisations_without_team(world.scope("emil"))) == []


def test_who_has_no_other_place_is_known(world):
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


def test_only_places_that_one_may_see_have_a_page(world):
    own, foreign = world.place("amal"), world.place("chidi")

    assert profiles.openable_memberships(world.scope("sana"), [own.pk, foreign.pk]) == {own.pk}
