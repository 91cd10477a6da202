"""From a question to its answer, over one snapshot."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple, Self
from uuid import UUID

import numpy as np

from protect.matching import costs, explanation, weights
from protect.matching.conditions import criteria
from protect.matching.conditions.truth import Truth
from protect.matching.engine.columns import bits, freshness, points
from protect.matching.engine.columns.bits import Bits, Ints
from protect.matching.engine.columns.columns import HALF, Encoder, Part, changed
from protect.matching.engine.keys import LAST_AT, Weighing, is_beyond
from protect.matching.engine.snapshot import FilteredRows, Met, Snapshot, filter_rows
from protect.matching.questions import Answers, Match, PreparedQuestion, Question, Where, prepare
from protect.matching.services.rows import ServiceRow
from protect.reference import vocabulary


class Selected(NamedTuple):
    best: list[int]
    missed: list[int]
    national: list[int]


class Selection:
    """The first few rows: of those nearby, then as far as anything better may lie."""

    def __init__(
        self, snapshot: Snapshot, prepared: PreparedQuestion, filtered: FilteredRows
    ) -> None:
        self._snapshot, self._prepared, self._filtered = snapshot, prepared, filtered

    def choose(self) -> Selected:
        """Return what is shown. All rows that may be are weighed together: it is cheaper."""
        filtered, lists = self._filtered, self._prepared.weights.lists
        within = self._within(filtered.passed | filtered.missed)
        barred = self._snapshot.met_as(Met.BARRED, self._prepared)
        lines = bits.rows_of(self._snapshot.is_national & filtered.open_to_her & ~barred)
        keys = self._keys(np.concatenate([within, lines]))
        keys, of_lines = keys[: len(within)], keys[len(within) :]
        has_passed = bits.holds(filtered.passed, within)
        rest = ~has_passed
        limit = self._prepared.question.limit
        best = self._first(filtered.passed, within[has_passed], keys[has_passed], limit)
        return Selected(
            best=best,
            missed=self._first(filtered.missed, within[rest], keys[rest], lists.near_misses),
            national=self._national(lines, of_lines, best),
        )

    def _keys(self, rows: Ints) -> Ints:
        return Weighing(self._snapshot, self._prepared, self._filtered, rows).keys()

    def _within(self, among: Bits) -> Ints:
        """Return the rows of a set that may be within reach: remote ones, and those nearby."""
        snapshot, origin = self._snapshot, self._prepared.point
        if origin is None:
            return bits.rows_of(among)
        everywhere = snapshot.everywhere(self._prepared)
        local, parts = among & ~everywhere, [bits.rows_of(among & everywhere)]
        for reach, rows in snapshot.by_reach(self._prepared).items():
            window = points.window(origin, reach, self._prepared.weights.travel)
            first, last = (snapshot.starts[band] >> bits.SHIFT for band in window.bands)
            near = bits.rows_of(local[first : last + 1] & rows[first : last + 1], first)
            parts.append(near[window.holds(snapshot.longitude.take(near))])
        return np.concatenate(parts)

    def _first(self, among: Bits, within: Ints, keys: Ints, most: int) -> list[int]:
        """Return the best rows of a set: those beyond reach only if there is not enough within."""
        is_complete = self._prepared.point is None
        if is_complete or np.count_nonzero(~is_beyond(keys)) >= most:
            return self._best(within, keys, most)
        rows = bits.rows_of(among)
        return self._best(rows, self._keys(rows), most)

    def _national(self, lines: Ints, keys: Ints, shown: list[int]) -> list[int]:
        """Return the national lines, those that answer the need first, as oracle.national."""
        snapshot, most = self._snapshot, self._prepared.weights.lists.national
        met = snapshot.met(self._prepared)[snapshot.columns.categories[lines]]
        keys = keys + ((met & Met.ANSWERS == 0).astype(np.int64) << LAST_AT)
        is_new = np.array([line not in shown for line in lines.tolist()], dtype=np.bool_)
        lines, keys = lines[is_new], keys[is_new]
        where = self._prepared.question.where
        if where is not None and where.country is not None:
            return self._best(lines, keys, most)
        one_each: dict[str, int] = {}  # without a country, the best of each
        for place in self._best(lines, keys, len(lines)):
            one_each.setdefault(snapshot.rows[place].country, place)
        return list(one_each.values())[:most]

    def _best(self, rows: Ints, keys: Ints, most: int) -> list[int]:
        """Return the rows with the smallest keys; of equal keys, by UUID."""
        if len(keys) > most:
            last = np.partition(keys, most - 1)[most - 1]
            chosen = np.flatnonzero(keys <= last)
            rows, keys = rows[chosen], keys[chosen]
        ordered = sorted(
            (key, self._snapshot.rows[place].id.int, place)
            for key, place in zip(keys.tolist(), rows.tolist(), strict=True)
        )
        return [place for _, _, place in ordered[:most]]


class Engine:
    """Answers questions from one version of the directory. Threads may share it."""

    def __init__(self, rows: Iterable[ServiceRow], version: int) -> None:
        encoder, ordered = Encoder(), sorted(rows, key=points.key_of)
        self.snapshot = Snapshot(encoder, encoder.encode(ordered), ordered)
        self.version = version

    @property
    def rows(self) -> Sequence[ServiceRow]:
        """Every row, in no order that means anything."""
        return self.snapshot.rows

    def with_changes(
        self, fresh: Collection[ServiceRow], gone: Collection[UUID], version: int
    ) -> Self:
        """Return the engine after rows were added or changed, and others withdrawn."""
        old, new = self.snapshot, list(fresh)
        left = _places(old, {row.id for row in new} | set(gone))
        tables = old.encoder.encode(new, old.tables)
        columns, order, places = changed(old.columns, left, tables.columns)
        rows = old.rows.copy()
        for place in reversed(left.tolist()):
            del rows[place]
        for number, place in zip(reversed(order.tolist()), reversed(places.tolist()), strict=True):
            rows.insert(place, new[number])
        engine = object.__new__(type(self))
        engine.snapshot = Snapshot(old.encoder, tables._replace(columns=columns), rows)
        engine.version = version
        return engine

    def precompute_hours(self, at: datetime) -> None:
        """Evaluate the hours that are new, so that no question has to wait for it."""
        self.snapshot.encoder.precompute_hours(at)

    def warm_up(self, at: datetime) -> None:
        """Fill the caches: answer each need, from each country in every language."""
        samples = self.snapshot.encoder.language_costs.facet.samples
        tags = tuple(sorted({offer.language for row in samples for offer in row.languages}))
        needs = [need.code for need in vocabulary.needs().values() if need.public]
        countries = sorted({row.country for row in self.rows})
        for number in range(max(len(needs), len(countries)) if countries else 0):
            where = Where(countries[number % len(countries)])
            self.answer(Question((needs[number % len(needs)],), at, where, tags))

    def answer(self, question: Question) -> Answers:
        """Answer a question as oracle.answer does. Errors: KeyError for an unknown code."""
        snapshot = self.snapshot
        prepared = prepare(question, snapshot.encoder.memory)
        filtered = filter_rows(snapshot, prepared)
        chosen = Selection(snapshot, prepared, filtered).choose()
        places = [*chosen.best, *chosen.missed, *chosen.national]
        conditions = judged(snapshot, filtered, places, freshness.ticks(prepared.at))
        shown = {
            place: explanation.explain_weighed(
                costs.weigh(snapshot.rows[place], prepared, each), prepared
            )
            for place, each in zip(places, conditions, strict=True)
        }
        best, missed, national = ([shown[place] for place in each] for each in chosen)
        return assemble(best, missed, national, filtered.counts, self.version)


def assemble(
    answers: Sequence[Match],
    near_misses: Sequence[Match],
    national: Sequence[Match],
    counts: Counter[str],
    version: int,
) -> Answers:
    shown = [*answers, *near_misses, *national]
    return Answers(
        answers=tuple(answers),
        near_misses=tuple(near_misses),
        counts_by_reason=dict(sorted(counts.items())),
        national=tuple(national),
        valid_until=min((each.valid_until for each in shown if each.valid_until), default=None),
        version=version,
    )


def _places(snapshot: Snapshot, ids: set[UUID]) -> Ints:
    halves = np.array([each.int & HALF for each in ids], dtype=np.uint64)
    perhaps = np.flatnonzero(np.isin(snapshot.columns.half_id, halves))
    return np.array(
        [place for place in perhaps.tolist() if snapshot.rows[place].id in ids], dtype=np.int64
    )


def judged(
    snapshot: Snapshot, filtered: FilteredRows, places: Sequence[int], at: int
) -> list[tuple[criteria.Judged, ...]]:
    """Return for each row all conditions. Units: `at` in ticks."""
    rows = np.array(places, dtype=np.int64)
    return list(zip(*_columns(snapshot, filtered, rows, at), strict=True))


def _columns(
    snapshot: Snapshot, filtered: FilteredRows, rows: Ints, at: int
) -> Iterator[list[criteria.Judged]]:
    states = snapshot.freshness.states(rows, at)
    limits = snapshot.columns.parts[rows, Part.LIMITS].tolist()
    stated = {
        step.criterion.code: truths
        for step, truths in zip(filtered.steps, _stated(filtered, rows), strict=True)
    }
    for number, criterion in enumerate(criteria.CRITERIA):
        if criterion.code not in stated:
            either = _left_out(number)
            yield [either[limit >> number & 1] for limit in limits]
            continue
        table, truths = _in_play(number), stated[criterion.code]
        if criterion.fact is None:
            yield [table[0][truth] for truth in truths]
            continue
        of_fact = states[:, freshness.PLACE[criterion.fact]].tolist()
        yield [table[state][truth] for state, truth in zip(of_fact, truths, strict=True)]


def _stated(filtered: FilteredRows, rows: Ints) -> list[list[int]]:
    """Return for each condition in play what each row states: a Truth."""
    if not filtered.steps:
        return []
    words, place = rows >> bits.SHIFT, (rows & bits.WITHIN).astype(np.uint64)
    steps = filtered.steps
    sets = np.array([[step.yes[words] for step in steps], [step.no[words] for step in steps]])
    yes, no = (sets >> place & bits.ONE).astype(np.int64)
    truths: list[list[int]] = (bits.UNKNOWN + yes - no).tolist()
    return truths


@cache
def _in_play(number: int) -> list[list[criteria.Judged]]:
    """Return a condition that the question names, by the state of its fact and by truth."""
    criterion, loaded = criteria.CRITERIA[number], weights.load()
    states = [None] if criterion.fact is None else freshness.STATES
    return [
        [criteria.in_play(criterion, truth, state, loaded) for truth in Truth] for state in states
    ]


@cache
def _left_out(number: int) -> list[criteria.Judged]:
    return [
        criteria.left_out(criteria.CRITERIA[number], has, weights.load()) for has in (False, True)
    ]
