"""The hard conditions of a service: yes, no or unknown; a no removes the service. An unanswered
condition only costs minutes where the service states a limit. See docs/adr/0006-matching.md."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from protect.directory.enums import Answer, CriterionKind, Fact, Freshness
from protect.matching import questions
from protect.matching.conditions import persons, places
from protect.matching.conditions.truth import YES, Truth, is_restrictive, truth_if_trusted
from protect.matching.questions import Query, Question, Reason, ReasonParts, is_for_children
from protect.matching.services.rows import ServiceRow
from protect.matching.weights import Weights

CHECKED_FRESHNESS = frozenset({Freshness.FRESH, Freshness.DUE, Freshness.OVERDUE})
RECENT_FRESHNESS = frozenset({Freshness.FRESH, Freshness.DUE})  # for stricter conditions


def states_limit_on(*kinds: CriterionKind) -> Callable[[ServiceRow], bool]:
    """Return a function that tells whether a row states a limit of one of these kinds."""
    return lambda row: any(any(map(is_restrictive, row.conditions.get(kind, ()))) for kind in kinds)


def has_stated_of_people(name: str) -> Callable[[Question], bool]:
    """Return a function that tells whether the question states the age or gender (`name`) of a
    person whom a service must accept."""
    people = questions.ages_and_genders_to_accept
    return lambda question: any(getattr(person, name) is not None for person in people(question))


def has_answered(name: str) -> Callable[[Question], bool]:
    """Return a function that tells whether the person answered `name`; an empty answer counts."""
    return lambda question: getattr(question.person, name) is not None


def constant_reason(code: str) -> Callable[[ServiceRow, Query], ReasonParts]:
    """Return a function that gives the same reason for every yes."""
    return lambda row, query: (code, {})


@dataclass(frozen=True, slots=True)
class Criterion:
    """A hard condition: when a question asks for it, and how a service meets it."""

    code: str
    fact: Fact | None  # the fact that confirms it; None: nothing to check
    is_asked: Callable[[Question], bool]
    evaluate: Callable[[ServiceRow, Query], Truth]
    is_limited: Callable[[ServiceRow], bool] = lambda row: False
    yes_reason: Callable[[ServiceRow, Query], ReasonParts | None] = lambda row, query: None
    keeps_no: bool = False  # a no stays a no even when the fact has expired
    checked_states: frozenset[Freshness] = CHECKED_FRESHNESS  # states in which a yes is confirmed
    is_relaxable: bool = False  # a near miss may fail this condition


# In counting order: a removed row counts once, under the first condition that it fails.
CRITERIA: tuple[Criterion, ...] = (
    Criterion("country", None, places.has_country, places.serves_country),
    Criterion(
        "area",
        Fact.ELIGIBILITY,
        places.has_country_or_point,
        places.serves_area,
        is_limited=lambda row: bool(row.areas or row.area_note),
        yes_reason=constant_reason("area_yes"),
        is_relaxable=True,
    ),
    Criterion(
        "mode",
        None,
        lambda question: bool(question.modes) or question.wishes.cannot_speak,
        places.offers_usable_mode,
    ),
    Criterion("avoid", None, lambda question: bool(question.wishes.avoid), places.avoids_places),
    Criterion(
        "gender",
        Fact.ELIGIBILITY,
        has_stated_of_people("gender"),
        persons.accepts_gender,
        states_limit_on(CriterionKind.GENDER),
        persons.gender_reason,
        keeps_no=True,
        checked_states=RECENT_FRESHNESS,
    ),
    Criterion(
        "age",
        Fact.ELIGIBILITY,
        has_stated_of_people("age"),
        persons.accepts_age,
        states_limit_on(CriterionKind.AGE),
        constant_reason("age_yes"),
    ),
    Criterion(
        "children",
        Fact.ELIGIBILITY,
        lambda question: bool(question.person.children) and not is_for_children(question),
        persons.accepts_children,
        states_limit_on(CriterionKind.CHILDREN, CriterionKind.BOYS, CriterionKind.GIRLS),
        persons.children_reason,
        checked_states=RECENT_FRESHNESS,
    ),
    Criterion(
        "legal",
        Fact.ELIGIBILITY,
        has_answered("legal_status"),
        persons.accepts_legal_status,
        states_limit_on(CriterionKind.LEGAL_STATUS),
        persons.legal_status_reason,
        checked_states=RECENT_FRESHNESS,
    ),
    Criterion(
        "documents",
        Fact.DOCUMENTS,
        has_answered("documents"),
        persons.accepts_documents,
        is_limited=lambda row: bool(row.documents),
        yes_reason=persons.documents_reason,
        checked_states=RECENT_FRESHNESS,
        is_relaxable=True,
    ),
    Criterion(
        "group",
        Fact.ELIGIBILITY,
        has_answered("groups"),
        persons.accepts_groups,
        states_limit_on(CriterionKind.GROUP),
        constant_reason("group_yes"),
    ),
    Criterion(
        "access",
        Fact.ELIGIBILITY,
        lambda question: bool(question.person.access),
        persons.meets_access_needs,
        is_limited=lambda row: Answer.NO in row.access.values(),
        yes_reason=constant_reason("access_yes"),
        is_relaxable=True,
    ),
)


class CriterionResult(NamedTuple):
    """How a service meets a condition that the question asks for."""

    criterion: Criterion
    stated_truth: Truth  # what the service states
    truth: Truth  # the same after decay
    freshness: Freshness | None  # of its fact; None: no fact
    minutes: int  # cost
    reason_to_ask: Reason  # unless the service states a yes

    @property
    def is_confirmed(self) -> bool:
        """Return whether the condition is met; if it has a fact, by a checked one."""
        is_checked = self.freshness is None or self.freshness in self.criterion.checked_states
        return self.truth is YES and is_checked


class ConditionResults(NamedTuple):
    """How a service meets all conditions."""

    asked: tuple[CriterionResult, ...]  # in the order of CRITERIA
    left_out_minutes: int  # cost of the others: more where the service states a limit


def evaluate_criteria(row: ServiceRow, query: Query) -> ConditionResults:
    question, weights = query.question, query.weights
    asked = [criterion for criterion in CRITERIA if criterion.is_asked(question)]
    results = [
        requested_result(
            criterion,
            criterion.evaluate(row, query),
            questions.fact_freshness(row, criterion.fact, query),
            weights,
        )
        for criterion in asked
    ]
    limited = [criterion.is_limited(row) for criterion in CRITERIA if criterion not in asked]
    costs = [weights.hard.unknown if is_limited else weights.hard.yes for is_limited in limited]
    return ConditionResults(tuple(results), sum(costs))


def stale_cost(cost: int, unknown: int, freshness: Freshness | None, weights: Weights) -> int:
    """Return `cost` moved towards `unknown`, further for an older fact; unmoved without a fact."""
    if freshness is None or cost == unknown:
        return cost
    quarters = weights.staleness.quarters(freshness)
    return -(-((4 - quarters) * cost + quarters * unknown) // 4)


def requested_result(
    criterion: Criterion, stated: Truth, freshness: Freshness | None, weights: Weights
) -> CriterionResult:
    """Return the result of a condition that the question asks for."""
    truth = truth_if_trusted(stated, freshness, keeps_no=criterion.keeps_no)
    minutes = weights.hard.unknown
    if truth is YES:
        minutes = stale_cost(weights.hard.yes, weights.hard.unknown, freshness, weights)
    reason = Reason(f"{criterion.code}_unknown", minutes, freshness, {}, criterion.fact)
    return CriterionResult(criterion, stated, truth, freshness, minutes, reason)
