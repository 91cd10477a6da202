"""The hard conditions over all rows at once: who passes, who nearly does, and what removed whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from protect.directory.enums import Fact
from protect.matching.conditions.criteria import CRITERIA, Criterion
from protect.matching.engine.bits import Bits, count
from protect.matching.engine.snapshot import Snapshot
from protect.matching.questions.prepared import Asked

ELSEWHERE = "country"  # services of other countries were never near


class Step(NamedTuple):
    """A condition in play: the rows that state a yes, that state a no, and that it removes."""

    criterion: Criterion
    yes: Bits
    no: Bits
    removed: Bits


class Sieved(NamedTuple):
    """What the conditions leave."""

    open_to_her: Bits  # rows that no condition removes, whatever they are for
    passed: Bits  # those of them that answer a need
    missed: Bits  # rows that answer it and fail one relaxable condition, no other
    counts: Counter[str]  # removed rows by the first condition that removed them
    steps: list[Step]  # the conditions in play


def sieve(snapshot: Snapshot, asked: Asked) -> Sieved:
    """Apply every condition that is in play."""
    steps = list(_steps(snapshot, asked))
    answering = snapshot.answering(asked)
    once, twice = np.zeros_like(answering), np.zeros_like(answering)
    relaxable = np.zeros_like(answering)
    counts: Counter[str] = Counter()
    for criterion, _, _, no in steps:
        if criterion.code == ELSEWHERE:
            answering = answering & ~no
        elif removed := count(answering & no & ~once):
            counts[f"{criterion.code}_no"] = removed
        twice |= once & no
        once |= no
        if criterion.is_relaxable:
            relaxable |= no
    return Sieved(
        open_to_her=~once,
        passed=answering & ~once,
        missed=answering & relaxable & ~twice,
        counts=counts,
        steps=steps,
    )


def _steps(snapshot: Snapshot, asked: Asked) -> Iterator[Step]:
    decayed: dict[Fact, Bits] = {}
    for criterion in CRITERIA:
        if not criterion.is_asked(asked.question):
            continue
        yes, no = snapshot.judged(criterion, asked)
        fact, removed = criterion.fact, no
        if fact is not None and not criterion.keeps_no:
            if fact not in decayed:
                decayed[fact] = ~snapshot.decayed(fact, asked.at)
            removed = no & decayed[fact]
        yield Step(criterion, yes, no, removed)
