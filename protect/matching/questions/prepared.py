"""A question with everything computed that does not depend on a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from protect.directory.enums import Fact, Freshness, Mode
from protect.directory.rules import freshness
from protect.matching import weights as published_weights
from protect.matching.questions.question import Question
from protect.matching.services.cache import NoCache
from protect.matching.services.rows import WRITTEN, ServiceRow
from protect.matching.weights import Weights
from protect.reference import vocabulary
from protect.reference.vocabulary import Need

NO_CACHE = NoCache()


@dataclass(frozen=True, slots=True)
class PreparedQuestion:
    question: Question
    at: datetime
    needs: tuple[Need, ...]
    silence: bool
    modes: frozenset[Mode]  # those that she can use; empty = any
    avoid: frozenset[str]
    weights: Weights
    memory: NoCache = NO_CACHE

    @property
    def point(self) -> tuple[float, float] | None:
        where = self.question.where
        if where is None or where.latitude is None or where.longitude is None:
            return None
        return where.latitude, where.longitude


@dataclass(frozen=True, slots=True)
class Meets:
    """How a row meets the needs of a question. Depends on its categories alone."""

    categories: frozenset[str]  # those that answer; empty = it answers none of the needs
    is_last: bool  # only by a category that comes last, such as the police
    keeps_place: bool  # whatever it reports, for an injured person
    reach_m: int  # how far people go for it, in metres
    is_barred: bool  # never shown to this question, not even as a national line


def prepare(question: Question, memory: NoCache = NO_CACHE) -> PreparedQuestion:
    """Compute all that does not depend on a row. Errors: KeyError for an unknown code."""
    person, wishes = question.person, question.wishes
    modes = question.modes
    if wishes.cannot_speak:
        modes = WRITTEN & modes or WRITTEN
    silence = wishes.silence
    if silence is None:  # unsaid papers are treated like none
        status = person.legal_status
        silence = status is None or vocabulary.statuses()[status].silence
    return PreparedQuestion(
        question=question,
        at=question.at,
        needs=tuple(vocabulary.needs()[code] for code in question.needs),
        silence=silence,
        modes=modes,
        avoid=frozenset(wishes.avoid),
        weights=published_weights.load(),
        memory=memory,
    )


def meets(row: ServiceRow, prepared: PreparedQuestion) -> Meets:
    return _meets(row.categories, prepared.question.needs)


def remembered[T](
    look: Callable[[ServiceRow, datetime], T],
) -> Callable[[ServiceRow, PreparedQuestion], T]:
    """Return a function that caches `look` for a row until the row changes by itself."""

    def recall(row: ServiceRow, prepared: PreparedQuestion) -> T:
        cached = prepared.memory.row(row, prepared.at)
        value: T | None = cached.get(look)
        if value is None:
            value = cached[look] = look(row, prepared.at)
        return value

    return recall


def fact_freshness(
    row: ServiceRow, fact: Fact | None, prepared: PreparedQuestion
) -> Freshness | None:
    """Return how far a fact of a row can be trusted; None where there is nothing to check."""
    if fact is None:
        return None
    cached = prepared.memory.row(row, prepared.at)
    state: Freshness | None = cached.get(fact)
    if state is None:
        state = cached[fact] = freshness_at(row, fact, prepared.at)
    return state


def freshness_at(row: ServiceRow, fact: Fact, at: datetime) -> Freshness:
    """Return how far a fact of a row can be trusted at an instant."""
    checks = row.checks.get(fact)
    return freshness(fact, checks, at) if checks else Freshness.UNVERIFIED


@lru_cache(maxsize=4096)
def _meets(categories: frozenset[str], codes: tuple[str, ...]) -> Meets:
    vocabulary_by_code, loaded = vocabulary.categories(), published_weights.load()
    answering = {
        code
        for code in categories
        if code in vocabulary_by_code
        and not (
            vocabulary_by_code[code].never_an_answer or vocabulary_by_code[code].reference_only
        )
    }
    answering_needs: set[str] = set()
    is_last, keeps_place = True, False
    for need in map(vocabulary.needs().__getitem__, codes):
        met = answering.intersection(need.categories)
        if not met or categories & never(need):
            continue
        answering_needs |= met
        is_last = is_last and met.issubset(need.last)
        keeps_place = keeps_place or need.code in loaded.needs.reporting_keeps_place
    return Meets(
        categories=frozenset(answering_needs),
        is_last=bool(answering_needs) and is_last,
        keeps_place=keeps_place,
        reach_m=max(map(loaded.reach.metres, answering_needs or {""})),
        is_barred=not answering
        or any(categories & never(vocabulary.needs()[code]) for code in codes),
    )


def never(need: Need) -> frozenset[str]:
    """Return the categories that never answer a need.

    A question by the code of a category is treated like one by a public need: "law and papers"
    never leads to the police, so "legal" does not either.
    """
    alike = [need]
    if not need.public:
        needs = vocabulary.needs().values()
        alike += [each for each in needs if each.public and need.code in each.categories]
    return frozenset().union(*(each.never for each in alike))
