"""Numba: the same postings in a compiled loop. The limit of what a Python process can do."""

from typing import Self

import numpy as np
from numba import njit

from bench.kernel.data import BAND, MOST, RINGS, Data, Question
from bench.kernel.postings import Postings


class Compiled:
    """Postings, read by `_find`."""

    name = "numba, the same postings (the limit)"

    def __init__(self, postings: Postings) -> None:
        self.postings = postings
        self.find(Question(0, 0, 0))  # compiles

    @classmethod
    def build(cls, data: Data) -> Self:
        return cls(Postings.build(data))

    def find(self, question: Question) -> list[int]:
        own = self.postings
        found = _find(
            own.starts, own.bands, own.x, own.y, own.pattern, own.service, own.waiting, *question
        )
        return found.tolist()

    def moved(self, service: int, x: int, y: int) -> "Compiled":
        """Return the postings after a service has moved."""
        return Compiled(self.postings.moved(service, x, y))

    def megabytes(self) -> float:
        return self.postings.megabytes()


@njit(cache=True)
def _find(starts, bands, xs, ys, patterns, services, waiting, pair, x, y):  # noqa: PLR0913
    keys = np.empty(MOST, dtype=np.float64)
    found = np.empty(MOST, dtype=np.int64)
    for radius in RINGS:
        count = 0
        base = pair * bands
        first = starts[base + max(y - radius, 0) // BAND]
        last = starts[base + (y + radius) // BAND + 1]
        is_last = radius == RINGS[-1]
        for entry in range(first, last):
            east, north = xs[entry] - x, ys[entry] - y
            apart = east * east + north * north
            wait = waiting[patterns[entry]]
            if apart > radius * radius or (wait and not is_last):
                continue
            key, service = wait + apart, services[entry]
            place = min(count, MOST)
            while place and (key, service) < (keys[place - 1], found[place - 1]):
                place -= 1
            if place == MOST:
                continue
            for later in range(min(count, MOST - 1), place, -1):
                keys[later], found[later] = keys[later - 1], found[later - 1]
            keys[place], found[place] = key, service
            count = min(count + 1, MOST)
        if count == MOST or is_last:
            break
    return found[:count]
