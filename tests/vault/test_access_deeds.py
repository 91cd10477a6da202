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


def test_ones_own_place_in_a_team_comes_with_the_team(world, django_assert_num_queries):
    scope = world.scope("amal")

    with django_assert_num_queries(1):
        place = access.get_own_membership(scope, world.desk)
        assert place.team == world.desk

    assert place == world.place("amal")


@pytest.mark.parametrize("name", ["dana", "chidi", "emil", "olga"])
def test_whoever_has_no_place_there_has_none(world, name):
    with pytest.raises(PermissionDenied):
        access.get_own_membership(world.scope(name), world.desk)


def test_a_place_that_ended_is_none_and_one_of_another_team_neither(world):
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


def test_who_lets_others_in_finds_their_own_waiting_place(world):
    place = waits(world, "sana")
    give(world.sana, world.office, "supervisor", world.shelter, MembershipState.PENDING)

    places = Membership.objects.filter(user=world.sana)
    assert places.count() == 2
    for each in places:
        assert access.get_own_waiting_membership(world.scope("sana"), each.pk) == each
    assert place in places


@pytest.mark.parametrize("name", ["amal", "dana"])
def test_a_colleague_s_waiting_place_is_not_ones_own(world, name):
    place = waits(world, "sana")

    with pytest.raises(PermissionDenied):
        access.get_own_waiting_membership(world.scope(name), place.pk)


def test_a_waiting_place_whose_role_lets_nobody_in_is_refused(world):
    place = waits(world, "amal")

    with pytest.raises(PermissionDenied):
        access.get_own_waiting_membership(world.scope("amal"), place.pk)


@pytest.mark.parametrize("state", [MembershipState.ENROLLED, MembershipState.ACTIVE])
def test_a_place_that_does_not_wait_is_not_restored(world, state):
    place = waits(world, "sana", state)

    with refuses("membership_move_not_allowed") as refused:
        access.get_own_waiting_membership(world.scope("sana"), place.pk)
    assert refused.value.facts == {"state": state, "move": "restore"}


def test_a_foreign_place_and_one_that_ended_are_not_there(world):
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
def test_officers_are_seen_by_who_lets_in_and_who_appoints_them(world, name):
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


def test_who_let_people_into_a_team_that_is_retired_sees_no_officers(world):
    scope = world.scope("sana")
    Team.objects.filter(pk=world.desk.pk).update(state=TeamState.RETIRED, retired_at=AT)

    with pytest.raises(PermissionDenied):
        access.must_see_officers(scope, world.office)


# --- closed accounts ------------------------------------------------------------------------------


def test_the_place_of_a_closed_account_is_refused_whatever_was_read_before(world):
    place = Membership.objects.select_related("user").get(user=world.amal)
    access.must_have_open_account(place)

    User.objects.filter(pk=world.amal.pk).update(suspended_at=AT, is_active=False)

    with refuses("member_suspended"):
        access.must_have_open_account(place)
    access.must_have_open_account(world.place("sana"))


# --- trying codes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERYBODY)
def test_codes_are_tried_by_who_lets_in_and_who_manages(world, name):
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


def test_a_colleague_begins_anew_by_who_invites_or_manages_there(world):
    assert restarts(world, world.amal) == {"sana", "dana", "olga"}


def test_nobody_restarts_themselves(world):
    assert "sana" not in restarts(world, world.sana)
    assert "dana" not in restarts(world, world.dana)
    assert "olga" not in restarts(world, world.olga)


def test_every_place_that_somebody_has_must_be_covered(world):
    give(world.amal, world.other, "caseworker", world.other_team)

    assert restarts(world, world.amal) == {"olga"}


def test_a_place_that_ended_needs_nobody(world):
    gone = give(world.amal, world.other, "caseworker", world.other_team)
    Membership.objects.filter(pk=gone.pk).update(
        state=MembershipState.LEFT, ended_at=AT, end_reason="own_wish"
    )

    assert restarts(world, world.amal) == {"sana", "dana", "olga"}


def test_an_operator_begins_anew_by_an_operator_alone(world):
    give(world.amal, world.office, "operator")

    assert restarts(world, world.amal) == {"olga"}


def test_whoever_has_no_place_begins_nothing_anew(world):
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


def test_who_was_given_the_key_holds_it_and_nobody_else(world):
    grant(world, world.amal)

    assert holds(world, world.amal)
    assert not holds(world, world.sana)


def test_another_teams_key_is_not_this_ones(world):
    grant(world, world.amal, team=world.shelter)

    assert not holds(world, world.amal)


@pytest.mark.parametrize("state", [KeyState.RETIRING, KeyState.RETIRED])
def test_a_key_that_no_longer_seals_is_not_the_teams(world, state):
    grant(world, world.amal, state=state)

    assert not holds(world, world.amal)


def test_a_grant_for_an_older_key_of_ones_own_opens_nothing(world):
    grant(world, world.amal, version=1)

    assert not holds(world, world.amal, version=2)
