"""What rows cost a person, many at once: the sums of `Weighed.key`, in the same integers."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from protect.directory.enums import Fact, Verdict
from protect.directory.rules import CheckSeen
from protect.matching.conditions import criteria, disclosure
from protect.matching.costs import UNKNOWN_METRES, acceptance_cost
from protect.matching.engine.columns import areas, bits, freshness, points
from protect.matching.engine.columns.bits import NO, UNKNOWN, YES, Flags, Ints
from protect.matching.engine.columns.columns import Part
from protect.matching.engine.columns.language_costs import GENDERS
from protect.matching.engine.columns.waits import NO_DOOR, NOT_KNOWN
from protect.matching.engine.snapshot import FilteredRows, Met, Snapshot, Way
from protect.matching.questions import PreparedQuestion
from protect.matching.services.rows import ServiceRow
from protect.matching.weights import Preference

NO_WAIT = 1_000_000_000  # minutes: of a door that is not there
DOORS = [freshness.PLACE[Fact.VISIT_HOURS], freshness.PLACE[Fact.PHONE_HOURS]]
# A key in one integer: metres take 27 bits, minutes 23, the group 2, beyond reach 1.
MINUTES_AT, GROUP_AT, BEYOND_AT, LAST_AT = 27, 50, 52, 53


def is_beyond(keys: Ints) -> Flags:
    return keys >> BEYOND_AT > 0


class Weighing:
    """One question laid on some rows. Each part is an array with one entry per row."""

    def __init__(
        self, snapshot: Snapshot, prepared: PreparedQuestion, filtered: FilteredRows, rows: Ints
    ) -> None:
        self._snapshot, self._prepared, self._weights = snapshot, prepared, prepared.weights
        self._steps, self._rows = filtered.steps, rows
        self._at = freshness.ticks(prepared.at)
        self._parts = np.ascontiguousarray(snapshot.columns.parts.take(rows, axis=0).T)
        self._met = snapshot.met(prepared)[self._parts[Part.CATEGORIES]].astype(np.int64)
        self._states = np.ascontiguousarray(snapshot.freshness.states(rows, self._at).T)

    def keys(self) -> Ints:
        """Return the key of each row, but for its UUID. Smaller is better."""
        metres, reach = self._metres(), self._met // Met.REACH
        is_known = metres != UNKNOWN_METRES
        way = np.where(is_known, metres, reach)
        minutes, is_visit = self._way(points.minutes(way, self._weights.travel))
        minutes += self._hard() + self._language() + self._capacity()
        minutes += self._acceptance() + self._phone()
        is_far = is_visit & is_known & (metres > reach)
        is_beyond = is_far | (self._met & Met.IS_LAST > 0)
        keys: Ints = is_beyond.astype(np.int64) << BEYOND_AT
        keys += (self._group() << GROUP_AT) + (minutes << MINUTES_AT) + metres
        return keys

    def _zeros(self) -> Ints:
        return np.zeros(len(self._rows), dtype=np.int64)

    def _metres(self) -> Ints:
        origin = self._prepared.point
        if origin is None:
            return np.full(len(self._rows), UNKNOWN_METRES)
        first, counts = self._parts[Part.FIRST_POINT], self._parts[Part.POINTS]
        metres = self._metres_to(origin, first)
        several = np.flatnonzero(counts > 1)
        if len(several):
            chosen, starts = bits.runs(first[several], counts[several])
            metres[several] = np.minimum.reduceat(self._metres_to(origin, chosen), starts)
        return metres

    def _metres_to(self, origin: points.Position, chosen: NDArray[np.integer]) -> Ints:
        """Return how far it is to points; UNKNOWN_METRES to those where she must not be seen."""
        tables = self._snapshot.tables
        metres = tables.positions.metres(origin, chosen, self._weights.travel)
        spots = tables.spots.take(chosen)
        metres[spots == areas.NOWHERE] = UNKNOWN_METRES
        if self._prepared.avoid:
            truths = self._snapshot.encoder.avoided_places.truths(self._prepared.avoid)
            metres[truths[spots] == NO] = UNKNOWN_METRES
        return metres

    def _way(self, travel: Ints) -> tuple[Ints, Flags]:
        """Return travel and waiting by the fastest way, and whether it is a visit."""
        ways = self._snapshot.ways(self._prepared)[self._parts[Part.MODE]]
        unknown = self._weights.open.unknown
        visit, call = self._waiting()
        if not self._prepared.modes:
            visit = np.minimum(visit, call)
        visit[visit == NO_WAIT] = unknown
        call[call == NO_WAIT] = unknown
        call[ways & Way.CALL == 0] = NO_WAIT
        remotely = np.where(ways & Way.WRITE, np.minimum(call, unknown), call)
        by_visit = np.where(ways & Way.VISIT, travel + visit, NO_WAIT)
        is_visit = by_visit <= remotely
        return np.where(is_visit, by_visit, remotely), is_visit

    def _waiting(self) -> Ints:
        """Return what waiting at the door costs, and on the phone; NO_WAIT where there is none."""
        doors, weights = self._parts[[Part.VISIT, Part.PHONE]], self._weights.open
        waits = self._snapshot.encoder.waits.waits(doors, self._prepared.at)
        cost = np.minimum(weights.yes + waits, weights.no)
        cost[waits >= NOT_KNOWN] = weights.unknown
        cost = self._moved(cost, weights.unknown, weights.no, DOORS)
        cost[doors == NO_DOOR] = NO_WAIT
        return cost

    def _hard(self) -> Ints:
        weights, steps = self._weights.hard, self._steps
        in_play = {step.criterion.code for step in steps}
        left_out = [
            place for place, each in enumerate(criteria.CRITERIA) if each.code not in in_play
        ]
        mask = sum(1 << place for place in left_out)
        limited = np.bitwise_count(self._parts[Part.LIMITS] & mask).astype(np.int64)
        minutes: Ints = limited * (weights.unknown - weights.yes) + weights.yes * len(left_out)
        word, place = self._rows >> bits.SHIFT, (self._rows & bits.WITHIN).astype(np.uint64)
        for fact in {step.criterion.fact for step in steps}:
            sets = [step.yes for step in steps if step.criterion.fact == fact]
            words = np.array([of_step.take(word) for of_step in sets])
            count = (words >> place & bits.ONE).sum(axis=0, dtype=np.int64)
            minutes += count * self._yes(fact) + (len(sets) - count) * weights.unknown
        return minutes

    def _yes(self, fact: Fact | None) -> Ints:
        weights = self._weights.hard
        if fact is None:
            return np.full(len(self._rows), weights.yes)
        costs = self._snapshot.stale_costs.table(weights.unknown, weights.yes)
        by_state = costs[:, weights.yes].copy()
        by_state[list(freshness.DECAYED)] = weights.unknown
        costs_of_rows: Ints = by_state[self._states[freshness.PLACE[fact]]]
        return costs_of_rows

    def _language(self) -> Ints:
        tags, weights = self._prepared.question.languages, self._weights.language
        lists = self._parts[Part.SPEECH]
        best = np.full(len(lists), weights.no)
        gender = np.zeros(len(lists), dtype=np.int8)
        language_costs = self._snapshot.encoder.language_costs
        for place, tag in enumerate(tags):
            offers = language_costs.table(tag, self._prepared.at, weights)
            cost = offers.minutes[lists] + place * weights.place
            is_better = cost < best
            best = np.where(is_better, cost, best)
            gender = np.where(is_better, offers.gender[lists], gender)
        minutes = self._worker(gender)
        if not tags:
            return minutes
        moved = self._moved(best, weights.unknown, weights.no, freshness.PLACE[Fact.LANGUAGES])
        return minutes + np.where(language_costs.silent()[lists], weights.unknown, moved)

    def _worker(self, gender: NDArray[np.int8]) -> Ints:
        wish, weights = self._prepared.question.wishes.worker_gender, self._weights.worker_gender
        if wish is None:
            return self._zeros()
        cost = np.where(gender == GENDERS.index(wish), weights.yes, weights.no)
        moved = self._moved(cost, weights.unknown, weights.no, freshness.PLACE[Fact.LANGUAGES])
        return np.where(gender == 0, weights.unknown, moved)

    def _capacity(self) -> Ints:
        """Return whether there is room, where a bed is what she needs."""
        minutes = self._zeros()
        asking = np.flatnonzero(self._met & Met.WANTS_ROOM)
        if len(asking):
            minutes[asking] = _of(self._weights.capacity)[self._room(asking)]
        return minutes

    def _room(self, asking: Ints) -> NDArray[np.signedinteger]:
        columns, rows = self._snapshot.columns, self._rows[asking]
        truth = np.where(columns.free_until[rows] > self._at, columns.free[rows], UNKNOWN)
        first, counts = self._parts[Part.FIRST_BED, asking], self._parts[Part.BEDS, asking]
        has_rooms = np.flatnonzero(counts)
        if len(has_rooms):
            chosen, starts = bits.runs(first[has_rooms], counts[has_rooms])
            person = self._prepared.question.person
            shapes = self._snapshot.tables.beds.truths(chosen, person, self._at)
            best = np.maximum.reduceat(shapes, starts)
            is_clear = (best == NO) | (best == YES)
            truth[has_rooms] = np.where(is_clear, best, truth[has_rooms])
        truth[self._states[freshness.PLACE[Fact.CAPACITY], asking] == freshness.DISPUTED] = UNKNOWN
        return truth

    def _acceptance(self) -> Ints:
        groups, weights = self._prepared.question.person.groups, self._weights.acceptance
        if not groups:
            return self._zeros()
        facet = self._snapshot.encoder.facets["group"]
        table = facet.table(("accepted", groups), lambda row: _accepted(row, self._prepared))
        cost = np.array([*weights.by_code.values()])[table[self._parts[Part.GROUP]]]
        return self._moved(
            cost, weights.unknown, weights.others_first, freshness.PLACE[Fact.ELIGIBILITY]
        )

    def _phone(self) -> Ints:
        if self._prepared.question.wishes.cannot_speak:
            return self._zeros()
        weights = self._weights.phone_answers
        cost = _of(weights)[self._parts[Part.ANSWERS]]
        return self._moved(cost, weights.unknown, weights.no, freshness.LINE)

    def _group(self) -> Ints:
        group = self._zeros()
        if self._prepared.silence:
            facet, readings = self._snapshot.encoder.facets["told"], self._parts[Part.TOLD]
            disputed = CheckSeen(Verdict.DISPUTED, self._prepared.at, self._prepared.at)
            believed = facet.table("believed", lambda row: _tells(row, self._prepared, ()))
            doubted = facet.table("doubted", lambda row: _tells(row, self._prepared, (disputed,)))
            states = self._states[freshness.PLACE[Fact.REPORTING]]
            is_decayed = (states == freshness.EXPIRED) | (states == freshness.DISPUTED)
            group = np.where(is_decayed, doubted[readings], believed[readings])
            group = np.where(self._met & Met.KEEPS_PLACE, 0, group).astype(np.int64)
        group[self._met & Met.IS_LAST > 0] = disclosure.LAST
        return group

    def _moved(self, cost: Ints, unknown: int, most: int, place: int | list[int]) -> Ints:
        """Return costs of up to `most` moved towards unknown as far as a fact is stale."""
        costs = self._snapshot.stale_costs.table(unknown, most)
        return costs.take(self._states[place].astype(np.int64) * (most + 1) + cost)


def _of(weights: Preference) -> Ints:
    return np.array([weights.no, weights.unknown, weights.yes])


def _accepted(row: ServiceRow, prepared: PreparedQuestion) -> int:
    """Return the place among `by_code` of how gladly a row takes her groups."""
    cost = acceptance_cost(row, prepared)
    return [*prepared.weights.acceptance.by_code].index(cost.code if cost else "unknown")


def _tells(row: ServiceRow, prepared: PreparedQuestion, checks: tuple[CheckSeen, ...]) -> int:
    """Return the reporting group of a row, with these checks of its statement."""
    checked = replace(row, checks={Fact.REPORTING: checks})
    return disclosure.GROUPS[disclosure.disclosure_of(checked, prepared).worst]
