"""From how many responses a result is shown, and why it is not: `float | Reason`."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from protect.kernel import tables

type Percent = Annotated[int, Field(ge=1, le=99)]


class Limits(tables.Record):
    """Limits that an office may make stricter, never laxer. Units: answers, pairs, percent."""

    fewest_answers: int = Field(ge=5)
    fewest_pairs: int = Field(ge=10)
    near_maximum_percent: Percent
    too_easy_percent: Percent = Field(le=30)


class Reason(StrEnum):
    """The first that applies, from the top."""

    NO_ANSWERS = "no_answers"  # no participant answered
    NO_PAIRS = "no_pairs"  # no code stands in both tests
    FEW_ANSWERS = "few_answers"  # one could tell who said what
    TOO_EASY = "too_easy"  # too many knew nearly everything before
    FEW_PAIRS = "few_pairs"  # an interval would promise more than it knows
    AT_MAXIMUM = "at_maximum"  # nothing was left to gain
    ONE_ITEM = "one_item"  # nothing to compare an item with
    ALL_ALIKE = "all_alike"  # without spread there is no interval, size or correlation


def limits() -> Limits:
    """Return the limits of this installation. Errors: DataError for a wrong row."""
    rows: dict[str, Limits] = tables.load("assessments", "limits", Limits)
    return rows["results"]


def too_few(answers: int, fewest: int) -> Reason | None:
    """Return why a group is too small to be described, None where it is large enough."""
    if answers >= fewest:
        return None
    return Reason.FEW_ANSWERS if answers else Reason.NO_ANSWERS
