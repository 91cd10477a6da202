from functools import partial
from typing import Any

import pytest

from protect.audit.models import Entry
from protect.kernel.ids import hash_token
from protect.notices.models import Outgoing
from protect.orgs import actions
from protect.orgs.enums import AttemptKind, MembershipState, OrganisationState, TeamState
from protect.orgs.errors import InvitationGone
from protect.orgs.models import Membership, User
from protect.orgs.rules import FREE_ATTEMPTS
from tests.orgs.conftest import AT, give, make_organisation
from tests.orgs.threads import apart, together
from tests.refusals import kind_of

pytestmark = pytest.mark.postgres
NEW = {"email": "new@demo.example", "language": "en", "at": AT}


def refusals(found: list[Any]) -> list[str | type]:
    return [kind_of(each) for each in found if isinstance(each, Exception)]


def invite(world, role="caseworker", **change) -> tuple[Any, str]:
    """Return an invitation to the desk and its token."""
    place = actions.OfferedRole(world.office, world.desk, role)
    made = apart(actions.invite, world.scope("sana"), place, **NEW | change)
    links = Outgoing.objects.order_by("pk").values_list("link", flat=True)
    tokens = {hash_token(each): each for each in (link.rpartition("/")[2] for link in links)}
    return made, tokens[made.token_hash]


def test_an_invitation_that_two_accept_at_once_makes_one_account(committed_world):
    _, token = invite(committed_world)

    def accept():
        return actions.accept_invitation(token, name="Demo Noor", language="en", at=AT)

    assert refusals(together(accept, accept, accept)) == [InvitationGone] * 2
    assert User.objects.filter(email="new@demo.example").count() == 1


def test_two_invitations_that_are_accepted_at_once_make_one_account_and_one_place(committed_world):
    tokens = [invite(committed_world, role)[1] for role in ("caseworker", "receiver")]

    def accept(token: str):
        return actions.accept_invitation(token, name="Demo Noor", language="en", at=AT)

    found = together(lambda: accept(tokens[0]), lambda: accept(tokens[1]))

    assert refusals(found) == ["already_member"]
    assert Membership.objects.filter(user__email="new@demo.example").count() == 1


def test_two_administrators_cannot_end_each_other(committed_world):
    world = committed_world
    apart(give, world.bela, world.office, "organisation_admin")
    dana = world.place("dana")
    bela = Membership.objects.get(user=world.bela, team=None)
    scopes = world.scope("dana"), world.scope("bela")

    found = together(
        lambda: actions.end_membership(scopes[0], bela, at=AT),
        lambda: actions.end_membership(scopes[1], dana, at=AT),
    )

    assert refusals(found) == ["last_administrator"]


def test_two_operators_cannot_suspend_each_other(committed_world):
    world = committed_world
    apart(give, world.amal, world.office, "operator")
    scopes = world.scope("olga"), world.scope("amal")

    found = together(
        lambda: actions.suspend_user(scopes[0], world.amal, at=AT),
        lambda: actions.suspend_user(scopes[1], world.olga, at=AT),
    )

    assert refusals(found) == ["last_administrator"]


def test_the_second_of_two_vouches_at_once_activates_and_only_once(committed_world):
    world = committed_world
    new = apart(make_organisation, "Demo new", state=OrganisationState.PROPOSED)
    scopes = world.scope("dana"), world.scope("emil")

    found = together(
        lambda: actions.vouch(scopes[0], new, by=world.office, at=AT),
        lambda: actions.vouch(scopes[1], new, by=world.other, at=AT),
    )

    new.refresh_from_db()
    assert refusals(found) == []
    assert new.state == OrganisationState.ACTIVE
    assert Entry.objects.filter(action="orgs.activate_organisation").count() == 1


def test_team_retired_during_changes_of_members_ends_completely(committed_world):
    world = committed_world
    one, _ = invite(world, email="one@demo.example")
    _, token = invite(world, email="two@demo.example")
    dana, sana, amal = (world.scope(name) for name in ("dana", "sana", "amal"))
    place = world.place("amal")

    found = together(
        lambda: actions.retire_team(dana, world.desk, at=AT),
        lambda: actions.revoke_invitation(sana, one, at=AT),
        lambda: actions.accept_invitation(token, name="Demo Noor", language="en", at=AT),
        lambda: actions.end_membership(amal, place, at=AT),
        lambda: actions.rename_team(sana, world.desk, name="Demo x", purpose="", at=AT),
    )

    world.desk.refresh_from_db()
    expected = {
        "invitation_closed",
        InvitationGone,
        "team_move_not_allowed",
        "membership_move_not_allowed",
    }
    assert set(refusals(found)) <= expected
    assert world.desk.state == TeamState.RETIRED
    states = Membership.objects.filter(team=world.desk).values_list("state", flat=True)
    assert set(states) == {MembershipState.LEFT}


def test_parallel_attempts_and_successes_do_not_deadlock(committed_world):
    amal = User.objects.get(email="amal@demo.example")
    browsers = [actions.Browser(f"192.0.{number}.7") for number in range(3)]

    def try_often(browser) -> None:
        for _ in range(10):
            actions.throttle_sign_in(amal.email, amal, browser, at=AT)

    def succeed_often(browser) -> None:
        for _ in range(10):
            actions.record_success(amal.email, amal, browser, at=AT)

    found = together(
        *(partial(call, each) for each in browsers for call in (try_often, succeed_often))
    )

    assert refusals(found) == []


def test_parallel_guesses_are_each_counted(committed_world):
    def guess():
        browser = actions.Browser("192.0.2.7")
        return actions.throttle_sign_in("amal@demo.example", None, browser, at=AT)

    found = together(*[guess] * 8)

    assert found.count(0) == FREE_ATTEMPTS[AttemptKind.PAIR]
    assert set(found) == {0, 1}


def test_parallel_guesses_of_many_networks_get_separate_turns(committed_world):
    def guess(number: int):
        browser = actions.Browser(f"10.0.{number}.1")
        return actions.throttle_sign_in("amal@demo.example", None, browser, at=AT)

    free = FREE_ATTEMPTS[AttemptKind.ACCOUNT]
    first = [apart(guess, number) for number in range(free - 4)]
    waits = together(*(partial(guess, number) for number in range(100, 110)))

    assert first == [0] * (free - 4)
    assert sorted(waits) == [0, 0, 0, 0, 4, 8, 12, 16, 20, 24]
