"""Rules for states, seats, the waiting list and names. Pure functions."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from protect.kernel.errors import next_state
from protect.trainings.base.errors import RegistrationMoveNotAllowed
from protect.trainings.registrations.enums import RegistrationMove, RegistrationState, WaitingRule
from protect.trainings.scheduling.enums import Approval

ACTIVE_STATES = (
    *(RegistrationState.UNPROVEN, RegistrationState.APPLIED, RegistrationState.WAITING),
    *(RegistrationState.OFFERED, RegistrationState.CONFIRMED),
)
SEAT_HOLDING_STATES = frozenset({RegistrationState.CONFIRMED, RegistrationState.OFFERED})
REGISTRATION_MOVES = {
    (RegistrationState.UNPROVEN, RegistrationMove.PROVE): RegistrationState.CONFIRMED,
    (RegistrationState.APPLIED, RegistrationMove.APPROVE): RegistrationState.CONFIRMED,
    (RegistrationState.APPLIED, RegistrationMove.REFUSE): RegistrationState.REFUSED,
    (RegistrationState.WAITING, RegistrationMove.OFFER): RegistrationState.OFFERED,
    (RegistrationState.WAITING, RegistrationMove.RENEW): RegistrationState.WAITING,
    (RegistrationState.OFFERED, RegistrationMove.ACCEPT): RegistrationState.CONFIRMED,
    (RegistrationState.OFFERED, RegistrationMove.LAPSE): RegistrationState.WAITING,
    **{(state, RegistrationMove.WITHDRAW): RegistrationState.WITHDRAWN for state in ACTIVE_STATES},
    **{(state, RegistrationMove.CANCEL): RegistrationState.CANCELLED for state in ACTIVE_STATES},
}
# Moves to a seat if one is free, else to the waiting list; PROVE perhaps to APPLIED.
MOVES_TO_FREE_SEAT = frozenset({RegistrationMove.PROVE, RegistrationMove.APPROVE})
# Moves that are allowed only for a paused registration (True), or only for another one (False).
REQUIRED_PAUSE_BY_MOVE = {RegistrationMove.OFFER: False, RegistrationMove.RENEW: True}


def initial_state(
    approval: Approval, *, is_free: bool, is_proven: bool = True
) -> RegistrationState:
    """Return the first state. Source: docs/adr/0039-seats-for-confirmed-addresses.md."""
    if not is_proven:
        return RegistrationState.UNPROVEN
    if approval is Approval.OWNER:
        return RegistrationState.APPLIED
    return RegistrationState.CONFIRMED if is_free else RegistrationState.WAITING


def next_registration_state(
    state: RegistrationState,
    move: RegistrationMove,
    *,
    is_paused: bool,
    is_free: bool,
    approval: Approval = Approval.AUTO,
) -> RegistrationState:
    """Return the state to which `move` leads; APPROVE and PROVE need a free seat, else WAITING.
    `approval`: whether a coordinator decides after PROVE. Errors: RegistrationMoveNotAllowed."""
    moves = REGISTRATION_MOVES if REQUIRED_PAUSE_BY_MOVE.get(move, is_paused) == is_paused else {}
    new_state = next_state(moves, state, move, RegistrationMoveNotAllowed)
    if move not in MOVES_TO_FREE_SEAT:
        return new_state
    decides = approval if move is RegistrationMove.PROVE else Approval.AUTO
    return initial_state(decides, is_free=is_free)


@dataclass(frozen=True, slots=True)
class Seats:
    """The seats of an edition. `limit` is None for no limit; `quotas` are by organisation. `taken`:
    confirmed participants and open offers, under None for organisations without a quota."""

    limit: int | None
    quotas: Mapping[UUID, int] = field(default_factory=dict)
    taken: Mapping[UUID | None, int] = field(default_factory=dict)

    def free_for(self, organisation: UUID | None) -> int | None:
        """Return how many more people of an organisation can get a seat; None for any number."""
        if self.limit is None:
            return None
        others = [other for other in self.quotas if other != organisation]
        reserved = sum(max(0, self.quotas[other] - self.taken.get(other, 0)) for other in others)
        return max(0, self.limit - sum(self.taken.values()) - reserved)

    @property
    def is_full(self) -> bool:
        """Return whether no organisation, with or without a quota, can get another seat."""
        return all(self.free_for(organisation) == 0 for organisation in (None, *self.quotas))

    def has_room_for(self, organisations: Iterable[UUID | None]) -> bool:
        """Return whether there are seats for one person per entry of `organisations`."""
        seats = self
        for organisation in organisations:
            if seats.free_for(organisation) == 0:
                return False
            seats = seats.with_seat_taken(organisation)
        return True

    def with_seat_taken(self, organisation: UUID | None) -> "Seats":
        taken = Counter(self.taken)
        taken[organisation] += 1
        return Seats(self.limit, self.quotas, taken)


class WaitingEntry(NamedTuple):
    """A waiting registration; a larger priority comes first. `group` is None for a single one."""

    key: UUID
    organisation: UUID | None
    priority: int
    applied_at: datetime
    group: UUID | None = None
    is_paused: bool = False


class PassedOver(NamedTuple):
    """A waiting group that did not fit in the free seats, and the reason to record."""

    keys: tuple[UUID, ...]
    rule: WaitingRule


class SeatOffers(NamedTuple):
    """The registrations to offer a seat, in order, and the groups that were passed over."""

    offered: tuple[UUID, ...]
    passed: tuple[PassedOver, ...]


def waiting_parties(entries: Iterable[WaitingEntry]) -> list[list[WaitingEntry]]:
    """Return the waiting parties in order; a group has the position of its first member."""
    parties: dict[UUID, list[WaitingEntry]] = {}
    for entry in sorted(entries, key=lambda row: (-row.priority, row.applied_at, str(row.key))):
        parties.setdefault(entry.group or entry.key, []).append(entry)
    return list(parties.values())


def waiting_list_positions(entries: Iterable[WaitingEntry]) -> dict[UUID, int]:
    """Return the position of each waiting registration, from 1; paused ones count as well."""
    in_order = (member for party in waiting_parties(entries) for member in party)
    return {entry.key: number for number, entry in enumerate(in_order, 1)}


def next_offers(seats: Seats, entries: Sequence[WaitingEntry]) -> SeatOffers:
    """Return the registrations to offer free seats: by priority, then time of applying. A group is
    offered seats together or not at all; if it does not fit, others behind it go first. One paused
    member pauses its group; paused registrations are skipped without a record."""
    offered: list[UUID] = []
    passed: list[PassedOver] = []
    for party in waiting_parties(entries):
        if any(member.is_paused for member in party):
            continue
        organisations = [member.organisation for member in party]
        keys = tuple(member.key for member in party)
        if seats.has_room_for(organisations):
            offered += keys
            for organisation in organisations:
                seats = seats.with_seat_taken(organisation)
        elif len(party) > 1 and any(
            seats.free_for(organisation) != 0 for organisation in organisations
        ):
            passed.append(PassedOver(keys, WaitingRule.GROUP_SKIPPED))
    return SeatOffers(tuple(offered), tuple(passed))


def fold_email(email: str) -> str:
    """Return an address as it is stored: without outer spaces, and case-folded."""
    return email.strip().casefold()


def is_same_name(typed: str, stored: str) -> bool:
    """Return whether two spellings are one name, ignoring order of parts, case and accents."""
    key = name_key(typed)
    return bool(key) and key == name_key(stored)


def name_key(name: str) -> tuple[str, ...]:
    """Return a key that all spellings of a name share; empty for a name without letters."""
    case_folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    without_accents = "".join(
        character for character in case_folded if not unicodedata.combining(character)
    )
    letters = "".join(character if character.isalnum() else " " for character in without_accents)
    return tuple(sorted(letters.split()))
