"""States, seats, the waiting list and names: what follows from values. Pure, and quick."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from protect.kernel.errors import take_step
from protect.trainings.base.errors import RegistrationMoveNotAllowed
from protect.trainings.registrations.enums import RegistrationMove, RegistrationState, WaitingRule
from protect.trainings.scheduling.enums import Approval

ACTIVE = (
    *(RegistrationState.UNPROVEN, RegistrationState.APPLIED, RegistrationState.WAITING),
    *(RegistrationState.OFFERED, RegistrationState.CONFIRMED),
)
HOLDING = frozenset({RegistrationState.CONFIRMED, RegistrationState.OFFERED})  # a seat each
REGISTRATION_MOVES = {
    (RegistrationState.UNPROVEN, RegistrationMove.PROVE): RegistrationState.CONFIRMED,
    (RegistrationState.APPLIED, RegistrationMove.APPROVE): RegistrationState.CONFIRMED,
    (RegistrationState.APPLIED, RegistrationMove.REFUSE): RegistrationState.REFUSED,
    (RegistrationState.WAITING, RegistrationMove.OFFER): RegistrationState.OFFERED,
    (RegistrationState.WAITING, RegistrationMove.RENEW): RegistrationState.WAITING,
    (RegistrationState.OFFERED, RegistrationMove.ACCEPT): RegistrationState.CONFIRMED,
    (RegistrationState.OFFERED, RegistrationMove.LAPSE): RegistrationState.WAITING,
    **{(state, RegistrationMove.WITHDRAW): RegistrationState.WITHDRAWN for state in ACTIVE},
    **{(state, RegistrationMove.CANCEL): RegistrationState.CANCELLED for state in ACTIVE},
}
# Moves that lead to a seat only while one is free.
SEATED_IF_FREE = frozenset({RegistrationMove.PROVE, RegistrationMove.APPROVE})
# A paused registration is offered nothing, and only a paused one can be renewed.
AT_REST = {RegistrationMove.OFFER: False, RegistrationMove.RENEW: True}


def entered(approval: Approval, *, is_free: bool, is_proven: bool = True) -> RegistrationState:
    """Return the state in which a registration begins. `is_proven`: its address is confirmed.
    Source: docs/adr/0039-seats-for-confirmed-addresses.md."""
    if not is_proven:
        return RegistrationState.UNPROVEN
    if approval is Approval.OWNER:
        return RegistrationState.APPLIED
    return RegistrationState.CONFIRMED if is_free else RegistrationState.WAITING


def step_registration(
    state: RegistrationState,
    move: RegistrationMove,
    *,
    is_paused: bool,
    is_free: bool,
    approval: Approval = Approval.AUTO,
) -> RegistrationState:
    """Return the state that `move` leads to. Approved without a free seat means waiting.
    `approval` says whether a coordinator decides about an application once it is confirmed.
    Errors: RegistrationMoveNotAllowed."""
    moves = REGISTRATION_MOVES if AT_REST.get(move, is_paused) == is_paused else {}
    new_state = take_step(moves, state, move, RegistrationMoveNotAllowed)
    if move not in SEATED_IF_FREE:
        return new_state
    decides = approval if move is RegistrationMove.PROVE else Approval.AUTO
    return entered(decides, is_free=is_free)


@dataclass(frozen=True, slots=True)
class Seats:
    """How the seats of an edition stand. `limit` None: without limit; 0: none.
    `quotas`: seats kept for an organisation until they are released. `taken`: confirmed people and
    live offers by organisation, None for people of no organisation with a quota."""

    limit: int | None
    quotas: Mapping[UUID, int] = field(default_factory=dict)
    taken: Mapping[UUID | None, int] = field(default_factory=dict)

    def free_for(self, organisation: UUID | None) -> int | None:
        """Return how many more people of an organisation can have a seat; None for any number.
        Never below 0, also when a coordinator confirmed more than the limit."""
        if self.limit is None:
            return None
        kept = sum(
            max(0, seats - self.taken.get(each, 0))
            for each, seats in self.quotas.items()
            if each != organisation
        )
        return max(0, self.limit - sum(self.taken.values()) - kept)

    @property
    def is_full(self) -> bool:
        """Return whether no organisation has a free seat left."""
        return all(self.free_for(each) == 0 for each in (None, *self.quotas))

    def fits(self, organisations: Iterable[UUID | None]) -> bool:
        """Return whether all these people could sit at once."""
        seats = self
        for organisation in organisations:
            if seats.free_for(organisation) == 0:
                return False
            seats = seats.with_one(organisation)
        return True

    def with_one(self, organisation: UUID | None) -> "Seats":
        taken = Counter(self.taken)
        taken[organisation] += 1
        return Seats(self.limit, self.quotas, taken)


class Waiting(NamedTuple):
    """A waiting registration. A larger priority goes first; `group` is None for one alone."""

    key: UUID
    organisation: UUID | None
    priority: int
    applied_at: datetime
    group: UUID | None = None
    is_paused: bool = False


class Passed(NamedTuple):
    """Registrations that a free seat passed over, and why."""

    keys: tuple[UUID, ...]
    rule: WaitingRule


class Next(NamedTuple):
    """The registrations to offer a seat, in order, and those passed over."""

    offered: tuple[UUID, ...]
    passed: tuple[Passed, ...]


def in_line(people: Iterable[Waiting]) -> list[list[Waiting]]:
    """Return parties of waiting registrations in order: a group has its first member's place."""
    order = sorted(people, key=_place)
    first: dict[UUID, tuple[int, datetime, str]] = {}
    for each in order:
        first.setdefault(each.group or each.key, _place(each))
    parties = sorted(order, key=lambda each: (first[each.group or each.key], _place(each)))
    return [list(party) for _, party in groupby(parties, key=lambda each: each.group or each.key)]


def places(people: Iterable[Waiting]) -> dict[UUID, int]:
    """Return the place of each registration on the waiting list, from 1; paused ones count, too."""
    in_order = (each for party in in_line(people) for each in party)
    return {each.key: number for number, each in enumerate(in_order, 1)}


def next_offers(seats: Seats, people: Sequence[Waiting]) -> Next:
    """Return the registrations that are offered the free seats, by priority, then time of applying.
    A group is offered seats together or not at all: others behind it go first. One paused member
    pauses its group; paused registrations are passed over without a record."""
    offered: list[UUID] = []
    passed: list[Passed] = []
    for party in in_line(people):
        if any(each.is_paused for each in party):
            continue
        organisations = [each.organisation for each in party]
        keys = tuple(each.key for each in party)
        if seats.fits(organisations):
            offered += keys
            for each in organisations:
                seats = seats.with_one(each)
        elif len(party) > 1 and any(seats.free_for(each) != 0 for each in organisations):
            passed.append(Passed(keys, WaitingRule.GROUP_SKIPPED))
    return Next(tuple(offered), tuple(passed))


def _place(each: Waiting) -> tuple[int, datetime, str]:
    return -each.priority, each.applied_at, str(each.key)


def folded(email: str) -> str:
    """Return an address as it is stored: folded, so that capitals make no second participant."""
    return email.strip().casefold()


def is_same_name(typed: str, stored: str) -> bool:
    """Return whether two spellings are one name: order of its parts, case and accents aside."""
    key = name_key(typed)
    return bool(key) and key == name_key(stored)


def name_key(name: str) -> tuple[str, ...]:
    """Return what all spellings of a name have in common; empty where there are no letters."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    plain = "".join(each for each in folded if not unicodedata.combining(each))
    letters = "".join(each if each.isalnum() else " " for each in plain)
    return tuple(sorted(letters.split()))
