import pytest
from django.core.exceptions import PermissionDenied

from protect.orgs import actions
from protect.orgs.enums import EndReason, MembershipMove, MembershipState
from protect.orgs.models import Membership
from tests.orgs.conftest import AT, give, make_person
from tests.orgs.traces import recorded, refused, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolled(world):
    user = make_person("noor", world.other, "reader")
    return give(user, world.office, "caseworker", world.desk, state=MembershipState.ENROLLED)


def test_with_keys_somebody_waits_until_a_colleague_lets_them_in(world, enrolled):
    ready = actions.apply_membership_move(
        enrolled, MembershipMove.READY, actor=enrolled.user_id, at=AT
    )
    assert (ready.state, ready.admitted_at) == (MembershipState.PENDING, None)
    assert told() == [("membership_waiting", "sana")]

    active = actions.apply_membership_move(
        enrolled, MembershipMove.ADMIT, actor=world.sana.pk, at=AT
    )

    assert (active.state, active.admitted_at) == (MembershipState.ACTIVE, AT)
    assert ("admitted", "noor") in told()
    assert recorded() == ["orgs.membership_ready", "orgs.membership_admit"]


def test_without_keys_somebody_works_at_once(world):
    place = give(world.bela, world.office, "trainer", state=MembershipState.ENROLLED)

    active = actions.apply_membership_move(place, MembershipMove.READY, actor=world.bela.pk, at=AT)

    assert (active.state, active.admitted_at) == (MembershipState.ACTIVE, AT)
    assert told() == []


def test_who_lost_all_keys_waits_again(world):
    place = actions.apply_membership_move(
        world.place("amal"), MembershipMove.LOSE_KEYS, actor=world.amal.pk, at=AT
    )

    assert place.state == MembershipState.PENDING
    assert world.scope("amal").held == ()
    assert told() == [("membership_waiting", "sana")]


def test_no_step_is_left_out_and_the_end_has_its_own_way(world, enrolled):
    with refused("membership_move_not_allowed"):
        actions.apply_membership_move(enrolled, MembershipMove.ADMIT, actor=None, at=AT)
    with refused(ValueError):
        actions.apply_membership_move(enrolled, MembershipMove.END, actor=None, at=AT)


@pytest.mark.parametrize(
    ("by", "reason"),
    [
        ("amal", EndReason.OWN_WISH),
        ("sana", EndReason.REMOVED),
        ("dana", EndReason.REMOVED),
    ],
)
def test_a_place_ends_at_once(world, by, reason):
    place = world.place("amal")

    ended = actions.end_membership(world.scope(by), place, at=AT)

    assert (ended.state, ended.ended_at, ended.end_reason) == (MembershipState.LEFT, AT, reason)
    assert world.scope("amal").held == ()
    assert (recorded(), told()) == (["orgs.end_membership"], [("left", "amal")])
    with refused("membership_move_not_allowed"):
        actions.end_membership(world.scope("dana"), place, at=AT)


def test_a_place_with_a_role_that_no_longer_exists_can_be_ended(world):
    place = world.place("amal")
    Membership.objects.filter(pk=place.pk).update(role="former_role")

    ended = actions.end_membership(world.scope("dana"), place, at=AT)

    assert (ended.state, ended.end_reason) == (MembershipState.LEFT, EndReason.REMOVED)


def test_a_place_with_a_role_that_no_longer_exists_goes_no_further(enrolled):
    Membership.objects.filter(pk=enrolled.pk).update(role="former_role")

    with refused("role_unknown"):
        actions.apply_membership_move(enrolled, MembershipMove.READY, actor=enrolled.user_id, at=AT)


@pytest.mark.parametrize("by", ["bela", "chidi", "emil", "olga"])
def test_nobody_ends_a_place_that_they_do_not_manage(world, by):
    with refused(PermissionDenied):
        actions.end_membership(world.scope(by), world.place("amal"), at=AT)


@pytest.mark.parametrize(("by", "whose"), [("sana", "dana"), ("emil", "olga")])
def test_a_manager_below_ends_no_place_above(world, by, whose):
    with refused(PermissionDenied):
        actions.end_membership(world.scope(by), world.place(whose), at=AT)


@pytest.mark.parametrize("name", ["dana", "olga"])
def test_the_last_administrator_and_the_last_operator_stay(world, name):
    with refused("last_administrator"):
        actions.end_membership(world.scope(name), world.place(name), at=AT)


def test_the_last_but_one_may_go(world):
    give(world.bela, world.office, "organisation_admin")
    give(world.emil, world.other, "operator")

    for name in ("dana", "olga"):
        ended = actions.end_membership(world.scope(name), world.place(name), at=AT)
        assert ended.state == MembershipState.LEFT


@pytest.mark.parametrize(("by", "role"), [("sana", "supervisor"), ("dana", "receiver")])
def test_a_new_role_keeps_the_place_and_its_state(world, by, role):
    place = world.place("amal")

    changed = actions.change_role(world.scope(by), place, role, at=AT)

    assert (changed.pk, changed.role, changed.state) == (place.pk, role, MembershipState.ACTIVE)
    assert [each.role for each in world.scope("amal").held] == [role]
    assert recorded() == [f"orgs.promote_{role}"]


@pytest.mark.parametrize(
    ("by", "whose", "role", "error"),
    [
        ("amal", "amal", "supervisor", PermissionDenied),
        ("chidi", "amal", "supervisor", PermissionDenied),
        ("olga", "amal", "supervisor", PermissionDenied),
        ("dana", "amal", "trainer", "role_unknown"),
        ("dana", "amal", "chief", "role_unknown"),
        ("dana", "dana", "operator", PermissionDenied),
        ("dana", "dana", "trainer", "last_administrator"),
        ("olga", "olga", "trainer", PermissionDenied),
    ],
)
def test_roles_that_are_not_given(world, by, whose, role, error):
    with refused(error):
        actions.change_role(world.scope(by), world.place(whose), role, at=AT)


def test_a_role_is_not_changed_to_one_held_already_or_after_the_end(world):
    first = give(world.bela, world.office, "trainer")
    give(world.bela, world.office, "editor")
    with refused("already_member"):
        actions.change_role(world.scope("dana"), first, "editor", at=AT)

    actions.end_membership(world.scope("dana"), first, at=AT)
    with refused("membership_move_not_allowed"):
        actions.change_role(world.scope("dana"), first, "reader", at=AT)


def test_a_role_of_an_organisation_is_not_turned_into_one_of_the_platform(world):
    give(world.olga, world.other, "organisation_admin")
    place = world.place("emil")

    with refused("role_unknown"):
        actions.change_role(world.scope("olga"), place, "operator", at=AT)
