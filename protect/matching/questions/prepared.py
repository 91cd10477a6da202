"""A question with everything worked out that no row changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from protect.directory.enums import Fact, Freshness, Mode
from protect.directory.rules import freshness
from protect.matching import weights as published_weights
from protect.matching.questions.question import Question
from protect.matching.services.memory import Anew
from protect.matching.services.rows import WRITTEN, ServiceRow
from protect.matching.weights import Weights
from protect.reference import vocabulary
from protect.reference.vocabulary import Need

ANEW = Anew()


@dataclass(frozen=True, slots=True)
class Asked:
    """What `prepare` makes of a question."""

    question: Question
    at: datetime
    needs: tuple[Need, ...]
    silence: bool
    modes: frozenset[Mode]  # those that she can use; empty = any
    avoid: frozenset[str]
    weights: Weights
    memory: Anew = ANEW

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
    keeps_place: bool  # whatever it reports, for somebody who is hurt
    reach_m: int  # how far people go for it, in metres
    is_barred: bool  # never shown to this question, not even as a national line


def prepare(question: Question, memory: Anew = ANEW) -> Asked:
    """Work out what no row changes.

    Errors: KeyError for a need or legal status that the vocabularies lack.
    """
    person, wishes = question.person, question.wishes
    modes = question.modes
    if wishes.cannot_speak:
        modes = WRITTEN & modes or WRITTEN
    silence = wishes.silence
    if silence is None:  # unsaid papers are treated like none
        status = person.legal_status
        silence = status is None or vocabulary.statuses()[status].silence
    return Asked(
        question=question,
        at=question.at,
        needs=tuple(vocabulary.needs()[code] for code in question.needs),
        silence=silence,
        modes=modes,
        avoid=frozenset(wishes.avoid),
        weights=published_weights.load(),
        memory=memory,
    )


def meets(row: ServiceRow, asked: Asked) -> Meets:
    """Return how a row meets the needs."""
    return _meets(row.categories, asked.question.needs)


def remembered[T](look: Callable[[ServiceRow, datetime], T]) -> Callable[[ServiceRow, Asked], T]:
    """Return what looks at a row once, as long as nothing of the row changes by itself."""

    def recall(row: ServiceRow, asked: Asked) -> T:
        known = asked.memory.row(row, asked.at)
        found: T | None = known.get(look)
        if found is None:
            found = known[look] = look(row, asked.at)
        return found

    return recall


def fact_freshness(row: ServiceRow, fact: Fact | None, asked: Asked) -> Freshness | None:
    """Return how far a fact of a row can be trusted; None where there is nothing to check."""
    if fact is None:
        return None
    known = asked.memory.row(row, asked.at)
    found: Freshness | None = known.get(fact)
    if found is None:
        found = known[fact] = freshness_at(row, fact, asked.at)
    return found


def freshness_at(row: ServiceRow, fact: Fact, at: datetime) -> Freshness:
    """Return how far a fact of a row can be trusted at an instant."""
    checks = row.checks.get(fact)
    return freshness(fact, checks, at) if checks else Freshness.UNVERIFIED


@lru_cache(maxsize=4096)
def _meets(categories: frozenset[str], codes: tuple[str, ...]) -> Meets:
    known, loaded = vocabulary.categories(), published_weights.load()
    answering = {
        code
        for code in categories
        if code in known and not (known[code].never_an_answer or known[code].reference_only)
    }
    found: set[str] = set()
    is_last, keeps_place = True, False
    for need in map(vocabulary.needs().__getitem__, codes):
        met = answering.intersection(need.categories)
        if not met or categories & never(need):
            continue
        found |= met
        is_last = is_last and met.issubset(need.last)
        keeps_place = keeps_place or need.code in loaded.needs.reporting_keeps_place
    return Meets(
        categories=frozenset(found),
        is_last=bool(found) and is_last,
        keeps_place=keeps_place,
        reach_m=max(map(loaded.reach.metres, found or {""})),
        is_barred=not answering
        or any(categories & never(vocabulary.needs()[code]) for code in codes),
    )


def never(need: Need) -> frozenset[str]:
    """Return the categories that never answer a need.

    Who asks for a category by its code is treated like whoever asks in words: "law and papers"
    never leads to the police, so "legal" does not either.
    """
    alike = [need]
    if not need.public:
        known = vocabulary.needs().values()
        alike += [each for each in known if each.public and need.code in each.categories]
    return frozenset().union(*(each.never for each in alike))
