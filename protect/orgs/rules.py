"""Rules on states, dates and counts: pure functions that get the current time as an argument."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial
from ipaddress import ip_address, ip_network

from protect.kernel.errors import next_state
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

INVITATION_VALIDITY = timedelta(days=7)
ATTEMPTS_RETENTION = timedelta(days=1)  # after the last try
INVITATIONS_RETENTION = timedelta(days=30)  # after their end
PEOPLE_RETENTION = timedelta(days=3 * 365)  # after their last membership, as long as the audit
DEMO_DOMAIN = "demo.example"  # domain of demo accounts; no mail can reach it
EMPTIED_ADDRESS_SUFFIX = "@gone.invalid"  # of emptied and stand-in accounts; no mail can reach it
REQUIRED_VOUCHES = 2  # of different active organisations; fewer while fewer are active
MAX_DELAY_SECONDS = 60  # seconds: slows down a guesser, locks no account
FREE_ATTEMPTS = {  # tries a day without delay, by what the tries are counted for
    AttemptKind.DEVICE: 3,
    AttemptKind.PAIR: 3,
    AttemptKind.NETWORK: 30,  # one network may be a whole office on a Monday
    AttemptKind.ACCOUNT: 30,
    AttemptKind.CODE: 5,
    AttemptKind.LINK: 3,
}
TURN_INTERVAL = timedelta(seconds=4)  # between unknown browsers on one account after its free tries
TURN_VALIDITY = timedelta(seconds=MAX_DELAY_SECONDS)  # after the turn has come
DEVICE_VALIDITY = timedelta(days=90)  # after the last sign-in
MAILED_DEVICE_VALIDITY = timedelta(minutes=30)  # of a new browser, after it opened a mailed link
DEVICES_IN_COOKIE = 4  # tokens in a cookie: one for each user of a shared browser

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
MEMBERSHIP_MOVES = {  # for a role that gives keys: a colleague must admit the member
    (MembershipState.INVITED, MembershipMove.ACCEPT): MembershipState.ENROLLED,
    (MembershipState.INVITED, MembershipMove.END): MembershipState.LEFT,
    (MembershipState.ENROLLED, MembershipMove.READY): MembershipState.PENDING,
    (MembershipState.ENROLLED, MembershipMove.END): MembershipState.LEFT,
    (MembershipState.PENDING, MembershipMove.ADMIT): MembershipState.ACTIVE,
    (MembershipState.PENDING, MembershipMove.END): MembershipState.LEFT,
    (MembershipState.ACTIVE, MembershipMove.LOSE_KEYS): MembershipState.PENDING,
    (MembershipState.ACTIVE, MembershipMove.END): MembershipState.LEFT,
}
KEYLESS_MEMBER_MOVES = {  # a role without keys needs no admission and can lose no keys
    (MembershipState.INVITED, MembershipMove.ACCEPT): MembershipState.ENROLLED,
    (MembershipState.INVITED, MembershipMove.END): MembershipState.LEFT,
    (MembershipState.ENROLLED, MembershipMove.READY): MembershipState.ACTIVE,
    (MembershipState.ENROLLED, MembershipMove.END): MembershipState.LEFT,
    (MembershipState.PENDING, MembershipMove.END): MembershipState.LEFT,
    (MembershipState.ACTIVE, MembershipMove.END): MembershipState.LEFT,
}


def step_organisation(state: OrganisationState, move: OrganisationMove) -> OrganisationState:
    """Return the state to which `move` changes `state`. Errors: organisation_move_not_allowed."""
    refusal = partial(OrganisationRefusal, "organisation_move_not_allowed")
    return next_state(ORGANISATION_MOVES, state, move, refusal)


def step_team(state: TeamState, move: TeamMove) -> TeamState:
    """Return the state to which `move` changes `state`. Errors: team_move_not_allowed."""
    refusal = partial(OrganisationRefusal, "team_move_not_allowed")
    return next_state(TEAM_MOVES, state, move, refusal)


def step_membership(
    state: MembershipState, move: MembershipMove, *, gives_keys: bool
) -> MembershipState:
    """Return the state to which `move` changes `state`. Errors: membership_move_not_allowed."""
    moves = MEMBERSHIP_MOVES if gives_keys else KEYLESS_MEMBER_MOVES
    refusal = partial(OrganisationRefusal, "membership_move_not_allowed")
    return next_state(moves, state, move, refusal)


def vouches_needed(active_organisations: int) -> int:
    """Return how many vouches a proposal needs among this number of active organisations.
    It needs two, or fewer while the installation has fewer active organisations."""
    return min(REQUIRED_VOUCHES, active_organisations)


def may_give_role(
    own: Collection[Permission], of_role: Collection[Permission], *, is_manager: bool
) -> bool:
    """Return whether a user may give a role to another user. Users give only permissions that they
    have. Administrators give every role except operator, for example a team's first supervisor,
    and still open no file. Only operators appoint operators."""
    missing = set(of_role) - set(own)
    return Permission.OPERATE not in missing and (is_manager or not missing)


def is_invitation_usable(
    *, expires: datetime, accepted_at: datetime | None, revoked_at: datetime | None, at: datetime
) -> bool:
    return accepted_at is None and revoked_at is None and at < expires


def delay_seconds(failures: int, *, free: int) -> int:
    """Return the delay before the next try: none after fewer than `free` failures; after that many
    one second, then 2, 4 … Units: seconds, at most MAX_DELAY_SECONDS."""
    if failures < free:
        return 0
    return min(MAX_DELAY_SECONDS, 1 << min(failures - free, 6))


def remaining_seconds(failures: int, last_at: datetime, at: datetime, *, free: int) -> float:
    """Return how much of the delay after the last failure remains.
    Units: seconds, from 0 to MAX_DELAY_SECONDS, also when a clock went back."""
    full_delay = delay_seconds(failures, free=free)
    return min(full_delay, max(0.0, full_delay - (at - last_at).total_seconds()))


def next_turn(tries: int, last_turn: datetime, at: datetime) -> datetime | None:
    """Return when the next unknown browser may try to sign in to one account.
    It is `at` while tries are free or the queue is empty; else TURN_INTERVAL after the last
    turn. None when the queue is longer than MAX_DELAY_SECONDS. A turn beyond that limit
    comes from a clock that went back and is ignored."""
    is_free = tries < FREE_ATTEMPTS[AttemptKind.ACCOUNT]
    if is_free or (last_turn > at and not is_turn_ahead(last_turn, at)):
        return at
    turn = max(at, last_turn + TURN_INTERVAL)
    return turn if turn == at or is_turn_ahead(turn, at) else None


def is_turn_ahead(turn: datetime, at: datetime) -> bool:
    """Return whether a turn is in the future and within the longest possible queue."""
    return at < turn <= at + timedelta(seconds=MAX_DELAY_SECONDS)


def is_turn(turn: datetime | None, at: datetime) -> bool:
    """Return whether an assigned turn has come and has not lapsed."""
    return turn is not None and turn <= at <= turn + TURN_VALIDITY


def network_of(address: str) -> str:
    """Return the network of an IP address: /24, or /48 for IPv6; "none" for an invalid address.
    An IPv4 address in IPv6 form counts as IPv4."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return "none"
    mapped = getattr(ip, "ipv4_mapped", None) or ip
    return str(ip_network(f"{mapped}/{24 if mapped.version == 4 else 48}", strict=False))


def is_demo_address(address: str) -> bool:
    """Return whether an e-mail address belongs to the demo: it has no mailbox."""
    return address.lower().endswith(f"@{DEMO_DOMAIN}")
