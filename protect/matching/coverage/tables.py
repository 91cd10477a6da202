"""A slice as a table by region, and its settlements in the order of the harm."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from protect.matching.coverage.slices import Gap, Slice
from protect.matching.engine.bits import Flags


class RegionLine(NamedTuple):
    """A region, or the whole country: how many settlements there are of each class."""

    area: str  # code of the region, "" for the whole country
    settlements: int
    fits: int
    asks: int
    beyond: int
    nothing: int
    across: int  # of all these
    people: int  # inhabitants, as far as they are known
    gap_people: int  # of those that are beyond reach or have none
    ask_people: int  # of those where nowhere fits for sure
    unknown: int  # settlements whose inhabitants are not known


def regions(found: Slice) -> list[RegionLine]:
    """Return the regions of a slice by code, the whole country last."""
    chains = [chain[-1] for chain in found.ground.chains]
    of = np.array(chains, dtype=object)[found.ground.area] if chains else np.empty(0, object)
    lines = [_line(found, code, of == code) for code in sorted(set(chains))]
    return [*lines, _line(found, "", np.ones(len(found.ground), dtype=np.bool_))]


def worst(found: Slice, most: int | None = None) -> list[int]:
    """Return settlements, those first that lack help and have most inhabitants.

    After them, and where inhabitants are not known or equal, those that have farthest to go.
    """
    lacks = found.gaps >= Gap.BEYOND
    people = np.where(lacks, found.ground.population, 0)
    far = np.where(found.metres < 0, np.iinfo(np.int64).max, found.metres)
    ids = np.array([place.id for place in found.ground.places], dtype=np.int64)
    order = np.lexsort((ids, -far, -people, ~lacks))
    return [int(each) for each in order[:most]]


def _line(found: Slice, code: str, here: Flags) -> RegionLine:
    gaps, population = found.gaps[here], found.ground.population[here]
    fits, asks, beyond, nothing = np.bincount(gaps, minlength=len(Gap)).tolist()
    return RegionLine(
        area=code,
        settlements=len(gaps),
        fits=fits,
        asks=asks,
        beyond=beyond,
        nothing=nothing,
        across=int(found.is_across[here].sum()),
        people=int(population.sum()),
        gap_people=int(population[gaps >= Gap.BEYOND].sum()),
        ask_people=int(population[gaps == Gap.ASK].sum()),
        unknown=int((population == 0).sum()),
    )
