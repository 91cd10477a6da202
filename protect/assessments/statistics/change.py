"""Change of scores: observed changes, and the inference from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from protect.assessments.statistics import special_functions
from protect.assessments.statistics.limits import Limits
from protect.assessments.statistics.numbers import Floats
from protect.assessments.statistics.reasons import Reason
from protect.assessments.statistics.sign_flips import Check, sign_flip, signed_rank

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Spread:
    """Number of pairs by change: the dots. Units: points, after minus before."""

    pairs: int
    median: float
    values: tuple[float, ...]  # ascending, each once
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """The mean of the changes. It states a difference, not its cause. Units: points."""

    pairs: int
    mean: float
    low: float  # of the 95 % confidence interval
    high: float
    p: float  # of the paired t-test: said last
    signed_rank: Check
    sign_flip: Check


def spread(differences: Floats, limits: Limits) -> Spread | Reason:
    """Return the dots. Below `fewest_answers` a dot could identify a participant."""
    pairs = len(differences)
    if pairs < limits.fewest_answers:
        return Reason.FEW_ANSWERS if pairs else Reason.NO_PAIRS
    values, counts = np.unique(differences, return_counts=True)
    median = float(np.median(differences))
    return Spread(pairs, median, tuple(values.tolist()), tuple(counts.tolist()))


def change(differences: Floats, limits: Limits) -> Change | Reason:
    """Return the mean change with its interval, p and two checks.

    The interval is that of the paired t-test.
    Source: Student 1908; docs/trainings-developers.md.
    """
    pairs = len(differences)
    if pairs < limits.fewest_pairs:
        return Reason.FEW_PAIRS if pairs else Reason.NO_PAIRS
    if np.ptp(differences) == 0:
        return Reason.ALL_ALIKE
    mean, free = float(differences.mean()), pairs - 1
    error = float(differences.std(ddof=1)) / float(np.sqrt(pairs))
    reach = float(special_functions.stdtrit(free, (1 + CONFIDENCE) / 2)) * error
    return Change(
        pairs=pairs,
        mean=mean,
        low=mean - reach,
        high=mean + reach,
        p=float(2 * special_functions.stdtr(free, -abs(mean) / error)),
        signed_rank=signed_rank(differences),
        sign_flip=sign_flip(differences),
    )
