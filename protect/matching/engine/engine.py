"""From a question to its answer, over one snapshot."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

import numpy as np

from protect.matching.answers.explanation import explain_weighed
from protect.matching.answers.oracle import assemble
from protect.matching.costs.key import weigh
from protect.matching.engine.columns.bits import Ints
from protect.matching.engine.columns.columns import HALF, Encoder, changed
from protect.matching.engine.columns.freshness import ticks
from protect.matching.engine.columns.points import key_of
from protect.matching.engine.row_filter import FilteredRows, filter_rows
from protect.matching.engine.selection import Selected, Selection
from protect.matching.engine.snapshot import Snapshot
from protect.matching.engine.verdicts import judged
from protect.matching.questions.answer import Answers, Match
from protect.matching.questions.prepared import PreparedQuestion, prepare
from protect.matching.questions.question import Question, Where
from protect.matching.services.rows import ServiceRow
from protect.reference import vocabulary


class Engine:
    """Answers questions from one version of the directory. Threads may share it."""

    def __init__(self, rows: Iterable[ServiceRow], version: int) -> None:
        encoder, ordered = Encoder(), sorted(rows, key=key_of)
        self._snapshot = Snapshot(encoder, encoder.encode(ordered), ordered)
        self.version = version

    @property
    def rows(self) -> Sequence[ServiceRow]:
        """Every row, in no order that means anything."""
        return self._snapshot.rows

    @property
    def snapshot(self) -> Snapshot:
        """The columns, for questions about every settlement at once: the coverage atlas."""
        return self._snapshot

    def with_changes(
        self, fresh: Collection[ServiceRow], gone: Collection[UUID], version: int
    ) -> Self:
        """Return the engine after rows were added or changed, and others withdrawn."""
        old, new = self._snapshot, list(fresh)
        left = _places(old, {row.id for row in new} | set(gone))
        tables = old.encoder.encode(new, old.tables)
        columns, order, places = changed(old.columns, left, tables.columns)
        rows = old.rows.copy()
        for place in reversed(left.tolist()):
            del rows[place]
        for number, place in zip(reversed(order.tolist()), reversed(places.tolist()), strict=True):
            rows.insert(place, new[number])
        engine = object.__new__(type(self))
        engine._snapshot = Snapshot(old.encoder, tables._replace(columns=columns), rows)
        engine.version = version
        return engine

    def precompute_hours(self, at: datetime) -> None:
        """Evaluate the hours that are new, so that no question has to wait for it."""
        self._snapshot.encoder.precompute_hours(at)

    def warm_up(self, at: datetime) -> None:
        """Fill the caches: answer each need, from each country in every language."""
        samples = self._snapshot.encoder.language_costs.facet.samples
        tags = tuple(sorted({offer.language for row in samples for offer in row.languages}))
        needs = [need.code for need in vocabulary.needs().values() if need.public]
        countries = sorted({row.country for row in self.rows})
        for number in range(max(len(needs), len(countries)) if countries else 0):
            where = Where(countries[number % len(countries)])
            self.answer(Question((needs[number % len(needs)],), at, where, tags))

    def answer(self, question: Question) -> Answers:
        """Answer a question as oracle.answer does.

        Errors: KeyError for codes that the vocabularies lack.
        """
        snapshot = self._snapshot
        prepared = prepare(question, snapshot.encoder.memory)
        filtered = filter_rows(snapshot, prepared)
        chosen = Selection(snapshot, prepared, filtered).choose()
        shown = _explained(snapshot, filtered, chosen, prepared)
        return assemble(
            answers=[shown[place] for place in chosen.best],
            near_misses=[shown[place] for place in chosen.missed],
            counts=filtered.counts,
            national=[shown[place] for place in chosen.national],
            version=self.version,
        )


def _places(snapshot: Snapshot, ids: set[UUID]) -> Ints:
    """Return the positions of the rows with these ids."""
    halves = np.array([each.int & HALF for each in ids], dtype=np.uint64)
    perhaps = np.flatnonzero(np.isin(snapshot.columns.half_id, halves))
    return np.array(
        [place for place in perhaps.tolist() if snapshot.rows[place].id in ids], dtype=np.int64
    )


def _explained(
    snapshot: Snapshot, filtered: FilteredRows, chosen: Selected, prepared: PreparedQuestion
) -> dict[int, Match]:
    """Return the rows that are shown, by their positions, as matches."""
    places = [*chosen.best, *chosen.missed, *chosen.national]
    conditions = judged(snapshot, filtered, places, ticks(prepared.at))
    return {
        place: explain_weighed(weigh(snapshot.rows[place], prepared, each), prepared)
        for place, each in zip(places, conditions, strict=True)
    }
