"""Rows as columns: what a question needs of them, as numbers, in the order of the grid."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import accumulate, chain
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protect.directory.enums import Channel, Fact, Kind, Scope
from protect.directory.matching.criteria import CRITERIA
from protect.directory.matching.engine import beds, points, trust
from protect.directory.matching.engine.areas import Areas
from protect.directory.matching.engine.avoided import Spots
from protect.directory.matching.engine.beds import Beds
from protect.directory.matching.engine.bits import Flags, Ints
from protect.directory.matching.engine.clocks import Clocks
from protect.directory.matching.engine.facets import LENSES, Facet, stated
from protect.directory.matching.engine.points import Floats, Positions
from protect.directory.matching.engine.speech import Speech
from protect.directory.matching.rows import Point, ServiceRow
from protect.reference import vocabulary

type Numbers = NDArray[np.int32]

HALF = (1 << 64) - 1  # of a UUID


class Columns(NamedTuple):
    """One entry per row in each. A number stands for a reading of its facet, see facets.py."""

    key: Floats  # ascending: the order of the grid
    half_id: NDArray[np.uint64]
    is_national: Flags
    categories: Numbers
    told: Numbers  # what it tells the authorities
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
    speech: Numbers
    limits: NDArray[np.uint16]  # a bit for each of CRITERIA: states a limit, whoever asks
    doors: Numbers  # numbers of clocks; rows, to come and to call
    spans: Ints  # of trust: rows, facts and LINE, Span
    eligibility_decays: Ints  # ticks
    documents_decays: Ints  # ticks
    answers: NDArray[np.int8]  # Truth: whether somebody answered the phone
    free: NDArray[np.int8]  # Truth: whether there were places
    free_until: Ints  # ticks
    first_point: Numbers  # in Tables.positions and .spots; a row without any has one nowhere
    points: Numbers
    first_bed: Numbers  # in Tables.beds
    beds: Numbers


class Tables(NamedTuple):
    """Columns, and the tables that they point into. What a row has left behind there stays."""

    columns: Columns
    positions: Positions
    spots: Numbers
    beds: Beds


class Encoder:
    """Knows the facets. All snapshots that follow from each other share one."""

    def __init__(self) -> None:
        self.clocks = Clocks()
        self.speech = Speech(self.clocks)
        self.areas = Areas()
        self.spots = Spots()
        self.facets = {
            **{code: Facet(lens.read) for code, lens in LENSES.items()},
            "categories": Facet(lambda row: row.categories),
            "told": Facet(_told()),
            "area": self.areas.facet,
            "speech": self.speech.facet,
        }
        self._lock = Lock()

    def encode(self, rows: Sequence[ServiceRow], before: Tables | None = None) -> Tables:
        """Return rows as columns, in their own order, and the tables that go on from `before`."""
        with self._lock:
            numbers = {
                name: _column(np.int32, map(facet.number, rows), rows)
                for name, facet in self.facets.items()
            }
            spots = [self.spots.number(point) for row in rows for point in row.points or (None,)]
            columns = self._columns(rows, numbers)
        places = (point for row in rows for point in row.points or (None,))
        tables = Tables(
            columns=columns,
            positions=Positions.of(map(_position, places)),
            spots=np.array(spots, dtype=np.int32),
            beds=Beds.of(rows),
        )
        return tables if before is None else _joined(before, tables)

    def _columns(self, rows: Sequence[ServiceRow], numbers: dict[str, Numbers]) -> Columns:
        spans = np.array([trust.spans(row) for row in rows], dtype=np.int64)
        spans = spans.reshape(len(rows), len(trust.FACTS) + 1, len(trust.Span._fields))
        decays = spans[:, :, trust.Span._fields.index("decays_at")]
        places = [max(len(row.points), 1) for row in rows]
        rooms = [len(row.rooms) for row in rows]
        free = list(map(beds.free, rows))
        return Columns(
            key=_column(np.float64, map(points.key_of, rows), rows),
            half_id=_column(np.uint64, (row.id.int & HALF for row in rows), rows),
            is_national=_column(np.bool_, (row.scope == Scope.NATIONAL for row in rows), rows),
            **numbers,
            limits=self._limits(numbers, len(rows)),
            doors=np.stack([self._doors(rows, channel) for channel in Channel], axis=1),
            spans=spans,
            eligibility_decays=decays[:, trust.PLACE[Fact.ELIGIBILITY]].copy(),
            documents_decays=decays[:, trust.PLACE[Fact.DOCUMENTS]].copy(),
            answers=_column(np.int8, map(trust.answers, rows), rows),
            free=_column(np.int8, (truth for truth, _ in free), rows),
            free_until=_column(np.int64, (until for _, until in free), rows),
            first_point=_column(np.int32, _before(places), rows),
            points=_column(np.int32, places, rows),
            first_bed=_column(np.int32, _before(rooms), rows),
            beds=_column(np.int32, rooms, rows),
        )

    def _doors(self, rows: Sequence[ServiceRow], channel: Channel) -> Numbers:
        hours = (row.doors[channel].hours if channel in row.doors else None for row in rows)
        return _column(np.int32, map(self.clocks.number, hours), rows)

    def _limits(self, numbers: dict[str, Numbers], count: int) -> NDArray[np.uint16]:
        found = np.zeros(count, dtype=np.uint16)
        for place, criterion in enumerate(CRITERIA):
            if criterion.code in self.facets:
                table = self.facets[criterion.code].table("limits", criterion.is_limited)
                found |= table[numbers[criterion.code]].astype(np.uint16) << place
        return found


def _position(point: Point | None) -> points.Position:
    return (point.latitude, point.longitude) if point else (0.0, 0.0)


def _joined(before: Tables, after: Tables) -> Tables:
    """Return tables one after the other, and the columns that point into the later part."""
    columns = after.columns
    return Tables(
        columns=columns._replace(
            first_point=columns.first_point + np.int32(len(before.spots)),
            first_bed=columns.first_bed + np.int32(len(before.beds.until)),
        ),
        positions=Positions(*map(np.concatenate, zip(before.positions, after.positions, strict=True))),
        spots=np.concatenate([before.spots, after.spots]),
        beds=Beds(*map(np.concatenate, zip(before.beds, after.beds, strict=True))),
    )


def changed(old: Columns, gone: Ints, fresh: Columns) -> tuple[Columns, Ints, Ints]:
    """Return columns without the rows that are gone and with fresh ones, in order.

    With them: which fresh row comes after which, and before which of those kept they stand.
    """
    order = np.argsort(fresh.key, kind="stable")
    kept = Columns(*(np.delete(column, gone, axis=0) for column in old))
    places = np.searchsorted(kept.key, fresh.key[order])
    columns = Columns(
        *(
            np.insert(column, places, new[order], axis=0)
            for column, new in zip(kept, fresh, strict=True)
        )
    )
    return columns, order, places


def ordered(columns: Columns) -> tuple[Columns, Ints]:
    """Return columns in the order of the grid, and which row stands where."""
    order = np.argsort(columns.key, kind="stable")
    return Columns(*(column[order] for column in columns)), order


def _column[T: np.generic](
    kind: type[T], values: Iterable[object], rows: Sequence[ServiceRow]
) -> NDArray[T]:
    return np.fromiter(values, dtype=kind, count=len(rows))  # type: ignore[call-overload,no-any-return]


def _before(counts: list[int]) -> Iterable[int]:
    """Return how many come before each."""
    return list(accumulate(chain([0], counts)))[:-1]


def _told() -> Callable[[ServiceRow], Hashable]:
    """Return what reads whom a row tells."""
    telling = {code for code, each in vocabulary.categories().items() if each.tells_police}
    read = stated(Kind.TELLS_POLICE, Kind.TELLS_MIGRATION)
    return lambda row: (read(row), row.categories.isdisjoint(telling))
