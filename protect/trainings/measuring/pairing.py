"""Two tests of one person are found by the code on the card, and by nothing else.

Rows come in random order and know half days only, so "the first" and "the last" of two answers
under one code mean nothing. Two rules follow. A code that stands twice in one phase is two answers
of one person or two people with one card: its answers count in their phase and are not paired. An
answer without a code, or whose code does not stand in the other phase, counts in its phase too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NO_CODE = ""

type Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Side:
    """What became of the answers of one phase: the last four add up to the first."""

    answers: int
    paired: int
    alone: int  # the code does not stand in the other phase
    repeated: int  # the code stands more than once, here or there
    without_code: int
    repeated_codes: int  # how many codes stand more than once here


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """Row `before[i]` of the pre-tests and row `after[i]` of the post-tests are one person's."""

    before: Rows
    after: Rows
    pre: Side
    post: Side

    @property
    def pairs(self) -> int:
        return len(self.before)


def pair(pre: Sequence[str], post: Sequence[str]) -> Pairing:
    """Return which rows belong together. Units: a code hash or pair id for each row, or NO_CODE."""
    often_pre, often_post = Counter(pre), Counter(post)
    rows = {code: row for row, code in enumerate(post) if _is_single(code, often_post)}
    found = [
        (row, rows[code])
        for row, code in enumerate(pre)
        if code in rows and _is_single(code, often_pre)
    ]
    both = np.array(found, np.intp).reshape(-1, 2)
    return Pairing(
        before=both[:, 0],
        after=both[:, 1],
        pre=_side(often_pre, often_post, len(found)),
        post=_side(often_post, often_pre, len(found)),
    )


def _is_single(code: str, often: Mapping[str, int]) -> bool:
    return code != NO_CODE and often[code] == 1


def _side(here: Counter[str], there: Counter[str], paired: int) -> Side:
    without = here[NO_CODE]
    twice = {code: count for code, count in here.items() if count > 1 and code != NO_CODE}
    clashes = sum(1 for code, count in there.items() if count > 1 and code and here.get(code) == 1)
    answers, repeated = here.total(), sum(twice.values()) + clashes
    alone = answers - paired - repeated - without
    return Side(answers, paired, alone, repeated, without, len(twice))
