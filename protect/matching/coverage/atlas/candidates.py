"""The services of a country that answer a need, and how well each would suit a person. A level is
matching's answer for one condition: 2 = a checked yes, 1 = perhaps ("ask first"), 0 = no. The
level of a row for a person is the lowest of its levels."""

from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protect.directory.enums import Fact
from protect.matching.conditions.criteria import CHECKED_FRESHNESS, CRITERIA, Criterion
from protect.matching.engine.columns import areas, freshness
from protect.matching.engine.columns.bits import Flags, Ints, contains_rows, expand_runs, rows_of
from protect.matching.engine.columns.columns import RowPart
from protect.matching.engine.snapshot import ModeFlag, NeedFlag, Snapshot
from protect.matching.questions import Person, PersonLocation, Query, Question, build_query
from protect.matching.services.rows import ServiceRow

type Levels = NDArray[np.int8]

NO, ASK, FITS = 0, 1, 2  # levels: how well a service suits a person
ANY_LANGUAGE = ""  # in place of a language tag: any language
PLACE_CRITERIA = frozenset({"area", "country"})  # they depend on the place: applied separately
CHECKED_CODES = tuple(freshness.STATE_CODES[state] for state in CHECKED_FRESHNESS)


class Sites(NamedTuple):
    """Where help is given: one entry for each place of each row, row after row."""

    row: Ints  # number of the row among the candidates
    position: Ints  # index in Tables.positions
    has_known_place: Flags  # help in person at a known place, so that distance counts


class Candidates:
    """Services that answer a need, in id order: among equally near ones the first counts."""

    def __init__(self, snapshot: Snapshot, country: str, need: str, at: datetime) -> None:
        self.snapshot, self.country, self.need, self.at = snapshot, country, need, at
        query = self._person_query(Person())
        other_countries = snapshot.stated_rows(_criterion_by_code("country"), query)[1]
        answering = rows_of(snapshot.rows_with_flag(NeedFlag.ANSWERS, query) & ~other_countries)
        ids = [(snapshot.rows[row].id.int, row) for row in answering.tolist()]
        self.rows = np.array([row for _, row in sorted(ids)], dtype=np.int64)
        self.travel = query.weights.travel
        self.parts = snapshot.columns.parts[self.rows]
        flags = snapshot.need_flags(query)[self.parts[:, RowPart.CATEGORIES]].astype(np.int64)
        self.reach_m = flags // NeedFlag.REACH
        self.is_last = flags & NeedFlag.IS_LAST > 0
        is_visit = snapshot.mode_flags(query) & ModeFlag.VISIT > 0
        self.is_visit = is_visit[self.parts[:, RowPart.MODE]]
        self._states = snapshot.freshness.states(self.rows, freshness.ticks(at))

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def sites(self) -> Sites:
        """Return every place of every row; a row without a place has one dummy entry."""
        counts = self.parts[:, RowPart.POINTS]
        position, _ = expand_runs(self.parts[:, RowPart.FIRST_POINT], counts)
        row = np.repeat(np.arange(len(self)), counts)
        is_somewhere = self.snapshot.tables.place_numbers[position] != areas.NO_PLACE
        return Sites(row, position, is_somewhere & self.is_visit[row])

    def person_levels(self, person: Person) -> Levels:
        """Return how well each row would suit a person, wherever the person is."""
        query = self._person_query(person)
        levels = np.full(len(self), FITS, dtype=np.int8)
        for criterion in CRITERIA:
            if criterion.code not in PLACE_CRITERIA and criterion.is_asked(query.question):
                stated = self.snapshot.stated_rows(criterion, query)
                yes, no = (contains_rows(rows, self.rows) for rows in stated)
                levels = np.minimum(levels, self._criterion_levels(criterion, yes, no))
        return levels

    def area_levels(self) -> tuple[Levels, Levels]:
        """Return how well each row would suit people inside its stated areas, and outside them."""
        everywhere = np.ones(len(self), dtype=np.bool_)
        area, floors = _criterion_by_code("area"), self.snapshot.encoder.areas.least_truths()
        is_shut = floors[self.area_lists] == NO
        inside = self._criterion_levels(area, everywhere, ~everywhere)
        return inside, self._criterion_levels(area, ~everywhere, is_shut)

    @property
    def area_lists(self) -> Ints:
        """Return for each row the number that identifies its list of stated areas."""
        lists: Ints = self.snapshot.columns.area[self.rows].astype(np.int64)
        return lists

    def language_levels(self, tag: str) -> Levels:
        """Return each row's level for a language at any hour; ASK if unknown or not checked."""
        if tag == ANY_LANGUAGE:
            return np.full(len(self), FITS, dtype=np.int8)

        def is_spoken(row: ServiceRow) -> bool:
            return any(offer.language == tag for offer in row.languages)

        facet = self.snapshot.encoder.language_costs.facet
        spoken = facet.table(("spoken", tag), is_spoken)[self.parts[:, RowPart.SPEECH]]
        is_checked = self._has_state(Fact.LANGUAGES, CHECKED_CODES)
        level = np.where(spoken > 0, np.where(is_checked, FITS, ASK), NO)
        level[self.has_unknown_languages] = ASK
        return level.astype(np.int8)

    @cached_property
    def has_unknown_languages(self) -> Flags:
        """Return for each row whether its languages are not known, expired or disputed."""
        is_unknown = self.snapshot.encoder.language_costs.is_unknown()
        silent: Flags = is_unknown[self.parts[:, RowPart.SPEECH]]
        return silent | self._has_state(Fact.LANGUAGES, freshness.DECAYED_CODES)

    def _criterion_levels(self, criterion: Criterion, yes: Flags, no: Flags) -> Levels:
        if criterion.fact is None:
            return np.where(no, NO, np.where(yes, FITS, ASK)).astype(np.int8)
        checked = tuple(freshness.STATE_CODES[state] for state in criterion.checked_states)
        is_decayed = self._has_state(criterion.fact, freshness.DECAYED_CODES)
        removed = no if criterion.keeps_no else no & ~is_decayed
        solid = yes & self._has_state(criterion.fact, checked)
        return np.where(removed, NO, np.where(solid, FITS, ASK)).astype(np.int8)

    def _person_query(self, person: Person) -> Query:
        question = Question((self.need,), self.at, PersonLocation(self.country), person=person)
        return build_query(question, self.snapshot.encoder.cache)

    def _has_state(self, fact: Fact, states: tuple[int, ...]) -> Flags:
        is_in: Flags = np.isin(self._states[:, freshness.FACT_INDEX[fact]], states)
        return is_in


def _criterion_by_code(code: str) -> Criterion:
    return next(criterion for criterion in CRITERIA if criterion.code == code)
