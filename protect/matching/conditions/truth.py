"""Kleene's strong three-valued logic of conditions. Source: docs/adr/0006-matching.md."""

from collections.abc import Callable, Iterable
from enum import IntEnum

from protect.directory.enums import Answer, Freshness, Operator
from protect.matching.services.rows import Condition

DECAYED = frozenset({Freshness.EXPIRED, Freshness.DISPUTED})


class Truth(IntEnum):
    """Kleene's three values, ordered so that AND is the minimum."""

    NO = 0
    UNKNOWN = 1
    YES = 2


NO, UNKNOWN, YES = Truth
_ANSWERS = {Answer.YES: YES, Answer.NO: NO}


def both(truths: Iterable[Truth]) -> Truth:
    """Return Kleene's AND: no beats unknown beats yes; nothing at all is yes."""
    return min(truths, default=YES)


def of_answer(answer: Answer) -> Truth:
    """Return the truth that an answer gives for a person without further details."""
    return _ANSWERS.get(answer, UNKNOWN)


def of_rows(conditions: Iterable[Condition], judge: Callable[[Condition], Truth]) -> Truth:
    """Return the truth of all rows of one kind: one no is a no, else one yes is a yes."""
    truths = {judge(condition) for condition in conditions}
    if NO in truths:
        return NO
    return YES if YES in truths else UNKNOWN


def of_value(condition: Condition, value: str) -> Truth:
    return of_values(condition, frozenset({value}))


def of_values(condition: Condition, values: frozenset[str]) -> Truth:
    """Return the truth that a condition gives for a person with these codes, perhaps none.
    To belong to one exclusive group is enough; to be included, each of hers must be named."""
    shared = condition.values & values
    match condition.operator:
        case Operator.ALL | Operator.FIRST:  # the others wait, but are taken
            return YES
        case Operator.ONLY:
            return YES if shared else NO
        case Operator.INCLUDES | Operator.SPECIALISED:
            return YES if shared and shared == values else UNKNOWN
        case Operator.EXCLUDES:
            return NO if shared else UNKNOWN
        case _:
            return of_answer(condition.answer)


def of_age(condition: Condition, age: int | None) -> Truth:
    """Return the truth for an age in whole years, perhaps none. An open end is unlimited."""
    if condition.operator != Operator.RANGE:
        return YES if condition.operator == Operator.ALL else of_answer(condition.answer)
    if age is None:
        return UNKNOWN
    is_old_enough = condition.minimum is None or age >= condition.minimum
    is_young_enough = condition.maximum is None or age <= condition.maximum
    return YES if is_old_enough and is_young_enough else NO


def is_limit(condition: Condition) -> bool:
    if condition.operator == Operator.ANSWER:
        return condition.answer in {Answer.NO, Answer.CASES}
    return condition.operator in {Operator.ONLY, Operator.EXCLUDES, Operator.RANGE}


def decayed(truth: Truth, freshness: Freshness | None, *, keeps_no: bool) -> Truth:
    """Return what is left of a truth when its fact is expired or disputed; a kept `no` stays."""
    if freshness not in DECAYED or (truth is NO and keeps_no):
        return truth
    return UNKNOWN
