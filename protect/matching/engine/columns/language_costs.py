"""What it costs to be understood: evaluated once for each distinct list of languages."""

from collections.abc import Hashable
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protect.directory.enums import How
from protect.matching.engine.columns import bits, facets
from protect.matching.engine.columns.waits import NO_DOOR, WaitCache
from protect.matching.services.cache import Kept
from protect.matching.services.rows import ServiceRow
from protect.matching.weights import Language

NOT_SPOKEN = 1_000_000  # minutes: more than any cost
GENDERS = ("", "f", "m", "x")  # of an interpreter, by code
FOR_EVER = -1  # the minute of a table that no window changes
TABLES_KEPT = 512
HOWS = tuple(How)


class Offers(NamedTuple):
    """The offers of one language, over all lists of languages that have it. Parallel columns."""

    lists: NDArray[np.int64]  # ascending
    starts: NDArray[np.int64]  # of each list's offers in the columns below
    how: NDArray[np.int64]
    window: NDArray[np.int32]
    gender: NDArray[np.int8]


class Table(NamedTuple):
    """By number of the list of languages: the cheapest offer of one language."""

    minutes: NDArray[np.int64]  # NOT_SPOKEN where there is none
    gender: NDArray[np.int8]  # of the interpreter, a code of GENDERS


class LanguageCosts:
    def __init__(self, waits: WaitCache) -> None:
        self.facet = facets.Facet(_read)
        self._waits = waits
        self._offers: dict[str, tuple[int, Offers]] = {}
        self._tables = Kept[tuple[str, int, int], Table](TABLES_KEPT)

    def table(self, tag: str, at: datetime, weights: Language) -> Table:
        """Return the cheapest offers of a language at an instant."""
        size = len(self.facet.samples)
        offers = self._offered(tag, size)
        has_windows = bool((offers.window != NO_DOOR).any())
        key = (tag, size, int(at.timestamp() // 60) if has_windows else FOR_EVER)
        return self._tables.once(key, lambda: self._build_table(offers, size, at, weights))

    def silent(self) -> bits.Flags:
        """Return by number of the list whether it is empty: no language is known."""
        return self.facet.table("silent", lambda row: not row.languages) > 0

    def _offered(self, tag: str, size: int) -> Offers:
        cached_size, cached = self._offers.get(tag, (0, None))
        if cached is not None and cached_size >= size:
            return cached
        offers = [
            (number, offer)
            for number, row in enumerate(self.facet.samples[:size])
            for offer in row.languages
            if offer.language == tag
        ]
        lists, starts = np.unique([number for number, _ in offers], return_index=True)
        windows = [self._waits.number(offer.window) for _, offer in offers]
        genders = [GENDERS.index(offer.interpreter_gender) for _, offer in offers]
        columns = Offers(
            lists=lists.astype(np.int64),
            starts=starts,
            how=np.array([HOWS.index(offer.how) for _, offer in offers], dtype=np.int64),
            window=np.array(windows, dtype=np.int32),
            gender=np.array(genders, dtype=np.int8),
        )
        self._offers[tag] = size, columns
        return columns

    def _build_table(self, offers: Offers, size: int, at: datetime, weights: Language) -> Table:
        minutes = np.full(size, NOT_SPOKEN, dtype=np.int64)
        gender = np.zeros(size, dtype=np.int8)
        count = len(offers.how)
        if count:
            costs = np.array([weights.by_how[how] for how in HOWS], dtype=np.int64)[offers.how]
            if (offers.window != NO_DOOR).any():
                is_now = (offers.window == NO_DOOR) | (self._waits.waits(offers.window, at) == 0)
                costs = np.where(is_now, costs, weights.other_window)
            # The first of the cheapest: its place among all offers breaks ties.
            best = np.minimum.reduceat(costs * count + np.arange(count), offers.starts)
            minutes[offers.lists] = best // count
            gender[offers.lists] = offers.gender[best % count]
        return Table(minutes, gender)


def _read(row: ServiceRow) -> Hashable:
    return tuple(
        (each.language, each.how, each.window, each.interpreter_gender) for each in row.languages
    )
