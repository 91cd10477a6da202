"""What follows from states, dates and counts. Pure: the instant comes in."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial
from ipaddress import ip_address, ip_network

from protect.kernel.errors import take_step
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
from protect.orgs.errors import OrganisationRefusal

INVITATION_LENGTH = timedelta(days=7)
ATTEMPTS_LENGTH = timedelta(days=1)
INVITATIONS_KEPT = timedelta(days=30)  # after their end
PEOPLE_KEPT = timedelta(days=3 * 365)  # after their last place, as long as the audit names them
DEMO_DOMAIN = "demo.example"  # of the demo's people; no mail can reach it
GONE = "@gone.invalid"  # the address of an emptied account; no mail can reach it
VOUCHES = 2  # different active organisations
LONGEST_DELAY = 60  # seconds: slows down a guesser, locks no account
# How many tries a day are free of delay, for each thing that tries are counted for.
FREE_ATTEMPTS = {
    AttemptKind.DEVICE: 3,
    AttemptKind.PAIR: 3,
    AttemptKind.NETWORK: 30,  # one network may be a whole office on a Monday
    AttemptKind.ACCOUNT: 30,
    AttemptKind.CODE: 5,
    AttemptKind.LINK: 3,
}
TURN_EVERY = timedelta(seconds=4)  # unknown browsers on one account, once its free tries are used
TURN_KEPT = timedelta(seconds=LONGEST_DELAY)  # after it has come
DEVICE_LENGTH = timedelta(days=90)  # after the last sign-in
MAILED_DEVICE_LENGTH = timedelta(minutes=30)
DEVICES_IN_COOKIE = 4  # people who share one browser

ORGANISATION_MOVES = {
    (OrganisationState.PROPOSED, OrganisationMove.ACTIVATE): OrganisationState.ACTIVE,
    (OrganisationState.PROPOSED, OrganisationMove.LEAVE): OrganisationState.LEFT,
    (OrganisationState.ACTIVE, OrganisationMove.SUSPEND): OrganisationState.SUSPENDED,
    (OrganisationState.ACTIVE, OrganisationMove.LEAVE): OrganisationState.LEFT,
    (OrganisationState.SUSPENDED, OrganisationMove.REACTIVATE): OrganisationState.ACTIVE,
    (OrganisationState.SUSPENDED, OrganisationMove.LEAVE): OrganisationState.LEFT,
}
TEAM_MOVES = {
    (TeamState.NO_KEY, TeamMove.MAKE_KEY): TeamState.FOUNDING,
    (TeamState.NO_KEY, TeamMove.RETIRE): TeamState.RETIRED,
    (TeamState.FOUNDING, TeamMove.CONFIRM_RECOVERY): TeamState.ACTIVE,
    (TeamState.FOUNDING, TeamMove.RETIRE): TeamState.RETIRED,
    (TeamState.ACTIVE, TeamMove.ASK_ROTATION): TeamState.ROTATION_DUE,
    (TeamState.ACTIVE, TeamMove.RETIRE): TeamState.RETIRED,
    (TeamState.ROTATION_DUE, TeamMove.ROTATE): TeamState.ACTIVE,
    (TeamState.ROTATION_DUE, TeamMove.RETIRE): TeamState.RETIRED,
}
# Of a role that gives keys: a colleague admits its holder.
MEMBERSHIP_MOVES = {
    (MembershipState.INVITED, MembershipMove.ACCEPT): MembershipState.ENROLLED,
    (MembershipState.INVITED, MembershipMove.END): MembershipState.LEFT,
    (MembershipState.ENROLLED, MembershipMove.READY): MembershipState.PENDING,
    (MembershipState.ENROLLED, MembershipMove.END): MembershipState.LEFT,
    (MembershipState.PENDING, MembershipMove.ADMIT): MembershipState.ACTIVE,
    (MembershipState.PENDING, MembershipMove.END): MembershipState.LEFT,
    (MembershipState.ACTIVE, MembershipMove.LOSE_KEYS): MembershipState.PENDING,
    (MembershipState.ACTIVE, MembershipMove.END): MembershipState.LEFT,
}
# A role without keys needs no admission and can lose no keys.
KEYLESS_MOVES = {
    (MembershipState.INVITED, MembershipMove.ACCEPT): MembershipState.ENROLLED,
    (MembershipState.INVITED, MembershipMove.END): MembershipState.LEFT,
    (MembershipState.ENROLLED, MembershipMove.READY): MembershipState.ACTIVE,
    (MembershipState.ENROLLED, MembershipMove.END): MembershipState.LEFT,
    (MembershipState.PENDING, MembershipMove.END): MembershipState.LEFT,
    (MembershipState.ACTIVE, MembershipMove.END): MembershipState.LEFT,
}


def step_organisation(state: OrganisationState, move: OrganisationMove) -> OrganisationState:
    """Return the state that `move` leads to. Errors: organisation_move_not_allowed."""
    refusal = partial(OrganisationRefusal, "organisation_move_not_allowed")
    return take_step(ORGANISATION_MOVES, state, move, refusal)


def step_team(state: TeamState, move: TeamMove) -> TeamState:
    """Return the state that `move` leads to. Errors: team_move_not_allowed."""
    return take_step(TEAM_MOVES, state, move, partial(OrganisationRefusal, "team_move_not_allowed"))


def step_membership(
    state: MembershipState, move: MembershipMove, *, gives_keys: bool
) -> MembershipState:
    """Return the state that `move` leads to. Errors: membership_move_not_allowed."""
    moves = MEMBERSHIP_MOVES if gives_keys else KEYLESS_MOVES
    refusal = partial(OrganisationRefusal, "membership_move_not_allowed")
    return take_step(moves, state, move, refusal)


def vouches_needed(others: int) -> int:
    """Return how many vouches are needed when `others` organisations are active.
    Two; fewer only while an installation begins and two do not exist."""
    return min(VOUCHES, others)


def may_give(
    mine: Collection[Permission], role: Collection[Permission], *, manages_organisation: bool
) -> bool:
    """Return whether a user with the permissions `mine` may give a role to another.
    Users give only what they hold, except administrators: they appoint the first supervisor of a
    team, and still open no file. Only operators appoint operators."""
    missing = set(role) - set(mine)
    return Permission.OPERATE not in missing and (manages_organisation or not missing)


def is_open(
    *, expires: datetime, accepted_at: datetime | None, revoked_at: datetime | None, at: datetime
) -> bool:
    """Return whether an invitation can be accepted at an instant."""
    return accepted_at is None and revoked_at is None and at < expires


def delay(failures: int, *, free: int) -> int:
    """Return how long to wait after a number of failures: 0, 0, 0, 1, 2, 4 … for `free` = 3.
    Units: seconds, at most LONGEST_DELAY."""
    if failures < free:
        return 0
    return min(LONGEST_DELAY, 1 << min(failures - free, 6))


def remaining(failures: int, last_at: datetime, at: datetime, *, free: int) -> float:
    """Return how much of the delay after the last failure is left.
    Units: seconds, from 0 to LONGEST_DELAY, also when a clock went back."""
    whole = delay(failures, free=free)
    return min(whole, max(0.0, whole - (at - last_at).total_seconds()))


def next_turn(tries: int, last_turn: datetime, at: datetime) -> datetime | None:
    """Return when the next unknown browser may try to sign in to one account.
    That is `at` while tries are free, or when the line is empty; else TURN_EVERY after the turn
    before. None when the line is longer than LONGEST_DELAY. A turn further ahead than a line can be
    long comes from a clock that went back, and counts for nothing."""
    is_free = tries < FREE_ATTEMPTS[AttemptKind.ACCOUNT]
    if is_free or (last_turn > at and not is_ahead(last_turn, at)):
        return at
    turn = max(at, last_turn + TURN_EVERY)
    return turn if turn == at or is_ahead(turn, at) else None


def is_ahead(turn: datetime, at: datetime) -> bool:
    """Return whether a turn is still to come, and no further ahead than a line can be long."""
    return at < turn <= at + timedelta(seconds=LONGEST_DELAY)


def is_turn(turn: datetime | None, at: datetime) -> bool:
    """Return whether a turn that was given has come and has not lapsed."""
    return turn is not None and turn <= at <= turn + TURN_KEPT


def network_of(address: str) -> str:
    """Return the network that an address belongs to: /24, or /48 for IPv6. An IPv4 address written
    as IPv6 is the IPv4 one; what is no address is one network of its own."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return "none"
    mapped = getattr(ip, "ipv4_mapped", None) or ip
    return str(ip_network(f"{mapped}/{24 if mapped.version == 4 else 48}", strict=False))


def is_demo_address(address: str) -> bool:
    """Return whether an e-mail address belongs to the demo: it has no mailbox."""
    return address.lower().endswith(f"@{DEMO_DOMAIN}")
