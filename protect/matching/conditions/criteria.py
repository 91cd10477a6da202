"""The hard conditions: each is yes, no or unknown for a question, and a no removes the row.

A condition about which the person said nothing is not in play: it changes no verdict, near miss
or reason, and costs only where the service states a limit. Source: docs/adr/0006-matching.md.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from protect.directory.enums import Answer, Fact, Freshness, Kind
from protect.matching.conditions import persons, places
from protect.matching.conditions.truth import UNKNOWN, YES, Truth, decayed, is_limit
from protect.matching.questions import PreparedQuestion, Question, ReasonParts, fact_freshness
from protect.matching.services.rows import ServiceRow
from protect.matching.weights import Weights

CHECKED = frozenset({Freshness.FRESH, Freshness.DUE, Freshness.OVERDUE})
CHECKED_WELL = frozenset({Freshness.FRESH, Freshness.DUE})


def limits_of(*kinds: Kind) -> Callable[[ServiceRow], bool]:
    """Return whether a row states a limit of one of these kinds."""
    return lambda row: any(is_limit(one) for kind in kinds for one in row.conditions.get(kind, ()))


def has_answered(name: str) -> Callable[[Question], bool]:
    """Return whether the person said this of herself; an empty answer is one."""
    return lambda question: getattr(question.person, name) is not None


def says(code: str) -> Callable[[ServiceRow, PreparedQuestion], ReasonParts]:
    """Return the same reason for every yes."""
    return lambda row, prepared: (code, {})


@dataclass(frozen=True, slots=True)
class Criterion:
    code: str
    fact: Fact | None  # what would have to be checked
    is_asked: Callable[[Question], bool]
    truth: Callable[[ServiceRow, PreparedQuestion], Truth]
    is_limited: Callable[[ServiceRow], bool] = lambda row: False
    say_yes: Callable[[ServiceRow, PreparedQuestion], ReasonParts | None] = lambda row, asked: None
    keeps_no: bool = False  # an expired no stays a no
    checked: frozenset[Freshness] = CHECKED  # "fits" is said only from a yes in these states
    is_relaxable: bool = False  # a near miss may fail it


# In the order in which a removed row is counted: it counts once, under the first that it fails.
CRITERIA: tuple[Criterion, ...] = (
    Criterion("country", None, places.country_asked, places.country),
    Criterion(
        "area",
        Fact.ELIGIBILITY,
        places.area_asked,
        places.area,
        is_limited=lambda row: bool(row.areas or row.area_note),
        say_yes=says("area_yes"),
        is_relaxable=True,
    ),
    Criterion(
        "mode", None, lambda asked: bool(asked.modes) or asked.wishes.cannot_speak, places.mode
    ),
    Criterion("avoid", None, lambda asked: bool(asked.wishes.avoid), places.avoid),
    Criterion(
        "gender",
        Fact.ELIGIBILITY,
        has_answered("gender"),
        persons.gender,
        limits_of(Kind.GENDER),
        persons.say_gender,
        keeps_no=True,
        checked=CHECKED_WELL,
    ),
    Criterion(
        "age",
        Fact.ELIGIBILITY,
        has_answered("age"),
        persons.age,
        limits_of(Kind.AGE),
        says("age_yes"),
    ),
    Criterion(
        "children",
        Fact.ELIGIBILITY,
        lambda asked: bool(asked.person.children),
        persons.children,
        limits_of(Kind.CHILDREN, Kind.BOYS, Kind.GIRLS),
        persons.say_children,
        checked=CHECKED_WELL,
    ),
    Criterion(
        "legal",
        Fact.ELIGIBILITY,
        has_answered("legal_status"),
        persons.legal,
        limits_of(Kind.LEGAL_STATUS),
        persons.say_legal,
        checked=CHECKED_WELL,
    ),
    Criterion(
        "documents",
        Fact.DOCUMENTS,
        has_answered("documents"),
        persons.documents,
        is_limited=lambda row: bool(row.documents),
        say_yes=persons.say_documents,
        checked=CHECKED_WELL,
        is_relaxable=True,
    ),
    Criterion(
        "group",
        Fact.ELIGIBILITY,
        has_answered("groups"),
        persons.groups,
        limits_of(Kind.GROUP),
        says("group_yes"),
    ),
    Criterion(
        "access",
        Fact.ELIGIBILITY,
        lambda asked: bool(asked.person.access),
        persons.access,
        is_limited=lambda row: Answer.NO in row.access.values(),
        say_yes=says("access_yes"),
        is_relaxable=True,
    ),
)


class Judged(NamedTuple):
    criterion: Criterion
    is_asked: bool
    stated: Truth  # what the source says
    truth: Truth  # what is left of it; of a condition that is not in play, yes or unknown
    freshness: Freshness | None
    minutes: int

    @property
    def is_solid(self) -> bool:
        is_checked = self.freshness is None or self.freshness in self.criterion.checked
        return self.truth is YES and is_checked


def judge(row: ServiceRow, prepared: PreparedQuestion) -> Iterator[Judged]:
    """Yield every condition, applied to a row, in the order of CRITERIA."""
    seen: dict[Fact | None, Freshness | None] = {None: None}
    for criterion in CRITERIA:
        if criterion.is_asked(prepared.question):
            if criterion.fact not in seen:
                seen[criterion.fact] = fact_freshness(row, criterion.fact, prepared)
            stated = criterion.truth(row, prepared)
            yield in_play(criterion, stated, seen[criterion.fact], prepared.weights)
        else:
            yield left_out(criterion, criterion.is_limited(row), prepared.weights)


def stale(cost: int, unknown: int, freshness: Freshness | None, weights: Weights) -> int:
    """Return a cost moved towards unknown as far as it is stale. Units: minutes, rounded up."""
    quarters = 0 if freshness is None else weights.staleness.quarters(freshness)
    return -(-((4 - quarters) * cost + quarters * unknown) // 4)


def in_play(
    criterion: Criterion, stated: Truth, freshness: Freshness | None, weights: Weights
) -> Judged:
    """Return a condition that the question names, by the freshness of its fact."""
    truth = decayed(stated, freshness, keeps_no=criterion.keeps_no)
    minutes = weights.hard.unknown
    if truth is YES:
        minutes = stale(weights.hard.yes, weights.hard.unknown, freshness, weights)
    return Judged(criterion, True, stated, truth, freshness, minutes)


def left_out(criterion: Criterion, is_limited: bool, weights: Weights) -> Judged:  # noqa: FBT001
    """Return a condition that the question leaves open: it costs where the row states a limit."""
    truth = UNKNOWN if is_limited else YES
    minutes = weights.hard.unknown if is_limited else weights.hard.yes
    return Judged(criterion, False, truth, truth, None, minutes)
