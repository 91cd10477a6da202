"""NumPy: one posting list for each need and language, in bands of 10 km."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bench.kernel.data import BAND, MOST, RADIUS, RINGS, Data, Ints, Question

X_BITS = 23  # 8,000 km in metres
ONE_MINUTE = float(1 << 32)  # of waiting, in a key: more than the square of the radius
MANY, FEW = 2000, 32  # entries


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
    waiting: NDArray[np.float64]  # by pattern, as a part of a key: exact in 64 bits

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
            waiting=data.waits * ONE_MINUTE,
        )

    def find(self, question: Question) -> list[int]:
        """Return the services that are open now or soonest, nearest first."""
        pair, x, y = question
        base = pair * self.bands
        for radius in self._rings(base, y):
            part = self._part(base, y, radius)
            east, north = self.x[part] - x, self.y[part] - y
            apart = east * east + north * north
            keys = self.waiting[self.pattern[part]] + apart
            limit = radius * radius
            if radius == RADIUS:
                chosen = (apart <= limit).nonzero()[0]
                break
            chosen = ((apart <= limit) & (keys < ONE_MINUTE)).nonzero()[0]
            if len(chosen) >= MOST:
                break
        found, services = keys[chosen], self.service[part][chosen]
        if len(found) > FEW:
            best = found <= np.partition(found, MOST - 1)[MOST - 1]
            found, services = found[best], services[best]
        ordered = sorted(zip(found.tolist(), services.tolist(), strict=True))
        return [service for _, service in ordered[:MOST]]

    def _rings(self, base: int, y: int) -> tuple[int, ...]:
        """Return the rings to look into: only the widest, where that holds few."""
        widest = self._part(base, y, RADIUS)
        return RINGS if widest.stop - widest.start > MANY else RINGS[-1:]

    def _part(self, base: int, y: int, radius: int) -> slice:
        first, last = max(y - radius, 0) // BAND, (y + radius) // BAND + 1
        return slice(self.starts[base + first], self.starts[base + last])

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
