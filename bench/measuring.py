"""The result page of a course: ours beside pandas and statsmodels.

Half of the responses are pre-tests, half post-tests, of 20 questions each; nine of ten people
typed a code that stands in both. Before anything is timed, both are asked for the same figures and
must agree. The page is the template part with its drawing, in English.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from django.template import Context, Template
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from bench.measure import seconds, table
from protect.assessments.statistics.change import Change
from protect.assessments.statistics.limits import Reason, limits
from protect.assessments.statistics.ratings import Rating, rate_levels
from protect.assessments.statistics.test_results import (
    PhaseAnswers,
    PrePostResults,
    compute,
)

SIZES = (100, 1_000, 10_000, 100_000)  # responses
ITEMS, QUESTIONS, LEVELS = 20, 10, 5
PASSES = 3  # the fastest counts
SEED = 5
HEADER = ("responses", "ours ms", "page ms", "pandas, statsmodels ms", "ratio")


class Course(NamedTuple):
    """What both are given."""

    pre: PhaseAnswers
    post: PhaseAnswers
    ratings: np.ndarray  # a row for each form, a column for each question


class Figures(NamedTuple):
    """What both must agree on."""

    pairs: int
    mean: float
    low: float
    high: float
    p: float
    rank_p: float
    size: float
    gain: float
    facility: list[float]
    rest: list[float]
    kr20: float
    holm: list[float]
    shares: list[float]


def drawn(responses: int) -> Course:
    """Return an invented course."""
    chance = np.random.default_rng(SEED)
    half = responses // 2
    able, hard = chance.normal(size=half), np.linspace(-1.2, 1.2, ITEMS)
    codes = np.array([f"{chance.integers(2**63):032x}" for _ in range(half)])

    def test(gain: float) -> PhaseAnswers:
        chances = 1 / (1 + np.exp(hard - able[:, None] - gain))
        right = chance.random((half, ITEMS)) < chances
        is_other = chance.random(half) < 0.05
        others = [
            f"{row}x{gain}" if other else code
            for row, (code, other) in enumerate(zip(codes, is_other, strict=True))
        ]
        rows = chance.permutation(half)
        return PhaseAnswers(
            [others[row] for row in rows], right.sum(1)[rows].astype(float), right[rows]
        )

    return Course(test(-0.4), test(0.4), chance.integers(0, LEVELS + 1, (half, QUESTIONS)))


def ours(course: Course) -> tuple[PrePostResults, list[Rating | Reason]]:
    """Return what the page says."""
    found = compute(course.pre, course.post, ITEMS, limits())
    return found, [rate_levels(column, LEVELS, limits()) for column in course.ratings.T]


def page(course: Course) -> str:
    """Return the template part as well."""
    source = Template("{% load assessment_results %}{% measured_change found %}")
    return source.render(Context({"found": ours(course)[0]}))


def theirs(course: Course) -> Figures:
    """Work out the same with pandas and statsmodels."""
    pre, post = (
        pd.DataFrame(each.right.astype(np.int8)).assign(code=each.codes, score=each.scores)
        for each in (course.pre, course.post)
    )
    once = [each[~each["code"].duplicated(keep=False)] for each in (pre, post)]
    both = once[0].merge(once[1], on="code", suffixes=("_pre", "_post"))
    before, after = both["score_pre"], both["score_post"]
    change = DescrStatsW(after - before)
    low, high = change.tconfint_mean()
    pairs = len(both)
    tests = [_moved(both, item) for item in range(ITEMS)]
    items = pre[list(range(ITEMS))]
    total = items.sum(axis=1)
    return Figures(
        pairs=pairs,
        mean=float(change.mean),
        low=low,
        high=high,
        p=float(change.ttest_mean()[1]),
        rank_p=float(
            stats.wilcoxon(after - before, zero_method="pratt", method="asymptotic").pvalue
        ),
        size=float((after - before).mean() / np.sqrt((before.var() + after.var()) / 2))
        * (1 - 3 / (4 * (pairs - 1) - 1)),
        gain=float((after.mean() - before.mean()) / (ITEMS - before.mean())),
        facility=items.mean().tolist(),
        rest=[items[item].corr(total - items[item]) for item in range(ITEMS)],
        kr20=float(ITEMS / (ITEMS - 1) * (1 - items.var().sum() / total.var())),
        holm=multipletests(tests, method="holm")[1].tolist(),
        shares=[_top(pd.Series(column)) for column in course.ratings.T],
    )


def _moved(both: pd.DataFrame, item: int) -> float:
    counts = pd.crosstab(both[f"{item}_pre"], both[f"{item}_post"])
    counts = counts.reindex(index=[0, 1], columns=[0, 1], fill_value=0)
    return float(mcnemar(counts, exact=True).pvalue)


def _top(column: pd.Series) -> float:
    answered = column[column > 0]
    return float(
        proportion_confint((answered >= LEVELS - 1).sum(), len(answered), method="wilson")[0]
    )


def agree(course: Course) -> None:
    """Stop where the two say different things."""
    found, ratings = ours(course)
    other = theirs(course)
    change, before, moves = found.change, found.pre_items, found.item_changes
    assert isinstance(change, Change)
    assert not isinstance(before, Reason)
    assert not isinstance(moves, Reason)
    assert change.pairs == other.pairs
    mine = (change.mean, change.low, change.high, change.p, found.gain, before.kr20)
    np.testing.assert_allclose(mine, (*other[1:5], other.gain, other.kr20), atol=1e-9)
    np.testing.assert_allclose(change.p_wilcoxon, other.rank_p, atol=1e-9)
    np.testing.assert_allclose(
        found.effect_size, other.size, rtol=1e-3
    )  # theirs by the rule of thumb
    np.testing.assert_allclose(before.facility, other.facility)
    np.testing.assert_allclose(before.rest, other.rest)
    np.testing.assert_allclose([move.p_holm for move in moves], other.holm, atol=1e-12)
    tops = [rating.top_two.low for rating in ratings if not isinstance(rating, Reason)]
    np.testing.assert_allclose(tops, other.shares)


def report() -> str:
    """Return the tables."""
    about = (__doc__ or "").partition("\n")[2].strip()
    pages = []
    for size in SIZES:
        course = drawn(size)
        agree(course)
        us, them = fastest(lambda: ours(course)), fastest(lambda: theirs(course))  # noqa: B023
        whole = fastest(lambda: page(course))  # noqa: B023
        pages.append((f"{size:,}", us, whole, them, them / us))
    return "\n\n".join([about, table(HEADER, pages)])


def fastest(make: Callable[[], object]) -> float:
    """Return how long it takes. Units: milliseconds."""
    return min(seconds(make)[1] for _ in range(PASSES)) * 1000
