"""A slice in a few numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from protect.matching.coverage.atlas.candidates import Candidates
from protect.matching.coverage.atlas.distances import NONE, is_within, metres, millimetres
from protect.matching.coverage.atlas.settlements import Settlements
from protect.matching.engine.columns.bits import Flags, Ints


class Figures(NamedTuple):
    """How far help reaches in a country, for one need, language and person."""

    settlements: int
    fits: int  # settlements with a fitting service within reach
    asks: int  # the others with one that must be asked first
    beyond: int  # the others with one farther away
    nothing: int  # the others
    gap_people: int  # inhabitants of the last two; of some settlements they are not known
    ask_people: int  # of those of `asks`: nowhere fits for sure
    median_metres: int | None  # to the nearest of either; None: half of the settlements have none

    @property
    def gaps(self) -> int:
        """The settlements that no help reaches."""
        return self.beyond + self.nothing


def figures(
    candidates: Candidates, settlements: Settlements, fits: Ints, asks: Ints
) -> list[Figures]:
    """Return the figures of several slices. `fits` and `asks`: keys by slice and settlement."""
    best = np.minimum(fits, asks)
    is_fit, is_reached = is_within(fits), is_within(best)
    has_any = best != NONE
    gap_people = _sums(~is_reached, settlements.population)
    ask_people = _sums(is_reached & ~is_fit, settlements.population)
    middle = _middles(candidates, settlements, best)
    columns = zip(
        is_fit.sum(axis=1).tolist(),
        is_reached.sum(axis=1).tolist(),
        has_any.sum(axis=1).tolist(),
        gap_people,
        ask_people,
        middle,
        strict=True,
    )
    count = len(settlements)
    return [
        Figures(count, fit, reached - fit, some - reached, count - some, gap, ask, far)
        for fit, reached, some, gap, ask, far in columns
    ]


def _sums(chosen: Flags, population: Ints) -> list[int]:
    # In floating point, where matrices are fast: whole up to 2 ** 53 people.
    sums: list[float] = (chosen.astype(np.float64) @ population.astype(np.float64)).tolist()
    return [round(each) for each in sums]


def _middles(candidates: Candidates, settlements: Settlements, best: Ints) -> list[int | None]:
    """Return the median way to the nearest service; a settlement without any is the farthest."""
    if not len(settlements):
        return [None] * len(best)
    way = np.where(best == NONE, NONE, millimetres(best))
    place = (len(settlements) - 1) // 2
    members = np.argpartition(way, place, axis=1)[:, place]
    keys = np.take_along_axis(best, members[:, None], axis=1)[:, 0]
    return [
        None if far < 0 else far for far in metres(candidates, settlements, keys, members).tolist()
    ]
