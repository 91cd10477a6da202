"""Kleene's strong three-valued logic of conditions. Source: docs/adr/0006-matching.md."""

from collections.abc import Callable, Iterable
from enum import IntEnum

from protect.directory.enums import Answer, CriterionOperator as Operator, Freshness
from protect.matching.services.rows import Condition

UNTRUSTED_FRESHNESS = frozenset({Freshness.EXPIRED, Freshness.DISPUTED})


class Truth(IntEnum):
    """Kleene's three values, ordered so that AND is the minimum."""

    NO = 0
    UNKNOWN = 1
    YES = 2


NO, UNKNOWN, YES = Truth
_TRUTH_BY_ANSWER = {Answer.YES: YES, Answer.NO: NO}


def kleene_and(truths: Iterable[Truth]) -> Truth:
    """Return Kleene's AND: no beats unknown, unknown beats yes; an empty list is yes."""
    return min(truths, default=YES)


def truth_of_answer(answer: Answer) -> Truth:
    """Return the truth of an answer: YES or NO, and UNKNOWN also for “in these cases”."""
    return _TRUTH_BY_ANSWER.get(answer, UNKNOWN)


def truth_of_all(conditions: Iterable[Condition], judge: Callable[[Condition], Truth]) -> Truth:
    """Return NO if a condition of one kind is NO, else YES if one is YES, else UNKNOWN."""
    truths = {judge(condition) for condition in conditions}
    if NO in truths:
        return NO
    return YES if YES in truths else UNKNOWN


def truth_of_value(condition: Condition, value: str) -> Truth:
    return truth_of_values(condition, frozenset({value}))


def truth_of_values(condition: Condition, values: frozenset[str]) -> Truth:
    """Return the truth of a condition for a person with these codes, which may be empty. One shared
    code is enough for `only`; for `includes`, every code of the person must be named."""
    shared = condition.values & values
    match condition.operator:
        case Operator.ALL | Operator.FIRST:  # other people wait longer, but are accepted
            return YES
        case Operator.ONLY:
            return YES if shared else NO
        case Operator.INCLUDES | Operator.SPECIALISED:
            return YES if shared and shared == values else UNKNOWN
        case Operator.EXCLUDES:
            return NO if shared else UNKNOWN
        case _:
            return truth_of_answer(condition.answer)


def truth_of_age(condition: Condition, age: int | None) -> Truth:
    """Return the truth for an age in years (None: not known). A missing bound is unlimited."""
    if condition.operator == Operator.ALL:
        return YES
    if condition.operator != Operator.RANGE:
        return truth_of_answer(condition.answer)
    if age is None:
        return UNKNOWN
    is_old_enough = condition.minimum is None or age >= condition.minimum
    is_young_enough = condition.maximum is None or age <= condition.maximum
    return YES if is_old_enough and is_young_enough else NO


def is_restrictive(condition: Condition) -> bool:
    """Return whether a condition may exclude a person."""
    if condition.operator == Operator.ANSWER:
        return condition.answer in {Answer.NO, Answer.CASES}
    return condition.operator in {Operator.ONLY, Operator.EXCLUDES, Operator.RANGE}


def truth_if_trusted(truth: Truth, freshness: Freshness | None, *, keeps_no: bool) -> Truth:
    """Return unknown for an expired or disputed fact, else the truth. `keeps_no`: keep a no."""
    is_kept = freshness not in UNTRUSTED_FRESHNESS or (truth is NO and keeps_no)
    return truth if is_kept else UNKNOWN
