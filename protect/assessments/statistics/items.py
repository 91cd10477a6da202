"""Statistics of each question of a test: right answers, correlation, changed answers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from protect.assessments.statistics.change import Floats, reason_if_too_few_pairs, special_functions
from protect.assessments.statistics.limits import Limits, Reason, reason_if_too_few

type Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """Statistics of all questions in one phase, over all responses, in the test's order."""

    answers: int
    facility: tuple[float, ...]  # share of correct answers
    rest: tuple[float | Reason, ...]  # correlation of each question with the score of the others
    kr20: float | Reason


@dataclass(frozen=True, slots=True)
class ItemChange:
    """How many pairs answered a question correctly only after the course, or only before it."""

    gained: int
    lost: int
    p: float  # McNemar, exact
    p_holm: float  # p, adjusted for the number of questions


def item_statistics(right: Flags, limits: Limits) -> ItemStatistics | Reason:
    """Return the statistics of all questions in one phase. Units: a row for each response, a column
    for each question. An unanswered question counts as not correct.
    Source: Kuder and Richardson 1937; docs/trainings-developers.md."""
    answers = len(right)
    if why := reason_if_too_few(answers, limits.fewest_answers):
        return why
    facility = tuple(right.mean(axis=0).tolist())
    return ItemStatistics(answers, facility, _item_rest_correlations(right), _kr20(right))


def item_changes(pre: Flags, post: Flags, limits: Limits) -> tuple[ItemChange, ...] | Reason:
    """Return for each question how many pairs changed. Source: McNemar 1947; Holm 1979."""
    if why := reason_if_too_few_pairs(len(pre), limits):
        return why
    gained = np.count_nonzero(~pre & post, axis=0)
    lost = np.count_nonzero(pre & ~post, axis=0)
    p = np.minimum(1.0, 2 * special_functions().bdtr(np.minimum(gained, lost), gained + lost, 0.5))
    columns = (gained.tolist(), lost.tolist(), p.tolist(), adjust_p_values(p).tolist())
    return tuple(ItemChange(*values) for values in zip(*columns, strict=True))


def adjust_p_values(p: Floats) -> Floats:
    """Return p values, adjusted for their number by Holm's method. Source: Holm 1979."""
    order = np.argsort(p, kind="stable")
    raised = p[order] * np.arange(len(p), 0, -1)
    adjusted = np.empty_like(raised)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(raised))
    return adjusted


def _item_rest_correlations(right: Flags) -> tuple[float | Reason, ...]:
    """Return each question's correlation with the score of the others, from integer sums."""
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
    """Return KR-20, the reliability of a test of right and wrong answers; variances divide by n."""
    items: int = right.shape[1]
    if items < 2:
        return Reason.ONE_ITEM
    variance = float(np.var(np.count_nonzero(right, axis=1)))
    if variance == 0:
        return Reason.ALL_ALIKE
    facility = right.mean(axis=0)
    within = float((facility * (1 - facility)).sum())
    return items / (items - 1) * (1 - within / variance)
