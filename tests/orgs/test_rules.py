from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product

import pytest
from hypothesis import given, strategies as st

from protect.orgs import rules
from protect.orgs.enums import (
    AttemptKind,
    MembershipMove,
    MembershipState,
    OrganisationMove,
    OrganisationState,
    Permission,
    TeamMove,
    TeamState,
)
from tests.refusals import refuses

AT = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
FREE = {"free": rules.FREE_ATTEMPTS[AttemptKind.PAIR]}
failures = st.integers(0, 10_000)


ORGANISATION = {
    ("proposed", "activate"): "active",
    ("proposed", "leave"): "left",
    ("active", "suspend"): "suspended",
    ("active", "leave"): "left",
    ("suspended", "reactivate"): "active",
    ("suspended", "leave"): "left",
}
TEAM = {
    ("no_key", "make_key"): "founding",
    ("no_key", "retire"): "retired",
    ("founding", "confirm_recovery"): "active",
    ("founding", "retire"): "retired",
    ("active", "ask_rotation"): "rotation_due",
    ("active", "retire"): "retired",
    ("rotation_due", "rotate"): "active",
    ("rotation_due", "retire"): "retired",
}
MEMBERSHIP = {
    ("invited", "accept"): "enrolled",
    ("invited", "end"): "left",
    ("enrolled", "ready"): "pending",
    ("enrolled", "end"): "left",
    ("pending", "admit"): "active",
    ("pending", "end"): "left",
    ("active", "lose_keys"): "pending",
    ("active", "end"): "left",
}
WITHOUT_KEYS = {
    move: to for move, to in MEMBERSHIP.items() if move[1] not in {"admit", "lose_keys"}
} | {("enrolled", "ready"): "active"}


def must_follow(table, step, refusal, state, move) -> None:
    """Assert that a move leads where a table says, and is refused with its facts where not."""
    if (state.value, move.value) in table:
        assert step(state, move) == table[state.value, move.value]
        return
    with refuses(refusal) as refused:
        step(state, move)
    assert refused.value.facts == {"state": state.value, "move": move.value}


@pytest.mark.parametrize(("state", "move"), [*product(OrganisationState, OrganisationMove)])
def test_an_organisation_moves_only_along_the_table(state, move):
    must_follow(ORGANISATION, rules.step_organisation, "organisation_move_not_allowed", state, move)


@pytest.mark.parametrize(("state", "move"), [*product(TeamState, TeamMove)])
def test_a_team_moves_only_along_the_table(state, move):
    must_follow(TEAM, rules.step_team, "team_move_not_allowed", state, move)


@pytest.mark.parametrize(("state", "move"), [*product(MembershipState, MembershipMove)])
@pytest.mark.parametrize(("gives_keys", "table"), [(True, MEMBERSHIP), (False, WITHOUT_KEYS)])
def test_a_membership_moves_only_along_the_table(state, move, gives_keys, table):
    step = partial(rules.step_membership, gives_keys=gives_keys)

    must_follow(table, step, "membership_move_not_allowed", state, move)


def test_times_and_limits_are_those_written_down():
    assert timedelta(days=7) == rules.INVITATION_VALIDITY
    assert timedelta(days=1) == rules.ATTEMPTS_RETENTION
    assert timedelta(days=30) == rules.INVITATIONS_RETENTION
    assert timedelta(days=1095) == rules.PEOPLE_RETENTION
    assert rules.EMPTIED_ADDRESS_SUFFIX == "@gone.invalid"
    assert rules.FREE_ATTEMPTS == {
        "device": 3,
        "pair": 3,
        "network": 30,
        "account": 30,
        "code": 5,
        "link": 3,
    }
    assert set(rules.FREE_ATTEMPTS) == set(AttemptKind)
    assert (timedelta(seconds=4), timedelta(seconds=60)) == (
        rules.TURN_INTERVAL,
        rules.TURN_VALIDITY,
    )
    assert (timedelta(days=90), timedelta(minutes=30)) == (
        rules.DEVICE_VALIDITY,
        rules.MAILED_DEVICE_VALIDITY,
    )
    assert (rules.MAX_DELAY_SECONDS, rules.REQUIRED_VOUCHES) == (60, 2)


def test_ended_states_have_no_moves():
    ended = {OrganisationState.LEFT, TeamState.RETIRED, MembershipState.LEFT}
    tables = rules.ORGANISATION_MOVES | rules.TEAM_MOVES
    tables |= rules.MEMBERSHIP_MOVES | rules.KEYLESS_MEMBER_MOVES

    assert not ended & {state for state, _ in tables}


def test_member_with_keys_becomes_active_only_by_admission():
    ways = {
        (state, move)
        for state, move in product(MembershipState, MembershipMove)
        if rules.MEMBERSHIP_MOVES.get((state, move)) == MembershipState.ACTIVE
    }

    assert ways == {(MembershipState.PENDING, MembershipMove.ADMIT)}


@pytest.mark.parametrize(("others", "needed"), [(0, 0), (1, 1), (2, 2), (3, 2), (300, 2)])
def test_two_vouches_are_needed_unless_fewer_organisations_are_active(others, needed):
    assert rules.vouches_needed(others) == needed


@given(st.sets(st.sampled_from(Permission)), st.sets(st.sampled_from(Permission)), st.booleans())
def test_only_operators_appoint_operators(mine, role, manages):
    given_ = rules.may_give_role(mine, role, is_manager=manages)

    assert not (given_ and Permission.OPERATE in role - mine)
    assert rules.may_give_role(mine, mine, is_manager=False)
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
    expires = AT + rules.INVITATION_VALIDITY

    found = rules.is_invitation_usable(
        expires=expires, accepted_at=accepted_at, revoked_at=revoked_at, at=AT + after
    )

    assert found == is_open


def test_the_delay_doubles_after_three_failures_up_to_a_minute():
    found = [rules.delay_seconds(count, **FREE) for count in range(12)]

    assert found == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


@given(failures, failures)
def test_the_delay_never_shrinks_and_never_locks_out(first, second):
    fewer, more = sorted((first, second))

    assert (
        0
        <= rules.delay_seconds(fewer, **FREE)
        <= rules.delay_seconds(more, **FREE)
        <= rules.MAX_DELAY_SECONDS
    )


@pytest.mark.parametrize(
    ("seconds", "left"), [(0, 4), (1.5, 2.5), (4, 0), (5, 0), (86_400, 0), (-1, 4), (-90, 4)]
)
def test_remaining_delay_decreases_even_if_the_clock_went_back(seconds, left):
    found = rules.remaining_seconds(5, AT, AT + timedelta(seconds=seconds), free=3)

    assert found == left


@given(failures, st.timedeltas(timedelta(days=-1), timedelta(days=1)))
def test_attempt_is_always_permitted_after_a_minute(count, passed):
    left = rules.remaining_seconds(count, AT, AT + passed, **FREE)

    assert 0 <= left <= rules.MAX_DELAY_SECONDS
    assert left == 0 or passed < timedelta(seconds=rules.MAX_DELAY_SECONDS)


@pytest.mark.parametrize(
    ("tries", "last", "turn"),
    [
        (29, 50, 0),  # free, whenever the last one was
        (30, -4, 0),
        (30, -3, 1),
        (30, 0, 4),
        (30, 56, 60),
        (30, 57, None),  # the line is full
        (30, 60, None),
        (30, 61, 0),  # no line is so long: a clock went back
        (10_000, 0, 4),
    ],
)
def test_the_next_turn_is_now_or_four_seconds_after_the_last(tries, last, turn):
    next_turn = rules.next_turn(tries, AT + timedelta(seconds=last), AT)

    assert next_turn == (None if turn is None else AT + timedelta(seconds=turn))


@given(failures, st.timedeltas(timedelta(days=-1), timedelta(days=1)))
def test_a_turn_never_lies_further_ahead_than_a_minute(tries, passed):
    turn = rules.next_turn(tries, AT, AT + passed)

    assert turn is None or AT + passed <= turn <= AT + passed + timedelta(seconds=60)


@pytest.mark.parametrize(
    ("turn", "is_turn"), [(None, False), (1, False), (0, True), (-60, True), (-61, False)]
)
def test_a_turn_that_has_come_is_kept_for_a_minute(turn, is_turn):
    given_turn = None if turn is None else AT + timedelta(seconds=turn)

    assert rules.is_turn(given_turn, AT) is is_turn


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
        ("192.0.2.77%eth0", "192.0.2.0/24"),
        ("", "none"),
        ("not an address", "none"),
    ],
)
def test_neighbouring_addresses_are_one_network(address, network):
    assert rules.network_of(address) == network


@given(st.text(max_size=60))
def test_invalid_address_counts_as_one_network(text):
    assert rules.network_of(text)


def test_a_turn_that_has_come_is_no_longer_ahead():
    at = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)

    assert not rules.is_turn_ahead(at, at)
    assert rules.is_turn_ahead(at + timedelta(seconds=1), at)


def test_device_cookie_has_at_most_four_tokens():
    assert rules.DEVICES_IN_COOKIE == 4


@pytest.mark.parametrize(
    ("address", "is_demo"),
    [
        ("amal@demo.example", True),
        ("Amal@Demo.Example", True),
        ("amal@demo.example.org", False),
        ("amal@other-demo.example", False),
        ("demo.example", False),
    ],
)
def test_an_address_belongs_to_the_demo_by_its_domain_alone(address, is_demo):
    assert rules.is_demo_address(address) is is_demo
