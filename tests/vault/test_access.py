import uuid
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from protect.orgs.enums import EndReason, MembershipState, OrganisationState, TeamState
from protect.orgs.models import Membership, Organisation, Team
from protect.orgs.scope import ANONYMOUS_SCOPE
from protect.vault import access
from protect.vault.enums import KeyState, Kind
from protect.vault.formats.wraps import VERSION
from protect.vault.models import Record, RecoveryOfficer, TeamKey
from tests.orgs.conftest import (
    AT,
    World,
    give,
    make_organisation,
    make_person,
    make_team,
    make_world,
)

pytestmark = pytest.mark.django_db
WRAPPED = bytes([VERSION])


@pytest.fixture
def world(db: None) -> World:
    return make_world()


# --- records --------------------------------------------------------------------------------------


def note(team: Team) -> Record:
    return Record.objects.create(
        kind=Kind.NOTE, owner_team=team, retention=date(2027, 11, 1), created=AT, changed=AT
    )


def refusal(scope, pk, kind=Kind.NOTE) -> tuple:
    with pytest.raises(Http404) as refused:
        access.get_record(scope, pk, kind)
    return refused.value.args


def test_a_record_comes_with_its_team_and_organisation_in_one_query(
    world, django_assert_num_queries
):
    note(world.desk)
    record, scope = note(world.desk), world.scope("amal")

    with django_assert_num_queries(1):
        found = access.get_record(scope, record.pk, Kind.NOTE)
        assert (found.owner_team, found.owner_team.organisation) == (world.desk, world.office)

    assert found == record


@pytest.mark.parametrize("name", ["bela", "chidi", "dana", "emil", "olga"])
def test_record_is_visible_to_members_of_its_team_only(world, name):
    record = note(world.desk)

    assert refusal(world.scope(name), record.pk) == ()
    assert access.get_record(world.scope("sana"), record.pk, Kind.NOTE) == record


def test_foreign_missing_and_other_kinds_give_the_same_404(world):
    own, foreign, scope = note(world.desk), note(world.shelter), world.scope("amal")

    answers = {
        refusal(scope, foreign.pk),
        refusal(scope, uuid.uuid4()),
        refusal(scope, own.pk, Kind.PACKET),
    }

    assert answers == {()}


def test_a_record_of_a_retired_team_is_not_there(world):
    record = note(world.desk)
    Team.objects.filter(pk=world.desk.pk).update(state=TeamState.RETIRED, retired_at=AT)

    assert refusal(world.scope("amal"), record.pk) == ()


def test_user_without_work_permission_is_refused(world):
    record = note(world.shelter)
    world.people["noor"] = make_person("noor", world.office, "caseworker", world.shelter)

    assert access.must_have_work_permission(world.scope("noor"), record) is None
    for name in ("bela", "amal", "dana", "olga"):  # bela only receives, amal works elsewhere
        with pytest.raises(PermissionDenied):
            access.must_have_work_permission(world.scope(name), record)


# --- teams ----------------------------------------------------------------------------------------


def seen(scope) -> set[str]:
    return {team.name for team in access.reachable_teams(scope).order_by("pk")}


def key(
    team: Team, version: int = 1, state: KeyState = KeyState.ACTIVE, **change: uuid.UUID
) -> TeamKey:
    return TeamKey.objects.create(
        team=team, version=version, public=b"", state=state, created=AT, **change
    )


def officer(organisation: Organisation, slot: int) -> RecoveryOfficer:
    return RecoveryOfficer.objects.create(
        organisation=organisation, slot=slot, public=b"", wrapped=WRAPPED, created=AT
    )


def partners(team: Team) -> list[TeamKey]:
    return list(access.find_partner_keys(team))


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
def test_users_see_own_and_managed_teams(world, name, teams):
    assert seen(world.scope(name)) == teams


def test_anonymous_user_sees_no_team(world):
    assert seen(ANONYMOUS_SCOPE) == set()


@pytest.mark.parametrize("state", [MembershipState.ENROLLED, MembershipState.PENDING])
def test_waiting_member_sees_the_team(world, state):
    give(world.chidi, world.office, "caseworker", world.desk, state)

    assert seen(world.scope("chidi")) == {"Demo desk", "Demo team"}
    assert seen(world.scope("bela")) == {"Demo shelter"}  # it is not she who waits


def test_former_member_does_not_see_the_team(world):
    Membership.objects.filter(user=world.amal).update(
        state=MembershipState.LEFT, ended_at=AT, end_reason=EndReason.REMOVED
    )

    assert seen(world.scope("amal")) == set()


def test_retired_team_is_hidden_from_waiting_members(world):
    give(world.chidi, world.office, "caseworker", world.desk, MembershipState.PENDING)
    Team.objects.filter(pk=world.desk.pk).update(state=TeamState.RETIRED, retired_at=AT)

    assert seen(world.scope("chidi")) == {"Demo team"}


def test_team_of_a_suspended_organisation_is_hidden_from_waiting_members(world):
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


def test_managed_organisations_are_those_that_the_user_administers(world):
    first = make_organisation("Demo a")
    give(world.dana, first, "organisation_admin")
    give(world.dana, world.other, "coordinator")

    assert list(access.managed_organisations(world.scope("dana"))) == [first, world.office]
    assert list(access.managed_organisations(world.scope("amal"))) == []


def test_organisations_with_the_same_name_have_a_stable_order(world):
    countries = ("BE", "BG", "ES", "GR", "HR", "HU", "IE", "IT")
    twins = [make_organisation("Demo twins", country) for country in countries]
    for organisation in twins:
        give(world.emil, organisation, "organisation_admin")

    found = access.managed_organisations(world.scope("emil"))

    assert list(found) == [world.other, *sorted(twins, key=lambda each: each.pk)]
    assert found.query.order_by == ("name", "pk")  # SQLite sorts by the id in any case


def test_a_suspended_organisation_is_not_managed(world):
    scope = world.scope("dana")
    Organisation.objects.filter(pk=world.office.pk).update(
        state=OrganisationState.SUSPENDED, suspended_at=AT
    )

    assert list(access.managed_organisations(scope)) == []


# --- officers -------------------------------------------------------------------------------------


def test_officer_is_loaded_by_slot_with_the_organisation(world, django_assert_num_queries):
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


def test_slot_without_an_officer_is_not_found(world):
    officer(world.other, 1)
    officer(world.office, 2)

    with pytest.raises(Http404) as refused:
        access.get_officer(world.office, 1)
    assert refused.value.args == ()


# --- partners -------------------------------------------------------------------------------------


def test_partner_keys_are_those_of_working_teams_elsewhere(world):
    key(world.desk)
    key(world.shelter)
    key(world.other_team, 1, KeyState.RETIRED)
    key(world.other_team, 2, KeyState.RETIRING)
    newest = key(world.other_team, 3)

    assert partners(world.desk) == [newest]


@pytest.mark.parametrize("state", TeamState)
def test_partner_team_counts_as_working_during_key_renewal(world, state):
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


def test_partners_are_ordered_by_country_organisation_and_team(world, django_assert_num_queries):
    places = [("IE", "Demo z", "Demo y"), ("MT", "Demo a", "Demo z"), ("MT", "Demo b", "Demo a")]
    places += [("MT", "Demo b", "Demo b"), ("MT", "Demo b", "Demo c")]
    named = {}
    for country, name, team in [places[3], places[0], places[4], places[2], places[1]]:
        if name not in named:
            named[name] = make_organisation(name, country)
        last_first = uuid.UUID(int=len(places) - places.index((country, name, team)))
        key(make_team(named[name], team), pk=last_first)

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
        assert access.get_partner_key(world.desk, pk) == expected


def test_own_and_missing_partner_teams_give_the_same_404(world):
    key(world.shelter)
    answers = set()
    for pk in (world.shelter.pk, world.desk.pk, world.other_team.pk, uuid.uuid4()):
        with pytest.raises(Http404) as refused:
            access.get_partner_key(world.desk, pk)
        answers.add(refused.value.args)

    assert answers == {()}
