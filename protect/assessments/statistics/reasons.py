"""Why a number is not shown. It stands where the number would: `float | Reason`."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """The first that applies, from the top."""

    NO_ANSWERS = "no_answers"  # nobody answered
    NO_PAIRS = "no_pairs"  # no code stands in both tests
    FEW_ANSWERS = "few_answers"  # one could tell who said what
    TOO_EASY = "too_easy"  # too many knew nearly everything before
    FEW_PAIRS = "few_pairs"  # an interval would promise more than it knows
    AT_MAXIMUM = "at_maximum"  # nothing was left to gain
    ONE_ITEM = "one_item"  # nothing to compare an item with
    ALL_ALIKE = "all_alike"  # without spread there is no interval, size or correlation


def too_few(answers: int, fewest: int) -> Reason | None:
    """Return why a group is too small to be described, None where it is large enough."""
    if answers >= fewest:
        return None
    return Reason.FEW_ANSWERS if answers else Reason.NO_ANSWERS
