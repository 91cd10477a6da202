"""One version of the rows, and what has been worked out about it: sets of rows as bits."""

from collections import Counter
from collections.abc import Hashable, Iterator
from datetime import datetime
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protect.directory.enums import Fact, Mode
from protect.matching import weights
from protect.matching.conditions import criteria, places
from protect.matching.engine.columns import columns, facets, freshness, points
from protect.matching.engine.columns.bits import NO, YES, Bits, Ints, count, of_flags, of_rows, runs
from protect.matching.questions import PreparedQuestion, meets
from protect.matching.services.cache import Kept
from protect.matching.services.rows import WRITTEN, ServiceRow

SETS_KEPT = 256

type Judgement = tuple[Bits, Bits]  # the rows of a yes, the rows of a no


class Met:
    """How rows of the same categories meet the needs of a question, in one number."""

    ANSWERS, BARRED, IS_LAST, KEEPS_PLACE, WANTS_ROOM = 1, 2, 4, 8, 16
    REACH = 32  # times the metres


class Way:
    """A way to get help that she can use."""

    VISIT, CALL, WRITE = 1, 2, 4


class Snapshot:
    """Immutable. What it remembers depends on nothing but itself."""

    def __init__(
        self, encoder: columns.Encoder, tables: columns.Tables, rows: list[ServiceRow]
    ) -> None:
        self.encoder, self.tables, self.rows = encoder, tables, rows
        self.columns = tables.columns
        self.freshness = freshness.FreshnessStates(tables.columns.spans)
        self.stale_costs = freshness.StaleCosts(weights.load().staleness)
        self.starts: list[int] = points.starts(self.columns.key).tolist()
        first_point = self.columns.parts[:, columns.Part.FIRST_POINT]
        self.longitude = tables.positions.longitude.take(first_point)  # of each row, degrees
        self.is_national = of_flags(self.columns.is_national)
        # Not to be found in the grid: no point, or several.
        is_scattered = self.columns.parts[:, columns.Part.POINTS] > 1
        self._loose = (self.columns.key == points.NO_POINT) | is_scattered
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
        self._sets = Kept[Hashable, Bits](SETS_KEPT)
        self._reaches = Kept[Hashable, dict[int, Bits]](SETS_KEPT)
        self._judgements = Kept[Hashable, Judgement](SETS_KEPT)
        # By where she is: many, that shall not push out others.
        self._places = Kept[Hashable, Judgement](SETS_KEPT)

    def met(self, prepared: PreparedQuestion) -> NDArray[np.int32]:
        """Return by number of categories how they meet the needs: flags and reach."""
        facet = self.encoder.facets["categories"]
        return facet.table(prepared.question.needs, lambda row: _met(row, prepared))

    def met_as(self, flag: int, prepared: PreparedQuestion) -> Bits:
        """Return the rows that meet the needs of a question with a flag of Met."""

        def build() -> Bits:
            return of_flags((self.met(prepared) & flag > 0)[self.columns.categories])

        return self._sets.once((flag, prepared.question.needs), build)

    def by_reach(self, prepared: PreparedQuestion) -> dict[int, Bits]:
        """Return the rows that answer a need by how far people go for them. Units: metres."""

        def build() -> dict[int, Bits]:
            met = self.met(prepared)
            reaches = np.where(met & Met.ANSWERS, met // Met.REACH, 0)
            return {
                reach: of_flags((reaches == reach)[self.columns.categories])
                for reach in np.unique(reaches[reaches > 0]).tolist()
            }

        return self._reaches.once(prepared.question.needs, build)

    def ways(self, prepared: PreparedQuestion) -> NDArray[np.int32]:
        """Return by number of ways those that she can use, as in Way."""
        facet = self.encoder.facets["mode"]
        value = "ways", prepared.modes, prepared.question.wishes.cannot_speak
        return facet.table(value, lambda row: _ways(row, prepared))

    def everywhere(self, prepared: PreparedQuestion) -> Bits:
        """Return the rows that may come first wherever she is: remote, placeless, or in many."""
        if prepared.point is None:
            return self._everything
        key = "everywhere", prepared.modes, prepared.question.wishes.cannot_speak
        is_remote = self.ways(prepared) & (Way.CALL | Way.WRITE) > 0
        return self._sets.once(key, lambda: of_flags(is_remote[self.columns.mode] | self._loose))

    def judged(self, criterion: criteria.Criterion, prepared: PreparedQuestion) -> Judgement:
        """Return which rows are a yes and which a no, as far as their sources state it."""
        if criterion.code == "area":
            return self._places.once(prepared.question.where, lambda: self._area(prepared))
        if criterion.code == "avoid":
            return self._places.once(prepared.avoid, lambda: _judgement(self._apart(prepared)))
        parts = frozenset(facets.LENSES[criterion.code].parts(prepared))
        make = partial(self._stated, criterion, parts, prepared)
        return self._judgements.once((criterion.code, parts), make)

    def decayed(self, fact: Fact, at: datetime) -> Bits:
        now, decays = freshness.ticks(at), self._decays[fact]
        moment = int(np.searchsorted(self._moments[fact], now, side="right"))
        return self._sets.once(("decayed", fact, moment), lambda: of_flags(decays <= now))

    def _stated(
        self, criterion: criteria.Criterion, parts: frozenset[Hashable], prepared: PreparedQuestion
    ) -> Judgement:
        """Return what rows state of a condition, every part of which must be met."""
        facet, only = self.encoder.facets[criterion.code], facets.LENSES[criterion.code].only

        def table(part: Hashable) -> NDArray[np.int32]:
            asked = only(prepared, part)
            return facet.table(part, lambda row: criterion.truth(row, asked))

        tables = list(map(table, parts))
        least = np.minimum.reduce([table[: len(tables[0])] for table in tables])
        return _judgement(least.astype(np.int8).take(getattr(self.columns, criterion.code)))

    def _area(self, prepared: PreparedQuestion) -> Judgement:
        surely, perhaps = self.encoder.areas.judged(prepared)
        yes = self._stating(surely)
        return yes, self._limited & ~yes & ~self._stating(perhaps)

    def _stating(self, lists: Ints) -> Bits:
        """Return the rows that state one of these lists of areas."""
        lists = lists[lists < len(self._first_stating) - 1]  # later snapshots know more
        first = self._first_stating[lists]
        counts = self._first_stating[lists + 1] - first
        return of_rows(self._stating_rows.take(runs(first, counts)[0]), len(self.rows))

    def _apart(self, prepared: PreparedQuestion) -> facets.Truths:
        """Return whether each row can be used without being seen where she must not be."""
        by_point = self.encoder.avoided_places.truths(prepared.avoid)[self.tables.spots]
        first, counts = self.columns.parts[:, [columns.Part.FIRST_POINT, columns.Part.POINTS]].T
        truths: facets.Truths = by_point[first]
        for row in np.flatnonzero(counts > 1).tolist():
            truths[row] = by_point[first[row] : first[row] + counts[row]].max()
        is_remote = self.encoder.facets["mode"].table("remote", places.is_never_visited) > 0
        truths[is_remote[self.columns.mode]] = YES
        return truths


def _judgement(truths: NDArray[np.signedinteger]) -> Judgement:
    return of_flags(truths == YES), of_flags(truths == NO)


def _met(row: ServiceRow, prepared: PreparedQuestion) -> int:
    met = meets(row, prepared)
    flags = (
        Met.ANSWERS * bool(met.categories)
        + Met.BARRED * met.is_barred
        + Met.IS_LAST * met.is_last
        + Met.KEEPS_PLACE * met.keeps_place
        + Met.WANTS_ROOM * (not met.categories.isdisjoint(prepared.weights.needs.rooms_matter))
    )
    return flags + Met.REACH * met.reach_m


def _ways(row: ServiceRow, prepared: PreparedQuestion) -> int:
    """Return how she can be helped, as costs.way_cost has it."""
    flags = 0
    for mode in places.weighed_ways(row, prepared):
        if mode in WRITTEN:
            flags |= Way.WRITE
        else:
            flags |= Way.VISIT if mode in {Mode.IN_PERSON, None} else Way.CALL
    return flags


class Step(NamedTuple):
    """A condition in play: the rows that state a yes, that state a no, and that it removes."""

    criterion: criteria.Criterion
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
    answering = snapshot.met_as(Met.ANSWERS, prepared)
    once, twice = np.zeros_like(answering), np.zeros_like(answering)
    relaxable = np.zeros_like(answering)
    counts: Counter[str] = Counter()
    for criterion, _, _, no in steps:
        if criterion.code == "country":  # services elsewhere were never near
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
    for criterion in criteria.CRITERIA:
        if not criterion.is_asked(prepared.question):
            continue
        yes, no = snapshot.judged(criterion, prepared)
        fact, removed = criterion.fact, no
        if fact is not None and not criterion.keeps_no:
            if fact not in decayed:
                decayed[fact] = ~snapshot.decayed(fact, prepared.at)
            removed = no & decayed[fact]
        yield Step(criterion, yes, no, removed)
