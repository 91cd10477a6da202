"""Sets of rows as bits, 64 rows in a word, so that sets are intersected quickly."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from protect.matching.conditions.truth import Truth

type Bits = NDArray[np.uint64]
type Flags = NDArray[np.bool_]
type Ints = NDArray[np.int64]

NO, UNKNOWN, YES = (int(truth) for truth in Truth)
SHORT_SET_WORDS = 512  # words; a longer set is unpacked faster without its empty words
WORD_BITS = 64  # rows in one word
ONE_BIT = np.uint64(1)
WORD_SHIFT, BIT_MASK = 6, WORD_BITS - 1  # row >> WORD_SHIFT: its word; row & BIT_MASK: its bit


def bits_of_flags(flags: Flags) -> Bits:
    if len(flags) % WORD_BITS:
        flags = np.concatenate([flags, np.zeros(-len(flags) % WORD_BITS, dtype=np.bool_)])
    return np.packbits(flags, bitorder="little").view(np.dtype("<u8"))


def bits_of_rows(rows: NDArray[np.integer], size: int) -> Bits:
    """Return the set of these rows, out of `size` rows."""
    flags = np.zeros(-(-size // WORD_BITS) * WORD_BITS, dtype=np.bool_)
    flags[rows] = True
    return bits_of_flags(flags)


def rows_of(bits: Bits, first_word: int = 0) -> Ints:
    """Return the rows of a set in ascending order. `first_word`: the word of `bits[0]`."""
    if len(bits) <= SHORT_SET_WORDS:
        flags = np.unpackbits(bits.view(np.uint8), bitorder="little")
        return flags.view(np.bool_).nonzero()[0] + (first_word << WORD_SHIFT)
    words = bits.nonzero()[0]  # most words of most sets are empty
    flags = np.unpackbits(bits[words].view(np.uint8), bitorder="little")
    places = flags.view(np.bool_).nonzero()[0]
    rows: Ints = (words[places >> WORD_SHIFT] + first_word << WORD_SHIFT) + (places & BIT_MASK)
    return rows


def count_rows(bits: Bits) -> int:
    return int(np.bitwise_count(bits).sum())


def contains_rows(bits: Bits, rows: Ints) -> Flags:
    is_held: Flags = membership_by_set([bits], rows)[0]
    return is_held


def membership_by_set(sets: Sequence[Bits], rows: Ints) -> Flags:
    """Return whether each set (first axis) contains each row."""
    words, bit = rows >> WORD_SHIFT, (rows & BIT_MASK).astype(np.uint64)
    held = np.empty((len(sets), len(rows)), dtype=np.uint64)
    for number, of_set in enumerate(sets):
        of_set.take(words, out=held[number], mode="clip")  # quicker; no word is out of range
    is_held: Flags = (held >> bit & ONE_BIT) > 0
    return is_held


def expand_runs(first: NDArray[np.integer], counts: NDArray[np.integer]) -> tuple[Ints, Ints]:
    """Return all numbers in the runs (`counts` from each `first`), and where each run starts."""
    if counts.max(initial=1) == 1 == counts.min(initial=1):
        return first.astype(np.int64), np.arange(len(first))
    starts = np.cumsum(counts) - counts
    return np.repeat(first - starts, counts) + np.arange(counts.sum()), starts
