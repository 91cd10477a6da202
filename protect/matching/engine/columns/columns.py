"""Services as columns of numbers: the data that a question reads, in the order of the grid."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import datetime
from enum import IntEnum
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from protect.directory.enums import Channel, CriterionKind, Fact, ServiceScope
from protect.directory.hours import Hours
from protect.matching import costs, questions
from protect.matching.conditions.criteria import CRITERIA
from protect.matching.conditions.truth import truth_of_answer
from protect.matching.engine.columns import (
    areas,
    facets,
    freshness,
    language_costs,
    points,
    waits,
)
from protect.matching.engine.columns.bits import NO, UNKNOWN, YES, Flags, Ints
from protect.matching.services.cache import Cache
from protect.matching.services.rows import Room, ServiceRow
from protect.reference import vocabulary

NO_ROOM = -1  # no such room for the family; less than every truth
NO_LIMIT = 1000  # years, above every age: the room takes sons of any age
type Column = NDArray[Any]
type Numbers = NDArray[np.int32]
HALF_ID_MASK = (1 << 64) - 1  # selects the lower half of a UUID
PARTS_PER_ROW = 16  # parts of a row: 16 × 4 bytes fill one cache line


class RoomColumns(NamedTuple):
    """The family rooms of all rows as columns."""

    gender: Ints  # a code of GENDERS; "" is any
    children: Ints  # at most MANY_CHILDREN, which stands for that many or more
    oldest_boy: Ints  # years; NO_LIMIT: sons of any age
    truth: Ints  # Truth: whether such a room is free
    until: Ints  # ticks; from then on, `truth` has expired

    @classmethod
    def from_rows(cls, rows: Iterable[ServiceRow]) -> "RoomColumns":
        rooms = np.array([_encode_room(room) for row in rows for room in row.rooms], dtype=np.int64)
        gender, children, oldest_boy, truth, until = rooms.reshape(-1, len(cls._fields)).T
        return cls(gender, children, oldest_boy, truth, until)

    def truths(self, chosen: Ints, person: questions.Person, at: int) -> Ints:
        """Return if rooms are free (Truth); NO_ROOM: unfit, expired, or children unanswered."""
        if person.children is None:
            return np.full(len(chosen), NO_ROOM)
        gender = self.gender[chosen]
        is_suitable = (gender == 0) | (gender == language_costs.GENDERS.index(person.gender or ""))
        is_suitable &= self.children[chosen] >= min(len(person.children), costs.MANY_CHILDREN)
        is_suitable &= self._takes_sons(chosen, person) & (self.until[chosen] > at)
        return np.where(is_suitable, self.truth[chosen], NO_ROOM)

    def _takes_sons(self, chosen: Ints, person: questions.Person) -> Flags:
        """Return which rooms take all children but daughters; unknown ages need NO_LIMIT."""
        sons = [child.age for child in person.children or () if child.gender != "f"]
        limit = self.oldest_boy[chosen]
        oldest = max((NO_LIMIT - 1 if age is None else age for age in sons), default=0)
        is_suitable: Flags = (limit == NO_LIMIT) | (limit >= oldest)
        return is_suitable


def _encode_room(room: Room) -> tuple[int, int, int, int, int]:
    return (
        language_costs.GENDERS.index(room.adult_gender),
        min(room.children, costs.MANY_CHILDREN),
        NO_LIMIT if room.oldest_boy is None else room.oldest_boy,
        int(truth_of_answer(room.answer)),
        freshness.ticks(room.expires_at),
    )


class RowPart(IntEnum):
    """The parts of a row that its sort key needs, side by side in one cache line."""

    CATEGORIES = 0
    MODE = 1
    GROUP = 2
    DISCLOSURE = 3  # what the service discloses to authorities
    SPEECH = 4  # number of its list of languages
    VISIT = 5  # number of the hours for visits; PHONE: for calls
    PHONE = 6
    LIMITS = 7  # one bit for each of CRITERIA: whether the row states a limit
    PHONE_ANSWERED = 8  # Truth: whether the phone is answered
    FIRST_POINT = 9  # index in Tables.positions; a row without points has one dummy
    POINTS = 10
    FIRST_ROOM = 11  # index of its first family room
    ROOMS = 12
    WRITING = 13  # number of the hours that are stated for writing


class Columns(NamedTuple):
    """Rows as columns, one entry per row. A number stands for a distinct value, see facets.py."""

    key: points.Floats  # grid key, ascending
    half_id: NDArray[np.uint64]
    short: NDArray[np.uint64]  # see `short_number`
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
    parts: Numbers  # axes: row, part
    spans: Ints  # freshness spans; axes: row, fact, field of the span
    eligibility_decays: Ints  # ticks; from then on, ELIGIBILITY is expired or disputed
    documents_decays: Ints  # ticks; from then on, DOCUMENTS is expired or disputed
    has_room: NDArray[np.int8]  # Truth: whether any place is free; `rooms` have their own
    has_room_until: Ints  # ticks until which `has_room` holds


class Tables(NamedTuple):
    """Columns and the tables that they point into. Entries of removed rows remain in the tables."""

    columns: Columns
    positions: points.Positions
    place_numbers: Numbers  # of AvoidedPlaces, one for each of `positions`
    rooms: RoomColumns


class EncoderState(NamedTuple):
    """The state of an encoder, as a snapshot file stores it."""

    samples: dict[str, list[ServiceRow]]  # by facet, without `area` and `speech`
    areas: list[areas.AreaList]
    languages: list[language_costs.LanguageList]
    hours: list[Hours]  # in the order of their numbers, as `places`
    places: list[areas.PlaceCodes]


class Encoder:
    """Encodes rows as numbers. All snapshots that follow from each other share one encoder."""

    def __init__(self) -> None:
        self.waits = waits.WaitCache()
        self.cache = Cache()
        self.language_costs = language_costs.LanguageCosts(self.waits)
        self.areas = areas.StatedAreas()
        self.avoided_places = areas.AvoidedPlaces()
        self.facets = {
            **{code: facets.Facet(reader.read) for code, reader in facets.READERS.items()},
            "categories": facets.Facet(lambda row: row.categories),
            "disclosure": facets.Facet(_disclosure_reader()),
            "area": self.areas.facet,
            "speech": self.language_costs.facet,
        }
        self._lock = Lock()

    @classmethod
    def restore(cls, state: EncoderState, waits: Numbers) -> "Encoder":
        """Return an encoder with the numbers of another one; `waits` are its cached waits."""
        encoder = cls()
        for name, samples in state.samples.items():
            encoder.facets[name].restore(samples)
        encoder.areas.facet.restore(state.areas)
        encoder.language_costs.facet.restore(state.languages)
        encoder.waits.restore(state.hours, waits)
        encoder.avoided_places.restore(state.places)
        return encoder

    def state(self) -> tuple[EncoderState, Numbers]:
        """Return what `restore` needs."""
        with self._lock:
            samples = {name: facet.samples.copy() for name, facet in self.facets.items()}
            parts = samples.pop("area"), samples.pop("speech")
            hours, waits = self.waits.state()
            return EncoderState(samples, *parts, hours, self.avoided_places.numbered()), waits

    def encode(self, rows: Sequence[ServiceRow], earlier: Tables | None = None) -> Tables:
        """Return `rows` as columns in their order; their tables begin with those of `earlier`."""
        places = [point for row in rows for point in row.points or (None,)]
        with self._lock:
            numbers = {
                name: np.array([facet.number(row) for row in rows], dtype=np.int32)
                for name, facet in self.facets.items()
            }
            place_numbers = [self.avoided_places.number(point) for point in places]
            columns = self._build_columns(rows, numbers)
        tables = Tables(
            columns=columns,
            positions=points.Positions.from_degrees(
                (point.latitude, point.longitude) if point else (0.0, 0.0) for point in places
            ),
            place_numbers=np.array(place_numbers, dtype=np.int32),
            rooms=RoomColumns.from_rows(rows),
        )
        return tables if earlier is None else _append_tables(earlier, tables)

    def precompute_hours(self, at: datetime) -> None:
        """Evaluate the hours of channels and languages that are new since the last call."""
        for row in list(self.language_costs.facet.samples):
            for offer in row.languages:
                self.waits.number(offer.window)
        self.waits.precompute_hours(at)

    def _build_columns(self, rows: Sequence[ServiceRow], numbers: dict[str, Numbers]) -> Columns:
        phone_spans = [freshness.phone_answer_span(row) for row in rows]
        pairs = zip(rows, phone_spans, strict=True)
        of_rows = [[*freshness.freshness_spans(row), phone] for row, (_, phone) in pairs]
        shape = len(rows), len(freshness.FACTS) + 1, len(freshness.FreshnessSpan._fields)
        spans = np.array(of_rows, dtype=np.int64).reshape(shape)
        decays = spans[:, :, freshness.FreshnessSpan._fields.index("decays_at")]
        parts = self._build_row_parts(rows, numbers)
        parts[:, RowPart.PHONE_ANSWERED] = [truth for truth, _ in phone_spans]
        capacities = [row.capacity for row in rows]
        expiry = [
            freshness.ticks(capacity.expires_at) if capacity else freshness.ALWAYS
            for capacity in capacities
        ]
        has_room = [
            (YES if capacity.available > 0 else NO) if capacity else UNKNOWN
            for capacity in capacities
        ]
        is_national = [row.scope == ServiceScope.NATIONAL for row in rows]
        return Columns(
            key=np.array([points.grid_key(row) for row in rows], dtype=np.float64),
            half_id=np.array([row.id.int & HALF_ID_MASK for row in rows], dtype=np.uint64),
            short=np.array([short_number(row.short) for row in rows], dtype=np.uint64),
            is_national=np.array(is_national, dtype=np.bool_),
            **{name: numbers[name] for name in Columns._fields if name in numbers},
            parts=parts,
            spans=spans,
            eligibility_decays=decays[:, freshness.FACT_INDEX[Fact.ELIGIBILITY]].copy(),
            documents_decays=decays[:, freshness.FACT_INDEX[Fact.DOCUMENTS]].copy(),
            has_room=np.array(has_room, dtype=np.int8),
            has_room_until=np.array(expiry, dtype=np.int64),
        )

    def _build_row_parts(self, rows: Sequence[ServiceRow], numbers: dict[str, Numbers]) -> Numbers:
        parts = np.zeros((len(rows), PARTS_PER_ROW), dtype=np.int32)
        for name in ("categories", "mode", "group", "disclosure", "speech"):
            parts[:, RowPart[name.upper()]] = numbers[name]
        for part, channel in ((RowPart.VISIT, Channel.VISIT), (RowPart.PHONE, Channel.PHONE)):
            openings = [row.opening_hours.get(channel) for row in rows]
            parts[:, part] = [
                self.waits.number(opening.hours if opening else None) for opening in openings
            ]
        parts[:, RowPart.WRITING] = [self.waits.number(row.writing_hours) for row in rows]
        parts[:, RowPart.LIMITS] = self._build_limit_bits(numbers, len(rows))
        parts[:, RowPart.POINTS] = [max(len(row.points), 1) for row in rows]
        parts[:, RowPart.ROOMS] = [len(row.rooms) for row in rows]
        parts[:, RowPart.FIRST_POINT] = _run_starts(parts[:, RowPart.POINTS])
        parts[:, RowPart.FIRST_ROOM] = _run_starts(parts[:, RowPart.ROOMS])
        return parts

    def _build_limit_bits(self, numbers: dict[str, Numbers], count: int) -> Numbers:
        limits = np.zeros(count, dtype=np.int32)
        for place, criterion in enumerate(CRITERIA):
            if criterion.code in self.facets:
                table = self.facets[criterion.code].table("limits", criterion.is_limited)
                limits |= table[numbers[criterion.code]] << place
        return limits


def short_number(short: str) -> int:
    """Return a number for a short code; longer codes than those of services may share one."""
    return int.from_bytes(short.encode()[:8])


def _run_starts(counts: Numbers) -> Ints:
    return np.cumsum(counts) - counts


def _append_tables(earlier: Tables, later: Tables) -> Tables:
    """Return `later` with the tables of `earlier` before its own, and its pointers shifted."""
    parts = later.columns.parts.copy()
    parts[:, RowPart.FIRST_POINT] += len(earlier.place_numbers)
    parts[:, RowPart.FIRST_ROOM] += len(earlier.rooms.until)
    return Tables(
        columns=later.columns._replace(parts=parts),
        positions=points.Positions._make(_append_columns(earlier.positions, later.positions)),
        place_numbers=np.concatenate([earlier.place_numbers, later.place_numbers]),
        rooms=RoomColumns._make(_append_columns(earlier.rooms, later.rooms)),
    )


def _append_columns(earlier: Iterable[Column], later: Iterable[Column]) -> Iterator[Column]:
    return map(np.concatenate, zip(earlier, later, strict=True))


def replace_rows(old: Columns, removed: Ints, added: Columns) -> tuple[Columns, Ints, Ints]:
    """Return columns without the removed rows and with the added ones, in order. Also return the
    order of the added rows, and the index among the kept rows where each goes."""
    order = np.argsort(added.key, kind="stable")
    places = np.searchsorted(np.delete(old.key, removed), added.key[order])
    pairs: Iterable[tuple[Column, Column]] = zip(old, added, strict=True)
    columns = Columns._make(
        np.insert(np.delete(column, removed, axis=0), places, new[order], axis=0)
        for column, new in pairs
    )
    return columns, order, places


def _disclosure_reader() -> Callable[[ServiceRow], Hashable]:
    """Return a function that reads from a row what decides its disclosure."""
    categories = vocabulary.categories().items()
    police = {code for code, category in categories if category.tells_police}
    read = facets.conditions_reader(CriterionKind.TELLS_POLICE, CriterionKind.TELLS_MIGRATION)
    return lambda row: (read(row), row.categories.isdisjoint(police))
