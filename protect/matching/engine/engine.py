"""Answer a question over one snapshot."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from itertools import repeat
from typing import NamedTuple, Self
from uuid import UUID

import numpy as np

from protect.directory.enums import AccessibilityKind
from protect.matching import costs, explanation, questions, weights
from protect.matching.conditions import criteria
from protect.matching.conditions.truth import Truth
from protect.matching.engine.columns import bits, freshness, language_costs, points
from protect.matching.engine.columns.bits import Bits, Ints
from protect.matching.engine.columns.columns import HALF_ID_MASK, Encoder, RowPart, replace_rows
from protect.matching.engine.keys import (
    FIRST_BEYOND_KEY,
    GENERALITY_SHIFT,
    NOT_ANSWERING_SHIFT,
    KeyCalculation,
    key_classes,
)
from protect.matching.engine.snapshot import FilteredRows, NeedFlag, Snapshot, filter_rows
from protect.matching.services.rows import ServiceRow
from protect.reference import vocabulary

WEIGHED_PER_LINE = 8  # rows weighed for each line of a list; enough for most questions

type Matches = Sequence[questions.Match]


class SelectedRows(NamedTuple):
    best: list[int]  # indices in `Snapshot.rows`, as below, the best first
    near_misses: list[int]
    national: list[int]


class Candidates(NamedTuple):
    """Rows to weigh for a list, and the least key of the rows that are left out unweighed."""

    rows: Ints
    bound: int


class ChosenRows(NamedTuple):
    """The services of an answer, best first: answers, near misses, national ones."""

    lists: list[list[ServiceRow]]
    counts_by_reason: dict[str, int]


class Selection:
    """Selects the best rows: first among those nearby, then farther if there are too few."""

    def __init__(self, snapshot: Snapshot, query: questions.Query, filtered: FilteredRows) -> None:
        self._snapshot, self._query, self._filtered = snapshot, query, filtered

    def choose(self) -> SelectedRows:
        """Return the rows to show. All candidates are weighed together, which is cheaper."""
        filtered, most = self._filtered, self._query.weights.lists.near_misses
        near = self._rows_near(filtered.passed | filtered.near_misses)
        passed, limit = bits.contains_rows(filtered.passed, near), self._query.question.limit
        near, missed = near[passed], near[~passed]
        first, first_missed = self._candidates(near, limit), self._candidates(missed, most)
        barred = self._snapshot.rows_with_flag(NeedFlag.BARRED, self._query)
        national = bits.rows_of(self._snapshot.is_national & filtered.not_removed & ~barred)
        weighed = first.rows, first_missed.rows, national
        keys = np.split(self._sort_keys(np.concatenate(weighed)), np.cumsum([*map(len, weighed)]))
        best = self._best_near(filtered.passed, near, first, keys[0], limit)
        near_misses = self._best_near(filtered.near_misses, missed, first_missed, keys[1], most)
        return SelectedRows(best, near_misses, self._best_national(national, keys[2], best))

    def _candidates(self, rows: Ints, limit: int) -> Candidates:
        """Return the rows of the first classes that hold enough rows to fill a list."""
        if len(rows) <= WEIGHED_PER_LINE * limit:
            return Candidates(rows, FIRST_BEYOND_KEY)
        classes = key_classes(self._snapshot, self._query, rows)
        counts = np.bincount(classes).cumsum()
        last = int(np.searchsorted(counts, WEIGHED_PER_LINE * limit))
        bound = min(last + 1 << GENERALITY_SHIFT, FIRST_BEYOND_KEY)
        return Candidates(rows[classes <= last], bound)

    def _sort_keys(self, rows: Ints) -> Ints:
        return KeyCalculation(self._snapshot, self._query, self._filtered, rows).keys()

    def _rows_near(self, row_set: Bits) -> Ints:
        """Return the rows of a set that may be within reach; without the person's point, all."""
        snapshot, origin = self._snapshot, self._query.point
        if origin is None:
            return bits.rows_of(row_set)
        everywhere = snapshot.rows_outside_grid(self._query)
        local, parts = row_set & ~everywhere, [bits.rows_of(row_set & everywhere)]
        for reach, rows in snapshot.rows_by_reach(self._query).items():
            window = points.window(origin, reach, self._query.weights.travel)
            first, last = (snapshot.band_starts[band] >> bits.WORD_SHIFT for band in window.bands)
            near = bits.rows_of(local[first : last + 1] & rows[first : last + 1], first)
            parts.append(near[window.contains(snapshot.longitude.take(near))])
        return np.concatenate(parts)

    def _best_near(
        self, row_set: Bits, near: Ints, first: Candidates, keys: Ints, limit: int
    ) -> list[int]:
        """Return the best rows: of the candidates; of `near`, if others may come before them; or of
        the whole set, if too few are within reach."""
        rows, bound = first
        if len(rows) < len(near) and np.count_nonzero(keys < bound) < limit:
            rows, keys, bound = near, self._sort_keys(near), FIRST_BEYOND_KEY
        if self._query.point is not None and np.count_nonzero(keys < bound) < limit:
            rows = bits.rows_of(row_set)
            keys = self._sort_keys(rows)
        return self._best(rows, keys, limit)

    def _best_national(self, rows: Ints, keys: Ints, excluded_rows: list[int]) -> list[int]:
        """Return the best national services without the excluded rows: first those that answer the
        need, last resorts at the end. Without a country, return one service per country."""
        snapshot, limit = self._snapshot, self._query.weights.lists.national
        flags = snapshot.need_flags(self._query)[snapshot.columns.categories[rows]]
        is_last = flags & NeedFlag.IS_LAST != 0
        rank = np.where(is_last, 2, flags & NeedFlag.ANSWERS == 0).astype(np.int64)
        keys = keys + (rank << NOT_ANSWERING_SHIFT)
        is_new = np.array([line not in excluded_rows for line in rows.tolist()], dtype=np.bool_)
        rows, keys = rows[is_new], keys[is_new]
        where = self._query.question.where
        if where is not None and where.country is not None:
            return self._best(rows, keys, limit)
        best_by_country: dict[str, int] = {}  # without a country: the best service of each country
        for place in self._best(rows, keys, len(rows)):
            best_by_country.setdefault(snapshot.rows[place].country, place)
        return list(best_by_country.values())[:limit]

    def _best(self, rows: Ints, keys: Ints, limit: int) -> list[int]:
        """Return the rows with the smallest keys; equal keys are ordered by UUID."""
        if len(keys) > limit:
            chosen = np.flatnonzero(keys <= np.partition(keys, limit - 1)[limit - 1])
            rows, keys = rows[chosen], keys[chosen]
        pairs = zip(keys.tolist(), rows.tolist(), strict=True)
        ordered = sorted((key, self._snapshot.rows[row].id.int, row) for key, row in pairs)
        return [row for _, _, row in ordered[:limit]]


class Engine:
    """Answers questions from one version of the directory. Threads may share it."""

    def __init__(self, rows: Iterable[ServiceRow], version: int) -> None:
        encoder, ordered = Encoder(), sorted(rows, key=points.grid_key)
        self.snapshot = Snapshot(encoder, encoder.encode(ordered), ordered)
        self.version = version

    @classmethod
    def of_snapshot(cls, snapshot: Snapshot, version: int) -> Self:
        engine = object.__new__(cls)
        engine.snapshot, engine.version = snapshot, version
        return engine

    @property
    def rows(self) -> Collection[ServiceRow]:
        """Return every row, in no meaningful order."""
        return self.snapshot.rows

    def with_changes(
        self, changed_rows: Collection[ServiceRow], removed_ids: Collection[UUID], version: int
    ) -> Self:
        """Return a new engine with `changed_rows` put in and `removed_ids` taken out."""
        old, new = self.snapshot, list(changed_rows)
        removed_rows = _row_numbers(old, {row.id for row in new} | set(removed_ids))
        tables = old.encoder.encode(new, old.tables)
        columns, order, places = replace_rows(old.columns, removed_rows, tables.columns)
        rows = old.rows.copy()
        for place in reversed(removed_rows.tolist()):
            del rows[place]
        for number, place in zip(reversed(order.tolist()), reversed(places.tolist()), strict=True):
            rows.insert(place, new[number])
        snapshot = Snapshot(old.encoder, tables._replace(columns=columns), rows)
        return self.of_snapshot(snapshot, version)

    def precompute_hours(self, at: datetime) -> None:
        """Evaluate new opening hours now, so that no question has to wait for it."""
        self.snapshot.encoder.precompute_hours(at)

    def warm_up(self, at: datetime) -> None:
        """Fill the caches with questions in which each public need, country, language, group, legal
        status, access need, gender and age of a child occurs."""
        samples = self.snapshot.encoder.language_costs.facet.samples
        tags = tuple(sorted({offer.language for row in samples for offer in row.languages}))
        needs = [need.code for need in vocabulary.needs().values() if need.public]
        countries = sorted({row.country for row in self.rows})
        people = _people_to_warm_up()
        for number in range(max(2 * len(needs), len(countries), len(people)) if countries else 0):
            question = questions.Question(
                needs=(needs[number % len(needs)],),
                at=at,
                where=questions.PersonLocation(countries[number % len(countries)]),
                languages=tags,
                person=people[number % len(people)],
                wishes=questions.Wishes(wants_silence=number < len(needs)),
            )
            self.answer(question)

    def answer(self, question: questions.Question) -> questions.Answers:
        """Answer a question from this version. Errors: KeyError for an unknown code."""
        snapshot = self.snapshot
        query, filtered, selected = self._select(question)
        row_numbers = [*selected.best, *selected.near_misses, *selected.national]
        results = condition_results(snapshot, filtered, row_numbers, query)
        shown = {}
        for number, of_row in zip(row_numbers, results, strict=True):
            weighed = costs.weigh_row(snapshot.rows[number], query, of_row)
            shown[number] = explanation.explain_weighed(weighed, query)
        best, missed, national = ([shown[number] for number in chosen] for chosen in selected)
        return assemble_answers(best, missed, national, filtered.counts, self.version)

    def choose(self, question: questions.Question) -> ChosenRows:
        """Return the rows of the answer without explaining them, which is cheaper than `answer`.
        Errors: KeyError for an unknown code."""
        _query, filtered, selected = self._select(question)
        lists = [[self.snapshot.rows[number] for number in numbers] for numbers in selected]
        return ChosenRows(lists, dict(sorted(filtered.counts.items())))

    def _select(
        self, question: questions.Question
    ) -> tuple[questions.Query, FilteredRows, SelectedRows]:
        query = questions.build_query(question, self.snapshot.encoder.cache)
        filtered = filter_rows(self.snapshot, query)
        return query, filtered, Selection(self.snapshot, query, filtered).choose()


def _people_to_warm_up() -> list[questions.Person]:
    """Return people who together have each detail that most conditions of services are about."""
    genders, statuses = (*language_costs.GENDERS[1:], None), list(vocabulary.statuses())
    groups = list(vocabulary.groups())
    return [
        questions.Person(
            gender=genders[number % len(language_costs.GENDERS[1:])],
            children=tuple(questions.Child(number, gender) for gender in genders),
            legal_status=statuses[number % len(statuses)],
            access=frozenset(AccessibilityKind),
            groups=frozenset({groups[number % len(groups)]}),
        )
        for number in range(max(questions.ADULT_AGE, len(statuses), len(groups)))
    ]


def assemble_answers(
    answers: Matches, near_misses: Matches, national: Matches, counts: Counter[str], version: int
) -> questions.Answers:
    shown = [*answers, *near_misses, *national]
    return questions.Answers(
        answers=tuple(answers),
        near_misses=tuple(near_misses),
        counts_by_reason=dict(sorted(counts.items())),
        national=tuple(national),
        valid_until=min((match.valid_until for match in shown if match.valid_until), default=None),
        version=version,
    )


def _row_numbers(snapshot: Snapshot, ids: set[UUID]) -> Ints:
    half_ids = np.array([row_id.int & HALF_ID_MASK for row_id in ids], dtype=np.uint64)
    candidates = np.flatnonzero(np.isin(snapshot.columns.half_id, half_ids))
    numbers = [number for number in candidates.tolist() if snapshot.rows[number].id in ids]
    return np.array(numbers, dtype=np.int64)


def condition_results(
    snapshot: Snapshot, filtered: FilteredRows, row_numbers: Sequence[int], query: questions.Query
) -> Iterator[criteria.ConditionResults]:
    """Yield how each row meets all conditions."""
    rows = np.array(row_numbers, dtype=np.int64)
    states = snapshot.freshness.states(rows, freshness.ticks(query.at))
    by_criterion = []
    for step, truths in zip(filtered.steps, _stated_truths(filtered, rows), strict=True):
        table, fact = _requested_results(step.number), step.criterion.fact
        of_fact = [0] * len(rows)
        if fact is not None:
            of_fact = states[:, freshness.FACT_INDEX[fact]].tolist()
        by_criterion.append(
            [table[state][truth] for state, truth in zip(of_fact, truths, strict=True)]
        )
    by_row = zip(*by_criterion, strict=True) if by_criterion else repeat(())
    limits = snapshot.columns.parts[rows, RowPart.LIMITS]
    left_out = filtered.left_out_costs(limits, query.weights.hard).tolist()
    return map(criteria.ConditionResults, by_row, left_out)


def _stated_truths(filtered: FilteredRows, rows: Ints) -> list[list[int]]:
    """Return, for each condition that was asked for, the Truth that each row states."""
    yes = bits.membership_by_set([step.yes for step in filtered.steps], rows)
    no = bits.membership_by_set([step.no for step in filtered.steps], rows)
    truths: list[list[int]] = np.where(yes, bits.YES, np.where(no, bits.NO, bits.UNKNOWN)).tolist()
    return truths


@cache
def _requested_results(criterion_number: int) -> list[list[criteria.CriterionResult]]:
    """Return the results of an asked condition, by freshness of its fact and by truth."""
    criterion, loaded = criteria.CRITERIA[criterion_number], weights.load()
    states = [None] if criterion.fact is None else freshness.STATES
    return [
        [criteria.requested_result(criterion, truth, state, loaded) for truth in Truth]
        for state in states
    ]
