"""Statistics of each question of a test: facility, correlation with the rest, changed answers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from protect.assessments.statistics.change import Floats, special_functions, too_few_pairs
from protect.assessments.statistics.limits import Limits, Reason, too_few

type Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Phase:
    """The questions in one phase, over all its answers, in the order of the test."""

    answers: int
    facility: tuple[float, ...]  # share of right answers
    rest: tuple[float | Reason, ...]  # correlation of the item with the score of the others
    kr20: float | Reason


@dataclass(frozen=True, slots=True)
class Move:
    """One question over the pairs: how many had it right only after, and only before."""

    gained: int
    lost: int
    p: float  # McNemar, exact
    p_holm: float  # the same, for as many questions as the test has


def phase(right: Flags, limits: Limits) -> Phase | Reason:
    """Return the questions of one phase.
    Units: a row for each answer, a column for each question. A question that was left open counts
    as not right. Source: Kuder and Richardson 1937; docs/trainings-developers.md."""
    answers = len(right)
    if why := too_few(answers, limits.fewest_answers):
        return why
    facility = tuple(right.mean(axis=0).tolist())
    return Phase(answers, facility, _item_rest(right), _kr20(right))


def moves(pre: Flags, post: Flags, limits: Limits) -> tuple[Move, ...] | Reason:
    """Return the changed answers of each question, by pair. Source: McNemar 1947; Holm 1979."""
    if why := too_few_pairs(len(pre), limits):
        return why
    gained = np.count_nonzero(~pre & post, axis=0)
    lost = np.count_nonzero(pre & ~post, axis=0)
    p = np.minimum(1.0, 2 * special_functions().bdtr(np.minimum(gained, lost), gained + lost, 0.5))
    columns = (gained.tolist(), lost.tolist(), p.tolist(), holm(p).tolist())
    return tuple(Move(*values) for values in zip(*columns, strict=True))


def holm(p: Floats) -> Floats:
    """Return p-values, adjusted for their number. Source: Holm 1979."""
    order = np.argsort(p, kind="stable")
    raised = p[order] * np.arange(len(p), 0, -1)
    adjusted = np.empty_like(raised)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(raised))
    return adjusted


def _item_rest(right: Flags) -> tuple[float | Reason, ...]:
    """Return Pearson's correlations, from sums of whole numbers: nothing is lost by rounding."""
    answers, items = len(right), right.shape[1]
    if items < 2:
        return tuple([Reason.ONE_ITEM] * items)
    score = np.count_nonzero(right, axis=1).astype(np.int64)
    x = np.count_nonzero(right, axis=0).astype(np.int64)
    with_score = np.array([score[column].sum() for column in right.T])
    rest = score.sum() - x
    rest_squared = np.square(score).sum() - 2 * with_score + x
    shared = answers * (with_score - x) - x * rest
    spread = (answers * x - x**2).astype(float) * (answers * rest_squared - rest**2)
    return tuple(
        float(both / np.sqrt(apart)) if apart > 0 else Reason.ALL_ALIKE
        for both, apart in zip(shared.tolist(), spread.tolist(), strict=True)
    )


def _kr20(right: Flags) -> float | Reason:
    """Return the reliability of a test of right and wrong answers; variances divide by n."""
    items: int = right.shape[1]
    if items < 2:
        return Reason.ONE_ITEM
    variance = float(np.var(np.count_nonzero(right, axis=1)))
    if variance == 0:
        return Reason.ALL_ALIKE
    facility = right.mean(axis=0)
    within = float((facility * (1 - facility)).sum())
    return items / (items - 1) * (1 - within / variance)
