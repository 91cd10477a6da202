"""The cost of a shared language, evaluated once for each distinct list of languages."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protect.directory.enums import LanguageMode
from protect.matching.engine.columns import bits, facets
from protect.matching.engine.columns.waits import NO_HOURS, WaitCache
from protect.matching.services.cache import BoundedDict
from protect.matching.services.rows import LanguageOffer, ServiceRow
from protect.matching.weights import LanguageWeights

NOT_LISTED = 1_000_000  # minutes: more than any cost
GENDERS = ("", "f", "m", "x")  # of interpreters and of adults in rooms; index: code
# Cache keys: of a table that does not change with time, and of one for an hour that is not known.
NO_MINUTE, ANY_MINUTE = -1, -2
MAX_CACHED_TABLES = 512  # most cached tables, of all languages together
WAYS_OF_SPEAKING = tuple(LanguageMode)  # by staff or an interpreter; index: code


@dataclass(frozen=True, slots=True)
class LanguageList:
    """The part of a row that says which languages it offers."""

    languages: tuple[LanguageOffer, ...]


class OffersOfLanguage(NamedTuple):
    """All offers of one language, over the lists of languages that contain it. Parallel columns."""

    lists: NDArray[np.int64]  # ascending
    starts: NDArray[np.int64]  # by list: index of its first offer in the columns below
    how: NDArray[np.int64]  # index in WAYS_OF_SPEAKING
    window: NDArray[np.int32]  # number in the WaitCache; NO_HOURS: whenever the service is open
    gender: NDArray[np.int8]  # of the interpreter, a code of GENDERS


class LanguageTable(NamedTuple):
    """By list of languages: the cheapest offer of one language."""

    minutes: NDArray[np.int64]  # its cost; NOT_LISTED if the language is not offered
    gender: NDArray[np.int8]  # of the interpreter, a code of GENDERS


class LanguageCosts:
    """The cost of each language by list of languages, cached; by minute if offers have hours."""

    def __init__(self, waits: WaitCache) -> None:
        self.facet = facets.Facet(_read_languages, lambda row: LanguageList(row.languages))
        self._waits = waits
        self._offers: dict[str, tuple[int, OffersOfLanguage]] = {}
        self._tables = BoundedDict[tuple[str, int, int], LanguageTable](MAX_CACHED_TABLES)

    def table(self, tag: str, at: datetime | None, weights: LanguageWeights) -> LanguageTable:
        """Return the cheapest offers of a language at an instant; None: at an hour that is not
        known, when no offer with hours counts as spoken."""
        size = len(self.facet.samples)
        offers = self._offers_of_language(tag, size)
        has_windows = bool((offers.window != NO_HOURS).any())
        minute = ANY_MINUTE if at is None else int(at.timestamp() // 60)
        key = (tag, size, minute if has_windows else NO_MINUTE)
        return self._tables.get_or_build(key, lambda: self._build_table(offers, size, at, weights))

    def is_unknown(self) -> bits.Flags:
        """Return by list of languages whether it is empty, so that no language is known."""
        return self.facet.table("no languages", lambda row: not row.languages) > 0

    def _offers_of_language(self, tag: str, list_count: int) -> OffersOfLanguage:
        cached_size, cached = self._offers.get(tag, (0, None))
        if cached is not None and cached_size >= list_count:
            return cached
        offers = [
            (number, offer)
            for number, row in enumerate(self.facet.samples[:list_count])
            for offer in row.languages
            if offer.language == tag
        ]
        lists, starts = np.unique([number for number, _ in offers], return_index=True)
        windows = [self._waits.number(offer.window) for _, offer in offers]
        genders = [GENDERS.index(offer.interpreter_gender) for _, offer in offers]
        ways = [WAYS_OF_SPEAKING.index(offer.how) for _, offer in offers]
        columns = OffersOfLanguage(
            lists=lists.astype(np.int64),
            starts=starts,
            how=np.array(ways, dtype=np.int64),
            window=np.array(windows, dtype=np.int32),
            gender=np.array(genders, dtype=np.int8),
        )
        self._offers[tag] = list_count, columns
        return columns

    def _build_table(
        self,
        offers: OffersOfLanguage,
        list_count: int,
        at: datetime | None,
        weights: LanguageWeights,
    ) -> LanguageTable:
        minutes = np.full(list_count, NOT_LISTED, dtype=np.int64)
        gender = np.zeros(list_count, dtype=np.int8)
        count = len(offers.how)
        if count:
            by_way = np.array([weights.by_mode[way] for way in WAYS_OF_SPEAKING], dtype=np.int64)
            costs = by_way[offers.how]
            if (offers.window != NO_HOURS).any():
                is_now = offers.window == NO_HOURS
                if at is not None:
                    is_now |= self._waits.waits(offers.window, at) == 0
                costs = np.where(is_now, costs, weights.other_window)
            # The first of the cheapest offers: its index breaks ties.
            best = np.minimum.reduceat(costs * count + np.arange(count), offers.starts)
            minutes[offers.lists] = best // count
            gender[offers.lists] = offers.gender[best % count]
        return LanguageTable(minutes, gender)


def _read_languages(row: ServiceRow | LanguageList) -> Hashable:
    return tuple(
        (offer.language, offer.how, offer.window, offer.interpreter_gender)
        for offer in row.languages
    )
