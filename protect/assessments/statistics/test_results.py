"""All that a result page says of what was learned, from the answers of both phases."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from protect.assessments.statistics import change as changes, items, pairs
from protect.assessments.statistics.limits import Limits, Reason


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """The tests of one phase, a row each, in any order. Units: points from 0 to the maximum."""

    codes: Sequence[str]  # a code hash or pair id, NO_CODE for none
    scores: changes.Floats
    right: items.Flags  # a column for each question that is right or wrong

    def __post_init__(self) -> None:
        if not len(self.codes) == len(self.scores) == len(self.right):
            raise ValueError("codes, scores and questions are of different answers")


@dataclass(frozen=True, slots=True)
class Learning:
    """Results after the course. A reason stands where a number may not be published."""

    maximum: float
    pre: pairs.Side
    post: pairs.Side
    paired: int
    fitness: changes.Fitness | Reason
    spread: changes.Spread | Reason
    change: changes.Change | Reason
    size: float | Reason
    gain: float | Reason
    moves: tuple[items.Move, ...] | Reason
    pre_items: items.Phase | Reason
    post_items: items.Phase | Reason


def learning(pre: Answers, post: Answers, maximum: float, limits: Limits) -> Learning:
    """Return all results, paired by code; of a test that was too easy no gain. Errors: ValueError
    for scores outside 0 and `maximum`, and for two tests that differ in length."""
    for answers in (pre, post):
        scores = answers.scores
        if not maximum > 0 or not np.all((scores >= 0) & (scores <= maximum)):
            raise ValueError(f"scores outside 0 and {maximum}")
    if pre.right.shape[1] != post.right.shape[1]:
        raise ValueError("before and after were not asked the same questions")
    pairing = pairs.pair(pre.codes, post.codes)
    fitness = changes.fitness(pre.scores, maximum, limits)
    before, after = pre.scores[pairing.before], post.scores[pairing.after]
    differences = changes.differences(before, after)
    right = pre.right[pairing.before], post.right[pairing.after]
    is_too_easy = pairing.pairs and isinstance(fitness, changes.Fitness) and fitness.is_too_easy
    why = Reason.TOO_EASY if is_too_easy else None
    return Learning(
        maximum=maximum,
        pre=pairing.pre,
        post=pairing.post,
        paired=pairing.pairs,
        fitness=fitness,
        spread=changes.spread(differences, limits),
        change=why or changes.change(differences, limits),
        size=why or changes.size(before, after, limits),
        gain=why or changes.normalised_gain(before, after, maximum, limits),
        moves=why or items.moves(*right, limits),
        pre_items=items.phase(pre.right, limits),
        post_items=items.phase(post.right, limits),
    )
