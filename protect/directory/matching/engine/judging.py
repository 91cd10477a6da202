"""The conditions of the rows that are shown: as criteria.judge has them, read from the sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from protect.directory.enums import Truth
from protect.directory.matching.asked import Asked
from protect.directory.matching.criteria import CRITERIA, Criterion, Judged, in_play, left_out
from protect.directory.matching.engine.bits import Ints, holds
from protect.directory.matching.engine.columns import Part
from protect.directory.matching.engine.snapshot import Snapshot
from protect.directory.matching.engine.trust import PLACE, STATES, ticks

TRUTHS = len(Truth)


def judged(snapshot: Snapshot, asked: Asked, places: Sequence[int]) -> list[tuple[Judged, ...]]:
    """Return for each row all conditions. Rows that are alike in one share what was judged."""
    rows = np.array(places, dtype=np.int64)
    return list(zip(*_columns(snapshot, asked, rows), strict=True))


def _columns(snapshot: Snapshot, asked: Asked, rows: Ints) -> Iterator[list[Judged]]:
    states = snapshot.trust.states(rows, ticks(asked.at))
    limits = snapshot.columns.parts[rows, Part.LIMITS].tolist()
    for number, criterion in enumerate(CRITERIA):
        if not criterion.is_asked(asked.question):
            either = [left_out(criterion, limited, asked.weights) for limited in (False, True)]
            yield [either[limit >> number & 1] for limit in limits]
            continue
        yes, no = snapshot.judged(criterion, asked)
        stated = Truth.UNKNOWN + holds(yes, rows).astype(np.int64) - holds(no, rows)
        state = 0 if criterion.fact is None else states[:, PLACE[criterion.fact]]
        yield _each(state * TRUTHS + stated, partial(_in_play, criterion, asked))


def _each(codes: Ints, judge: Callable[[int], Judged]) -> list[Judged]:
    numbers = codes.tolist()
    known = {code: judge(code) for code in set(numbers)}
    return [known[code] for code in numbers]


def _in_play(criterion: Criterion, asked: Asked, code: int) -> Judged:
    state, stated = divmod(code, TRUTHS)
    freshness = None if criterion.fact is None else STATES[state]
    return in_play(criterion, Truth(stated), freshness, asked.weights)
