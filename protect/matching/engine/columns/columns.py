"""Rows as columns: what a question needs of them, as numbers, in the order of the grid."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import datetime
from enum import IntEnum
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from protect.directory.enums import Channel, Fact, Kind, Scope
from protect.matching import costs, questions
from protect.matching.conditions.criteria import CRITERIA
from protect.matching.conditions.truth import of_answer
from protect.matching.engine.columns import areas, facets, freshness, language_costs, points, waits
from protect.matching.engine.columns.bits import NO, UNKNOWN, YES, Flags, Ints
from protect.matching.services.cache import Cache
from protect.matching.services.rows import Rooms, ServiceRow
from protect.reference import vocabulary

NO_ROOM = -1  # beneath every truth
NO_LIMIT = 1000  # years
type Column = NDArray[Any]
type Numbers = NDArray[np.int32]
HALF = (1 << 64) - 1  # of a UUID
PARTS = 16  # to a row, 4 bytes each: 64 bytes


class Beds(NamedTuple):
    """Family shapes as columns."""

    gender: Ints  # a code of GENDERS; "" is any
    children: Ints
    oldest_boy: Ints  # years; NO_LIMIT
    truth: Ints
    until: Ints  # ticks

    @classmethod
    def of(cls, rows: Iterable[ServiceRow]) -> "Beds":
        beds = np.array([_bed(room) for row in rows for room in row.rooms], dtype=np.int64)
        gender, children, oldest_boy, truth, until = beds.reshape(-1, len(cls._fields)).T
        return cls(gender, children, oldest_boy, truth, until)

    def truths(self, chosen: Ints, person: questions.Person, at: int) -> Ints:
        """Return the truth of each shape for her family, NO_ROOM if it is unfit or expired."""
        if person.children is None:
            return np.full(len(chosen), NO_ROOM)
        gender = self.gender[chosen]
        holds = (gender == 0) | (gender == language_costs.GENDERS.index(person.gender or ""))
        holds &= self.children[chosen] >= min(len(person.children), costs.MANY_CHILDREN)
        holds &= self._takes_sons(chosen, person) & (self.until[chosen] > at)
        return np.where(holds, self.truth[chosen], NO_ROOM)

    def _takes_sons(self, chosen: Ints, person: questions.Person) -> Flags:
        sons = [child.age for child in person.children or () if child.gender != "f"]
        limit = self.oldest_boy[chosen]
        oldest = max((NO_LIMIT - 1 if age is None else age for age in sons), default=0)
        holds: Flags = (limit == NO_LIMIT) | (limit >= oldest)
        return holds


def _bed(room: Rooms) -> tuple[int, int, int, int, int]:
    return (
        language_costs.GENDERS.index(room.adult_gender),
        min(room.children, costs.MANY_CHILDREN),
        NO_LIMIT if room.oldest_boy is None else room.oldest_boy,
        int(of_answer(room.answer)),
        freshness.ticks(room.expires_at),
    )


class Part(IntEnum):
    """What a weighing reads of a row, side by side: as much as a processor fetches at once."""

    CATEGORIES = 0
    MODE = 1
    GROUP = 2
    TOLD = 3  # what it tells the authorities
    SPEECH = 4
    VISIT = 5  # the doors, by number of their hours
    PHONE = 6
    LIMITS = 7  # a bit for each of CRITERIA: states a limit for some people
    ANSWERS = 8  # Truth: whether the phone was answered
    FIRST_POINT = 9  # in Tables.positions and .spots; a row without any has one nowhere
    POINTS = 10
    FIRST_BED = 11  # in Tables.beds
    BEDS = 12


class Columns(NamedTuple):
    """One entry per row in each. A number is a reading of its facet, see facets.py."""

    key: points.Floats  # ascending: the order of the grid
    half_id: NDArray[np.uint64]
    is_national: Flags
    categories: Numbers
    country: Numbers
    mode: Numbers
    gender: Numbers
    age: Numbers
    children: Numbers
    legal: Numbers
    documents: Numbers
    group: Numbers
    access: Numbers
    area: Numbers
    parts: Numbers  # rows, Part
    spans: Ints  # of trust: rows, facts and LINE, Span
    eligibility_decays: Ints  # ticks
    documents_decays: Ints  # ticks
    free: NDArray[np.int8]  # Truth: whether there were places
    free_until: Ints  # ticks


class Tables(NamedTuple):
    """Columns, and the tables that they point into. What a row has left behind there stays."""

    columns: Columns
    positions: points.Positions
    spots: Numbers
    beds: Beds


class Encoder:
    """Knows the facets. All snapshots that follow from each other share one."""

    def __init__(self) -> None:
        self.waits = waits.WaitCache()
        self.memory = Cache()
        self.language_costs = language_costs.LanguageCosts(self.waits)
        self.areas = areas.Areas()
        self.avoided_places = areas.AvoidedPlaces()
        self.facets = {
            **{code: facets.Facet(lens.read) for code, lens in facets.LENSES.items()},
            "categories": facets.Facet(lambda row: row.categories),
            "told": facets.Facet(_disclosed()),
            "area": self.areas.facet,
            "speech": self.language_costs.facet,
        }
        self._lock = Lock()

    def encode(self, rows: Sequence[ServiceRow], before: Tables | None = None) -> Tables:
        """Return rows as columns, in their own order, and the tables that go on from `before`."""
        places = [point for row in rows for point in row.points or (None,)]
        with self._lock:
            numbers = {
                name: np.array([facet.number(row) for row in rows], dtype=np.int32)
                for name, facet in self.facets.items()
            }
            spots = [self.avoided_places.number(point) for point in places]
            columns = self._columns(rows, numbers)
        tables = Tables(
            columns=columns,
            positions=points.Positions.of(
                (point.latitude, point.longitude) if point else (0.0, 0.0) for point in places
            ),
            spots=np.array(spots, dtype=np.int32),
            beds=Beds.of(rows),
        )
        return tables if before is None else _joined(before, tables)

    def precompute_hours(self, at: datetime) -> None:
        """Evaluate the hours of doors and of languages that are new."""
        for row in list(self.language_costs.facet.samples):
            for offer in row.languages:
                self.waits.number(offer.window)
        self.waits.precompute_hours(at)

    def _columns(self, rows: Sequence[ServiceRow], numbers: dict[str, Numbers]) -> Columns:
        lines = [freshness.line(row) for row in rows]
        spans = np.array(
            [[*freshness.spans(row), line] for row, (_, line) in zip(rows, lines, strict=True)],
            dtype=np.int64,
        ).reshape(len(rows), len(freshness.FACTS) + 1, len(freshness.Span._fields))
        decays = spans[:, :, freshness.Span._fields.index("decays_at")]
        parts = self._parts(rows, numbers)
        parts[:, Part.ANSWERS] = [truth for truth, _ in lines]
        free = [row.capacity.available > 0 if row.capacity else None for row in rows]
        until = [
            freshness.ticks(row.capacity.expires_at) if row.capacity else freshness.ALWAYS
            for row in rows
        ]
        truths = {None: UNKNOWN, False: NO, True: YES}
        return Columns(
            key=np.array([points.key_of(row) for row in rows], dtype=np.float64),
            half_id=np.array([row.id.int & HALF for row in rows], dtype=np.uint64),
            is_national=np.array([row.scope == Scope.NATIONAL for row in rows], dtype=np.bool_),
            **{name: numbers[name] for name in Columns._fields if name in numbers},
            parts=parts,
            spans=spans,
            eligibility_decays=decays[:, freshness.PLACE[Fact.ELIGIBILITY]].copy(),
            documents_decays=decays[:, freshness.PLACE[Fact.DOCUMENTS]].copy(),
            free=np.array([truths[each] for each in free], dtype=np.int8),
            free_until=np.array(until, dtype=np.int64),
        )

    def _parts(self, rows: Sequence[ServiceRow], numbers: dict[str, Numbers]) -> Numbers:
        parts = np.zeros((len(rows), PARTS), dtype=np.int32)
        for part in (Part.CATEGORIES, Part.MODE, Part.GROUP, Part.TOLD, Part.SPEECH):
            parts[:, part] = numbers[part.name.lower()]
        for part, channel in ((Part.VISIT, Channel.VISIT), (Part.PHONE, Channel.PHONE)):
            hours = (row.doors[channel].hours if channel in row.doors else None for row in rows)
            parts[:, part] = [self.waits.number(each) for each in hours]
        parts[:, Part.LIMITS] = self._limits(numbers, len(rows))
        parts[:, Part.POINTS] = [max(len(row.points), 1) for row in rows]
        parts[:, Part.BEDS] = [len(row.rooms) for row in rows]
        for first, counts in ((Part.FIRST_POINT, Part.POINTS), (Part.FIRST_BED, Part.BEDS)):
            parts[:, first] = np.cumsum(parts[:, counts]) - parts[:, counts]
        return parts

    def _limits(self, numbers: dict[str, Numbers], count: int) -> Numbers:
        limits = np.zeros(count, dtype=np.int32)
        for place, criterion in enumerate(CRITERIA):
            if criterion.code in self.facets:
                table = self.facets[criterion.code].table("limits", criterion.is_limited)
                limits |= table[numbers[criterion.code]] << place
        return limits


def _joined(before: Tables, after: Tables) -> Tables:
    """Return tables one after the other, and the columns that point into the later ones."""
    parts = after.columns.parts.copy()
    parts[:, Part.FIRST_POINT] += len(before.spots)
    parts[:, Part.FIRST_BED] += len(before.beds.until)
    return Tables(
        columns=after.columns._replace(parts=parts),
        positions=points.Positions._make(_appended(before.positions, after.positions)),
        spots=np.concatenate([before.spots, after.spots]),
        beds=Beds._make(_appended(before.beds, after.beds)),
    )


def _appended(before: Iterable[Column], after: Iterable[Column]) -> Iterator[Column]:
    return map(np.concatenate, zip(before, after, strict=True))


def changed(old: Columns, gone: Ints, fresh: Columns) -> tuple[Columns, Ints, Ints]:
    """Return columns without removed rows and with fresh ones, in order.
    With them: which fresh row comes after which, and before which of those kept they stand."""
    order = np.argsort(fresh.key, kind="stable")
    places = np.searchsorted(np.delete(old.key, gone), fresh.key[order])
    pairs: Iterable[tuple[Column, Column]] = zip(old, fresh, strict=True)
    columns = Columns._make(
        np.insert(np.delete(column, gone, axis=0), places, new[order], axis=0)
        for column, new in pairs
    )
    return columns, order, places


def _disclosed() -> Callable[[ServiceRow], Hashable]:
    """Return the reader of what a row discloses."""
    telling = {code for code, each in vocabulary.categories().items() if each.tells_police}
    read = facets.stated(Kind.TELLS_POLICE, Kind.TELLS_MIGRATION)
    return lambda row: (read(row), row.categories.isdisjoint(telling))
