"""Ratings of a course by its participants, and of what they used months later."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from protect.assessments.statistics.change import CONFIDENCE, special_functions
from protect.assessments.statistics.limits import Limits, Reason, too_few

type Ints = NDArray[np.int64]

SKIPPED = 0  # in place of a level: no answer to this question
TOP = 2  # levels


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many. Units: `value`, `low` and `high` from 0 to 1."""

    part: int
    whole: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rating:
    answers: int
    skipped: int
    counts: tuple[int, ...]  # of each level, the lowest first
    top_two: Share


@dataclass(frozen=True, slots=True)
class Practice:
    """Share of participants who used the course: of responders, and of all attendees. The second
    counts silent attendees as not having used it, so it is a lower bound."""

    of_responders: Share
    of_attendees: Share


def rating(levels: Ints, highest: int, limits: Limits) -> Rating | Reason:
    """Return counts and top-two share of levels 1 to `highest`, or SKIPPED. Errors: ValueError."""
    counts = np.bincount(levels, minlength=highest + 1).tolist()
    if len(counts) > highest + 1:
        raise ValueError(f"a level above {highest}")
    skipped, *of_levels = counts
    answers = sum(of_levels)
    if why := too_few(answers, limits.fewest_answers):
        return why
    return Rating(answers, skipped, tuple(of_levels), share(sum(of_levels[-TOP:]), answers))


def comments(texts: Iterable[str], answers: int, limits: Limits) -> tuple[str, ...] | Reason:
    """Return the comments in alphabetical order, so that their order reveals no sender.
    Units: `answers` is the number of forms, with or without words."""
    if why := too_few(answers, limits.fewest_answers):
        return why
    return tuple(sorted(text.strip() for text in texts if text.strip()))


def practice(used: int, responders: int, attendees: int, limits: Limits) -> Practice | Reason:
    """Return the share of participants who used the course, over both bases. Errors: ValueError."""
    if not 0 <= used <= responders <= attendees:
        raise ValueError(f"{used} of {responders} of {attendees}")
    if why := too_few(responders, limits.fewest_answers):
        return why
    return Practice(share(used, responders), share(used, attendees))


def share(part: int, whole: int) -> Share:
    """Return a share with its 95 % interval. Errors: ValueError. Source: Wilson 1927."""
    if not 0 <= part <= whole or not whole:
        raise ValueError(f"{part} is no part of {whole}")
    z = float(special_functions().ndtri((1 + CONFIDENCE) / 2))
    value = part / whole
    middle = (part + z * z / 2) / (whole + z * z)
    reach = z * sqrt(part * (whole - part) / whole + z * z / 4) / (whole + z * z)
    low = middle - reach if part else 0.0
    high = middle + reach if part < whole else 1.0
    return Share(part, whole, value, max(low, 0.0), min(high, 1.0))
