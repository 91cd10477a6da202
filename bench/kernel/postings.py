"""NumPy: one posting list for each need and language, in bands of 10 km."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bench.kernel.data import BAND, MOST, RINGS, Data, Ints, Question

X_BITS = 23  # 8,000 km in metres
APART_BITS = 32  # the square of the radius in metres


@dataclass(frozen=True)
class Postings:
    """Entries ordered by pair, band, x. Immutable: a move makes another one."""

    data: Data
    bands: int
    order: Ints  # pair, band and x in one number
    starts: Ints  # of each band of each pair, and where the last ends
    x: NDArray[np.float64]  # metres: whole numbers, whose squares are exact
    y: NDArray[np.float64]
    pattern: NDArray[np.int16]
    service: NDArray[np.int32]

    name = "**NumPy**, (need, language) postings"

    @classmethod
    def build(cls, data: Data) -> Self:
        owners, bands = data.owners, data.bands
        order = (data.pairs * bands + data.y[owners] // BAND << X_BITS) + data.x[owners]
        placed = np.argsort(order, kind="stable")
        owners = owners[placed]
        return cls(
            data=data,
            bands=bands,
            order=order[placed],
            starts=_starts(order[placed], data.pair_count * bands),
            x=data.x[owners].astype(np.float64),
            y=data.y[owners].astype(np.float64),
            pattern=data.pattern[owners].astype(np.int16),
            service=owners.astype(np.int32),
        )

    def find(self, question: Question) -> list[int]:
        """Return the services that are open now or soonest, nearest first."""
        pair, x, y = question
        base = pair * self.bands
        for radius in RINGS:
            first = self.starts[base + max(y - radius, 0) // BAND]
            last = self.starts[base + (y + radius) // BAND + 1]
            east, north = self.x[first:last] - x, self.y[first:last] - y
            apart = east * east + north * north
            wait = self.data.waits[self.pattern[first:last]]
            within = apart <= radius * radius
            chosen = np.flatnonzero(within & (wait == 0))
            if len(chosen) >= MOST:
                break
        else:
            chosen = np.flatnonzero(within)
        keys = (wait[chosen] << APART_BITS) + apart[chosen].astype(np.int64)
        if len(keys) > MOST:
            chosen = chosen[keys <= np.partition(keys, MOST - 1)[MOST - 1]]
            keys = (wait[chosen] << APART_BITS) + apart[chosen].astype(np.int64)
        found = zip(keys.tolist(), self.service[first + chosen].tolist(), strict=True)
        return [service for _, service in sorted(found)[:MOST]]

    def moved(self, service: int, x: int, y: int) -> Self:
        """Return the postings after a service has moved."""
        run = slice(self.data.first[service], self.data.first[service + 1])
        order = (self.data.pairs[run] * self.bands + y // BAND << X_BITS) + x
        order.sort()
        left = np.flatnonzero(self.service == service)
        kept = np.delete(self.order, left)
        places, count = np.searchsorted(kept, order), len(order)
        new = {
            "order": order,
            "x": np.full(count, float(x)),
            "y": np.full(count, float(y)),
            "pattern": np.full(count, self.data.pattern[service], dtype=np.int16),
            "service": np.full(count, service, dtype=np.int32),
        }
        columns = {
            name: np.insert(np.delete(getattr(self, name), left), places, values)
            for name, values in new.items()
        }
        starts = _starts(columns["order"], self.data.pair_count * self.bands)
        return replace(self, **columns, starts=starts)

    def megabytes(self) -> float:
        columns = (self.order, self.starts, self.x, self.y, self.pattern, self.service)
        return sum(column.nbytes for column in columns) / 1e6


def _starts(order: Ints, cells: int) -> Ints:
    return np.searchsorted(order, np.arange(cells + 1) << X_BITS)
