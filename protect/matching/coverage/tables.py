"""A slice as a table by region, and its settlements in the order of the harm."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from protect.matching.coverage.atlas.slices import Gap, Slice
from protect.matching.engine.columns.bits import Flags


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
    unknown: int  # settlements with an unknown population


def regions(coverage_slice: Slice) -> list[RegionLine]:
    """Return the regions of a slice by code, the whole country last."""
    chains = [chain[-1] for chain in coverage_slice.settlements.chains]
    of = (
        np.array(chains, dtype=object)[coverage_slice.settlements.area]
        if chains
        else np.empty(0, object)
    )
    lines = [_line(coverage_slice, code, of == code) for code in sorted(set(chains))]
    return [
        *lines,
        _line(coverage_slice, "", np.ones(len(coverage_slice.settlements), dtype=np.bool_)),
    ]


def worst(coverage_slice: Slice, most: int | None = None) -> list[int]:
    """Return settlements, those first that lack help and have most inhabitants.

    After them, and where inhabitants are not known or equal, those that have farthest to go.
    """
    lacks = coverage_slice.gaps >= Gap.BEYOND
    people = np.where(lacks, coverage_slice.settlements.population, 0)
    far = np.where(coverage_slice.metres < 0, np.iinfo(np.int64).max, coverage_slice.metres)
    ids = np.array([place.id for place in coverage_slice.settlements.places], dtype=np.int64)
    order = np.lexsort((ids, -far, -people, ~lacks))
    return [int(each) for each in order[:most]]


def _line(coverage_slice: Slice, code: str, here: Flags) -> RegionLine:
    gaps, population = coverage_slice.gaps[here], coverage_slice.settlements.population[here]
    fits, asks, beyond, nothing = np.bincount(gaps, minlength=len(Gap)).tolist()
    return RegionLine(
        area=code,
        settlements=len(gaps),
        fits=fits,
        asks=asks,
        beyond=beyond,
        nothing=nothing,
        across=int(coverage_slice.is_across[here].sum()),
        people=int(population.sum()),
        gap_people=int(population[gaps >= Gap.BEYOND].sum()),
        ask_people=int(population[gaps == Gap.ASK].sum()),
        unknown=int((population == 0).sum()),
    )
