from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protect.orgs import rules
from protect.orgs.enums import (
    MembershipMove,
    MembershipState,
    OrganisationMove,
    OrganisationState,
    Permission,
    TeamMove,
    TeamState,
)
from protect.orgs.errors import (
    MembershipMoveNotAllowed,
    OrganisationMoveNotAllowed,
    TeamMoveNotAllowed,
)

AT = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
FREE = {"free": rules.FREE_ATTEMPTS_ACCOUNT}
failures = st.integers(0, 10_000)


@pytest.mark.parametrize(("state", "move"), [*product(OrganisationState, OrganisationMove)])
def test_an_organisation_moves_only_along_the_table(state, move):
    if (state, move) in rules.ORGANISATION_MOVES:
        assert rules.step_organisation(state, move) != state
    else:
        with pytest.raises(OrganisationMoveNotAllowed):
            rules.step_organisation(state, move)


@pytest.mark.parametrize(("state", "move"), [*product(TeamState, TeamMove)])
def test_a_team_moves_only_along_the_table(state, move):
    if (state, move) in rules.TEAM_MOVES:
        assert rules.step_team(state, move) != state
    else:
        with pytest.raises(TeamMoveNotAllowed):
            rules.step_team(state, move)


@pytest.mark.parametrize(("state", "move"), [*product(MembershipState, MembershipMove)])
def test_a_membership_with_keys_moves_only_along_the_table(state, move):
    if (state, move) in rules.MEMBERSHIP_MOVES:
        assert rules.step_membership(state, move, gives_keys=True) != state
    else:
        with pytest.raises(MembershipMoveNotAllowed):
            rules.step_membership(state, move, gives_keys=True)


def test_what_has_ended_never_moves_again():
    ended = {OrganisationState.LEFT, TeamState.RETIRED, MembershipState.LEFT}
    tables = rules.ORGANISATION_MOVES | rules.TEAM_MOVES | rules.MEMBERSHIP_MOVES

    assert not ended & {state for state, _ in tables}


def test_with_keys_nobody_becomes_active_without_a_colleague():
    ways = {
        (state, move)
        for state, move in product(MembershipState, MembershipMove)
        if rules.MEMBERSHIP_MOVES.get((state, move)) == MembershipState.ACTIVE
    }

    assert ways == {(MembershipState.PENDING, MembershipMove.ADMIT)}


def test_without_keys_who_has_signed_up_works_at_once():
    after = rules.step_membership(MembershipState.ENROLLED, MembershipMove.READY, gives_keys=False)

    assert after == MembershipState.ACTIVE


@pytest.mark.parametrize(
    ("state", "move"),
    [
        (MembershipState.PENDING, MembershipMove.ADMIT),
        (MembershipState.ACTIVE, MembershipMove.LOSE_KEYS),
    ],
)
def test_without_keys_there_is_nothing_to_admit_to_or_to_lose(state, move):
    with pytest.raises(MembershipMoveNotAllowed):
        rules.step_membership(state, move, gives_keys=False)


@pytest.mark.parametrize(("others", "needed"), [(0, 0), (1, 1), (2, 2), (3, 2), (300, 2)])
def test_two_vouch_unless_there_are_not_two(others, needed):
    assert rules.vouches_needed(others) == needed


@given(st.sets(st.sampled_from(Permission)), st.sets(st.sampled_from(Permission)), st.booleans())
def test_nobody_makes_an_operator_who_is_none(mine, role, manages):
    given_ = rules.may_give(mine, role, manages_organisation=manages)

    assert not (given_ and Permission.OPERATE in role - mine)
    assert rules.may_give(mine, mine, manages_organisation=False)
    assert given_ == ((manages or role <= mine) and Permission.OPERATE not in role - mine)


@pytest.mark.parametrize(
    ("accepted_at", "revoked_at", "after", "is_open"),
    [
        (None, None, timedelta(0), True),
        (None, None, timedelta(days=7, microseconds=-1), True),
        (None, None, timedelta(days=7), False),
        (AT, None, timedelta(0), False),
        (None, AT, timedelta(0), False),
    ],
)
def test_an_invitation_is_open_for_seven_days_and_once(accepted_at, revoked_at, after, is_open):
    expires = AT + rules.INVITATION_LENGTH

    found = rules.is_open(
        expires=expires, accepted_at=accepted_at, revoked_at=revoked_at, at=AT + after
    )

    assert found == is_open


def test_the_delay_doubles_after_three_failures_up_to_a_minute():
    found = [rules.delay(count, **FREE) for count in range(12)]

    assert found == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


@given(failures, failures)
def test_the_delay_never_shrinks_and_never_locks_out(first, second):
    fewer, more = sorted((first, second))

    assert 0 <= rules.delay(fewer, **FREE) <= rules.delay(more, **FREE) <= rules.LONGEST_DELAY


@given(failures, st.timedeltas(timedelta(days=-1), timedelta(days=1)))
def test_whoever_waits_a_minute_may_always_try(count, passed):
    left = rules.remaining(count, AT, AT + passed, **FREE)

    assert 0 <= left <= rules.LONGEST_DELAY
    assert left == 0 or passed < timedelta(seconds=rules.LONGEST_DELAY)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("192.0.2.200", "192.0.2.0/24"),
        ("192.0.3.77", "192.0.3.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("2001:db8:1:ffff::", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", "none"),
        ("not an address", "none"),
    ],
)
def test_neighbours_count_as_one_network(address, network):
    assert rules.network_of(address) == network


@given(st.text(max_size=60))
def test_what_is_no_address_is_a_network_all_the_same(text):
    assert rules.network_of(text)
