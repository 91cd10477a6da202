"""One version of the rows, and what has been worked out about it: sets of rows as bits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from datetime import datetime
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protect.directory.enums import Fact, Mode
from protect.matching import weights
from protect.matching.conditions.criteria import CRITERIA, Criterion
from protect.matching.conditions.places import weighed_ways
from protect.matching.conditions.truth import Truth
from protect.matching.engine.columns import points
from protect.matching.engine.columns.bits import NO, YES, Bits, Ints, count, of_flags, of_rows, runs
from protect.matching.engine.columns.columns import Encoder, Part, Tables
from protect.matching.engine.columns.facets import LENSES, Truths
from protect.matching.engine.columns.freshness import FreshnessStates, StaleCosts, ticks
from protect.matching.questions.prepared import PreparedQuestion, meets
from protect.matching.services.rows import WRITTEN, ServiceRow

SETS_KEPT = 256

# How rows of the same categories meet the needs of a question, in one number.
ANSWERS, BARRED, IS_LAST, KEEPS_PLACE, WANTS_ROOM = 1, 2, 4, 8, 16
REACH = 32  # times the metres

# Ways to get help that she can use.
VISIT, CALL, WRITE = 1, 2, 4
REMOTE = CALL | WRITE

type Judgement = tuple[Bits, Bits]  # the rows of a yes, the rows of a no
ELSEWHERE = "country"  # services of other countries were never near


class Kept[T]:
    """A cache of values by key. It is emptied when it has grown too large."""

    def __init__(self) -> None:
        self._values: dict[Hashable, T] = {}

    def get(self, key: Hashable, build: Callable[[], T]) -> T:
        value = self._values.get(key)
        if value is None:
            if len(self._values) >= SETS_KEPT:
                self._values.clear()
            value = self._values[key] = build()
        return value


class Snapshot:
    """Immutable. What it remembers depends on nothing but itself."""

    def __init__(self, encoder: Encoder, tables: Tables, rows: list[ServiceRow]) -> None:
        self.encoder, self.tables, self.rows = encoder, tables, rows
        self.columns = tables.columns
        self.freshness = FreshnessStates(tables.columns.spans)
        self.stale_costs = StaleCosts(weights.load().staleness)
        self.starts: list[int] = points.starts(self.columns.key).tolist()
        first_point = self.columns.parts[:, Part.FIRST_POINT]
        self.longitude = tables.positions.longitude.take(first_point)  # of each row, degrees
        self.is_national = of_flags(self.columns.is_national)
        # Not to be found in the grid: no point, or several.
        self._loose = (self.columns.key == points.NO_POINT) | (
            self.columns.parts[:, Part.POINTS] > 1
        )
        self._decays = {
            Fact.ELIGIBILITY: self.columns.eligibility_decays,
            Fact.DOCUMENTS: self.columns.documents_decays,
        }
        self._moments = {fact: np.unique(decays) for fact, decays in self._decays.items()}
        self._everything = of_flags(np.ones(len(rows), dtype=np.bool_))
        self._limited = of_flags(encoder.areas.floors()[self.columns.area] == NO)
        # The rows by the list of areas that they state.
        self._stating_rows = np.argsort(self.columns.area, kind="stable")
        lists = np.arange(len(encoder.areas.facet.samples) + 1)
        self._first_stating = np.searchsorted(self.columns.area[self._stating_rows], lists)
        self._sets = Kept[Bits]()
        self._reaches = Kept[dict[int, Bits]]()
        self._judgements = Kept[Judgement]()
        self._places = Kept[Judgement]()  # by where she is: many, that shall not push out others

    def met(self, prepared: PreparedQuestion) -> NDArray[np.int32]:
        """Return by number of categories how they meet the needs: flags and reach."""
        facet = self.encoder.facets["categories"]
        return facet.table(prepared.question.needs, lambda row: _met(row, prepared))

    def answering(self, prepared: PreparedQuestion) -> Bits:
        return self._flagged(prepared, ANSWERS)

    def barred(self, prepared: PreparedQuestion) -> Bits:
        return self._flagged(prepared, BARRED)

    def by_reach(self, prepared: PreparedQuestion) -> dict[int, Bits]:
        """Return the rows that answer a need by how far people go for them. Units: metres."""
        return self._reaches.get(prepared.question.needs, lambda: self._reached(prepared))

    def _reached(self, prepared: PreparedQuestion) -> dict[int, Bits]:
        met = self.met(prepared)
        reaches = np.where(met & ANSWERS, met // REACH, 0)
        return {
            reach: of_flags((reaches == reach)[self.columns.categories])
            for reach in np.unique(reaches[reaches > 0]).tolist()
        }

    def ways(self, prepared: PreparedQuestion) -> NDArray[np.int32]:
        """Return by number of ways those that she can use: VISIT, CALL, WRITE."""
        facet = self.encoder.facets["mode"]
        value = "ways", prepared.modes, prepared.question.wishes.cannot_speak
        return facet.table(value, lambda row: _ways(row, prepared))

    def everywhere(self, prepared: PreparedQuestion) -> Bits:
        """Return the rows that may come first wherever she is: remote, placeless, or in many."""
        if prepared.point is None:
            return self._everything
        key = "everywhere", prepared.modes, prepared.question.wishes.cannot_speak
        is_remote = self.ways(prepared) & REMOTE > 0
        return self._sets.get(key, lambda: of_flags(is_remote[self.columns.mode] | self._loose))

    def judged(self, criterion: Criterion, prepared: PreparedQuestion) -> Judgement:
        """Return which rows are a yes and which a no, as far as their sources state it."""
        if criterion.code == "area":
            return self._area(prepared)
        if criterion.code == "avoid":
            return self._avoided(prepared)
        parts = frozenset(LENSES[criterion.code].parts(prepared))
        make = partial(self._stated, criterion, parts, prepared)
        return self._judgements.get((criterion.code, parts), make)

    def decayed(self, fact: Fact, at: datetime) -> Bits:
        now, decays = ticks(at), self._decays[fact]
        moment = int(np.searchsorted(self._moments[fact], now, side="right"))
        return self._sets.get(("decayed", fact, moment), lambda: of_flags(decays <= now))

    def _stated(
        self, criterion: Criterion, parts: frozenset[Hashable], prepared: PreparedQuestion
    ) -> Judgement:
        """Return what rows state of a condition, every part of which must be met."""
        facet = self.encoder.facets[criterion.code]
        numbers = getattr(self.columns, criterion.code)
        tables = []
        for part in parts:
            only = LENSES[criterion.code].only(prepared, part)
            tables.append(facet.table(part, partial(_truth, criterion, only)))
        least = np.minimum.reduce([table[: len(tables[0])] for table in tables])
        return _judgement(least.astype(np.int8).take(numbers))

    def _area(self, prepared: PreparedQuestion) -> Judgement:
        def build() -> Judgement:
            surely, perhaps = self.encoder.areas.judged(prepared)
            yes = self._stating(surely)
            return yes, self._limited & ~yes & ~self._stating(perhaps)

        return self._places.get(prepared.question.where, build)

    def _stating(self, lists: Ints) -> Bits:
        """Return the rows that state one of these lists of areas."""
        lists = lists[lists < len(self._first_stating) - 1]  # later snapshots know more
        first = self._first_stating[lists]
        counts = self._first_stating[lists + 1] - first
        return of_rows(self._stating_rows.take(runs(first, counts)[0]), len(self.rows))

    def _avoided(self, prepared: PreparedQuestion) -> Judgement:
        return self._places.get(prepared.avoid, lambda: _judgement(self._apart(prepared)))

    def _apart(self, prepared: PreparedQuestion) -> Truths:
        """Return whether each row can be used without being seen where she must not be."""
        by_point = self.encoder.avoided_places.truths(prepared.avoid)[self.tables.spots]
        first, counts = self.columns.parts[:, [Part.FIRST_POINT, Part.POINTS]].T
        truths: Truths = by_point[first]
        for row in np.flatnonzero(counts > 1).tolist():
            truths[row] = by_point[first[row] : first[row] + counts[row]].max()
        is_remote = self.encoder.facets["mode"].table("remote", _is_never_visited) > 0
        truths[is_remote[self.columns.mode]] = YES
        return truths

    def _flagged(self, prepared: PreparedQuestion, flag: int) -> Bits:
        def build() -> Bits:
            return of_flags((self.met(prepared) & flag > 0)[self.columns.categories])

        return self._sets.get((flag, prepared.question.needs), build)


def _truth(criterion: Criterion, prepared: PreparedQuestion, row: ServiceRow) -> Truth:
    return criterion.truth(row, prepared)


def _judgement(truths: NDArray[np.signedinteger]) -> Judgement:
    return of_flags(truths == YES), of_flags(truths == NO)


def _met(row: ServiceRow, prepared: PreparedQuestion) -> int:
    met = meets(row, prepared)
    flags = (
        ANSWERS * bool(met.categories)
        + BARRED * met.is_barred
        + IS_LAST * met.is_last
        + KEEPS_PLACE * met.keeps_place
        + WANTS_ROOM * (not met.categories.isdisjoint(prepared.weights.needs.rooms_matter))
    )
    return flags + REACH * met.reach_m


def _ways(row: ServiceRow, prepared: PreparedQuestion) -> int:
    """Return how she can be helped, as penalties.way has it."""
    flags = 0
    for mode in weighed_ways(row, prepared):
        if mode in WRITTEN:
            flags |= WRITE
        else:
            flags |= VISIT if mode in {Mode.IN_PERSON, None} else CALL
    return flags


def _is_never_visited(row: ServiceRow) -> int:
    return bool(row.modes) and Mode.IN_PERSON not in row.modes


class Step(NamedTuple):
    """A condition in play: the rows that state a yes, that state a no, and that it removes."""

    criterion: Criterion
    yes: Bits
    no: Bits
    removed: Bits


class FilteredRows(NamedTuple):
    open_to_her: Bits  # rows that no condition removes, whatever they are for
    passed: Bits  # those of them that answer a need
    missed: Bits  # rows that answer it and fail one relaxable condition, no other
    counts: Counter[str]  # removed rows by the first condition that removed them
    steps: list[Step]  # the conditions in play


def filter_rows(snapshot: Snapshot, prepared: PreparedQuestion) -> FilteredRows:
    steps = list(_steps(snapshot, prepared))
    answering = snapshot.answering(prepared)
    once, twice = np.zeros_like(answering), np.zeros_like(answering)
    relaxable = np.zeros_like(answering)
    counts: Counter[str] = Counter()
    for criterion, _, _, no in steps:
        if criterion.code == ELSEWHERE:
            answering = answering & ~no
        elif removed := count(answering & no & ~once):
            counts[f"{criterion.code}_no"] = removed
        twice |= once & no
        once |= no
        if criterion.is_relaxable:
            relaxable |= no
    return FilteredRows(
        open_to_her=~once,
        passed=answering & ~once,
        missed=answering & relaxable & ~twice,
        counts=counts,
        steps=steps,
    )


def _steps(snapshot: Snapshot, prepared: PreparedQuestion) -> Iterator[Step]:
    decayed: dict[Fact, Bits] = {}
    for criterion in CRITERIA:
        if not criterion.is_asked(prepared.question):
            continue
        yes, no = snapshot.judged(criterion, prepared)
        fact, removed = criterion.fact, no
        if fact is not None and not criterion.keeps_no:
            if fact not in decayed:
                decayed[fact] = ~snapshot.decayed(fact, prepared.at)
            removed = no & decayed[fact]
        yield Step(criterion, yes, no, removed)
