"""The definition of an answer, in plain Python over every row. Slow, and meant to be read."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from protect.directory.enums import ServiceScope
from protect.directory.hours import Hours, StateUntil
from protect.directory.hours.answers import next_open, state_at, wait_minutes
from protect.matching.conditions.criteria import CriterionResult
from protect.matching.conditions.truth import NO
from protect.matching.costs import WeighedRow, weigh_row
from protect.matching.engine.engine import assemble_answers
from protect.matching.explanation import explain_weighed
from protect.matching.questions import (
    Answers,
    Match,
    NeedMatch,
    Query,
    Question,
    build_query,
    match_needs,
)
from protect.matching.services.cache import Cache, LanguageOpening, RowCache, next_language_opening
from protect.matching.services.rows import ServiceRow


@dataclass(frozen=True, slots=True)
class Rows:
    version: int
    rows: tuple[ServiceRow, ...]


class NoCache(Cache):
    """A cache that stores nothing and computes every value."""

    def row_results(self, row: ServiceRow, at: datetime) -> RowCache:
        return {}

    def state_now(self, hours: Hours, at: datetime) -> StateUntil:
        return state_at(hours, at)

    def wait_minutes(self, hours: Hours, at: datetime) -> int:
        return wait_minutes(hours, at)

    def opening_if_closed(self, hours: Hours, at: datetime) -> datetime | None:
        return next_open(hours, at)

    def language_opening(self, hours: Hours, window: Hours, at: datetime) -> LanguageOpening:
        return next_language_opening(hours, window, at)


def answer(rows: Rows, question: Question) -> Answers:
    """Answer a question by looking at every row. Errors: KeyError for an unknown code."""
    prepared = build_query(question, NoCache())
    passed: list[WeighedRow] = []
    missed: list[WeighedRow] = []
    counts: Counter[str] = Counter()
    for row in rows.rows:
        if not match_needs(row, prepared).categories:
            continue
        weighed = weigh_row(row, prepared)
        failed = failing(weighed.conditions.asked)
        if not failed:
            passed.append(weighed)
        elif failed[0].criterion.code != "country":  # services elsewhere were never near
            counts[f"{failed[0].criterion.code}_no"] += 1
            if len(failed) == 1 and failed[0].criterion.is_relaxable:
                missed.append(weighed)
    best = _best(passed, question.limit)
    near = _best(missed, prepared.weights.lists.near_misses)
    return assemble_answers(
        [explain_weighed(each, prepared) for each in best],
        [explain_weighed(each, prepared) for each in near],
        national(rows.rows, {each.row.id.int for each in best}, prepared),
        counts,
        rows.version,
    )


def national(rows: Iterable[ServiceRow], shown: set[int], prepared: Query) -> list[Match]:
    """Return the national lines for her, those that answer the need first.

    Without a country, the best of each. `shown`: the answers, as numbers of their UUIDs.
    """
    lines = [
        weigh_row(row, prepared)
        for row in rows
        if row.scope == ServiceScope.NATIONAL and row.id.int not in shown
        if not match_needs(row, prepared).is_barred
    ]
    open_to_her = [line for line in lines if not failing(line.conditions.asked)]
    ordered = sorted(open_to_her, key=lambda line: (_rank(line.need_match), line.key))
    where = prepared.question.where
    if where is None or where.country is None:
        one_each: dict[str, WeighedRow] = {}
        for line in ordered:
            one_each.setdefault(line.row.country, line)
        ordered = list(one_each.values())
    most = prepared.weights.lists.national
    return [explain_weighed(line, prepared) for line in ordered[:most]]


def _rank(met: NeedMatch) -> int:
    """Return 0 for a line that answers the need, 1 for another, 2 for a last resort."""
    return 2 if met.is_last_resort else int(not met.categories)


def _best(weighed: list[WeighedRow], most: int) -> list[WeighedRow]:
    return sorted(weighed, key=lambda each: each.key)[:most]


def failing(judged: Iterable[CriterionResult]) -> list[CriterionResult]:
    return [each for each in judged if each.truth is NO]
