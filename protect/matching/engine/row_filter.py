"""The hard conditions over all rows at once: rows that pass, near misses, counts of the removed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from protect.directory.enums import Fact
from protect.matching.conditions.criteria import CRITERIA, Criterion
from protect.matching.engine.columns.bits import Bits, count
from protect.matching.engine.snapshot import Snapshot
from protect.matching.questions.prepared import PreparedQuestion

ELSEWHERE = "country"  # services of other countries were never near


class Step(NamedTuple):
    """A condition in play: the rows that state a yes, that state a no, and that it removes."""

    criterion: Criterion
    yes: Bits
    no: Bits
    removed: Bits


class FilteredRows(NamedTuple):
    """What the conditions leave."""

    open_to_her: Bits  # rows that no condition removes, whatever they are for
    passed: Bits  # those of them that answer a need
    missed: Bits  # rows that answer it and fail one relaxable condition, no other
    counts: Counter[str]  # removed rows by the first condition that removed them
    steps: list[Step]  # the conditions in play


def filter_rows(snapshot: Snapshot, prepared: PreparedQuestion) -> FilteredRows:
    """Apply every condition that is in play."""
    steps = list(_steps(snapshot, prepared))
    answering = snapshot.answering(prepared)
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
    return FilteredRows(
        open_to_her=~once,
        passed=answering & ~once,
        missed=answering & relaxable & ~twice,
        counts=counts,
        steps=steps,
    )


def _steps(snapshot: Snapshot, prepared: PreparedQuestion) -> Iterator[Step]:
    decayed: dict[Fact, Bits] = {}
    for criterion in CRITERIA:
        if not criterion.is_asked(prepared.question):
            continue
        yes, no = snapshot.judged(criterion, prepared)
        fact, removed = criterion.fact, no
        if fact is not None and not criterion.keeps_no:
            if fact not in decayed:
                decayed[fact] = ~snapshot.decayed(fact, prepared.at)
            removed = no & decayed[fact]
        yield Step(criterion, yes, no, removed)
