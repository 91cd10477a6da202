"""Seats and the waiting list: which seats are free, and which registration is offered one next.

Pure and quick: it runs while an edition is locked. Property tests say what must always hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from protect.trainings.registrations.enums import WaitingRule


@dataclass(frozen=True, slots=True)
class Seats:
    """How the seats of an edition stand. `limit` None: without limit; 0: none.

    `quotas`: seats kept for an organisation until they are released. `taken`: confirmed people and
    live offers by organisation, None for people of no organisation with a quota.
    """

    limit: int | None
    quotas: Mapping[UUID, int] = field(default_factory=dict)
    taken: Mapping[UUID | None, int] = field(default_factory=dict)

    def free_for(self, organisation: UUID | None) -> int | None:
        """Return how many more people of an organisation can have a seat; None for any number.

        What is kept for others and not used yet is not free. Never below 0, also when a coordinator
        confirmed more than the limit.
        """
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

    def with_one(self, organisation: UUID | None) -> Seats:
        """Return the seats when one more is taken."""
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
    """Return the registrations that are offered the free seats.

    Order is priority, then the time of applying. Seats kept for an organisation go to its own
    first in line. A group is offered seats together or not at all: others behind it go first.
    Paused registrations are passed over without a record.
    """
    offered: list[UUID] = []
    passed: list[Passed] = []
    for party in _awake(people):
        organisations = [each.organisation for each in party]
        keys = tuple(each.key for each in party)
        if seats.fits(organisations):
            offered += keys
            for each in organisations:
                seats = seats.with_one(each)
        elif len(party) > 1 and _has_any(seats, organisations):
            passed.append(Passed(keys, WaitingRule.GROUP_SKIPPED))
    return Next(tuple(offered), tuple(passed))


def _place(each: Waiting) -> tuple[int, datetime, str]:
    return -each.priority, each.applied_at, str(each.key)


def _awake(people: Iterable[Waiting]) -> Iterator[list[Waiting]]:
    """Yield the parties that are not paused; one paused member pauses its group."""
    for party in in_line(people):
        if not any(each.is_paused for each in party):
            yield party


def _has_any(seats: Seats, organisations: Iterable[UUID | None]) -> bool:
    return any(seats.free_for(each) != 0 for each in organisations)
