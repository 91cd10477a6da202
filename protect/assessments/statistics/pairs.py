"""Pairs the two tests of one participant by the code on their card, and by nothing else. Rows come
in random order, so "the first" of two answers under one code means nothing: a code that stands
twice in one phase is not paired. An unpaired answer counts in its phase all the same."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NO_CODE = ""

type Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Side:
    """Number of responses of one phase; the last four fields add up to the first."""

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
    here, there = _Codes(pre), _Codes(post)
    rows = [(row, there.single[code]) for code, row in here.single.items() if code in there.single]
    both = np.array(rows, np.intp).reshape(-1, 2)
    return Pairing(
        before=both[:, 0],
        after=both[:, 1],
        pre=here.side(there, len(rows)),
        post=there.side(here, len(rows)),
    )


class _Codes:
    def __init__(self, codes: Sequence[str]) -> None:
        self.answers = len(codes)
        often = Counter(codes)
        self.without = often.pop(NO_CODE, 0)
        self.repeated = {code: count for code, count in often.items() if count > 1}
        self.single = {code: row for row, code in enumerate(codes)}
        for code in (NO_CODE, *self.repeated):
            self.single.pop(code, None)

    def side(self, other: "_Codes", paired: int) -> Side:
        clashes = sum(code in self.single for code in other.repeated)
        repeated = sum(self.repeated.values()) + clashes
        alone = self.answers - paired - repeated - self.without
        return Side(self.answers, paired, alone, repeated, self.without, len(self.repeated))


def _drawn() -> str:
    return secrets.token_hex(16)


def pair_ids(hashes: Iterable[str], draw: Callable[[], str] = _drawn) -> dict[str, str]:
    """Return a random id for each hash of an edition, both phases together; none for NO_CODE.
    Freezing replaces codes by them, so that cards lead to no row. Equal hashes get equal ids:
    results stay the same."""
    swapped: dict[str, str] = {}
    taken = {NO_CODE}
    for code in sorted(set(hashes) - {NO_CODE}):
        fresh = NO_CODE
        while fresh in taken:
            fresh = draw()
        taken.add(fresh)
        swapped[code] = fresh
    return swapped
