"""The services of a country that answer a need, and how far each would do for a person.

A level says what matching would say if nothing else were in the way: 2 a yes that was checked, 1 a
perhaps ("ask first"), 0 a no. The level of a row for a person is the least of all its levels.
"""

from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protect.directory.enums import Fact
from protect.matching.conditions.criteria import CHECKED, CRITERIA, Criterion
from protect.matching.engine.columns import areas, columns, freshness
from protect.matching.engine.columns.bits import Flags, Ints, holds, rows_of, runs
from protect.matching.engine.snapshot import Met, Snapshot, Way
from protect.matching.questions import Person, PreparedQuestion, Question, Where, prepare

type Levels = NDArray[np.int8]

NO, ASK, FITS = 0, 1, 2
ANY = ""  # in place of a language: whichever is spoken
# What depends on where she is, and what `Candidates` has sorted out beforehand.
ELSEWHERE = frozenset({"area", "country"})
CHECKED_STATES = tuple(freshness.CODES[state] for state in CHECKED)


class Sites(NamedTuple):
    """Where help is given, one entry for each place of each row; those of a row side by side."""

    row: Ints  # its number among the candidates
    position: Ints  # in Tables.positions
    is_far: Flags  # help in person, at a known place


class Candidates:
    """Rows by number, in the order of their ids: of equally near ones the first counts."""

    def __init__(self, snapshot: Snapshot, country: str, need: str, at: datetime) -> None:
        self.snapshot, self.country, self.need, self.at = snapshot, country, need, at
        prepared = self._prepare(Person())
        elsewhere = snapshot.judged(_criterion("country"), prepared)[1]
        answering = rows_of(snapshot.met_as(Met.ANSWERS, prepared) & ~elsewhere)
        ids = [(snapshot.rows[row].id.int, row) for row in answering.tolist()]
        self.rows = np.array([row for _, row in sorted(ids)], dtype=np.int64)
        self.travel = prepared.weights.travel
        self.parts = snapshot.columns.parts[self.rows]
        met = snapshot.met(prepared)[self.parts[:, columns.Part.CATEGORIES]].astype(np.int64)
        self.reach_m = met // Met.REACH
        self.is_last = met & Met.IS_LAST > 0
        self.is_visit = snapshot.ways(prepared)[self.parts[:, columns.Part.MODE]] & Way.VISIT > 0
        self._states = snapshot.freshness.states(self.rows, freshness.ticks(at))

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def sites(self) -> Sites:
        """Every place of every row; a row without one has one that is nowhere."""
        first, counts = self.parts[:, columns.Part.FIRST_POINT], self.parts[:, columns.Part.POINTS]
        position, _ = runs(first, counts)
        row = np.repeat(np.arange(len(self)), counts)
        is_somewhere = self.snapshot.tables.spots[position] != areas.NOWHERE
        return Sites(row, position, is_somewhere & self.is_visit[row])

    def of_person(self, person: Person) -> Levels:
        """Return how far each row would do for a person, wherever she is."""
        prepared = self._prepare(person)
        levels = np.full(len(self), FITS, dtype=np.int8)
        for criterion in CRITERIA:
            if criterion.code not in ELSEWHERE and criterion.is_asked(prepared.question):
                yes, no = self.snapshot.judged(criterion, prepared)
                level = self._level(criterion, holds(yes, self.rows), holds(no, self.rows))
                levels = np.minimum(levels, level)
        return levels

    def of_area(self) -> tuple[Levels, Levels]:
        """Return how far each row would do inside the areas that it states, and outside them."""
        everywhere = np.ones(len(self), dtype=np.bool_)
        area, floors = _criterion("area"), self.snapshot.encoder.areas.floors()
        is_shut = floors[self.lists] == NO
        inside = self._level(area, everywhere, ~everywhere)
        return inside, self._level(area, ~everywhere, is_shut)

    @property
    def lists(self) -> Ints:
        """By row: the number of the list of areas that it states."""
        lists: Ints = self.snapshot.columns.area[self.rows].astype(np.int64)
        return lists

    def of_language(self, tag: str) -> Levels:
        """Return whether a language is spoken, at any hour: yes, not known, no."""
        if tag == ANY:
            return np.full(len(self), FITS, dtype=np.int8)
        facet = self.snapshot.encoder.language_costs.facet
        spoken = facet.table(
            ("spoken", tag), lambda row: any(each.language == tag for each in row.languages)
        )[self.parts[:, columns.Part.SPEECH]]
        is_checked = self._is_in(Fact.LANGUAGES, CHECKED_STATES)
        level = np.where(spoken > 0, np.where(is_checked, FITS, ASK), NO)
        level[self.is_silent] = ASK
        return level.astype(np.int8)

    @cached_property
    def is_silent(self) -> Flags:
        """The rows without known languages, or with expired ones."""
        silent = self.snapshot.encoder.language_costs.silent()[self.parts[:, columns.Part.SPEECH]]
        is_silent: Flags = silent | self._is_in(Fact.LANGUAGES, freshness.DECAYED)
        return is_silent

    def _level(self, criterion: Criterion, yes: Flags, no: Flags) -> Levels:
        if criterion.fact is None:
            return np.where(no, NO, np.where(yes, FITS, ASK)).astype(np.int8)
        checked = tuple(freshness.CODES[state] for state in criterion.checked)
        is_decayed = self._is_in(criterion.fact, freshness.DECAYED)
        removed = no if criterion.keeps_no else no & ~is_decayed
        solid = yes & self._is_in(criterion.fact, checked)
        return np.where(removed, NO, np.where(solid, FITS, ASK)).astype(np.int8)

    def _prepare(self, person: Person) -> PreparedQuestion:
        question = Question((self.need,), self.at, Where(self.country), person=person)
        return prepare(question, self.snapshot.encoder.memory)

    def _is_in(self, fact: Fact, states: tuple[int, ...]) -> Flags:
        is_in: Flags = np.isin(self._states[:, freshness.PLACE[fact]], states)
        return is_in


def _criterion(code: str) -> Criterion:
    return next(each for each in CRITERIA if each.code == code)
