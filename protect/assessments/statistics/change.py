"""How much scores changed: the mean with its interval, significance tests, effect size and
gain. All formulas: docs/trainings-developers.md."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from protect.assessments.statistics.limits import Limits, Reason, reason_if_too_few

type Floats = NDArray[np.float64]

CONFIDENCE = 0.95  # of the intervals of mean changes and of shares
POINT_DECIMALS = 9  # rounded so that 0.3 − 0.1 and 0.2 are the same change
TOLERANCE = 1e-9  # points
MAX_EXACT_RANKS = 20  # non-zero ranks: half a million sign patterns to enumerate


@dataclass(frozen=True, slots=True)
class Spread:
    """Number of pairs for each change in score. Units: points, after minus before."""

    pairs: int
    median: float
    values: tuple[float, ...]  # the distinct changes, ascending
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """The mean change in score. It states a difference, not its cause.
    Units: points. Both p values are in the exported file only, never on a screen."""

    pairs: int
    mean: float
    low: float  # of the 95 % confidence interval
    high: float
    p: float  # of the paired t-test
    p_wilcoxon: float


@dataclass(frozen=True, slots=True)
class CeilingEffect:
    """Number of participants near the maximum before the course, who could show no gain."""

    answers: int
    near_maximum: int
    is_too_easy: bool


def special_functions() -> Any:
    """Return `scipy.special`, imported on first use because it slows down the start of commands."""
    return import_module("scipy.special")


def score_differences(pre: Floats, post: Floats) -> Floats:
    """Return the change of each pair, in points. Rounding makes equal changes ties."""
    change = np.asarray(post, np.float64) - np.asarray(pre, np.float64)
    return np.round(change, POINT_DECIMALS) + 0.0


def spread_of_changes(differences: Floats, limits: Limits) -> Spread | Reason:
    """Return the number of pairs for each change; a Reason if the pairs are too few to show."""
    pairs = len(differences)
    if pairs < limits.fewest_answers:
        return Reason.FEW_ANSWERS if pairs else Reason.NO_PAIRS
    values, counts = np.unique(differences, return_counts=True)
    median = float(np.median(differences))
    return Spread(pairs, median, tuple(values.tolist()), tuple(counts.tolist()))


def mean_change(differences: Floats, limits: Limits) -> Change | Reason:
    """Return the mean change with 95 % interval and p values (Student 1908; Wilcoxon)."""
    if why := reason_if_too_few_pairs(len(differences), limits):
        return why
    if np.ptp(differences) == 0:
        return Reason.ALL_ALIKE
    pairs, mean = len(differences), float(differences.mean())
    standard_error = float(differences.std(ddof=1)) / float(np.sqrt(pairs))
    margin = float(special_functions().stdtrit(pairs - 1, (1 + CONFIDENCE) / 2)) * standard_error
    return Change(
        pairs=pairs,
        mean=mean,
        low=mean - margin,
        high=mean + margin,
        p=float(2 * special_functions().stdtr(pairs - 1, -abs(mean) / standard_error)),
        p_wilcoxon=wilcoxon_p_value(differences),
    )


def reason_if_too_few_pairs(pairs: int, limits: Limits) -> Reason | None:
    """Return why there are too few pairs to infer anything; None where there are enough."""
    if pairs >= limits.fewest_pairs:
        return None
    return Reason.FEW_PAIRS if pairs else Reason.NO_PAIRS


def wilcoxon_p_value(differences: Floats) -> float:
    """Return the p value of Wilcoxon's signed-rank test after Pratt: zeros are ranked, then
    left out. Ties share their mean rank. Up to MAX_EXACT_RANKS all sign patterns are
    enumerated; beyond, the normal approximation is used, without continuity correction.
    Source: Wilcoxon 1945; Pratt 1959; Cureton 1967."""
    _, positions, counts = np.unique(np.abs(differences), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[positions] * np.sign(differences)
    ranks = ranks[ranks != 0]
    if not len(ranks):
        return 1.0
    if len(ranks) <= MAX_EXACT_RANKS:  # sums of halves: exact
        return float(np.mean(np.abs(_sums_of_all_sign_patterns(np.abs(ranks))) >= abs(ranks.sum())))
    z = float(ranks.sum() / np.sqrt(np.square(ranks).sum()))
    return float(2 * special_functions().ndtr(-abs(z)))


def _sums_of_all_sign_patterns(sizes: Floats) -> Floats:
    """Return the sum of `sizes` for each pattern of signs in which the first sign is plus."""
    sums = sizes[:1]
    for size in sizes[1:]:
        sums = np.concatenate([sums + size, sums - size])
    return sums


def ceiling_effect(pre: Floats, maximum: float, limits: Limits) -> CeilingEffect | Reason:
    """Return how many pre-tests (also unpaired) are near the maximum, and if that is too many."""
    answers = len(pre)
    if why := reason_if_too_few(answers, limits.fewest_answers):
        return why
    threshold = maximum * limits.near_maximum_percent / 100 - TOLERANCE
    near_maximum = int(np.count_nonzero(pre >= threshold))
    is_too_easy = near_maximum * 100 > answers * limits.too_easy_percent
    return CeilingEffect(answers, near_maximum, is_too_easy)


def hedges_correction(degrees_of_freedom: int) -> float:
    """Return Hedges' exact factor J: it corrects a standardised difference, which small groups make
    too large. Units: `degrees_of_freedom` is pairs − 1, at least 2.
    Source: Hedges 1981; Cumming 2012 for pairs."""
    half, log_gamma = degrees_of_freedom / 2, special_functions().gammaln
    return float(np.exp(log_gamma(half) - log_gamma(half - 0.5) - 0.5 * np.log(half)))


def effect_size(pre: Floats, post: Floats, limits: Limits) -> float | Reason:
    """Return g_av: the mean change divided by the root of both tests' mean variance, times J.
    Unlike d_z it does not depend on the correlation of the tests, so courses can be compared.
    Source: Cumming 2012; Lakens 2013."""
    if why := reason_if_too_few_pairs(len(pre), limits):
        return why
    if np.ptp(pre) == 0 and np.ptp(post) == 0:
        return Reason.ALL_ALIKE
    deviation = float(np.sqrt((np.var(pre, ddof=1) + np.var(post, ddof=1)) / 2))
    return hedges_correction(len(pre) - 1) * float(np.mean(post) - np.mean(pre)) / deviation


def normalised_gain(pre: Floats, post: Floats, maximum: float, limits: Limits) -> float | Reason:
    """Return the mean gain as a share of the points that were left to gain. Source: Hake 1998."""
    if why := reason_if_too_few_pairs(len(pre), limits):
        return why
    points_left = maximum - float(np.mean(pre))
    if points_left <= TOLERANCE:
        return Reason.AT_MAXIMUM
    return float(np.mean(post) - np.mean(pre)) / points_left
