"""The question of a person, prepared for matching, and its answer. None means "not answered"."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum, auto
from functools import lru_cache
from typing import NamedTuple

from protect.directory import hours, rules
from protect.directory.enums import AccessibilityKind, Fact, Freshness, Mode
from protect.matching import avoidance, weights as published_weights
from protect.matching.services.cache import Cache
from protect.matching.services.rows import WRITTEN_MODES, ServiceRow
from protect.reference import vocabulary
from protect.reference.lookup import index, store as lookup

DEFAULT_LIMIT = 5  # answers, not counting near misses and national services
LARGEST_LIMIT = 50  # services in an answer
ADULT_AGE = 18  # years
CHILD_PROTECTION = "child-protection"  # code of a category
FOR_SURVIVORS, ALWAYS_OPEN = "gender-based-violence", "survivors-day-and-night"  # categories
MAX_GENERALITY = 3  # of a service; engine/keys.py keeps two bits for it


@dataclass(frozen=True, slots=True)
class PersonLocation:
    """Where the person is: a settlement, a point, or only a country."""

    country: str | None = None  # ISO 3166-1 alpha-2
    latitude: float | None = None  # degrees, WGS84
    longitude: float | None = None  # degrees, WGS84
    areas: tuple[str, ...] = ()  # codes, from the smallest to the largest
    place: int | None = None  # GeoNames id

    @classmethod
    def at_place(cls, row: index.PlaceRow) -> "PersonLocation":
        return cls(row.country, row.latitude, row.longitude, lookup.area_chain(row.area), row.id)

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
    """The person who needs help. An empty set or tuple is an answer ("no papers"); None is not."""

    gender: str | None = None  # f, m, x
    age: int | None = None  # whole years
    children: tuple[Child, ...] | None = None
    legal_status: str | None = None  # code of statuses.toml
    documents: frozenset[str] | None = None  # codes of documents.toml that the person has
    access: frozenset[AccessibilityKind] = frozenset()  # access needs
    groups: frozenset[str] | None = None  # codes of groups.toml

    @property
    def is_minor(self) -> bool:
        """Return whether it is known that the person is under 18."""
        return self.age is not None and self.age < ADULT_AGE


@dataclass(frozen=True, slots=True)
class Wishes:
    wants_silence: bool | None = None  # no disclosure to authorities; None: see build_query
    worker_gender: str | None = None  # f, m, x; of the interpreter
    avoid: avoidance.Avoidance | None = None  # the places to stay away from
    cannot_speak: bool = False  # only written modes of help


@dataclass(frozen=True, slots=True)
class Question:
    """A complete question: only the directory and these fields decide the answer."""

    needs: tuple[str, ...]  # codes of needs.toml; a service must answer one or more of them
    at: datetime  # the instant of the question, aware
    where: PersonLocation | None = None
    languages: tuple[str, ...] = ()  # BCP 47, best first
    person: Person = field(default_factory=Person)
    modes: frozenset[Mode] = frozenset()  # empty = any
    wishes: Wishes = field(default_factory=Wishes)
    hours_since_event: int | None = None  # hours since the violence; for medical time limits
    limit: int = DEFAULT_LIMIT  # of answers, without near misses and national services
    # The answer is read at an hour that is not known, as on a copy of the site: hours that never
    # close are as good as open ones, others as unknown ones, and no answer says what is open.
    at_any_hour: bool = False


class SortKey(NamedTuple):
    """The key by which answers are sorted; smaller sorts first."""

    is_beyond: int  # 1: farther than people go, or a last resort at any distance
    is_closed: int  # 1: closed now, if the need asks for what is open
    disclosure_group: int  # 0 to 3
    is_for_others: int  # 1: not made for a group that the person named
    generality: int  # of NeedMatch
    minutes: int
    metres: int
    number: int  # the UUID


# The code of a reason, and the values for the placeholders of its sentence.
type ReasonParts = tuple[str, Mapping[str, str | int]]


class Fit(StrEnum):
    """How certain a match is. `fits` requires that a checked fact confirms every condition."""

    FITS = "fits"  # all asked conditions are confirmed, one or more of them by a checked fact
    ASK_FIRST = "ask_first"


class Reason(NamedTuple):
    """A reason for the position of a row; `wording` turns it into a sentence."""

    code: str
    minutes: int = 0
    freshness: Freshness | None = None  # None: no fact, or nothing known of it
    facts: Mapping[str, str | int] | None = None  # values for the placeholders of its sentence
    fact: Fact | None = None  # the fact behind it


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach a service: voice, whatsapp, text, email or website."""

    kind: str
    value: str
    freshness: Freshness
    need: AccessibilityKind | None = None  # only people with this need may use it


class Match(NamedTuple):
    """A service in an answer: its verdict, reasons, contacts and how long they hold."""

    row: ServiceRow
    verdict: Fit
    key: SortKey
    reasons: tuple[Reason, ...]  # the most important first
    caution: Reason | None  # the most serious one; others begin `reasons`
    distance_m: int | None  # in a straight line; None: not known
    mode: Mode | None  # the fastest of the chosen modes; None = not known
    open: hours.StateUntil  # opening state for that mode, and when it changes
    contacts: tuple[Contact, ...]
    valid_until: datetime | None  # when one of these values next changes by itself
    failing: Reason | None = None  # the one condition that a near miss does not meet


@dataclass(frozen=True, slots=True)
class Answers:
    """The services that answer a question, near misses, and national services."""

    answers: tuple[Match, ...]
    near_misses: tuple[Match, ...]
    counts_by_reason: Mapping[str, int]  # as in FilteredRows.counts
    national: tuple[Match, ...]  # national services that are not among the answers
    valid_until: datetime | None  # the first of its matches' times; None: none changes
    version: int  # version of the directory

    @property
    def within_reach(self) -> tuple[Match, ...]:
        """Return the answers that are no last resort and not farther than people go; without any of
        these and without national services, all answers."""
        near = tuple(match for match in self.answers if not match.key.is_beyond)
        return near if near or self.national else self.answers


class Minor(Enum):
    """Whether help is asked for a person under 18 who acts without an adult."""

    NONE = auto()
    KNOWN = auto()
    POSSIBLE = auto()  # help for a child, at an unknown age


@dataclass(frozen=True, slots=True)
class Query:
    """A question with all that matching derives from it, before it reads any row."""

    question: Question
    at: datetime
    needs: tuple[vocabulary.Need, ...]
    wants_silence: bool
    modes: frozenset[Mode]  # modes that the person can use; empty = any
    avoid: avoidance.Avoidance | None
    weights: published_weights.Weights
    cache: Cache
    minor: Minor

    @property
    def point(self) -> tuple[float, float] | None:
        where = self.question.where
        return where.point if where else None


@dataclass(frozen=True, slots=True)
class NeedMatch:
    """How a row answers the needs of a question; it depends only on the categories of the row."""

    categories: frozenset[str]  # those that answer a need; empty = the row answers none
    is_last_resort: bool  # it answers only through a last-resort category, such as the police
    keeps_rank: bool  # disclosure does not move it down: an injured person needs care first
    generality: int  # 0 to MAX_GENERALITY; 0: made most for this need
    open_first: bool  # whether it comes after others while it is closed
    reach_m: int  # how far people travel for it, in metres
    is_barred: bool  # never shown for this question, not even as a national service


def build_query(question: Question, cache: Cache | None = None) -> Query:
    """Return the query of a question; `cache` None: a new one. Errors: KeyError: unknown code."""
    modes, silence = question.modes, question.wishes.wants_silence
    if question.wishes.cannot_speak:
        modes = WRITTEN_MODES & modes or WRITTEN_MODES
    if silence is None:  # an unanswered legal status is treated like having no papers
        status = question.person.legal_status
        silence = status is None or vocabulary.statuses()[status].silence
    return Query(
        question=question,
        at=question.at,
        needs=tuple(vocabulary.needs()[code] for code in question.needs),
        wants_silence=silence,
        modes=modes,
        avoid=question.wishes.avoid,
        weights=published_weights.load(),
        cache=cache or Cache(),
        minor=_find_minor(question),
    )


def _find_minor(question: Question) -> Minor:
    age, children = question.person.age, question.person.children
    is_adult = bool(children) if age is None else age >= ADULT_AGE
    if is_adult and is_for_children(question):
        return Minor.NONE
    ages = [person.age for person in ages_and_genders_to_accept(question) if person.age is not None]
    if ages:
        return Minor.KNOWN if min(ages) < ADULT_AGE else Minor.NONE
    needs = (vocabulary.needs()[code] for code in question.needs)
    is_for_child = any(CHILD_PROTECTION in need.categories for need in needs)
    return Minor.POSSIBLE if is_for_child else Minor.NONE


def ages_and_genders_to_accept(question: Question) -> tuple[Child, ...]:
    """Return the age and gender of each person whom a service must accept: the person, except for
    help for a child: then the children, or the person if under 18, but never an adult."""
    person = question.person
    asking = Child(person.age, person.gender)
    if not is_for_children(question):
        return (asking,)
    return person.children or ((asking,) if person.is_minor else ())


def is_for_children(question: Question) -> bool:
    """Return whether all that the question asks for is help for a child."""
    return all(vocabulary.needs()[code].for_children for code in question.needs)


def match_needs(row: ServiceRow, query: Query) -> NeedMatch:
    return _match_categories(row.categories, query.question.needs)


def cached_by_row[T](read: Callable[[ServiceRow, datetime], T]) -> Callable[[ServiceRow, Query], T]:
    """Return a function that caches `read` for a row until a fact of the row ages or expires. All
    queries with one cache share the result; `read` depends on nothing else of a query but `at`."""

    def read_cached(row: ServiceRow, query: Query) -> T:
        cached = query.cache.row_results(row, query.at)
        value: T | None = cached.get(read)
        if value is None:
            value = cached[read] = read(row, query.at)
        return value

    return read_cached


def fact_freshness(row: ServiceRow, fact: Fact | None, query: Query) -> Freshness | None:
    """Return the freshness of a fact of a row; None if `fact` is None."""
    if fact is None:
        return None
    cached = query.cache.row_results(row, query.at)
    state: Freshness | None = cached.get(fact)
    if state is None:
        state = cached[fact] = freshness_at(row, fact, query.at)
    return state


def freshness_at(row: ServiceRow, fact: Fact, at: datetime) -> Freshness:
    checks = row.checks.get(fact)
    return rules.freshness(fact, checks, at) if checks else Freshness.UNVERIFIED


@lru_cache(maxsize=4096)
def _match_categories(categories: frozenset[str], need_codes: tuple[str, ...]) -> NeedMatch:
    weights, needs = published_weights.load(), [vocabulary.needs()[code] for code in need_codes]
    known = [row for code, row in vocabulary.categories().items() if code in categories]
    answering = {row.code for row in known if not (row.never_an_answer or row.reference_only)}
    matched: set[str] = set()
    is_last, keeps_rank = True, False
    for need in needs:
        matching = answering.intersection(need.categories)
        if not matching or categories & excluded_categories(need):
            continue
        matched |= matching
        is_last = is_last and matching.issubset(need.last)
        keeps_rank = keeps_rank or need.code in weights.needs.reporting_keeps_place
    return NeedMatch(
        categories=frozenset(matched),
        is_last_resort=bool(matched) and is_last,
        keeps_rank=keeps_rank,
        generality=_find_generality(categories, needs),
        open_first=any(need.open_first for need in needs),
        reach_m=max(map(weights.reach.metres, matched or {""})),
        is_barred=not answering or any(categories & excluded_categories(need) for need in needs),
    )


def _find_generality(categories: frozenset[str], needs: Sequence[vocabulary.Need]) -> int:
    """Return how many preferences of the needs (`first` and others in needs.toml) a row fails."""
    first, first_of_all, day_and_night, later = (
        {code for need in needs for code in getattr(need, order)}
        for order in ("first", "first_of_all", "day_and_night_first", "later")
    )
    is_always = ALWAYS_OPEN in categories and not categories.isdisjoint(day_and_night)
    failed = (
        bool(first) and categories.isdisjoint(first),
        bool(first_of_all) and categories.isdisjoint(first_of_all),
        bool(day_and_night) and not is_always,
        FOR_SURVIVORS not in categories and not categories.isdisjoint(later),
    )
    return min(sum(failed), MAX_GENERALITY)


def excluded_categories(need: vocabulary.Need) -> frozenset[str]:
    """Return the categories whose services never answer a need. A need with the code of a category
    also excludes what the public needs of the category exclude: "legal" never means the police."""
    needs = [need]
    if not need.public:
        others = (other for other in vocabulary.needs().values() if other.public)
        needs += [other for other in others if need.code in other.categories]
    return frozenset().union(*(other.never for other in needs))
