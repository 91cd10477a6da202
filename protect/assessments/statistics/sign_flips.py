"""Had nothing changed, each difference might as well have had the other sign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from protect.assessments.statistics import special_functions
from protect.assessments.statistics.numbers import Floats

EXACT_TO = 20  # differences other than nought: a million patterns of signs, half by symmetry
DRAWS = 9_999  # beyond; the standard error of a p of 0.05 is 0.002
SEED = 20_261_126  # fixed: a page that is opened again says the same
AT_ONCE = 4_000_000  # signs that are held in memory
NEARLY = 1e-9  # of the largest sum: as large as the observed one, but for rounding


@dataclass(frozen=True, slots=True)
class Check:
    """A second answer to "could it be chance?". `is_exact`: every pattern of signs was tried."""

    p: float
    is_exact: bool


def sign_flip(differences: Floats) -> Check:
    """Return how often chance alone gives a mean at least as far from nought, on either side.

    Up to EXACT_TO differences all patterns are enumerated; beyond, DRAWS patterns are drawn from
    SEED and the observed one is counted among them, so p is never nought.
    Source: Fisher 1935; Phipson and Smyth 2010; docs/trainings-developers.md.
    """
    moved = differences[differences != 0]
    if not len(moved):
        return Check(1.0, is_exact=True)
    sizes = np.sort(np.abs(moved))
    reached = abs(float(moved.sum())) - NEARLY * float(sizes.sum())
    if len(moved) <= EXACT_TO:
        return Check(float(np.mean(np.abs(_all_sums(sizes)) >= reached)), is_exact=True)
    extreme = sum(int(np.sum(np.abs(sums) >= reached)) for sums in _drawn_sums(sizes))
    return Check((extreme + 1) / (DRAWS + 1), is_exact=False)


def signed_rank(differences: Floats) -> Check:
    """Return Wilcoxon's signed-rank test after Pratt: noughts are ranked, then left out.

    Ties share their mean rank. Up to EXACT_TO ranks all patterns of signs are enumerated, ties and
    noughts included; beyond, the normal approximation, without correction for continuity.
    Source: Wilcoxon 1945; Pratt 1959; Cureton 1967; docs/trainings-developers.md.
    """
    _, places, counts = np.unique(np.abs(differences), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places] * np.sign(differences)
    if np.count_nonzero(ranks) <= EXACT_TO:
        return sign_flip(ranks)
    z = float(ranks.sum() / np.sqrt(np.square(ranks).sum()))
    return Check(float(2 * special_functions.ndtr(-abs(z))), is_exact=False)


def _all_sums(sizes: Floats) -> Floats:
    """Return the sum under each pattern of signs that gives the first a plus."""
    sums = sizes[:1]
    for size in sizes[1:]:
        sums = np.concatenate([sums + size, sums - size])
    return sums


def _drawn_sums(sizes: Floats) -> Iterator[Floats]:
    """Yield sums under random signs. Of equal sizes only how many are plus has to be drawn."""
    chance = np.random.default_rng(SEED)
    values, counts = np.unique(sizes, return_counts=True)
    is_tied = counts > 1
    tied, often, single = values[is_tied], counts[is_tied], values[~is_tied]
    step = max(1, AT_ONCE // len(values))
    for first in range(0, DRAWS, step):
        draws = min(step, DRAWS - first)
        plus = chance.binomial(often, 0.5, (draws, len(often)))
        bits = np.frombuffer(chance.bytes(draws * -(-len(single) // 8)), np.uint8)
        signs = np.unpackbits(bits.reshape(draws, -1), axis=1, count=len(single)) * 2.0 - 1.0
        yield (2 * plus - often) @ tied + signs @ single
