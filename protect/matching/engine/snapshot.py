"""One version of the rows, and cached results about it: sets of rows as bits."""

from collections import Counter
from collections.abc import Hashable, Iterator
from datetime import datetime
from functools import cache, partial, reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protect.directory.enums import Fact, Mode
from protect.matching import weights
from protect.matching.avoidance import Avoidance
from protect.matching.conditions import criteria, places
from protect.matching.engine.columns import bits, facets, freshness, points
from protect.matching.engine.columns.bits import NO, UNKNOWN, YES, Bits, Ints, bits_of_flags
from protect.matching.engine.columns.columns import Encoder, RowPart, Tables, short_number
from protect.matching.questions import Query, match_needs
from protect.matching.services.cache import BoundedDict
from protect.matching.services.records import Rows
from protect.matching.services.rows import WRITTEN_MODES, ServiceRow
from protect.matching.weights import ConditionWeights

MAX_POINT_TRUTHS = 16  # places to avoid whose truths are cached, one byte for each point
MAX_CACHED_SETS = 256  # entries of each cache; a full cache drops all of them

type YesNoRows = tuple[Bits, Bits]  # rows that state yes, rows that state no


class NeedFlag:
    """Parts of a sum that says how rows meet the needs: its flags, and REACH times metres."""

    ANSWERS, BARRED, IS_LAST, KEEPS_RANK, NEEDS_ROOM, OPEN_FIRST = 1, 2, 4, 8, 16, 32
    GENERALITY, REACH = 64, 256  # multiplied by the generality, 0 to 3, and the reach in metres
    GENERALITY_SHIFT, GENERALITY_MASK, REACH_SHIFT = 6, 3, 8  # the same as bits


class ModeFlag:
    """The modes of help that the person can use, as flags. CALL: also writing at known hours."""

    VISIT, CALL, WRITE, MAIL = 1, 2, 4, 8
    REMOTE = CALL | WRITE | MAIL


class Snapshot:
    """One version of the rows; its caches depend only on its own content, which never changes.
    `rows` may be replaced by equal rows that are read from a file."""

    def __init__(self, encoder: Encoder, tables: Tables, rows: list[ServiceRow] | Rows) -> None:
        self.encoder, self.tables, self.rows = encoder, tables, rows
        self.columns = tables.columns
        self.freshness = freshness.FreshnessStates(tables.columns.spans)
        self.stale_costs = freshness.StaleCosts(weights.load().staleness)
        self.band_starts: list[int] = points.band_starts(self.columns.key).tolist()
        first_point = self.columns.parts[:, RowPart.FIRST_POINT]
        self.longitude = tables.positions.longitude.take(first_point)  # of the first points
        self.is_national = bits_of_flags(self.columns.is_national)
        # Rows that the grid does not contain: they have no point, or several.
        is_scattered = self.columns.parts[:, RowPart.POINTS] > 1
        self._is_outside_grid = (self.columns.key == points.NO_POINT) | is_scattered
        documents, eligibility = self.columns.documents_decays, self.columns.eligibility_decays
        self._decays = {Fact.ELIGIBILITY: eligibility, Fact.DOCUMENTS: documents}
        self._decay_times = {fact: np.unique(decays) for fact, decays in self._decays.items()}
        self._all_rows = bits_of_flags(np.ones(len(rows), dtype=np.bool_))
        least_truths = encoder.areas.least_truths()[self.columns.area]
        self._rows_with_complete_areas = bits_of_flags(least_truths == NO)
        # Rows ordered by the number of their list of areas.
        self._stating_rows = np.argsort(self.columns.area, kind="stable")
        lists = np.arange(len(encoder.areas.facet.samples) + 1)
        self._first_stating = np.searchsorted(self.columns.area[self._stating_rows], lists)
        self._row_sets = BoundedDict[Hashable, Bits](MAX_CACHED_SETS)
        self._mode_costs = BoundedDict[Hashable, Ints](MAX_CACHED_SETS)
        self._reach_sets = BoundedDict[Hashable, dict[int, Bits]](MAX_CACHED_SETS)
        self._stated_row_sets = BoundedDict[Hashable, YesNoRows](MAX_CACHED_SETS)
        # A cache of its own: the many places of visitors must not displace the other entries.
        self._place_row_sets = BoundedDict[Hashable, YesNoRows](MAX_CACHED_SETS)
        self._point_truths = BoundedDict[Hashable, facets.Truths](MAX_POINT_TRUTHS)

    def row_with_short(self, short: str) -> ServiceRow | None:
        """Return the service with this short code."""
        numbers = np.flatnonzero(self.columns.short == np.uint64(short_number(short)))
        rows = (self.rows[number] for number in numbers.tolist())
        return next((row for row in rows if row.short == short), None)

    def need_flags(self, query: Query) -> NDArray[np.int32]:
        """Return NeedFlag flags + REACH * metres, indexed by the number of a row's categories."""
        facet = self.encoder.facets["categories"]
        return facet.table(query.question.needs, lambda row: _compute_need_flags(row, query))

    def rows_with_flag(self, flag: int, query: Query) -> Bits:
        """Return the rows that have this flag of NeedFlag for the needs of a question."""

        def compute_rows_with_flag() -> Bits:
            return bits_of_flags((self.need_flags(query) & flag > 0)[self.columns.categories])

        return self._row_sets.get_or_build((flag, query.question.needs), compute_rows_with_flag)

    def rows_by_reach(self, query: Query) -> dict[int, Bits]:
        """Return by reach, in metres, the rows of this reach that answer a need."""

        def compute_rows_by_reach() -> dict[int, Bits]:
            flags = self.need_flags(query)
            reaches = np.where(flags & NeedFlag.ANSWERS, flags >> NeedFlag.REACH_SHIFT, 0)
            return {
                reach: bits_of_flags((reaches == reach)[self.columns.categories])
                for reach in np.unique(reaches[reaches > 0]).tolist()
            }

        return self._reach_sets.get_or_build(query.question.needs, compute_rows_by_reach)

    def mode_flags(self, query: Query) -> NDArray[np.int32]:
        """Return the modes that count, as ModeFlag, indexed by the number of a row's modes."""
        facet = self.encoder.facets["mode"]
        key = "mode flags", query.modes, query.question.wishes.cannot_speak
        return facet.table(key, lambda row: _compute_mode_flags(row, query))

    def mode_costs(self, query: Query) -> Ints:
        """Return by the number of a row's modes what to add to the doubled costs of a visit, of a
        call and of writing, and the doubled cost of an e-mail. NO_HOURS_COST: no such mode."""

        def compute_mode_costs() -> Ints:
            flags, open_weights = self.mode_flags(query), query.weights.open
            possible = [
                np.where(flags & flag, cost, freshness.NO_HOURS_COST)
                for flag, cost in {
                    ModeFlag.VISIT: 0,
                    ModeFlag.CALL: 0,
                    ModeFlag.WRITE: 0,
                    ModeFlag.MAIL: 2 * open_weights.no,
                }.items()
            ]
            return np.array(possible)

        key = query.modes, query.question.wishes.cannot_speak
        return self._mode_costs.get_or_build(key, compute_mode_costs)

    def rows_outside_grid(self, query: Query) -> Bits:
        """Return the rows that the grid cannot select by distance: remote help, and rows without a
        point or with several. All rows if query.point is None."""
        if query.point is None:
            return self._all_rows
        key = "everywhere", query.modes, query.question.wishes.cannot_speak
        is_remote = self.mode_flags(query) & ModeFlag.REMOTE > 0
        return self._row_sets.get_or_build(
            key, lambda: bits_of_flags(is_remote[self.columns.mode] | self._is_outside_grid)
        )

    def stated_rows(self, criterion: criteria.Criterion, query: Query) -> YesNoRows:
        """Return the rows that state a yes and those that state a no for a condition."""
        if criterion.code == "area":
            where = query.question.where
            return self._place_row_sets.get_or_build(where, partial(self._area_rows, query))
        if query.avoid and criterion.code == "avoid":
            compute_rows = partial(self._avoidance_rows, query.avoid, query.weights)
            return self._place_row_sets.get_or_build(query.avoid, compute_rows)
        return self._condition_rows(criterion, query)

    def decayed_rows(self, fact: Fact, at: datetime) -> Bits:
        """Return the rows with expired or disputed ELIGIBILITY or DOCUMENTS (`fact`)."""
        now, decays = freshness.ticks(at), self._decays[fact]
        key = "decayed", fact, int(np.searchsorted(self._decay_times[fact], now, side="right"))
        return self._row_sets.get_or_build(key, lambda: bits_of_flags(decays <= now))

    def point_truths(self, avoided: Avoidance, every: weights.Weights) -> facets.Truths:
        """Return, by index in the table of positions, whether the point is outside all places."""
        compute_truths = partial(self._compute_point_truths, avoided, every)
        return self._point_truths.get_or_build(avoided, compute_truths)

    def _compute_point_truths(self, avoided: Avoidance, every: weights.Weights) -> facets.Truths:
        """Return the truth of conditions.places for each point, by index in the positions."""
        by_place, is_in_town = self.encoder.avoided_places.truths(avoided)
        place_numbers = self.tables.place_numbers
        truths: facets.Truths = by_place[place_numbers]
        for centre in avoided.centres:
            near, nearest = (
                self.tables.positions.within(centre, metres, every.travel)
                for metres in (every.avoid.near_metres, every.avoid.quarter_metres)
            )
            truths[near] = np.minimum(truths[near], UNKNOWN)
            truths[nearest[is_in_town[place_numbers[nearest]]]] = NO
        return truths

    def _condition_rows(self, criterion: criteria.Criterion, query: Query) -> YesNoRows:
        """Return the rows that state a yes to all parts of a condition, or a no to one of them.
        Parts with the same truths, such as most ages, share their rows."""
        code, facet = criterion.code, self.encoder.facets[criterion.code]
        reader, column = facets.READERS[code], getattr(self.columns, code)

        def rows_of_part(part: Hashable) -> YesNoRows:
            single = cache(partial(reader.single_part, query, part))
            truths = facet.table(part, lambda row: criterion.evaluate(row, single()))
            return self._stated_row_sets.get_or_build(
                (code, truths.tobytes()), lambda: _yes_no_rows(truths.astype(np.int8).take(column))
            )

        yes, no = zip(*map(rows_of_part, reader.parts(query)), strict=True)
        return reduce(np.bitwise_and, yes), reduce(np.bitwise_or, no)

    def _area_rows(self, query: Query) -> YesNoRows:
        """Return the rows whose stated areas contain the person, and those whose areas do not."""
        serving_lists, possible_lists = self.encoder.areas.serving_lists(query)
        yes = possible = self._rows_of_lists(serving_lists)
        if len(possible_lists):  # else the place is known exactly
            possible = yes | self._rows_of_lists(possible_lists)
        return yes, self._rows_with_complete_areas & ~possible

    def _rows_of_lists(self, lists: Ints) -> Bits:
        """Return the rows whose list of areas has one of these numbers."""
        lists = lists[lists < len(self._first_stating) - 1]  # others are newer than this snapshot
        first = self._first_stating[lists]
        places, _ = bits.expand_runs(first, self._first_stating[lists + 1] - first)
        return bits.bits_of_rows(self._stating_rows.take(places), len(self.rows))

    def _avoidance_rows(self, avoided: Avoidance, every: weights.Weights) -> YesNoRows:
        """Return the rows usable without entering avoided places, and those certainly not."""
        by_point = self.point_truths(avoided, every)
        first, counts = self.columns.parts[:, [RowPart.FIRST_POINT, RowPart.POINTS]].T
        truths: facets.Truths = by_point[first]
        for row in np.flatnonzero(counts > 1).tolist():
            truths[row] = by_point[first[row] : first[row] + counts[row]].max()
        is_remote = self.encoder.facets["mode"].table("remote", places.is_only_remote) > 0
        truths[is_remote[self.columns.mode]] = YES
        return _yes_no_rows(truths)


def _yes_no_rows(truths: NDArray[np.signedinteger]) -> YesNoRows:
    return bits_of_flags(truths == YES), bits_of_flags(truths == NO)


def _compute_need_flags(row: ServiceRow, query: Query) -> int:
    """Return how a row meets the needs: NeedFlag flags, plus REACH times its reach in metres."""
    need_match = match_needs(row, query)
    needs_room = not need_match.categories.isdisjoint(query.weights.needs.rooms_matter)
    return (
        NeedFlag.ANSWERS * bool(need_match.categories)
        + NeedFlag.BARRED * need_match.is_barred
        + NeedFlag.IS_LAST * need_match.is_last_resort
        + NeedFlag.KEEPS_RANK * need_match.keeps_rank
        + NeedFlag.NEEDS_ROOM * needs_room
        + NeedFlag.GENERALITY * need_match.generality
        + NeedFlag.OPEN_FIRST * need_match.open_first
        + NeedFlag.REACH * need_match.reach_m
    )


def _compute_mode_flags(row: ServiceRow, query: Query) -> int:
    """Return the modes that costs.cheapest_mode compares, as flags."""
    flags = 0
    for mode in places.compared_modes(row, query):
        if places.is_by_email_only(mode, row):
            flags |= ModeFlag.MAIL
        elif mode in WRITTEN_MODES and not places.uses_phone_hours_for_writing(row):
            flags |= ModeFlag.WRITE
        else:
            flags |= ModeFlag.VISIT if mode in {Mode.IN_PERSON, None} else ModeFlag.CALL
    return flags


class RequestedCriterion(NamedTuple):
    """A condition of a question: the rows that state a yes or a no, and those that it removes."""

    number: int  # index in CRITERIA
    criterion: criteria.Criterion
    yes: Bits
    no: Bits
    removed: Bits


class FilteredRows(NamedTuple):
    not_removed: Bits  # rows that no condition removes, also those that answer no need
    passed: Bits  # rows that no condition removes and that answer a need
    near_misses: Bits  # rows that answer a need and fail one condition, which is relaxable
    counts: Counter[str]  # removed rows that answer a need, by first failure; never country
    steps: list[RequestedCriterion]  # the conditions that the question asks for

    def left_out_costs(self, limits: NDArray[np.integer], weights: ConditionWeights) -> Ints:
        """Return what the other conditions cost rows, by the limits that they state (bits)."""
        left_out = (1 << len(criteria.CRITERIA)) - 1 - sum(1 << step.number for step in self.steps)
        limited = np.bitwise_count(limits & left_out).astype(np.int64)
        return limited * (weights.unknown - weights.yes) + weights.yes * left_out.bit_count()


def filter_rows(snapshot: Snapshot, query: Query) -> FilteredRows:
    """Apply a question's conditions to all rows; count removed rows that answer a need."""
    steps = list(_requested_criteria(snapshot, query))
    answering = snapshot.rows_with_flag(NeedFlag.ANSWERS, query)
    fails_one, fails_two = np.zeros_like(answering), np.zeros_like(answering)
    fails_relaxable = np.zeros_like(answering)
    counts: Counter[str] = Counter()
    for step in steps:
        code, removed = step.criterion.code, step.removed
        if code == "country":  # services of other countries are not counted as removed
            answering = answering & ~removed
        elif count := bits.count_rows(answering & removed & ~fails_one):
            counts[f"{code}_no"] = count
        fails_two |= fails_one & removed
        fails_one |= removed
        if step.criterion.is_relaxable:
            fails_relaxable |= removed
    return FilteredRows(
        not_removed=~fails_one,
        passed=answering & ~fails_one,
        near_misses=answering & fails_relaxable & ~fails_two,
        counts=counts,
        steps=steps,
    )


def _requested_criteria(snapshot: Snapshot, query: Query) -> Iterator[RequestedCriterion]:
    not_decayed: dict[Fact, Bits] = {}  # by fact: rows in which it is not expired or disputed
    for number, criterion in enumerate(criteria.CRITERIA):
        if not criterion.is_asked(query.question):
            continue
        yes, no = snapshot.stated_rows(criterion, query)
        fact, removed = criterion.fact, no
        if fact is not None and not criterion.keeps_no:
            if fact not in not_decayed:
                not_decayed[fact] = ~snapshot.decayed_rows(fact, query.at)
            removed = no & not_decayed[fact]
        yield RequestedCriterion(number, criterion, yes, no, removed)
