"""The question of a person, prepared for every row, and its answer. What she left out is None."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from protect.directory import rules
from protect.directory.enums import Access, Fact, Freshness, Mode
from protect.directory.hours import Now
from protect.matching import weights as published_weights
from protect.matching.services.cache import Cache
from protect.matching.services.rows import WRITTEN, ServiceRow
from protect.reference import vocabulary
from protect.reference.lookup import index, store as lookup

DEFAULT_LIMIT = 5
LARGEST_LIMIT = 50


@dataclass(frozen=True, slots=True)
class Where:
    """Where she is: a settlement, a point, or no more than a country."""

    country: str | None = None  # ISO 3166-1 alpha-2
    latitude: float | None = None  # degrees, WGS84
    longitude: float | None = None  # degrees, WGS84
    areas: tuple[str, ...] = ()  # codes, from the smallest to the largest
    place: int | None = None  # GeoNames id

    @classmethod
    def at_place(cls, row: index.PlaceRow) -> "Where":
        return cls(row.country, row.latitude, row.longitude, lookup.chain(row.area), row.id)

    @property
    def point(self) -> tuple[float, float] | None:
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


@dataclass(frozen=True, slots=True)
class Child:
    age: int | None = None  # whole years
    gender: str | None = None  # f, m, x


@dataclass(frozen=True, slots=True)
class Person:
    """The person in need. An empty set or tuple is an answer ("no papers"); None is not."""

    gender: str | None = None  # f, m, x
    age: int | None = None  # whole years
    children: tuple[Child, ...] | None = None
    legal_status: str | None = None  # codes of statuses.toml
    documents: frozenset[str] | None = None  # codes of documents.toml that she has
    access: frozenset[Access] = frozenset()  # what she needs
    groups: frozenset[str] | None = None  # codes of groups.toml


@dataclass(frozen=True, slots=True)
class Wishes:
    silence: bool | None = None  # no disclosure; None: assumed if papers are lacking or unstated
    worker_gender: str | None = None  # f, m, x
    avoid: tuple[str, ...] = ()  # codes of areas, or GeoNames ids, where she must not be seen
    cannot_speak: bool = False  # only what can be written


@dataclass(frozen=True, slots=True)
class Question:
    """One question, complete: nothing else decides its answer but the directory itself."""

    needs: tuple[str, ...]  # codes of needs.toml; any of them
    at: datetime  # aware
    where: Where | None = None
    languages: tuple[str, ...] = ()  # BCP 47, best first
    person: Person = field(default_factory=Person)
    modes: frozenset[Mode] = frozenset()  # empty = any
    wishes: Wishes = field(default_factory=Wishes)
    hours_since_event: int | None = None
    limit: int = DEFAULT_LIMIT


# (beyond reach, reporting group, minutes, metres, UUID as a number): smaller is better.
type Key = tuple[int, int, int, int, int]
# The code of a reason, and the facts that fill its sentence.
type ReasonParts = tuple[str, Mapping[str, str | int]]


class Fit(StrEnum):
    """How sure the answer is. `fits` follows only from checked facts."""

    FITS = "fits"
    ASK_FIRST = "ask_first"


class Reason(NamedTuple):
    """A reason for the position of a row. `wording` makes a sentence of it."""

    code: str
    minutes: int = 0
    freshness: Freshness | None = None  # None: nothing that could be checked
    facts: Mapping[str, str | int] | None = None  # fill the sentence's placeholders
    fact: Fact | None = None  # what it was read from; when that was checked: `row.last_seen`


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach a service: voice, whatsapp, text, email or website."""

    kind: str
    value: str
    freshness: Freshness


class Match(NamedTuple):
    row: ServiceRow
    verdict: Fit
    key: Key
    reasons: tuple[Reason, ...]  # the most telling first
    caution: Reason | None  # stands before the reasons
    distance_m: int | None
    mode: Mode | None  # the best way among those that she chose; None = not known
    open: Now  # state by that way, and when it changes
    contacts: tuple[Contact, ...]
    valid_until: datetime | None  # when any of the above changes by itself
    failing: Reason | None = None  # of a near miss: the one condition that is not met


@dataclass(frozen=True, slots=True)
class Answers:
    answers: tuple[Match, ...]
    near_misses: tuple[Match, ...]
    counts_by_reason: Mapping[str, int]  # removed rows by the first condition that removed them
    national: tuple[Match, ...]  # rows of national scope that are not among the answers
    valid_until: datetime | None
    version: int  # of the directory


@dataclass(frozen=True, slots=True)
class PreparedQuestion:
    question: Question
    at: datetime
    needs: tuple[vocabulary.Need, ...]
    silence: bool
    modes: frozenset[Mode]  # those that she can use; empty = any
    avoid: frozenset[str]
    weights: published_weights.Weights
    memory: Cache

    @property
    def point(self) -> tuple[float, float] | None:
        where = self.question.where
        return where.point if where else None


@dataclass(frozen=True, slots=True)
class Meets:
    """How a row meets the needs of a question. Depends on its categories alone."""

    categories: frozenset[str]  # those that answer; empty = it answers none of the needs
    is_last: bool  # only by a category that comes last, such as the police
    keeps_place: bool  # whatever it reports, for an injured person
    reach_m: int  # how far people go for it, in metres
    is_barred: bool  # never shown to this question, not even as a national line


def prepare(question: Question, memory: Cache | None = None) -> PreparedQuestion:
    """Compute all that does not depend on a row. Errors: KeyError for an unknown code."""
    modes, silence = question.modes, question.wishes.silence
    if question.wishes.cannot_speak:
        modes = WRITTEN & modes or WRITTEN
    if silence is None:  # unsaid papers are treated like none
        status = question.person.legal_status
        silence = status is None or vocabulary.statuses()[status].silence
    return PreparedQuestion(
        question=question,
        at=question.at,
        needs=tuple(vocabulary.needs()[code] for code in question.needs),
        silence=silence,
        modes=modes,
        avoid=frozenset(question.wishes.avoid),
        weights=published_weights.load(),
        memory=memory or Cache(),
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
    checks = row.checks.get(fact)
    return rules.freshness(fact, checks, at) if checks else Freshness.UNVERIFIED


@lru_cache(maxsize=4096)
def _meets(categories: frozenset[str], codes: tuple[str, ...]) -> Meets:
    kinds, loaded = vocabulary.categories(), published_weights.load()
    answering = {
        code
        for code in categories & kinds.keys()
        if not (kinds[code].never_an_answer or kinds[code].reference_only)
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


def never(need: vocabulary.Need) -> frozenset[str]:
    """Return the categories that never answer a need.

    A question by the code of a category is treated like one by a public need: "law and papers"
    never leads to the police, so "legal" does not either.
    """
    alike = [need]
    if not need.public:
        needs = vocabulary.needs().values()
        alike += [each for each in needs if each.public and need.code in each.categories]
    return frozenset().union(*(each.never for each in alike))
