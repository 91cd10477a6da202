"""How many settlements depend on each service: what it would cost if its entry were wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

import numpy as np

from protect.matching.coverage.atlas.areas_served import Served
from protect.matching.coverage.atlas.candidates import FITS, Candidates
from protect.matching.coverage.atlas.distances import NONE, sites_of
from protect.matching.coverage.atlas.nearest import Entries, nearest
from protect.matching.coverage.atlas.settlements import Settlements
from protect.matching.engine.columns.bits import Flags, Ints
from protect.matching.engine.snapshot import Snapshot
from protect.reference import vocabulary


def counted(
    snapshot: Snapshot, countries: Iterable[Settlements], at: datetime
) -> Mapping[UUID, int]:
    """Return by service for how many settlements it is the nearest for one of its needs.

    In any language, for a person without details, whether it fits or must be asked first. Of the
    places that people go to one is the nearest; remote help is equally near to all
    settlements that it serves. Services on which nothing depends are left out.
    """
    counts: dict[UUID, int] = {}
    for settlements in countries:
        for row, count in _in(snapshot, settlements, at).items():
            key = snapshot.rows[row].id
            counts[key] = counts.get(key, 0) + count
    return counts


def _in(snapshot: Snapshot, settlements: Settlements, at: datetime) -> dict[int, int]:
    nearby, afar = [np.empty(0, dtype=np.int64)], dict[int, int]()
    for need in vocabulary.needs().values():
        if need.categories and len(settlements):
            candidates = Candidates(snapshot, settlements.country, need.code, at)
            nearby.append(_visited(candidates, settlements))
            fresh = ~candidates.is_visit & ~np.isin(candidates.rows, list(afar))
            afar |= _from_afar(candidates, settlements, fresh)
    # A settlement counts once for a service, whatever it needs.
    rows, counts = np.unique(
        np.unique(np.concatenate(nearby)) // len(settlements), return_counts=True
    )
    return afar | dict(zip(rows.tolist(), counts.tolist(), strict=True))


def _visited(candidates: Candidates, settlements: Settlements) -> Ints:
    """Return the nearest place for each settlement: both in one number, the row before."""
    rows = np.flatnonzero(candidates.is_visit)
    entries = Entries(rows, np.zeros_like(rows), np.full(len(rows), FITS, dtype=np.int8))
    fits, asks = nearest(candidates, settlements, entries, 1)
    keys = np.minimum(fits[0], asks[0])
    places = np.flatnonzero(keys != NONE)
    chosen = candidates.sites.row[sites_of(keys[places])]
    numbers: Ints = candidates.rows[chosen] * len(settlements) + places
    return numbers


def _from_afar(candidates: Candidates, settlements: Settlements, fresh: Flags) -> dict[int, int]:
    """Return how many settlements each row serves from afar."""
    if not fresh.any():
        return {}
    counts, served = np.zeros(len(candidates), dtype=np.int64), Served(candidates, settlements)
    for block in served.blocks():
        here = (block.level > 0) * len(block.members)
        within = block.within.sum(axis=1)
        outside = (block.level[block.circled] > 0) * (len(block.members) - within)
        here[block.circled] = within * (served.inside[block.circled] > 0) + outside
        counts += here
    chosen = np.flatnonzero(fresh & (counts > 0))
    return dict(zip(candidates.rows[chosen].tolist(), counts[chosen].tolist(), strict=True))
