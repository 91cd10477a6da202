"""Size of a change: in standard deviations, and of what was left to gain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from protect.assessments.statistics import special_functions
from protect.assessments.statistics.limits import Limits
from protect.assessments.statistics.numbers import Floats
from protect.assessments.statistics.reasons import Reason, too_few

NEARLY = 1e-9  # points


@dataclass(frozen=True, slots=True)
class Fitness:
    """Number of participants who knew nearly everything before the course."""

    answers: int
    near_maximum: int
    is_too_easy: bool


def fitness(pre: Floats, maximum: float, limits: Limits) -> Fitness | Reason:
    """Return whether a test can show a gain at all, from all pre-tests, paired or not."""
    answers = len(pre)
    if why := too_few(answers, limits.fewest_answers):
        return why
    bar = maximum * limits.near_maximum_percent / 100 - NEARLY
    near = int(np.count_nonzero(pre >= bar))
    return Fitness(answers, near, near * 100 > answers * limits.too_easy_percent)


def correction(free: int) -> float:
    """Return Hedges' factor J, exact: small groups make a standardised difference too large.

    Units: `free` is degrees of freedom, here pairs − 1; at least 2.
    Source: Hedges 1981; Cumming 2012 for pairs.
    """
    half = free / 2
    return float(
        np.exp(
            special_functions.gammaln(half)
            - special_functions.gammaln(half - 0.5)
            - 0.5 * np.log(half)
        )
    )


def size(pre: Floats, post: Floats, limits: Limits) -> float | Reason:
    """Return g_av: the mean change in mean standard deviations of before and after.

    It does not depend on how closely the two tests go together. d_z does, so it is not worked out
    here: two courses could not be compared by it.
    Source: Cumming 2012; Lakens 2013; docs/trainings-developers.md.
    """
    pairs = len(pre)
    if pairs < limits.fewest_pairs:
        return Reason.FEW_PAIRS if pairs else Reason.NO_PAIRS
    if np.ptp(pre) == 0 and np.ptp(post) == 0:
        return Reason.ALL_ALIKE
    deviation = float(np.sqrt((np.var(pre, ddof=1) + np.var(post, ddof=1)) / 2))
    return correction(pairs - 1) * float(np.mean(post) - np.mean(pre)) / deviation


def normalised_gain(pre: Floats, post: Floats, maximum: float, limits: Limits) -> float | Reason:
    """Return the share of the points left that was gained, from the means of the group.

    Negative where the mean fell. Source: Hake 1998.
    """
    pairs = len(pre)
    if pairs < limits.fewest_pairs:
        return Reason.FEW_PAIRS if pairs else Reason.NO_PAIRS
    left = maximum - float(np.mean(pre))
    if left <= NEARLY:
        return Reason.AT_MAXIMUM
    return float(np.mean(post) - np.mean(pre)) / left
