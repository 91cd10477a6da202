"""Who may do what with keys, kits and accounts: what each refusal goes by."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from protect.orgs.enums import MembershipState, TeamState
from protect.orgs.models import Membership, Team, User
from protect.vault import access
from protect.vault.enums import KeyState
from protect.vault.formats.secrets import UserSecret
from protect.vault.formats.wraps import VERSION
from protect.vault.models import TeamGrant, TeamKey, UserKey
from protect.vault.sessions.unlocked import Unlocked
from tests.orgs.conftest import AT, World, give, make_team, make_world
from tests.refusals import refuses

pytestmark = pytest.mark.django_db
WRAPPED = bytes([VERSION])
EVERYBODY = ("amal", "sana", "bela", "chidi", "dana", "emil", "olga")


@pytest.fixture
def world(db: None) -> World:
    return make_world()


# --- one's own place ------------------------------------------------------------------------------


def test_own_membership_is_loaded_with_its_team(world, django_assert_num_queries):
    scope = world.scope("amal")

    with django_assert_num_queries(1):
        place = access.get_own_membership(scope, world.desk)
        assert place.team == world.desk

    assert place == world.place("amal")


@pytest.mark.parametrize("name", ["dana", "chidi", "emil", "olga"])
def test_user_without_membership_in_the_team_is_refused(world, name):
    with pytest.raises(PermissionDenied):
        access.get_own_membership(world.scope(name), world.desk)


def test_ended_membership_and_that_of_another_team_are_refused(world):
    scope = world.scope("amal")
    with pytest.raises(PermissionDenied):
        access.get_own_membership(scope, make_team(world.office, "Demo other desk"))

    Membership.objects.filter(user=world.amal).update(
        state=MembershipState.LEFT, ended_at=AT, end_reason="own_wish"
    )

    with pytest.raises(PermissionDenied):
        access.get_own_membership(scope, world.desk)


# --- one's own waiting place ----------------------------------------------------------------------


def waits(world: World, name: str, state: MembershipState = MembershipState.PENDING) -> Membership:
    Membership.objects.filter(user=world.people[name]).update(state=state)
    return world.place(name)


def test_waiting_member_who_may_admit_gets_own_membership(world):
    place = waits(world, "sana")
    give(world.sana, world.office, "supervisor", world.shelter, MembershipState.PENDING)

    places = Membership.objects.filter(user=world.sana)
    assert places.count() == 2
    for each in places:
        assert access.get_own_waiting_membership(world.scope("sana"), each.pk) == each
    assert place in places


@pytest.mark.parametrize("name", ["amal", "dana"])
def test_waiting_membership_of_a_colleague_is_refused(world, name):
    place = waits(world, "sana")

    with pytest.raises(PermissionDenied):
        access.get_own_waiting_membership(world.scope(name), place.pk)


def test_waiting_membership_without_admit_permission_is_refused(world):
    place = waits(world, "amal")

    with pytest.raises(PermissionDenied):
        access.get_own_waiting_membership(world.scope("amal"), place.pk)


@pytest.mark.parametrize("state", [MembershipState.ENROLLED, MembershipState.ACTIVE])
def test_membership_that_does_not_wait_is_refused(world, state):
    place = waits(world, "sana", state)

    with refuses("membership_move_not_allowed") as refused:
        access.get_own_waiting_membership(world.scope("sana"), place.pk)
    assert refused.value.facts == {"state": state, "move": "restore"}


def test_foreign_and_ended_memberships_are_not_found(world):
    place, foreign = waits(world, "sana"), world.place("chidi")
    Membership.objects.filter(pk=place.pk).update(
        state=MembershipState.LEFT, ended_at=AT, end_reason="own_wish"
    )

    for pk in (place.pk, foreign.pk):
        with pytest.raises(Http404) as refused:
            access.get_own_waiting_membership(world.scope("sana"), pk)
        assert refused.value.args == ()


# --- seeing officers ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERYBODY)
def test_officers_are_visible_to_admitting_members_and_managers(world, name):
    sees = {
        world.office: {"sana", "dana"},
        world.other: {"chidi", "emil"},
    }

    for organisation, names in sees.items():
        if name in names:
            access.must_see_officers(world.scope(name), organisation)
        else:
            with pytest.raises(PermissionDenied):
                access.must_see_officers(world.scope(name), organisation)


def test_member_of_a_retired_team_sees_no_officers(world):
    scope = world.scope("sana")
    Team.objects.filter(pk=world.desk.pk).update(state=TeamState.RETIRED, retired_at=AT)

    with pytest.raises(PermissionDenied):
        access.must_see_officers(scope, world.office)


# --- closed accounts ------------------------------------------------------------------------------


def test_membership_of_a_suspended_account_is_refused(world):
    place = Membership.objects.select_related("user").get(user=world.amal)
    access.must_have_open_account(place)

    User.objects.filter(pk=world.amal.pk).update(suspended_at=AT, is_active=False)

    with refuses("member_suspended"):
        access.must_have_open_account(place)
    access.must_have_open_account(world.place("sana"))


# --- trying codes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERYBODY)
def test_drill_is_allowed_to_admitting_members_and_managers(world, name):
    if name in {"sana", "dana"}:
        access.must_be_allowed_to_drill(world.scope(name), world.desk)
        return
    with pytest.raises(PermissionDenied):
        access.must_be_allowed_to_drill(world.scope(name), world.desk)


# --- beginning anew -------------------------------------------------------------------------------


def restarts(world: World, whom: User) -> set[str]:
    """Return who may let somebody begin anew; what refuses agrees with what is asked."""
    found = set()
    for name in EVERYBODY:
        scope = world.scope(name)
        if access.may_restart(scope, whom):
            access.must_be_allowed_to_restart(scope, whom)
            found.add(name)
        else:
            with pytest.raises(PermissionDenied):
                access.must_be_allowed_to_restart(scope, whom)
    return found


def test_restart_is_allowed_to_users_who_invite_or_manage(world):
    assert restarts(world, world.amal) == {"sana", "dana", "olga"}


def test_user_cannot_restart_own_account(world):
    assert "sana" not in restarts(world, world.sana)
    assert "dana" not in restarts(world, world.dana)
    assert "olga" not in restarts(world, world.olga)


def test_restart_needs_permission_for_every_membership(world):
    give(world.amal, world.other, "caseworker", world.other_team)

    assert restarts(world, world.amal) == {"olga"}


def test_restart_needs_no_permission_for_ended_memberships(world):
    gone = give(world.amal, world.other, "caseworker", world.other_team)
    Membership.objects.filter(pk=gone.pk).update(
        state=MembershipState.LEFT, ended_at=AT, end_reason="own_wish"
    )

    assert restarts(world, world.amal) == {"sana", "dana", "olga"}


def test_only_operators_restart_an_operator(world):
    give(world.amal, world.office, "operator")

    assert restarts(world, world.amal) == {"olga"}


def test_user_without_memberships_cannot_be_restarted(world):
    nobody = User.objects.create_user("nobody@demo.example", name="Demo Nobody")

    assert restarts(world, nobody) == set()


# --- holding a key --------------------------------------------------------------------------------


def unlocked(user: User, version: int = 1) -> Unlocked:
    return Unlocked(user.pk, version, UserSecret.generate(), session=uuid4())


def grant(world: World, user: User, *, state=KeyState.ACTIVE, team=None, version=1) -> None:
    key, _made = TeamKey.objects.get_or_create(
        team=team or world.desk,
        version=1 if state is KeyState.ACTIVE else 2,
        defaults={"public": b"", "state": state, "created": AT},
    )
    own = UserKey.objects.create(user=user, version=version, public=b"", created=AT)
    TeamGrant.objects.create(team_key=key, user_key=own, wrap=WRAPPED, admitted_by=user, created=AT)


def holds(world: World, user: User, version: int = 1) -> bool:
    """Return whether somebody holds the key; what refuses agrees with what is asked."""
    given = unlocked(user, version)
    if access.holds_active_key(given, world.desk):
        access.must_hold_active_key(given, world.desk)
        return True
    with pytest.raises(PermissionDenied):
        access.must_hold_active_key(given, world.desk)
    return False


def test_only_members_with_a_grant_hold_the_key(world):
    grant(world, world.amal)

    assert holds(world, world.amal)
    assert not holds(world, world.sana)


def test_key_of_another_team_does_not_count(world):
    grant(world, world.amal, team=world.shelter)

    assert not holds(world, world.amal)


@pytest.mark.parametrize("state", [KeyState.RETIRING, KeyState.RETIRED])
def test_inactive_key_does_not_count(world, state):
    grant(world, world.amal, state=state)

    assert not holds(world, world.amal)


def test_grant_for_an_older_user_key_does_not_count(world):
    grant(world, world.amal, version=1)

    assert not holds(world, world.amal, version=2)
