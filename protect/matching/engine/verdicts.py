"""The conditions of the rows that are shown: as criteria.judge has them, read from the sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np

from protect.matching import weights
from protect.matching.conditions.criteria import CRITERIA, Judged, in_play, left_out
from protect.matching.engine.columns.bits import ONE, SHIFT, WITHIN, Ints
from protect.matching.engine.columns.columns import Part
from protect.matching.engine.columns.freshness import PLACE, STATES
from protect.matching.engine.row_filter import FilteredRows
from protect.matching.engine.snapshot import Snapshot
from protect.matching.enums import Truth

UNKNOWN = int(Truth.UNKNOWN)


def judged(
    snapshot: Snapshot, filtered: FilteredRows, places: Sequence[int], at: int
) -> list[tuple[Judged, ...]]:
    """Return for each row all conditions. Units: `at` in ticks."""
    rows = np.array(places, dtype=np.int64)
    return list(zip(*_columns(snapshot, filtered, rows, at), strict=True))


def _columns(
    snapshot: Snapshot, filtered: FilteredRows, rows: Ints, at: int
) -> Iterator[list[Judged]]:
    states = snapshot.freshness.states(rows, at)
    limits = snapshot.columns.parts[rows, Part.LIMITS].tolist()
    stated = iter(_stated(filtered, rows))
    in_play = {step.criterion.code for step in filtered.steps}
    for number, criterion in enumerate(CRITERIA):
        either = _left_out(number)
        if criterion.code not in in_play:
            yield [either[limit >> number & 1] for limit in limits]
            continue
        table, truths = _in_play(number), next(stated)
        if criterion.fact is None:
            yield [table[0][truth] for truth in truths]
            continue
        of_fact = states[:, PLACE[criterion.fact]].tolist()
        yield [table[state][truth] for state, truth in zip(of_fact, truths, strict=True)]


def _stated(filtered: FilteredRows, rows: Ints) -> list[list[int]]:
    """Return for each condition in play what each row states: a Truth."""
    if not filtered.steps:
        return []
    words, place = rows >> SHIFT, (rows & WITHIN).astype(np.uint64)
    sets = [step.yes[words] for step in filtered.steps] + [
        step.no[words] for step in filtered.steps
    ]
    yes, no = np.split((np.array(sets) >> place & ONE).astype(np.int64), 2)
    truths: list[list[int]] = (UNKNOWN + yes - no).tolist()
    return truths


@cache
def _in_play(number: int) -> list[list[Judged]]:
    """Return a condition that the question names, by the state of its fact and by truth."""
    criterion = CRITERIA[number]
    return [
        [
            in_play(criterion, truth, None if criterion.fact is None else state, weights.load())
            for truth in Truth
        ]
        for state in STATES
    ]


@cache
def _left_out(number: int) -> list[Judged]:
    """Return a condition that the question leaves open: without a stated limit, and with one."""
    return [left_out(CRITERIA[number], limited, weights.load()) for limited in (False, True)]
