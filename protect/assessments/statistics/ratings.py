"""How participants rated a course, and how many used it months later."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from protect.assessments.statistics.change import CONFIDENCE, special_functions
from protect.assessments.statistics.limits import Limits, Reason, reason_if_too_few

type Ints = NDArray[np.int64]

SKIPPED = 0  # in place of a level: no answer to this question
TOP_LEVELS = 2  # highest levels of a scale; their share is reported


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its confidence interval. Units: `value`, `low` and `high` from 0 to 1."""

    part: int
    whole: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rating:
    """The answers to a scale question by level, and the share of its two highest levels."""

    answers: int
    skipped: int
    counts: tuple[int, ...]  # of each level, the lowest first
    top_two: Share


@dataclass(frozen=True, slots=True)
class PracticeShares:
    """Share of participants who used the course, among responders and among all attendees.
    Attendees who did not respond count as not having used it, so their share is a lower bound."""

    of_responders: Share
    of_attendees: Share


def rate_levels(levels: Ints, highest: int, limits: Limits) -> Rating | Reason:
    """Return the rating of levels, each from 1 to `highest` or SKIPPED. Errors: ValueError."""
    counts = np.bincount(levels, minlength=highest + 1).tolist()
    if len(counts) > highest + 1:
        raise ValueError(f"a level above {highest}")
    skipped, *level_counts = counts
    answers = sum(level_counts)
    if why := reason_if_too_few(answers, limits.fewest_answers):
        return why
    top_two = share_with_interval(sum(level_counts[-TOP_LEVELS:]), answers)
    return Rating(answers, skipped, tuple(level_counts), top_two)


def sort_comments(texts: Iterable[str], answers: int, limits: Limits) -> tuple[str, ...] | Reason:
    """Return the comments in alphabetical order, so that their order reveals no author.
    Units: `answers` is the number of responses, with or without a comment."""
    if why := reason_if_too_few(answers, limits.fewest_answers):
        return why
    return tuple(sorted(text.strip() for text in texts if text.strip()))


def practice_shares(
    used: int, answered: int, attendees: int, limits: Limits
) -> PracticeShares | Reason:
    """Return which share of responders and attendees used the course. Errors: ValueError."""
    if not 0 <= used <= answered <= attendees:
        raise ValueError(f"not a part: {used} of {answered} of {attendees}")
    if why := reason_if_too_few(answered, limits.fewest_answers):
        return why
    return PracticeShares(share_with_interval(used, answered), share_with_interval(used, attendees))


def share_with_interval(part: int, whole: int) -> Share:
    """Return a share with its 95 % interval. Errors: ValueError. Source: Wilson 1927."""
    if not 0 <= part <= whole or not whole:
        raise ValueError(f"{part} is not between 0 and {whole}")
    z = float(special_functions().ndtri((1 + CONFIDENCE) / 2))
    value = part / whole
    middle = (part + z * z / 2) / (whole + z * z)
    half_width = z * sqrt(part * (whole - part) / whole + z * z / 4) / (whole + z * z)
    low = middle - half_width if part else 0.0
    high = middle + half_width if part < whole else 1.0
    return Share(part, whole, value, max(low, 0.0), min(high, 1.0))
