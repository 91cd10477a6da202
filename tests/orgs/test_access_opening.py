from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from protect.kernel.ids import hash_token
from protect.orgs import access
from protect.orgs.enums import (
    OrganisationState,
    Permission,
    TeamState,
)
from protect.orgs.errors import InvitationGone
from protect.orgs.models import Invitation, Organisation, Team
from tests.orgs.conftest import AT, make_organisation
from tests.orgs.leaving import leave, refusal

pytestmark = pytest.mark.django_db
EVERYBODY = ["amal", "sana", "bela", "chidi", "dana", "emil", "olga"]


# --- what one may open ----------------------------------------------------------------------------


def test_team_and_membership_load_in_one_query(world, django_assert_num_queries):
    place, scope = world.place("amal"), world.scope("sana")

    with django_assert_num_queries(1):
        team = access.get_team(scope, world.desk.pk)
        assert (team, team.organisation) == (world.desk, world.office)
    with django_assert_num_queries(1):
        found = access.get_membership(scope, place.pk)
        assert (found.user, found.team, found.organisation) == (
            world.amal,
            world.desk,
            world.office,
        )
    assert found == place


def test_an_organisation_is_found_by_its_id(world):
    assert access.get_organisation(world.scope("olga"), world.other.pk) == world.other
    assert access.get_organisation(world.scope("olga"), world.office.pk) == world.office
    with pytest.raises(Http404):
        access.get_organisation(world.scope("amal"), world.other.pk)


def test_ended_membership_is_not_found(world):
    place = world.place("amal")
    leave(world.amal)

    assert refusal(lambda: access.get_membership(world.scope("sana"), place.pk)) == ()


def invite(world, team: Team | None, token: str = "a token", **change) -> Invitation:
    return Invitation.objects.create(
        email="new@demo.example",
        organisation=change.pop("organisation", world.office),
        team=team,
        role="caseworker" if team else "trainer",
        token_hash=hash_token(token),
        created=AT,
        expires=AT + timedelta(days=7),
        **change,
    )


def test_open_invitation_is_visible_to_users_who_may_invite(world, django_assert_num_queries):
    invite(world, world.desk, "another")
    invitation, scope = invite(world, world.desk), world.scope("sana")

    with django_assert_num_queries(1):
        found = access.get_invitation(scope, invitation.pk)
        assert found.team == world.desk
    assert found == invitation
    for name in ("amal", "bela", "chidi", "olga"):
        assert refusal(lambda: access.get_invitation(world.scope(name), invitation.pk)) == ()  # noqa: B023


@pytest.mark.parametrize("change", [{"accepted_at": AT}, {"revoked_at": AT}])
def test_used_or_revoked_invitation_is_not_found(world, change):
    invitation = invite(world, world.desk, **change)

    assert refusal(lambda: access.get_invitation(world.scope("sana"), invitation.pk)) == ()


def test_a_link_leads_to_its_invitation_in_one_query(world, django_assert_num_queries):
    invite(world, None, "another")
    expected = invite(world, world.desk)

    with django_assert_num_queries(1):
        found = access.get_invitation_by_token("a token", at=AT)
        assert (found.organisation, found.team) == (world.office, world.desk)
    assert found == expected
    assert access.get_invitation_by_token("another", at=AT).team is None


def test_a_link_is_open_until_it_expires(world):
    invite(world, world.desk)

    assert access.get_invitation_by_token("a token", at=AT + timedelta(days=7, microseconds=-1))
    with pytest.raises(InvitationGone):
        access.get_invitation_by_token("a token", at=AT + timedelta(days=7))


@pytest.mark.parametrize("change", [{"accepted_at": AT}, {"revoked_at": AT}])
def test_a_used_or_revoked_link_is_as_gone_as_an_unknown_one(world, change):
    invite(world, world.desk, **change)

    for token in ("a token", "unknown", ""):
        with pytest.raises(InvitationGone) as refused:
            access.get_invitation_by_token(token, at=AT)
        assert refused.value.facts == {}


@pytest.mark.parametrize(
    "state", [state for state in OrganisationState if state != OrganisationState.ACTIVE]
)
def test_no_link_leads_into_an_organisation_that_is_not_active(world, state):
    organisation = make_organisation("Demo new", state=OrganisationState.PROPOSED)
    dates = {"suspended": {"suspended_at": AT}, "left": {"left_at": AT}}.get(state, {})
    Organisation.objects.filter(pk=organisation.pk).update(state=state, **dates)
    invite(world, None, organisation=organisation)

    with pytest.raises(InvitationGone):
        access.get_invitation_by_token("a token", at=AT)


@pytest.mark.parametrize("state", TeamState)
def test_a_link_leads_into_every_team_but_a_retired_one(world, state):
    expected = invite(world, world.desk)
    retired = {"retired_at": AT} if state == TeamState.RETIRED else {}
    Team.objects.filter(pk=world.desk.pk).update(state=state, **retired)

    if state == TeamState.RETIRED:
        with pytest.raises(InvitationGone):
            access.get_invitation_by_token("a token", at=AT)
    else:
        assert access.get_invitation_by_token("a token", at=AT) == expected


def test_token_is_stored_as_sha_256():
    known = "3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0"

    assert hash_token("token") == known
    assert len(hash_token("\ud800")) == 64  # half a letter, as an address may hold


# --- what one may do ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "permission", "may"),
    [
        ("dana", Permission.MANAGE_ORGANISATION, True),
        ("emil", Permission.MANAGE_ORGANISATION, False),
        ("sana", Permission.INVITE, False),  # in her team alone
        ("olga", Permission.OPERATE, True),
    ],
)
def test_permissions_in_an_organisation(world, name, permission, may):
    if may:
        assert access.must(world.scope(name), permission, organisation=world.office) is None
    else:
        with pytest.raises(PermissionDenied):
            access.must(world.scope(name), permission, organisation=world.office)


@pytest.mark.parametrize(("name", "may"), [("olga", True), ("dana", False), ("amal", False)])
def test_only_operators_may_operate(world, name, may):
    if may:
        assert access.must(world.scope(name), Permission.OPERATE) is None
    else:
        with pytest.raises(PermissionDenied):
            access.must(world.scope(name), Permission.OPERATE)


MANAGE = {
    "amal": {"sana", "dana"},  # a place in a team
    "sana": {"sana", "dana"},
    "chidi": {"chidi", "emil"},
    "dana": {"dana"},  # in an organisation
    "emil": {"emil"},
    "olga": {"olga"},  # on the platform: not for who administers the organisation
}


@pytest.mark.parametrize("name", EVERYBODY)
@pytest.mark.parametrize("of", MANAGE)
def test_membership_is_managed_at_its_level(world, name, of):
    place = world.place(of)

    if name in MANAGE[of]:
        assert access.must_manage(world.scope(name), place) is None
    else:
        with pytest.raises(PermissionDenied):
            access.must_manage(world.scope(name), place)


@pytest.mark.parametrize(
    ("name", "role", "team", "may"),
    [
        ("sana", "caseworker", "desk", True),
        ("sana", "supervisor", "desk", True),
        ("sana", "caseworker", "shelter", False),
        ("amal", "supervisor", "desk", False),
        ("amal", "receiver", "desk", True),  # whether she may invite is asked elsewhere
        ("dana", "supervisor", "desk", True),  # the first of a team; she opens no file
        ("emil", "supervisor", "desk", False),
        ("dana", "trainer", None, True),
        ("dana", "operator", None, False),
        ("emil", "trainer", None, False),
        ("olga", "operator", None, True),
        ("olga", "trainer", None, False),
        ("sana", "trainer", None, False),
    ],
)
def test_user_cannot_give_a_role_with_more_permissions(world, name, role, team, may):
    where = {"team": team and getattr(world, team), "organisation": world.office}

    if may:
        assert access.must_give_role(world.scope(name), role, **where) is None
    else:
        with pytest.raises(PermissionDenied):
            access.must_give_role(world.scope(name), role, **where)
