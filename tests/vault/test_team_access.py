from __future__ import annotations

import uuid

import pytest
from django.http import Http404

from protect.orgs.enums import EndReason, MembershipState, OrganisationState, TeamState
from protect.orgs.models import Membership, Organisation, Team
from protect.orgs.scope import NOBODY
from protect.vault import access
from protect.vault.enums import KeyState
from protect.vault.formats.wraps import VERSION
from protect.vault.models import RecoveryOfficer, TeamKey
from tests.orgs.conftest import AT, World, give, make_organisation, make_team, make_world

pytestmark = pytest.mark.django_db
WRAPPED = bytes([VERSION])


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def seen(scope) -> set[str]:
    return {team.name for team in access.teams_of(scope).order_by("pk")}


def key(team: Team, version: int = 1, state: KeyState = KeyState.ACTIVE) -> TeamKey:
    return TeamKey.objects.create(team=team, version=version, public=b"", state=state, created=AT)


def officer(organisation: Organisation, slot: int) -> RecoveryOfficer:
    return RecoveryOfficer.objects.create(
        organisation=organisation, slot=slot, public=b"", wrapped=WRAPPED, created=AT
    )


def partners(team: Team) -> list[TeamKey]:
    return list(access.partners_of(team))


# --- teams ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "teams"),
    [
        ("amal", {"Demo desk"}),
        ("bela", {"Demo shelter"}),
        ("dana", {"Demo desk", "Demo shelter"}),
        ("emil", {"Demo team"}),
        ("olga", set()),
    ],
)
def test_people_see_their_teams_and_those_that_they_manage(world, name, teams):
    assert seen(world.scope(name)) == teams


def test_nobody_sees_no_team(world):
    assert seen(NOBODY) == set()


@pytest.mark.parametrize("state", [MembershipState.ENROLLED, MembershipState.PENDING])
def test_who_waits_for_a_team_sees_it(world, state):
    give(world.chidi, world.office, "caseworker", world.desk, state)

    assert seen(world.scope("chidi")) == {"Demo desk", "Demo team"}
    assert seen(world.scope("bela")) == {"Demo shelter"}  # it is not she who waits


def test_who_has_left_sees_the_team_no_more(world):
    Membership.objects.filter(user=world.amal).update(
        state=MembershipState.LEFT, ended_at=AT, end_reason=EndReason.REMOVED
    )

    assert seen(world.scope("amal")) == set()


def test_a_retired_team_is_there_for_nobody_who_waits(world):
    give(world.chidi, world.office, "caseworker", world.desk, MembershipState.PENDING)
    Team.objects.filter(pk=world.desk.pk).update(state=TeamState.RETIRED, retired_at=AT)

    assert seen(world.scope("chidi")) == {"Demo team"}


def test_a_team_of_a_suspended_organisation_is_there_for_nobody_who_waits(world):
    give(world.chidi, world.office, "caseworker", world.desk, MembershipState.PENDING)
    Organisation.objects.filter(pk=world.office.pk).update(
        state=OrganisationState.SUSPENDED, suspended_at=AT
    )

    assert seen(world.scope("chidi")) == {"Demo team"}


def test_a_team_comes_with_its_organisation_in_one_query(world, django_assert_num_queries):
    scope = world.scope("dana")

    with django_assert_num_queries(1):
        found = access.get_team_in_reach(scope, world.desk.pk)
        assert found.organisation == world.office

    assert found == world.desk


def test_foreign_and_missing_teams_cannot_be_told_apart(world):
    answers = set()
    for pk in (world.other_team.pk, world.shelter.pk, uuid.uuid4()):
        with pytest.raises(Http404) as refused:
            access.get_team_in_reach(world.scope("amal"), pk)
        answers.add(refused.value.args)

    assert answers == {()}


# --- organisations --------------------------------------------------------------------------------


def test_managed_are_the_organisations_that_one_administers_by_name(world):
    first = make_organisation("Demo a")
    give(world.dana, first, "organisation_admin")
    give(world.dana, world.other, "coordinator")

    assert list(access.managed_by(world.scope("dana"))) == [first, world.office]
    assert list(access.managed_by(world.scope("amal"))) == []


def test_of_two_with_one_name_the_order_is_the_same_each_time(world):
    countries = ("BE", "BG", "ES", "GR", "HR", "HU", "IE", "IT")
    twins = [make_organisation("Demo twins", country) for country in countries]
    for organisation in twins:
        give(world.emil, organisation, "organisation_admin")

    found = list(access.managed_by(world.scope("emil")))

    assert found == [world.other, *sorted(twins, key=lambda each: each.pk)]


def test_a_suspended_organisation_is_not_managed(world):
    scope = world.scope("dana")
    Organisation.objects.filter(pk=world.office.pk).update(
        state=OrganisationState.SUSPENDED, suspended_at=AT
    )

    assert list(access.managed_by(scope)) == []


# --- officers -------------------------------------------------------------------------------------


def test_an_officer_is_found_by_place_with_the_organisation(world, django_assert_num_queries):
    officers = {
        (organisation.pk, slot): officer(organisation, slot)
        for organisation in (world.other, world.office)
        for slot in (3, 2, 1)
    }

    for organisation in (world.office, world.other):
        for slot in (1, 2, 3):
            with django_assert_num_queries(1):
                found = access.get_officer(organisation, slot)
                assert found.organisation == organisation
            assert found == officers[organisation.pk, slot]


def test_a_place_without_an_officer_is_not_there(world):
    officer(world.other, 1)
    officer(world.office, 2)

    with pytest.raises(Http404) as refused:
        access.get_officer(world.office, 1)
    assert refused.value.args == ()


# --- partners -------------------------------------------------------------------------------------


def test_partners_are_the_keys_of_teams_at_work_elsewhere(world):
    key(world.desk)
    key(world.shelter)
    key(world.other_team, 1, KeyState.RETIRED)
    key(world.other_team, 2, KeyState.RETIRING)
    newest = key(world.other_team, 3)

    assert partners(world.desk) == [newest]


@pytest.mark.parametrize("state", TeamState)
def test_a_partner_team_is_at_work_also_while_its_key_is_changed(world, state):
    retired = {"retired_at": AT} if state == TeamState.RETIRED else {}
    Team.objects.filter(pk=world.other_team.pk).update(state=state, **retired)
    there = key(world.other_team)

    is_at_work = state in {TeamState.ACTIVE, TeamState.ROTATION_DUE}
    assert partners(world.desk) == ([there] if is_at_work else [])


def test_a_suspended_organisation_is_no_partner(world):
    key(world.other_team)
    Organisation.objects.filter(pk=world.other.pk).update(
        state=OrganisationState.SUSPENDED, suspended_at=AT
    )

    assert partners(world.desk) == []


def test_partners_stand_by_country_organisation_and_team(world, django_assert_num_queries):
    places = [("IE", "Demo z", "Demo y"), ("MT", "Demo a", "Demo z"), ("MT", "Demo b", "Demo a")]
    places += [("MT", "Demo b", "Demo b"), ("MT", "Demo b", "Demo c")]
    named = {}
    for country, name, team in [places[3], places[0], places[4], places[2], places[1]]:
        if name not in named:
            named[name] = make_organisation(name, country)
        key(make_team(named[name], team))

    with django_assert_num_queries(1):
        found = [
            (each.team.organisation.country, each.team.organisation.name, each.team.name)
            for each in partners(world.desk)
        ]

    assert found == places


def test_a_partner_is_found_by_its_team(world):
    other = make_team(world.other, "Demo another")
    keys = {team.pk: key(team) for team in (other, world.other_team)}

    for pk, expected in keys.items():
        assert access.get_partner(world.desk, pk) == expected


def test_one_s_own_and_missing_partners_cannot_be_told_apart(world):
    key(world.shelter)
    answers = set()
    for pk in (world.shelter.pk, world.desk.pk, world.other_team.pk, uuid.uuid4()):
        with pytest.raises(Http404) as refused:
            access.get_partner(world.desk, pk)
        answers.add(refused.value.args)

    assert answers == {()}
