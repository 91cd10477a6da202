"""All results of an edition's tests, from the responses of both phases."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from protect.assessments.statistics import change as changes, items, pairs
from protect.assessments.statistics.limits import Limits, Reason


@dataclass(frozen=True, slots=True, eq=False)
class PhaseAnswers:
    """Card code, total points and right answers of each test of one phase, in any order."""

    codes: Sequence[str]  # a code hash or pair id, NO_CODE for none
    scores: changes.Floats
    right: items.Flags  # a column for each question that is right or wrong

    def __post_init__(self) -> None:
        if not len(self.codes) == len(self.scores) == len(self.right):
            raise ValueError("codes, scores and questions differ in length")


@dataclass(frozen=True, slots=True)
class PrePostResults:
    """Results of the tests. A figure that may not be shown is a Reason."""

    maximum: float
    pre: pairs.PhaseCounts
    post: pairs.PhaseCounts
    pair_count: int
    ceiling_effect: changes.CeilingEffect | Reason
    spread: changes.Spread | Reason
    change: changes.Change | Reason
    effect_size: float | Reason
    gain: float | Reason
    item_changes: tuple[items.ItemChange, ...] | Reason
    pre_items: items.ItemStatistics | Reason
    post_items: items.ItemStatistics | Reason


def compute(
    pre: PhaseAnswers, post: PhaseAnswers, maximum: float, limits: Limits
) -> PrePostResults:
    """Return all test results; after a too easy pre-test, of the changes only their spread.
    Errors: ValueError for scores outside 0 and `maximum`, or tests of different length."""
    for answers in (pre, post):
        scores = answers.scores
        if not maximum > 0 or not np.all((scores >= 0) & (scores <= maximum)):
            raise ValueError(f"scores must lie between 0 and {maximum}")
    if pre.right.shape[1] != post.right.shape[1]:
        raise ValueError("the tests before and after have different questions")
    pairing = pairs.pair_rows(pre.codes, post.codes)
    ceiling = changes.ceiling_effect(pre.scores, maximum, limits)
    before, after = pre.scores[pairing.before], post.scores[pairing.after]
    differences = changes.score_differences(before, after)
    paired_flags = pre.right[pairing.before], post.right[pairing.after]
    is_easy = isinstance(ceiling, changes.CeilingEffect) and ceiling.is_too_easy
    too_easy = Reason.TOO_EASY if pairing.pair_count and is_easy else None
    return PrePostResults(
        maximum=maximum,
        pre=pairing.pre,
        post=pairing.post,
        pair_count=pairing.pair_count,
        ceiling_effect=ceiling,
        spread=changes.spread_of_changes(differences, limits),
        change=too_easy or changes.mean_change(differences, limits),
        effect_size=too_easy or changes.effect_size(before, after, limits),
        gain=too_easy or changes.normalised_gain(before, after, maximum, limits),
        item_changes=too_easy or items.item_changes(*paired_flags, limits),
        pre_items=items.item_statistics(pre.right, limits),
        post_items=items.item_statistics(post.right, limits),
    )
