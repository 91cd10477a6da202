"""NumPy: the engine's own way, sets of rows as bits in the order of a grid of 10 km bands.

It serves any number of conditions at once, where postings serve the pair that they were made for.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bench.kernel.data import BAND, MOST, RADIUS, Data, Ints, Question
from bench.kernel.postings import FEW, ONE_MINUTE
from protect.matching.engine.columns.bits import WORD_SHIFT, Bits, bits_of_flags, rows_of


@dataclass(frozen=True)
class BitSets:
    """Rows are services by band. One set for each pair."""

    data: Data
    rows: Ints  # services in the order of the grid
    starts: list[int]  # of each band
    x: NDArray[np.float64]  # metres
    y: NDArray[np.float64]
    waiting: NDArray[np.float64]  # by service, as a part of a key
    sets: dict[int, Bits]

    name = "NumPy, bit sets in grid order (as in the engine)"

    @classmethod
    def build(cls, data: Data) -> Self:
        rows = np.lexsort((data.x, data.y // BAND))
        place = np.empty_like(rows)
        place[rows] = np.arange(len(rows))
        owners, order = place[data.owners], np.argsort(data.pairs, kind="stable")
        runs = np.searchsorted(data.pairs[order], np.arange(data.pair_count + 1))
        sets = {}
        for pair in range(data.pair_count):
            flags = np.zeros(len(rows), dtype=np.bool_)
            flags[owners[order[runs[pair] : runs[pair + 1]]]] = True
            sets[pair] = bits_of_flags(flags)
        return cls(
            data=data,
            rows=rows,
            starts=np.searchsorted(data.y[rows] // BAND, np.arange(data.bands + 1)).tolist(),
            x=data.x[rows].astype(np.float64),
            y=data.y[rows].astype(np.float64),
            waiting=data.waits[data.pattern[rows]] * ONE_MINUTE,
            sets=sets,
        )

    def find(self, question: Question) -> list[int]:
        """Return the services that are open now or soonest, nearest first."""
        pair, x, y = question
        first = self.starts[max(y - RADIUS, 0) // BAND] >> WORD_SHIFT
        last = self.starts[(y + RADIUS) // BAND + 1] >> WORD_SHIFT
        near = rows_of(self.sets[pair][first : last + 1], first)
        east, north = self.x.take(near) - x, self.y.take(near) - y
        apart = east * east + north * north
        inside = (apart <= RADIUS * RADIUS).nonzero()[0]
        chosen = near.take(inside)
        keys = self.waiting.take(chosen) + apart.take(inside)
        if len(keys) > FEW:
            best = keys <= np.partition(keys, MOST - 1)[MOST - 1]
            chosen, keys = chosen[best], keys[best]
        ordered = sorted(zip(keys.tolist(), self.rows[chosen].tolist(), strict=True))
        return [service for _, service in ordered[:MOST]]

    def moved(self, service: int, x: int, y: int) -> Self:
        """Return the sets after a service has moved."""
        given = replace(self.data, x=self.data.x.copy(), y=self.data.y.copy())
        given.x[service], given.y[service] = x, y
        return self.build(given)

    def megabytes(self) -> float:
        columns = (self.rows, self.x, self.y, self.waiting, *self.sets.values())
        return sum(column.nbytes for column in columns) / 1e6
