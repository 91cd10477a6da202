"""Compute sort keys of many rows at once, ordered like `WeighedRow.key` without its UUID."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from protect.directory.enums import Fact, Verdict
from protect.directory.rules import CheckSummary
from protect.matching.conditions import disclosure, persons
from protect.matching.costs import UNKNOWN_METRES, acceptance_cost
from protect.matching.engine.columns import areas, bits, freshness, language_costs, points
from protect.matching.engine.columns.bits import NO, UNKNOWN, YES, Flags, Ints
from protect.matching.engine.columns.columns import RowPart
from protect.matching.engine.snapshot import FilteredRows, NeedFlag, Snapshot
from protect.matching.questions import Query
from protect.matching.services.rows import ServiceRow
from protect.matching.weights import PreferenceWeights

# Indices of facts among freshness.FACTS. Those of visits and calls stand side by side.
HOURS_FACT_SLICE = slice(
    freshness.FACT_INDEX[Fact.VISIT_HOURS], freshness.FACT_INDEX[Fact.PHONE_HOURS] + 1
)
LANGUAGES, ELIGIBILITY = map(freshness.FACTS.index, (Fact.LANGUAGES, Fact.ELIGIBILITY))  # indices
CAPACITY, REPORTING = map(freshness.FACTS.index, (Fact.CAPACITY, Fact.REPORTING))  # indices
# A key is one integer. From its lowest bits up it holds the parts of `SortKey` from last to first:
# 27 bits of metres, 23 of minutes, 2 of generality, 1 of being for others, 2 of disclosure group, 1
# of closed, 1 of beyond reach. The lowest bit of each part:
MINUTES_SHIFT, GENERALITY_SHIFT, OTHERS_SHIFT, GROUP_SHIFT = 27, 50, 52, 53
CLOSED_SHIFT, BEYOND_SHIFT, NOT_ANSWERING_SHIFT = 55, 56, 57  # bits of the flags in a key


FIRST_BEYOND_KEY = 1 << BEYOND_SHIFT  # keys from here on are beyond reach, or a last resort


def key_classes(snapshot: Snapshot, query: Query, rows: Ints) -> Ints:
    """Return for each of `rows` a lower bound of its disclosure group, being for others and
    generality, in the bits of its key: no key is smaller than `class << GENERALITY_SHIFT`. The
    result is not cached: most questions weigh few rows, and people differ."""
    parts = np.ascontiguousarray(snapshot.columns.parts.take(rows, axis=0).T)
    flags = snapshot.need_flags(query)[parts[RowPart.CATEGORIES]].astype(np.int64)
    least = np.zeros(len(rows), dtype=np.int64)
    if query.wants_silence:
        least += _stated_groups(snapshot, query)[parts[RowPart.DISCLOSURE]]
        least[flags & NeedFlag.KEEPS_RANK > 0] = 0
    least[flags & NeedFlag.IS_LAST > 0] = disclosure.LAST_GROUP
    generality = flags >> NeedFlag.GENERALITY_SHIFT & NeedFlag.GENERALITY_MASK
    for_others = _are_for_others(snapshot, query, parts).astype(np.int64)
    classes: Ints = least << GROUP_SHIFT - GENERALITY_SHIFT | generality
    return classes | for_others << OTHERS_SHIFT - GENERALITY_SHIFT


class KeyCalculation:
    """Sort keys of some rows for one question. Each cost is an array with one value per row."""

    def __init__(
        self, snapshot: Snapshot, query: Query, filtered: FilteredRows, rows: Ints
    ) -> None:
        self._snapshot, self._query, self._weights = snapshot, query, query.weights
        self._filtered, self._rows = filtered, rows
        self._at = freshness.ticks(query.at)
        self._parts = np.ascontiguousarray(snapshot.columns.parts.take(rows, axis=0).T)
        flags = snapshot.need_flags(query)[self._parts[RowPart.CATEGORIES]]
        self._need_flags = flags.astype(np.int64)
        self._states = np.ascontiguousarray(snapshot.freshness.states(rows, self._at).T)
        self._stated_yes = bits.membership_by_set([step.yes for step in filtered.steps], rows)

    def keys(self) -> Ints:
        """Return each row's sort key, without its UUID, as one integer; the smallest is first."""
        metres, reach = self._distances(), self._need_flags >> NeedFlag.REACH_SHIFT
        is_known = metres != UNKNOWN_METRES
        travel_metres = np.where(is_known, metres, reach)
        travel = points.travel_minutes(travel_metres, self._weights.travel)
        minutes, is_visit, is_closed = self._fastest_mode(travel)
        minutes += self._condition_costs() + self._language_costs() + self._capacity_costs()
        minutes += self._acceptance_costs() + self._phone_answer_costs()
        is_far = is_known & (metres > reach)
        if is_far.any():
            is_far &= is_visit | self._are_for_another_area()
        is_beyond = is_far | self._has(NeedFlag.IS_LAST)
        keys: Ints = is_beyond.astype(np.int64) << BEYOND_SHIFT
        keys += (is_closed & self._has(NeedFlag.OPEN_FIRST)).astype(np.int64) << CLOSED_SHIFT
        generality = self._need_flags >> NeedFlag.GENERALITY_SHIFT & NeedFlag.GENERALITY_MASK
        keys += generality << GENERALITY_SHIFT
        for_others = _are_for_others(self._snapshot, self._query, self._parts)
        keys += for_others.astype(np.int64) << OTHERS_SHIFT
        keys += (self._disclosure_groups() << GROUP_SHIFT) + (minutes << MINUTES_SHIFT) + metres
        return keys

    def _has(self, flag: int) -> Flags:
        """Return for each row whether it has this NeedFlag."""
        has: Flags = self._need_flags & flag > 0
        return has

    def _are_for_another_area(self) -> Flags:
        """Return which rows are local and do not say that they serve the person's area."""
        is_local: Flags = ~self._snapshot.columns.is_national[self._rows]
        for step, states_yes in zip(self._filtered.steps, self._stated_yes, strict=True):
            if step.criterion.code == "area":
                is_local &= ~states_yes
        return is_local

    def _zeros(self) -> Ints:
        return np.zeros(len(self._rows), dtype=np.int64)

    def _distances(self) -> Ints:
        origin = self._query.point
        if origin is None:
            return np.full(len(self._rows), UNKNOWN_METRES)
        first, counts = self._parts[RowPart.FIRST_POINT], self._parts[RowPart.POINTS]
        if counts.max(initial=0) <= 1:  # rows without points have a dummy
            return self._metres_to(origin, first)
        chosen, starts = bits.expand_runs(first, np.maximum(counts, 1))
        metres: Ints = np.minimum.reduceat(self._metres_to(origin, chosen), starts)
        return metres

    def _metres_to(self, origin: points.Position, chosen: NDArray[np.integer]) -> Ints:
        """Return metres to points (`chosen`: indices); UNKNOWN_METRES if unknown or to avoid."""
        tables = self._snapshot.tables
        metres = tables.positions.metres(origin, chosen, self._weights.travel)
        place_numbers = tables.place_numbers.take(chosen)
        metres[place_numbers == areas.NO_PLACE] = UNKNOWN_METRES
        if self._query.avoid:
            truths = self._snapshot.point_truths(self._query.avoid, self._weights)
            metres[truths[chosen] == NO] = UNKNOWN_METRES
        return metres

    def _fastest_mode(self, travel: Ints) -> tuple[Ints, Flags, Flags]:
        """Return minutes of travel and waiting in the fastest mode; whether it is a visit; whether
        its hours say that it is closed now."""
        unknown = 2 * self._weights.open.unknown
        waiting = self._waiting_costs()
        if not self._query.modes:
            waiting[0] = waiting.min(axis=0)
        waiting[waiting == freshness.NO_HOURS_COST] = unknown
        mode_costs = self._snapshot.mode_costs(self._query)
        visit_extra, call_extra, writing_extra, email_cost = mode_costs.take(
            self._parts[RowPart.MODE], axis=1
        )
        visit_wait, call_wait = waiting
        visit_cost = 2 * travel + visit_wait + visit_extra
        remote_cost = np.minimum(call_wait + call_extra, email_cost)
        if (writing_extra < freshness.NO_HOURS_COST).any():
            remote_cost = np.minimum(remote_cost, self._writing_costs() + writing_extra)
        is_visit = visit_cost <= remote_cost
        doubled = np.where(is_visit, visit_cost, remote_cost)
        return doubled >> 1, is_visit, doubled & 1 > 0

    def _waiting_costs(self) -> Ints:
        """Return two rows of doubled costs, for visits and for calls, plus 1 if closed now: a tie
        goes to the mode that may be open. NO_HOURS_COST without hours."""
        hours_numbers, weights = self._parts[RowPart.VISIT : RowPart.PHONE + 1], self._weights.open
        fresh = self._costs_of_hours(hours_numbers)
        stale = self._snapshot.stale_costs.closed_table(weights.unknown, weights.no)
        costs: Ints = stale.take(self._states[HOURS_FACT_SLICE] * np.int64(stale.shape[1]) + fresh)
        return costs

    def _writing_costs(self) -> Ints:
        """Return doubled costs of the hours stated for writing, which are never checked, plus 1 if
        closed now; without hours, the doubled cost of unknown hours."""
        numbers, weights = self._parts[RowPart.WRITING], self._weights.open
        fresh = self._costs_of_hours(numbers)
        stale = self._snapshot.stale_costs.closed_table(weights.unknown, weights.no)
        costs: Ints = stale[freshness.UNVERIFIED].take(fresh)
        costs[costs == freshness.NO_HOURS_COST] = 2 * weights.unknown
        return costs

    def _costs_of_hours(self, numbers: NDArray[np.int32]) -> Ints:
        waits, at, weights = self._snapshot.encoder.waits, self._query.at, self._weights.open
        if self._query.question.at_any_hour:
            return waits.any_hour_costs(numbers, at, weights)
        return waits.closed_costs(numbers, at, weights)

    def _condition_costs(self) -> Ints:
        """Return costs of all conditions; those left out cost more if the row states a limit."""
        weights, steps = self._weights.hard, self._filtered.steps
        minutes = self._filtered.left_out_costs(self._parts[RowPart.LIMITS], weights)
        minutes += weights.unknown * len(steps)
        facts = [step.criterion.fact for step in steps]
        for fact in dict.fromkeys(facts):
            of_fact = [number for number, other in enumerate(facts) if other == fact]
            count = self._stated_yes[of_fact].sum(axis=0, dtype=np.int64)
            minutes += count * (self._stated_yes_costs(fact) - weights.unknown)
        return minutes

    def _stated_yes_costs(self, fact: Fact | None) -> Ints:
        """Return what a yes costs each row, by freshness; expired or disputed: as unknown."""
        weights = self._weights.hard
        if fact is None:
            return np.full(len(self._rows), weights.yes)
        costs = self._snapshot.stale_costs.table(weights.unknown, weights.yes)
        by_state = costs[:, weights.yes].copy()
        by_state[list(freshness.DECAYED_CODES)] = weights.unknown
        costs_of_rows: Ints = by_state[self._states[freshness.FACT_INDEX[fact]]]
        return costs_of_rows

    def _language_costs(self) -> Ints:
        """Return the costs of language and of the wish for the interpreter's gender."""
        minutes, weights = self._interpreter_gender_costs(), self._weights.language
        tables, languages = self._language_tables(), self._snapshot.encoder.language_costs
        if not tables:
            return minutes
        lists = self._parts[RowPart.SPEECH]
        costs = [table.minutes.take(lists) + place * weights.place for place, table in tables]
        best = np.minimum(np.minimum.reduce(costs), weights.unknown)  # not listed: unknown
        stale_costs = self._with_staleness(best, weights.unknown, weights.unknown, LANGUAGES)
        stale_costs[languages.is_unknown()[lists]] = weights.unknown
        return minutes + stale_costs

    def _language_tables(self) -> list[tuple[int, language_costs.LanguageTable]]:
        """Return the table of each language of the person, with its place among them."""
        tags, costs = self._query.question.languages, self._snapshot.encoder.language_costs
        weights = self._weights.language
        at = None if self._query.question.at_any_hour else self._query.at
        tables = [costs.table(tag, at, weights) for tag in tags]
        return [*enumerate(tables)]

    def _interpreter_gender_costs(self) -> Ints:
        wish, weights = self._query.question.wishes.worker_gender, self._weights.worker_gender
        if wish is None:
            return self._zeros()
        gender = self._interpreter_genders()
        cost = np.where(gender == language_costs.GENDERS.index(wish), weights.yes, weights.no)
        stale_costs = self._with_staleness(cost, weights.unknown, weights.no, LANGUAGES)
        return np.where(gender == 0, weights.unknown, stale_costs)

    def _interpreter_genders(self) -> NDArray[np.int8]:
        """Return the genders of interpreters for the cheapest language, as indices in GENDERS."""
        lists, weights = self._parts[RowPart.SPEECH], self._weights.language
        best = np.full(len(lists), weights.unknown + 1)  # more than any language costs
        gender = np.zeros(len(lists), dtype=np.int8)
        for place, table in self._language_tables():
            minutes = table.minutes.take(lists)
            cost = np.minimum(minutes + place * weights.place, weights.unknown)
            is_better = (cost < best) & (minutes != language_costs.NOT_LISTED)
            best = np.where(is_better, cost, best)
            gender = np.where(is_better, table.gender[lists], gender)
        return gender

    def _capacity_costs(self) -> Ints:
        """Return the costs of free, unknown or full rooms; 0 for rows where no bed is needed."""
        minutes = self._zeros()
        wanting = np.flatnonzero(self._need_flags & NeedFlag.NEEDS_ROOM)
        if len(wanting):
            truths = self._family_vacancy_truths(wanting)
            minutes[wanting] = _costs_by_truth(self._weights.capacity)[truths]
        return minutes

    def _family_vacancy_truths(self, wanting: Ints) -> NDArray[np.signedinteger]:
        """Return whether a place is free for the family; `wanting`: positions in `self._rows`."""
        columns, rows = self._snapshot.columns, self._rows[wanting]
        truth = np.where(columns.has_room_until[rows] > self._at, columns.has_room[rows], UNKNOWN)
        first, counts = (self._parts[part, wanting] for part in (RowPart.FIRST_ROOM, RowPart.ROOMS))
        has_rooms = np.flatnonzero(counts)
        if len(has_rooms):
            chosen, starts = bits.expand_runs(first[has_rooms], counts[has_rooms])
            person = self._query.question.person
            room_truths = self._snapshot.tables.rooms.truths(chosen, person, self._at)
            best = np.maximum.reduceat(room_truths, starts)
            is_known = (best == NO) | (best == YES)
            truth[has_rooms] = np.where(is_known, best, truth[has_rooms])
        truth[self._states[CAPACITY, wanting] == freshness.DISPUTED] = UNKNOWN
        return truth

    def _acceptance_costs(self) -> Ints:
        groups, weights = self._query.question.person.groups, self._weights.acceptance
        if not groups:
            return self._zeros()
        facet = self._snapshot.encoder.facets["group"]
        table = facet.table(("accepted", groups), lambda row: _acceptance_index(row, self._query))
        cost = np.array([*weights.by_code.values()])[table[self._parts[RowPart.GROUP]]]
        return self._with_staleness(cost, weights.unknown, weights.others_first, ELIGIBILITY)

    def _phone_answer_costs(self) -> Ints:
        if self._query.question.wishes.cannot_speak:
            return self._zeros()
        weights = self._weights.phone_answers
        cost = _costs_by_truth(weights)[self._parts[RowPart.PHONE_ANSWERED]]
        return self._with_staleness(cost, weights.unknown, weights.no, freshness.PHONE_ANSWER)

    def _disclosure_groups(self) -> Ints:
        """Return disclosure groups: 0 if silence is not wanted or ignored; last resorts last."""
        group = self._zeros()
        if self._query.wants_silence:
            facet, query = self._snapshot.encoder.facets["disclosure"], self._query
            readings = self._parts[RowPart.DISCLOSURE]
            disputed = CheckSummary(Verdict.DISPUTED, query.at, query.at)
            stated = _stated_groups(self._snapshot, query)
            decayed = facet.table(
                "disputed", lambda row: _disclosure_group(row, query, (disputed,))
            )
            is_decayed = freshness.IS_DECAYED[self._states[REPORTING]]
            group = np.where(is_decayed, decayed[readings], stated[readings])
            group = np.where(self._need_flags & NeedFlag.KEEPS_RANK, 0, group).astype(np.int64)
        group[self._need_flags & NeedFlag.IS_LAST > 0] = disclosure.LAST_GROUP
        return group

    def _with_staleness(self, cost: Ints, unknown: int, most: int, fact: int) -> Ints:
        """Move costs, 0 to `most`, towards `unknown` where facts (indices in FACTS) are stale."""
        costs = self._snapshot.stale_costs.table(unknown, most)
        stale_costs: Ints = costs.take(self._states[fact] * np.int64(most + 1) + cost)
        return stale_costs


def _costs_by_truth(weights: PreferenceWeights) -> Ints:
    return np.array([weights.no, weights.unknown, weights.yes])


def _acceptance_index(row: ServiceRow, query: Query) -> int:
    """Return the index in `by_code` of how readily a row accepts the person's groups."""
    cost = acceptance_cost(row, query)
    return [*query.weights.acceptance.by_code].index(cost.code if cost else "unknown")


def _are_for_others(snapshot: Snapshot, query: Query, parts: NDArray[np.integer]) -> Flags:
    """Return which rows answer a need, are made for none of the person's groups whose services
    come first, and do not keep their rank. `parts`: of the rows."""
    groups = persons.groups_served_first(query.question)
    if not groups:
        return np.zeros(parts.shape[1], dtype=np.bool_)
    facets, key = snapshot.encoder.facets, ("made for", groups)
    by_category = facets["categories"].table(key, lambda row: bool(row.categories & groups))
    by_condition = facets["group"].table(
        key, lambda row: bool(persons.groups_by_conditions(row) & groups)
    )
    is_for_own_group = by_category[parts[RowPart.CATEGORIES]] | by_condition[parts[RowPart.GROUP]]
    flags = snapshot.need_flags(query)[parts[RowPart.CATEGORIES]]
    is_moved = flags & (NeedFlag.ANSWERS | NeedFlag.KEEPS_RANK) == NeedFlag.ANSWERS
    for_others: Flags = is_moved & (is_for_own_group == 0)
    return for_others


def _stated_groups(snapshot: Snapshot, query: Query) -> NDArray[np.int32]:
    """Return the disclosure groups that rows state, by number of what they disclose."""
    facet = snapshot.encoder.facets["disclosure"]
    return facet.table("stated", lambda row: _disclosure_group(row, query, ()))


def _disclosure_group(row: ServiceRow, query: Query, checks: tuple[CheckSummary, ...]) -> int:
    """Return the disclosure group of a row, as if its fact REPORTING had these checks."""
    checked = replace(row, checks={Fact.REPORTING: checks})
    return disclosure.GROUP_BY_ANSWER[disclosure.cached_disclosure(checked, query).worst]
