import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import RequestFactory

from protect.orgs import access
from protect.orgs.enums import (
    EndReason,
    MembershipState,
    OrganisationState,
    Permission,
    TeamState,
)
from protect.orgs.models import Membership, Organisation, Team, User
from protect.orgs.scope import ANONYMOUS_SCOPE, HeldRole
from tests.orgs.conftest import AT, give, make_organisation, make_person
from tests.orgs.leaving import leave, refusal
from tests.refusals import refuses

pytestmark = pytest.mark.django_db
EVERYBODY = ["amal", "sana", "bela", "chidi", "dana", "emil", "olga"]


def asked_by(user):
    request = RequestFactory().get("/")
    request.user = user
    return request


def test_a_scope_takes_one_query_for_a_whole_request(world, django_assert_num_queries):
    request = asked_by(world.amal)

    with django_assert_num_queries(1):
        first, second = access.scope_of(request), access.scope_of(request)

    assert first is second
    assert first.held == (HeldRole("caseworker", world.office.pk, world.desk.pk),)


def test_anonymous_scope_needs_no_query(world, django_assert_num_queries):
    with django_assert_num_queries(0):
        scope = access.scope_of(asked_by(AnonymousUser()))

    assert scope == ANONYMOUS_SCOPE
    assert not any(scope.may(each) for each in Permission)


@pytest.mark.parametrize("state", [s for s in MembershipState if s != MembershipState.ACTIVE])
def test_only_an_active_membership_gives_anything(world, state):
    left = {"ended_at": AT, "end_reason": EndReason.REMOVED}
    Membership.objects.filter(user=world.amal).update(
        state=state, **(left if state == MembershipState.LEFT else {})
    )

    assert world.scope("amal").held == ()


def test_suspended_organisation_gives_no_permissions(world):
    Organisation.objects.filter(pk=world.office.pk).update(
        state=OrganisationState.SUSPENDED, suspended_at=AT
    )

    assert [world.scope(name).held for name in ("amal", "bela", "dana")] == [(), (), ()]
    assert world.scope("chidi").held


def test_retired_team_gives_no_permissions(world):
    give(world.amal, world.office, "trainer")
    Team.objects.filter(pk=world.desk.pk).update(state=TeamState.RETIRED, retired_at=AT)

    assert world.scope("amal").held == (HeldRole("trainer", world.office.pk, None),)


def test_suspended_account_has_no_permissions(world):
    User.objects.filter(pk=world.amal.pk).update(is_active=False, suspended_at=AT)

    assert world.scope("amal").held == ()


SEES_TEAM = {
    "desk": {"amal", "sana", "dana"},
    "shelter": {"bela", "dana"},
    "other_team": {"chidi", "emil"},
}


@pytest.mark.parametrize("name", EVERYBODY)
@pytest.mark.parametrize("team", SEES_TEAM)
def test_team_is_visible_to_members_and_administrator(world, name, team):
    sought = getattr(world, team)

    if name in SEES_TEAM[team]:
        assert access.get_team(world.scope(name), sought.pk) == sought
    else:
        with pytest.raises(Http404):
            access.get_team(world.scope(name), sought.pk)


def test_foreign_missing_and_retired_teams_give_the_same_404(world):
    scope, missing = world.scope("chidi"), uuid.uuid4()
    Team.objects.filter(pk=world.other_team.pk).update(state=TeamState.RETIRED, retired_at=AT)
    answers = {
        refusal(lambda: access.get_team(scope, world.desk.pk)),
        refusal(lambda: access.get_team(scope, world.other_team.pk)),
        refusal(lambda: access.get_team(scope, missing)),
        refusal(lambda: access.get_organisation(scope, world.office.pk)),
        refusal(lambda: access.get_membership(scope, world.place("amal").pk)),
        refusal(lambda: access.get_invitation(scope, missing)),
        refusal(lambda: access.get_user(scope, world.amal.pk)),
    }

    assert answers == {()}


@pytest.mark.parametrize("name", EVERYBODY)
def test_organisation_is_visible_to_members_and_operators(world, name):
    is_own = world.place(name).organisation == world.office

    seen = Organisation.objects.visible_to(world.scope(name))

    assert seen.filter(pk=world.office.pk).exists() == (is_own or name == "olga")


@pytest.mark.parametrize(("name", "sees"), [("dana", 1), ("emil", 1), ("olga", 1), ("amal", 0)])
def test_proposed_organisation_is_visible_to_users_who_may_vouch(world, name, sees):
    new = make_organisation("Demo new", state=OrganisationState.PROPOSED)

    seen = Organisation.objects.visible_to(world.scope(name)).waiting()

    assert seen.filter(pk=new.pk).count() == sees


SEES_PEOPLE = {
    "amal": {"amal", "sana", "dana"},  # her team, and who administers it
    "sana": {"amal", "sana", "dana"},
    "bela": {"bela", "dana"},
    "chidi": {"chidi", "emil", "olga"},
    "dana": {"amal", "sana", "bela", "dana"},
    "emil": {"chidi", "emil", "olga"},
    "olga": {"emil", "olga"},
}


@pytest.mark.parametrize("name", EVERYBODY)
def test_users_see_members_of_their_team_and_organisation_only(world, name):
    rows = Membership.objects.visible_to(world.scope(name)).select_related("user").order_by("pk")

    assert {row.user.email.split("@")[0] for row in rows} == SEES_PEOPLE[name]


def test_officer_sees_teams_and_memberships_of_own_organisation_only(world):
    world.people["jonas"] = make_person("jonas", world.office, "protection_officer")
    scope = world.scope("jonas")

    assert set(Team.objects.visible_to(scope)) == {world.desk, world.shelter}
    rows = Membership.objects.visible_to(scope).select_related("user").order_by("pk")
    names = {row.user.email.split("@")[0] for row in rows}
    assert names == {"amal", "sana", "bela", "dana", "jonas"}
    for permission in set(Permission) - {Permission.READ_AUDIT}:
        assert not scope.may(permission, team=world.desk.pk, organisation=world.office.pk)


def test_waiting_member_sees_own_membership(world):
    Membership.objects.filter(user=world.bela).update(state=MembershipState.PENDING)

    place = access.get_membership(world.scope("bela"), world.place("bela").pk)

    assert place.team == world.shelter


@pytest.mark.parametrize(
    ("name", "permission", "may"),
    [
        ("amal", Permission.WORK, True),
        ("bela", Permission.WORK, False),  # of another team
        ("amal", Permission.ADMIT, False),
        ("sana", Permission.ADMIT, True),
        ("dana", Permission.MANAGE_TEAM, True),  # of any team of her organisation
        ("dana", Permission.WORK, False),  # administers, may read nothing
        ("emil", Permission.MANAGE_TEAM, False),
        ("chidi", Permission.WORK, False),
        ("olga", Permission.WORK, False),
        ("olga", Permission.OPERATE, True),
        ("dana", Permission.OPERATE, False),
    ],
)
def test_permissions_in_a_team(world, name, permission, may):
    if may:
        access.must(world.scope(name), permission, team=world.desk)
    else:
        with pytest.raises(PermissionDenied):
            access.must(world.scope(name), permission, team=world.desk)


def test_a_role_in_a_team_does_not_reach_its_organisation(world):
    scope = world.scope("sana")

    assert scope.may(Permission.INVITE, team=world.desk.pk)
    assert not scope.may(Permission.INVITE, organisation=world.office.pk)
    assert not scope.may(Permission.INVITE)


def test_permission_in_some_organisation(world):
    access.must_have_in_some_organisation(world.scope("dana"), Permission.VOUCH)
    access.must_have_in_some_organisation(world.scope("olga"), Permission.OPERATE)
    with pytest.raises(PermissionDenied):
        access.must_have_in_some_organisation(world.scope("amal"), Permission.VOUCH)


def test_only_operators_open_accounts_of_others(world):
    assert access.get_user(world.scope("olga"), world.amal.pk) == world.amal
    with pytest.raises(Http404):
        access.get_user(world.scope("dana"), world.amal.pk)


@pytest.mark.parametrize(
    ("role", "in_team"),
    [("trainer", True), ("operator", True), ("caseworker", False), ("chief", True)],
)
def test_role_is_given_only_at_its_level(world, role, in_team):
    team = world.desk if in_team else None

    with refuses("role_unknown"):
        access.must_give_role(world.scope("dana"), role, team=team, organisation=world.office)


# --- who asks -------------------------------------------------------------------------------------


FIRST, LAST = uuid.UUID(int=0), uuid.UUID(int=2**128 - 1)


def began(place: Membership, *, days: int, pk: uuid.UUID) -> None:
    """Let a place begin days after the others, with an id that would order it otherwise."""
    Membership.objects.filter(pk=place.pk).update(created=AT + timedelta(days=days), id=pk)


def test_a_scope_lists_places_from_the_oldest_on(world):
    began(world.place("amal"), days=2, pk=FIRST)
    began(give(world.amal, world.other, "trainer"), days=-1, pk=LAST)
    same = [give(world.amal, world.office, role) for role in ("editor", "reader", "ambassador")]

    held = world.scope("amal").held

    among_equals = [row.role for row in sorted(same, key=lambda row: row.pk)]
    assert [each.role for each in held] == ["trainer", *among_equals, "caseworker"]


def test_current_user_is_the_signed_in_account(world):
    assert access.get_current_user(world.scope("amal")) == world.amal
    assert access.must_be_signed_in(world.scope("amal")) == world.amal.pk
    for ask in (access.get_current_user, access.must_be_signed_in):
        with pytest.raises(PermissionDenied):
            ask(ANONYMOUS_SCOPE)


def test_home_organisation_is_that_of_the_oldest_membership(world, django_assert_num_queries):
    newest = make_organisation("Demo newest", "MT")
    began(give(world.amal, world.other, "trainer"), days=-2, pk=LAST)
    began(give(world.amal, newest, "trainer"), days=2, pk=FIRST)

    with django_assert_num_queries(1):
        assert access.home_organisation(world.amal.pk) == world.other
    assert access.home_organisation(world.bela.pk) == world.office


def test_home_organisation_is_stable_for_memberships_of_the_same_age(world):
    places = [world.place("amal")]
    places += [give(world.amal, make_organisation(f"Demo {n}", "MT"), "trainer") for n in range(8)]

    home = min(places, key=lambda place: place.pk).organisation

    assert access.home_organisation(world.amal.pk) == home


def test_user_without_memberships_has_no_home_organisation(world):
    assert access.home_organisation(uuid.uuid4()) is None
    leave(world.amal)
    assert access.home_organisation(world.amal.pk) is None
