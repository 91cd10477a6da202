"""How many responses a result needs to be shown. A result with too few is replaced by a Reason."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from protect.kernel import tables

type Percent = Annotated[int, Field(ge=1, le=99)]


class Limits(tables.Record):
    """Limits; only `near_maximum_percent` may be laxer than the default. Units: see names."""

    fewest_answers: int = Field(ge=5)
    fewest_pairs: int = Field(ge=10)
    near_maximum_percent: Percent
    too_easy_percent: Percent = Field(le=30)


class Reason(StrEnum):
    """Why a result is not shown. If several apply, the first one from the top counts."""

    NO_ANSWERS = "no_answers"  # no participant answered
    NO_PAIRS = "no_pairs"  # no code was typed in both tests
    FEW_ANSWERS = "few_answers"  # readers could tell who answered what
    TOO_EASY = "too_easy"  # too many participants knew nearly everything before the course
    FEW_PAIRS = "few_pairs"  # too few for a meaningful interval
    AT_MAXIMUM = "at_maximum"  # all had full points before the course: no gain was possible
    ONE_ITEM = "one_item"  # the test has no other question to compare with
    ALL_ALIKE = "all_alike"  # without spread there is no interval, size or correlation


def limits() -> Limits:
    """Return the limits of this installation. Errors: DataError for a wrong row."""
    rows: dict[str, Limits] = tables.load("assessments", "limits", Limits)
    return rows["results"]


def reason_if_too_few(answers: int, fewest: int) -> Reason | None:
    """Return why a group is too small to be described; None where it is large enough."""
    if answers >= fewest:
        return None
    return Reason.FEW_ANSWERS if answers else Reason.NO_ANSWERS
