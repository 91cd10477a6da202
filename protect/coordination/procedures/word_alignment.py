"""Which words of two texts are the same: the longest common sequence, within bounded time.

The time of an exact alignment grows with the product of both lengths. Long texts are therefore cut
first, at runs of words that stand once in either and in the same order in both.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import Indel

EXACT = 20_000_000  # product of the lengths of two texts that are never cut, about 6 ms
MOST = 100_000_000  # … that are aligned word by word, about 30 ms; above, paragraph by paragraph
STRETCH = 400  # words between two cuts, at least

type Cut = tuple[int, int]  # a place before and one after


class Block(NamedTuple):
    """A range of words before and one after, which are equal or not."""

    is_equal: bool
    before: tuple[int, int]
    after: tuple[int, int]


def align(old: Sequence[str], new: Sequence[str]) -> Iterator[Block]:
    """Yield the blocks of two texts in order; no two equal ones stand side by side. Line breaks
    are words of their own."""
    last: Block | None = None
    for block in _blocks(old, new):
        if last and last.is_equal and block.is_equal:
            before, after = (last.before[0], block.before[1]), (last.after[0], block.after[1])
            block = Block(is_equal=True, before=before, after=after)
        elif last:
            yield last
        last = block
    if last:
        yield last


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[Block]:
    for (start, other), (end, other_end) in pairwise(_cuts(old, new)):
        before, after = old[start:end], new[other:other_end]
        is_short = len(before) * len(after) <= MOST
        for block in _exact(before, after) if is_short else _paragraphs(before, after):
            yield Block(
                block.is_equal,
                (start + block.before[0], start + block.before[1]),
                (other + block.after[0], other + block.after[1]),
            )


def _exact(old: Sequence[object], new: Sequence[object]) -> Iterator[Block]:
    for code in Indel.opcodes(old, new):
        before, after = (code.src_start, code.src_end), (code.dest_start, code.dest_end)
        yield Block(code.tag == "equal", before, after)


def _paragraphs(old: Sequence[str], new: Sequence[str]) -> Iterator[Block]:
    """Yield blocks of whole paragraphs: a text that was written anew reads as one change."""
    (old_texts, old_ends), (new_texts, new_ends) = map(_split, (old, new))
    for block in _exact(old_texts, new_texts):
        before, after = (
            (ends[start], ends[end])
            for ends, (start, end) in ((old_ends, block.before), (new_ends, block.after))
        )
        yield Block(block.is_equal, before, after)


def _split(words: Sequence[str]) -> tuple[list[tuple[str, ...]], list[int]]:
    """Return the paragraphs of a text, each with the break after it, and where each begins and the
    last one ends."""
    places = [0, *(at + 1 for at, word in enumerate(words) if word.startswith("\n"))]
    if places[-1] != len(words):
        places.append(len(words))
    return [tuple(words[start:end]) for start, end in pairwise(places)], places


def _cuts(old: Sequence[str], new: Sequence[str]) -> list[Cut]:
    """Return the places where both texts are cut, with their beginnings and ends."""
    cuts = [(0, 0)]
    if len(old) * len(new) > EXACT:
        for place, other in _rising(_anchors(old, new)):
            if place - cuts[-1][0] >= STRETCH and other - cuts[-1][1] >= STRETCH:
                cuts.append((place, other))
    return [*cuts, (len(old), len(new))]


def _anchors(old: Sequence[str], new: Sequence[str]) -> Iterator[Cut]:
    """Yield where three words begin that stand once in each text, in the order of the first."""
    others = _once(new)
    for run, place in _once(old).items():
        other = others.get(run, -1)
        if place >= 0 and other >= 0:
            yield place, other


def _once(words: Sequence[str]) -> dict[tuple[str, str, str], int]:
    """Return the place of every three words in a row, -1 if they stand more than once."""
    places: dict[tuple[str, str, str], int] = {}
    for place, run in enumerate(zip(words, words[1:], words[2:], strict=False)):
        places[run] = -1 if run in places else place
    return places


def _rising(cuts: Iterable[Cut]) -> list[Cut]:
    """Return the longest series of cuts that rises in both texts: a paragraph that was moved does
    not count."""
    lowest: list[int] = []  # the lowest place after with which a series of each length ends
    ends: list[int] = []  # which cut that is
    all_cuts, previous = list(cuts), []
    for number, (_, other) in enumerate(all_cuts):
        length = bisect_left(lowest, other)
        previous.append(ends[length - 1] if length else -1)
        lowest[length : length + 1], ends[length : length + 1] = [other], [number]
    found, number = [], ends[-1] if ends else -1
    while number >= 0:
        found.append(all_cuts[number])
        number = previous[number]
    return found[::-1]
