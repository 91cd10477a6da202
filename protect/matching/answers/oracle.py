"""The definition of an answer, in plain Python over every row. Slow, and meant to be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from protect.directory.enums import Scope
from protect.matching.answers.explanation import explain_weighed
from protect.matching.conditions.criteria import failing
from protect.matching.costs.key import Weighed, weigh
from protect.matching.questions.answer import Answers, Match
from protect.matching.questions.prepared import PreparedQuestion, meets, prepare
from protect.matching.questions.question import Question
from protect.matching.services.rows import Rows, ServiceRow


def answer(rows: Rows, question: Question) -> Answers:
    """Answer a question by looking at every row. Errors: KeyError for an unknown code."""
    prepared = prepare(question)
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
    return assemble(
        answers=[explain_weighed(each, prepared) for each in best],
        near_misses=[
            explain_weighed(each, prepared)
            for each in _best(missed, prepared.weights.lists.near_misses)
        ],
        counts=counts,
        national=national(rows.rows, {each.row.id.int for each in best}, prepared),
        version=rows.version,
    )


def assemble(
    *,
    answers: Sequence[Match],
    near_misses: Sequence[Match],
    counts: Counter[str],
    national: Sequence[Match],
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
