"""Who may do what in an organisation, which organisations they reach, and who is its last."""

import pytest
from django.core.exceptions import PermissionDenied

from protect.orgs import access
from protect.orgs.enums import EndReason, MembershipState, OrganisationState
from protect.orgs.models import Membership, Organisation
from protect.orgs.scope import ANONYMOUS_SCOPE
from tests.orgs.conftest import AT, World, give, make_organisation, make_person
from tests.orgs.leaving import leave, refusal

pytestmark = pytest.mark.django_db
EVERYBODY = ("amal", "sana", "bela", "chidi", "dana", "emil", "olga")
OFFICE = {"amal", "sana", "bela", "dana"}


def suspend(organisation: Organisation) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(
        state=OrganisationState.SUSPENDED, suspended_at=AT
    )


def become(place: Membership, state: MembershipState) -> Membership:
    """Return a place as it stands in another state."""
    left = {"ended_at": AT, "end_reason": EndReason.REMOVED}
    Membership.objects.filter(pk=place.pk).update(
        state=state, **(left if state == MembershipState.LEFT else {})
    )
    return Membership.objects.get(pk=place.pk)


def who_may(ask, world: World, organisation: Organisation) -> set[str]:
    """Return the people for whom a question about an organisation is answered with yes."""
    return {name for name in EVERYBODY if ask(world.scope(name), organisation)}


def not_refused(ask, world: World, organisation: Organisation) -> set[str]:
    """Return the people who are not refused."""
    found = set()
    for name in EVERYBODY:
        try:
            ask(world.scope(name), organisation)
        except PermissionDenied:
            continue
        found.add(name)
    return found


# --- suspended organisations ----------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERYBODY)
def test_active_organisation_is_in_reach_of_members_and_operators(world, name):
    scope = world.scope(name)

    if name in OFFICE or name == "olga":
        assert access.get_organisation_in_reach(scope, world.office.pk) == world.office
    else:
        assert refusal(lambda: access.get_organisation_in_reach(scope, world.office.pk)) == ()


@pytest.mark.parametrize("name", EVERYBODY)
def test_suspended_organisation_stays_in_reach_of_members(world, name):
    suspend(world.office)
    scope = world.scope(name)

    if name in OFFICE or name == "olga":
        assert access.get_organisation_in_reach(scope, world.office.pk) == world.office
    else:
        assert refusal(lambda: access.get_organisation_in_reach(scope, world.office.pk)) == ()


def test_each_organisation_in_reach_is_found_by_its_own_id(world):
    suspend(world.office)
    give(world.amal, world.other, "trainer")
    scope = world.scope("amal")

    for organisation in (world.office, world.other):
        assert access.get_organisation_in_reach(scope, organisation.pk) == organisation


def test_suspended_organisations_are_only_the_users_own(world):
    foreign = make_organisation("Demo foreign", state=OrganisationState.SUSPENDED)
    give(world.amal, world.other, "trainer")
    suspend(world.office)

    assert list(access.suspended_organisations(world.scope("amal"))) == [world.office]
    assert list(access.suspended_organisations(world.scope("chidi"))) == []
    assert list(access.suspended_organisations(ANONYMOUS_SCOPE)) == []
    assert refusal(lambda: access.get_organisation_in_reach(world.scope("amal"), foreign.pk)) == ()


def test_waiting_member_reaches_a_suspended_organisation_and_former_member_does_not(world):
    become(world.place("bela"), MembershipState.PENDING)
    leave(world.amal)
    suspend(world.office)

    assert list(access.suspended_organisations(world.scope("bela"))) == [world.office]
    assert list(access.suspended_organisations(world.scope("amal"))) == []


@pytest.mark.parametrize("state", [s for s in OrganisationState if s != "suspended"])
def test_organisation_in_another_state_is_not_listed_as_suspended(world, state):
    become(world.place("bela"), MembershipState.PENDING)
    left = {"left_at": AT} if state == OrganisationState.LEFT else {}
    Organisation.objects.filter(pk=world.office.pk).update(state=state, **left)

    assert list(access.suspended_organisations(world.scope("bela"))) == []


# --- people and invitations -----------------------------------------------------------------------


def test_members_are_visible_to_members_and_operators(world):
    for ask, found in ((access.may_see_people, who_may), (access.must_see_people, not_refused)):
        assert found(ask, world, world.office) == {*OFFICE, "olga"}
        assert found(ask, world, world.other) == {"chidi", "emil", "olga"}


def test_members_of_a_suspended_organisation_are_visible_to_operators_only(world):
    suspend(world.office)

    assert who_may(access.may_see_people, world, world.office) == {"olga"}


def test_former_member_sees_no_members(world):
    leave(world.amal)

    assert who_may(access.may_see_people, world, world.office) == {"sana", "bela", "dana", "olga"}


def test_invite_permission_counts_in_a_team_or_the_organisation(world):
    for ask, found in (
        (access.can_invite_in, who_may),
        (access.must_invite_in, not_refused),
    ):
        assert found(ask, world, world.office) == {"sana", "dana"}
        assert found(ask, world, world.other) == {"chidi", "emil"}


def test_second_role_without_invite_permission_does_not_matter(world):
    give(world.dana, world.other, "trainer")
    give(world.amal, world.office, "organisation_admin")

    assert who_may(access.can_invite_in, world, world.office) == {"amal", "sana", "dana"}
    assert who_may(access.can_invite_in, world, world.other) == {"chidi", "emil"}


# --- managing places ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "by"),
    [
        ("amal", {"sana", "dana"}),
        ("chidi", {"chidi", "emil"}),
        ("dana", {"dana"}),
        ("olga", {"olga"}),
    ],
)
def test_memberships_that_each_user_can_manage(world, of, by):
    place = world.place(of)

    assert {name for name in EVERYBODY if access.can_manage_member(world.scope(name), place)} == by


# --- the last -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERYBODY)
def test_the_only_administrator_and_the_only_operator_are_the_last(world, name):
    assert access.is_last_manager(world.place(name)) == (name in {"dana", "emil", "olga"})


@pytest.mark.parametrize(("name", "role"), [("dana", "organisation_admin"), ("olga", "operator")])
def test_neither_of_two_managers_is_the_last(world, name, role):
    place = world.place(name)
    second = give(world.amal, place.organisation, role)

    assert not access.is_last_manager(place)
    assert not access.is_last_manager(second)

    become(second, MembershipState.LEFT)
    assert access.is_last_manager(place)


@pytest.mark.parametrize(("name", "role"), [("dana", "organisation_admin"), ("olga", "operator")])
@pytest.mark.parametrize("state", [s for s in MembershipState if s != MembershipState.ACTIVE])
def test_inactive_manager_does_not_count_as_last_or_other(world, name, role, state):
    place = world.place(name)
    second = become(give(world.amal, place.organisation, role), state)

    assert not access.is_last_manager(second)
    assert access.is_last_manager(place)


def test_administrator_of_another_organisation_does_not_count(world):
    give(world.amal, world.other, "organisation_admin")

    assert access.is_last_manager(world.place("dana"))
    assert not access.is_last_manager(world.place("emil"))


def test_operator_of_another_organisation_counts(world):
    give(world.amal, world.office, "operator")

    assert not access.is_last_manager(world.place("olga"))


# --- leaving --------------------------------------------------------------------------------------


def test_administrators_and_operators_may_end_an_organisation(world):
    assert who_may(access.may_end_organisation, world, world.office) == {"dana", "olga"}
    assert who_may(access.may_end_organisation, world, world.other) == {"emil", "olga"}


@pytest.mark.parametrize("state", OrganisationState)
def test_organisation_that_left_cannot_be_ended_again(world, state):
    scopes = [world.scope("dana"), world.scope("olga")]
    world.office.state = state

    for scope in scopes:
        assert access.may_end_organisation(scope, world.office) == (state != OrganisationState.LEFT)


# --- the list of organisations --------------------------------------------------------------------


def listed(world: World, name: str) -> set[str]:
    return {each.name for each in access.listed_organisations(world.scope(name))}


def test_list_has_own_organisations_or_all_for_an_operator(world):
    make_organisation("Demo new", state=OrganisationState.PROPOSED)
    make_organisation("Demo paused", state=OrganisationState.SUSPENDED)
    give(world.amal, world.other, "trainer")

    assert listed(world, "olga") == {"Demo office", "Demo other", "Demo new", "Demo paused"}
    assert listed(world, "dana") == {"Demo office"}  # the new one stands among those to vouch for
    assert listed(world, "chidi") == {"Demo other"}
    assert listed(world, "amal") == {"Demo office", "Demo other"}
    assert list(access.listed_organisations(ANONYMOUS_SCOPE)) == []


def test_only_organisation_of_a_member_who_cannot_vouch(world):
    only = {name: access.only_organisation(world.scope(name)) for name in EVERYBODY}

    office, other = world.office.pk, world.other.pk
    assert only == {
        "amal": office,
        "sana": office,
        "bela": office,
        "chidi": other,
        "dana": None,  # may vouch
        "emil": None,
        "olga": None,  # sees all
    }


def test_two_memberships_in_one_organisation_count_as_one(world):
    give(world.amal, world.office, "trainer")

    assert access.only_organisation(world.scope("amal")) == world.office.pk


def test_member_of_two_organisations_or_none_has_no_only_organisation(world):
    give(world.amal, world.other, "trainer")
    world.people["lina"] = make_person("lina", world.office, "trainer")
    leave(world.lina)

    assert access.only_organisation(world.scope("amal")) is None
    assert access.only_organisation(world.scope("lina")) is None
    assert access.only_organisation(ANONYMOUS_SCOPE) is None
