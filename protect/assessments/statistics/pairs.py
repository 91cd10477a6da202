"""Pair the two tests of one participant by the code on their card, and by nothing else. Rows come
in random order, so of two answers under one code none is the first: a code that occurs twice in one
phase is not paired. An unpaired answer still counts in the results of its phase."""

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NO_CODE = ""  # of a response without a card

type Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class PhaseCounts:
    """Number of responses in one phase. `answers` is the sum of the four fields after it."""

    answers: int
    paired: int
    alone: int  # the code does not occur in the other phase
    repeated: int  # the code occurs more than once in a phase, this one or the other
    without_code: int
    repeated_codes: int  # number of codes that occur more than once in this phase


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """Pre-test row `before[i]` and post-test row `after[i]` are of one participant."""

    before: Rows
    after: Rows
    pre: PhaseCounts
    post: PhaseCounts

    @property
    def pair_count(self) -> int:
        return len(self.before)


def pair_rows(pre: Sequence[str], post: Sequence[str]) -> Pairing:
    """Return which rows of both phases share a code hash or pair id; NO_CODE pairs with none."""
    pre_index, post_index = _CodeIndex(pre), _CodeIndex(post)
    pre_rows, post_rows = pre_index.row_by_code, post_index.row_by_code
    rows = [(row, post_rows[code]) for code, row in pre_rows.items() if code in post_rows]
    row_pairs = np.array(rows, np.intp).reshape(-1, 2)
    return Pairing(
        before=row_pairs[:, 0],
        after=row_pairs[:, 1],
        pre=pre_index.count_responses(post_index, len(rows)),
        post=post_index.count_responses(pre_index, len(rows)),
    )


class _CodeIndex:
    """The rows of one phase by card code, without missing and repeated codes."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.answers = len(codes)
        counts = Counter(codes)
        self.without_code = counts.pop(NO_CODE, 0)
        self.repeats = {code: count for code, count in counts.items() if count > 1}
        self.row_by_code = {code: row for row, code in enumerate(codes)}
        for code in (NO_CODE, *self.repeats):
            self.row_by_code.pop(code, None)

    def count_responses(self, other: "_CodeIndex", pair_count: int) -> PhaseCounts:
        """Count this phase's responses: paired, alone, repeated and without a code."""
        clashes = sum(code in self.row_by_code for code in other.repeats)
        repeated = sum(self.repeats.values()) + clashes
        alone = self.answers - pair_count - repeated - self.without_code
        again = len(self.repeats)
        return PhaseCounts(self.answers, pair_count, alone, repeated, self.without_code, again)


def pair_ids(hashes: Iterable[str]) -> dict[str, str]:
    """Return a random id for each code hash of an edition, over both phases; none for NO_CODE.
    Freezing replaces hashes by these ids: cards lead to no row, and the results stay the same."""
    id_by_hash: dict[str, str] = {}
    used_ids = {NO_CODE}
    for code in sorted(set(hashes) - {NO_CODE}):
        new_id = NO_CODE
        while new_id in used_ids:
            new_id = secrets.token_hex(16)
        used_ids.add(new_id)
        id_by_hash[code] = new_id
    return id_by_hash
