"""Sets of rows as bits, sixty-four rows a word: 100,000 are intersected in a microsecond."""

import numpy as np
from numpy.typing import NDArray

from protect.matching.conditions.truth import Truth

type Bits = NDArray[np.uint64]
type Flags = NDArray[np.bool_]
type Ints = NDArray[np.int64]

NO, UNKNOWN, YES = (int(truth) for truth in Truth)
WORD = 64  # rows
ONE = np.uint64(1)
SHIFT, WITHIN = 6, WORD - 1  # row >> SHIFT is its word, row & WITHIN its place there


def of_flags(flags: Flags) -> Bits:
    if len(flags) % WORD:
        flags = np.concatenate([flags, np.zeros(-len(flags) % WORD, dtype=np.bool_)])
    return np.packbits(flags, bitorder="little").view(np.dtype("<u8"))


def of_rows(rows: NDArray[np.integer], size: int) -> Bits:
    """Return a set of some of `size` rows."""
    flags = np.zeros(-(-size // WORD) * WORD, dtype=np.bool_)
    flags[rows] = True
    return of_flags(flags)


def rows_of(bits: Bits, first_word: int = 0) -> Ints:
    """Return the rows of a set, ascending. `bits` may be a slice that begins at `first_word`."""
    flags = np.unpackbits(bits.view(np.uint8), bitorder="little").view(np.bool_)
    rows = flags.nonzero()[0]
    return rows + first_word * WORD if first_word else rows


def count(bits: Bits) -> int:
    return int(np.bitwise_count(bits).sum())


def holds(bits: Bits, rows: Ints) -> Flags:
    is_held: Flags = (bits[rows >> SHIFT] >> (rows & WITHIN).astype(np.uint64) & ONE) > 0
    return is_held


def runs(first: NDArray[np.integer], counts: NDArray[np.integer]) -> tuple[Ints, Ints]:
    """Return the entries of runs one after the other, and where each run starts among them."""
    if counts.max(initial=1) == 1 == counts.min(initial=1):
        return first.astype(np.int64), np.arange(len(first))
    starts = np.cumsum(counts) - counts
    return np.repeat(first - starts, counts) + np.arange(counts.sum()), starts
