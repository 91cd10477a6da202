"""The definition of an answer, in plain Python over every row. Slow, and meant to be read."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from protect.directory.enums import Scope
from protect.directory.hours import Hours, Now, next_open, state_at, waits
from protect.matching.conditions.criteria import Judged
from protect.matching.conditions.truth import NO
from protect.matching.costs import Weighed, weigh
from protect.matching.engine.engine import assemble
from protect.matching.explanation import explain_weighed
from protect.matching.questions import Answers, Match, PreparedQuestion, Question, meets, prepare
from protect.matching.services.cache import Cache, Meeting, RowCache, meeting_of
from protect.matching.services.rows import ServiceRow


@dataclass(frozen=True, slots=True)
class Rows:
    version: int
    rows: tuple[ServiceRow, ...]


class NoCache(Cache):
    """Computes everything anew."""

    def row(self, row: ServiceRow, at: datetime) -> RowCache:
        return {}

    def now(self, hours: Hours, at: datetime) -> Now:
        return state_at(hours, at)

    def wait(self, hours: Hours, at: datetime) -> int:
        return waits(hours, at)

    def opening(self, hours: Hours, at: datetime) -> datetime | None:
        return next_open(hours, at)

    def meeting(self, hours: Hours, window: Hours, at: datetime) -> Meeting:
        return meeting_of(hours, window, at)


def answer(rows: Rows, question: Question) -> Answers:
    """Answer a question by looking at every row. Errors: KeyError for an unknown code."""
    prepared = prepare(question, NoCache())
    passed: list[Weighed] = []
    missed: list[Weighed] = []
    counts: Counter[str] = Counter()
    for row in rows.rows:
        if not meets(row, prepared).categories:
            continue
        weighed = weigh(row, prepared)
        failed = failing(weighed.judged)
        if not failed:
            passed.append(weighed)
        elif failed[0].criterion.code != "country":  # services elsewhere were never near
            counts[f"{failed[0].criterion.code}_no"] += 1
            if len(failed) == 1 and failed[0].criterion.is_relaxable:
                missed.append(weighed)
    best = _best(passed, question.limit)
    near = _best(missed, prepared.weights.lists.near_misses)
    return assemble(
        [explain_weighed(each, prepared) for each in best],
        [explain_weighed(each, prepared) for each in near],
        national(rows.rows, {each.row.id.int for each in best}, prepared),
        counts,
        rows.version,
    )


def national(
    rows: Iterable[ServiceRow], shown: set[int], prepared: PreparedQuestion
) -> list[Match]:
    """Return the national lines for her, those that answer the need first.

    Without a country, the best of each. `shown`: the answers, as numbers of their UUIDs.
    """
    lines = [
        weigh(row, prepared)
        for row in rows
        if row.scope == Scope.NATIONAL and row.id.int not in shown
        if not meets(row, prepared).is_barred
    ]
    open_to_her = [line for line in lines if not failing(line.judged)]
    ordered = sorted(open_to_her, key=lambda line: (not line.met.categories, line.key))
    where = prepared.question.where
    if where is None or where.country is None:
        one_each: dict[str, Weighed] = {}
        for line in ordered:
            one_each.setdefault(line.row.country, line)
        ordered = list(one_each.values())
    most = prepared.weights.lists.national
    return [explain_weighed(line, prepared) for line in ordered[:most]]


def _best(weighed: list[Weighed], most: int) -> list[Weighed]:
    return sorted(weighed, key=lambda each: each.key)[:most]


def failing(judged: Iterable[Judged]) -> list[Judged]:
    return [each for each in judged if each.truth is NO]
