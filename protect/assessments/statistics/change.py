"""How much scores changed: the mean with its interval, tests, size and gain. Source of all
formulas: docs/trainings-developers.md."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from protect.assessments.statistics.limits import Limits, Reason, too_few

type Floats = NDArray[np.float64]

CONFIDENCE = 0.95
PLACES = 9  # decimals of points: 0.3 − 0.1 and 0.2 are the same change
NEARLY = 1e-9  # points
EXACT_TO = 20  # ranks other than nought: a million patterns of signs, half by symmetry


@dataclass(frozen=True, slots=True)
class Spread:
    """Number of pairs by change: the dots. Units: points, after minus before."""

    pairs: int
    median: float
    values: tuple[float, ...]  # ascending, each once
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """The mean of the changes. It states a difference, not its cause.
    Units: points. Both p values stand in the exported file, and on no screen."""

    pairs: int
    mean: float
    low: float  # of the 95 % confidence interval
    high: float
    p: float  # of the paired t-test
    p_wilcoxon: float


@dataclass(frozen=True, slots=True)
class Fitness:
    """Number of participants who knew nearly everything before the course."""

    answers: int
    near_maximum: int
    is_too_easy: bool


def special_functions() -> Any:
    """Return `scipy.special`, loaded at the first number: commands need not wait for it."""
    return import_module("scipy.special")


def differences(pre: Floats, post: Floats) -> Floats:
    """Return the change of each pair: after minus before. Units: points. What binary fractions add
    is rounded away: else equal changes would be no ties."""
    return np.round(np.asarray(post, np.float64) - np.asarray(pre, np.float64), PLACES) + 0.0


def spread(differences: Floats, limits: Limits) -> Spread | Reason:
    """Return the dots. Below `fewest_answers` a dot could identify a participant."""
    pairs = len(differences)
    if pairs < limits.fewest_answers:
        return Reason.FEW_ANSWERS if pairs else Reason.NO_PAIRS
    values, counts = np.unique(differences, return_counts=True)
    median = float(np.median(differences))
    return Spread(pairs, median, tuple(values.tolist()), tuple(counts.tolist()))


def change(differences: Floats, limits: Limits) -> Change | Reason:
    """Return the mean change with the interval and p of the paired t-test. Source: Student 1908."""
    if why := too_few_pairs(len(differences), limits):
        return why
    if np.ptp(differences) == 0:
        return Reason.ALL_ALIKE
    pairs, mean = len(differences), float(differences.mean())
    error = float(differences.std(ddof=1)) / float(np.sqrt(pairs))
    reach = float(special_functions().stdtrit(pairs - 1, (1 + CONFIDENCE) / 2)) * error
    return Change(
        pairs=pairs,
        mean=mean,
        low=mean - reach,
        high=mean + reach,
        p=float(2 * special_functions().stdtr(pairs - 1, -abs(mean) / error)),
        p_wilcoxon=signed_rank(differences),
    )


def too_few_pairs(pairs: int, limits: Limits) -> Reason | None:
    """Return why nothing is inferred from so few pairs, None where there are enough."""
    if pairs >= limits.fewest_pairs:
        return None
    return Reason.FEW_PAIRS if pairs else Reason.NO_PAIRS


def signed_rank(differences: Floats) -> float:
    """Return p of Wilcoxon's signed-rank test after Pratt: noughts are ranked, then left out.
    Ties share their mean rank. Up to EXACT_TO ranks all patterns of signs are enumerated, ties and
    noughts included; beyond, the normal approximation, without correction for continuity. Source:
    Wilcoxon 1945; Pratt 1959; Cureton 1967."""
    _, places, counts = np.unique(np.abs(differences), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places] * np.sign(differences)
    ranks = ranks[ranks != 0]
    if not len(ranks):
        return 1.0
    if len(ranks) <= EXACT_TO:  # sums of halves: exact
        return float(np.mean(np.abs(_all_sums(np.abs(ranks))) >= abs(ranks.sum())))
    z = float(ranks.sum() / np.sqrt(np.square(ranks).sum()))
    return float(2 * special_functions().ndtr(-abs(z)))


def _all_sums(sizes: Floats) -> Floats:
    """Return the sum under each pattern of signs that gives the first a plus."""
    sums = sizes[:1]
    for size in sizes[1:]:
        sums = np.concatenate([sums + size, sums - size])
    return sums


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
    Source: Hedges 1981; Cumming 2012 for pairs."""
    half, log_gamma = free / 2, special_functions().gammaln
    return float(np.exp(log_gamma(half) - log_gamma(half - 0.5) - 0.5 * np.log(half)))


def size(pre: Floats, post: Floats, limits: Limits) -> float | Reason:
    """Return g_av: the mean change in mean standard deviations of before and after. Unlike d_z it
    does not depend on how closely the two tests go together: courses compare by it.
    Source: Cumming 2012; Lakens 2013."""
    if why := too_few_pairs(len(pre), limits):
        return why
    if np.ptp(pre) == 0 and np.ptp(post) == 0:
        return Reason.ALL_ALIKE
    deviation = float(np.sqrt((np.var(pre, ddof=1) + np.var(post, ddof=1)) / 2))
    return correction(len(pre) - 1) * float(np.mean(post) - np.mean(pre)) / deviation


def normalised_gain(pre: Floats, post: Floats, maximum: float, limits: Limits) -> float | Reason:
    """Return the share of the points left that was gained, by means. Source: Hake 1998."""
    if why := too_few_pairs(len(pre), limits):
        return why
    left = maximum - float(np.mean(pre))
    if left <= NEARLY:
        return Reason.AT_MAXIMUM
    return float(np.mean(post) - np.mean(pre)) / left
