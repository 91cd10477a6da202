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


def test_member_with_keys_waits_for_admission(world, enrolled):
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


def test_member_without_keys_is_active_at_once(world):
    place = give(world.bela, world.office, "trainer", state=MembershipState.ENROLLED)

    active = actions.apply_membership_move(place, MembershipMove.READY, actor=world.bela.pk, at=AT)

    assert (active.state, active.admitted_at) == (MembershipState.ACTIVE, AT)
    assert told() == []


def test_member_who_lost_all_keys_waits_again(world):
    place = actions.apply_membership_move(
        world.place("amal"), MembershipMove.LOSE_KEYS, actor=world.amal.pk, at=AT
    )

    assert place.state == MembershipState.PENDING
    assert world.scope("amal").held == ()
    assert told() == [("membership_waiting", "sana")]


def test_moves_cannot_skip_a_state_or_end_a_membership(world, enrolled):
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
def test_membership_ends_at_once(world, by, reason):
    place = world.place("amal")

    ended = actions.end_membership(world.scope(by), place, at=AT)

    assert (ended.state, ended.ended_at, ended.end_reason) == (MembershipState.LEFT, AT, reason)
    assert world.scope("amal").held == ()
    assert (recorded(), told()) == (["orgs.end_membership"], [("left", "amal")])
    with refused("membership_move_not_allowed"):
        actions.end_membership(world.scope("dana"), place, at=AT)


def test_membership_with_an_unknown_role_can_be_ended(world):
    place = world.place("amal")
    Membership.objects.filter(pk=place.pk).update(role="former_role")

    ended = actions.end_membership(world.scope("dana"), place, at=AT)

    assert (ended.state, ended.end_reason) == (MembershipState.LEFT, EndReason.REMOVED)


def test_membership_with_an_unknown_role_cannot_move(enrolled):
    Membership.objects.filter(pk=enrolled.pk).update(role="former_role")

    with refused("role_unknown"):
        actions.apply_membership_move(enrolled, MembershipMove.READY, actor=enrolled.user_id, at=AT)


@pytest.mark.parametrize("by", ["bela", "chidi", "emil", "olga"])
def test_user_cannot_end_a_membership_they_do_not_manage(world, by):
    with refused(PermissionDenied):
        actions.end_membership(world.scope(by), world.place("amal"), at=AT)


@pytest.mark.parametrize(("by", "whose"), [("sana", "dana"), ("emil", "olga")])
def test_manager_cannot_end_a_membership_of_a_higher_level(world, by, whose):
    with refused(PermissionDenied):
        actions.end_membership(world.scope(by), world.place(whose), at=AT)


@pytest.mark.parametrize("name", ["dana", "olga"])
def test_last_administrator_and_last_operator_cannot_end(world, name):
    with refused("last_administrator"):
        actions.end_membership(world.scope(name), world.place(name), at=AT)


def test_membership_of_the_second_last_manager_can_end(world):
    give(world.bela, world.office, "organisation_admin")
    give(world.emil, world.other, "operator")

    for name in ("dana", "olga"):
        ended = actions.end_membership(world.scope(name), world.place(name), at=AT)
        assert ended.state == MembershipState.LEFT


@pytest.mark.parametrize(("by", "role"), [("sana", "supervisor"), ("dana", "receiver")])
def test_new_role_keeps_the_membership_and_its_state(world, by, role):
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
def test_role_that_cannot_be_given_is_refused(world, by, whose, role, error):
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
