"""Whether she is where a service helps: judged for each distinct area, then for each list of them."""

from __future__ import annotations

from collections import defaultdict
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from protect.directory.enums import Truth
from protect.directory.matching.asked import Asked
from protect.directory.matching.engine.bits import Flags, Ints
from protect.directory.matching.engine.facets import Facet, Truths
from protect.directory.matching.engine.points import Position, Positions, window
from protect.directory.matching.places import KILOMETRE
from protect.directory.matching.question import Where
from protect.directory.matching.rows import Reach, ServiceRow

NO, UNKNOWN, YES = (int(truth) for truth in Truth)
NOTHING_STATED = Reach(country="")  # stands for an empty list


class Reaches(NamedTuple):
    """The distinct areas as columns, and the lists that they form."""

    countries: dict[str, int]
    country: Ints  # its number
    is_country: Flags  # the whole of it
    circles: Ints  # from south to north
    centres: Positions  # of these
    radius: Ints  # of these, in metres
    by_area: dict[str, list[int]]
    within: dict[str, list[int]]  # by what an area or the centre of a circle lies in
    members: Ints  # of one list after the other
    starts: Ints
    floor: Truths  # the least that each list says: unknown where it is incomplete


class Areas:
    """The distinct lists of areas."""

    def __init__(self) -> None:
        self.facet = Facet(lambda row: (frozenset(row.areas), bool(row.area_note)))
        self._reaches: tuple[int, Reaches] | None = None

    def truths(self, asked: Asked) -> Truths:
        """Return the truth of each distinct list for where she is, as places.area has it."""
        where = asked.question.where or Where()
        reaches = self._columns()
        found = _of_reaches(reaches, where, asked)
        return np.maximum(np.maximum.reduceat(found[reaches.members], reaches.starts), reaches.floor)

    def _columns(self) -> Reaches:
        count = len(self.facet.samples)
        if self._reaches is None or self._reaches[0] < count:
            self._reaches = count, _reaches(self.facet.samples[:count])
        return self._reaches[1]


def _reaches(samples: list[ServiceRow]) -> Reaches:
    numbers: dict[Reach, int] = {NOTHING_STATED: 0}
    lists = [
        [numbers.setdefault(reach, len(numbers)) for reach in row.areas or (NOTHING_STATED,)]
        for row in samples
    ]
    by_area, within = defaultdict(list), defaultdict(list)
    for reach, number in numbers.items():
        if reach.area is not None:
            by_area[reach.area].append(number)
        for code in reach.within:
            within[code].append(number)
    countries: dict[str, int] = {}
    circles = sorted(
        (reach for reach in numbers if reach.radius_km is not None), key=lambda each: _centre(each)[0]
    )
    return Reaches(
        countries=countries,
        country=np.array(
            [countries.setdefault(reach.country, len(countries)) for reach in numbers]
        ),
        is_country=np.array([reach.area is reach.radius_km is None for reach in numbers]),
        circles=np.array([numbers[reach] for reach in circles], dtype=np.int64),
        centres=Positions.of(map(_centre, circles)),
        radius=np.array([(reach.radius_km or 0) * KILOMETRE for reach in circles], dtype=np.int64),
        by_area=dict(by_area),
        within=dict(within),
        members=np.array([number for members in lists for number in members], dtype=np.int64),
        starts=np.array([0, *accumulate(map(len, lists))][:-1], dtype=np.int64),
        floor=np.array([_floor(row) for row in samples], dtype=np.int8),
    )


def _centre(circle: Reach) -> Position:
    return circle.latitude or 0.0, circle.longitude or 0.0


def _floor(row: ServiceRow) -> int:
    return UNKNOWN if row.area_note or not row.areas else NO


def _of_reaches(reaches: Reaches, where: Where, asked: Asked) -> Truths:
    """Return the truth of each distinct area."""
    found = np.full(len(reaches.country), NO, dtype=np.int8)
    if not where.areas:  # of where she may be, it serves a part
        found[:] = UNKNOWN
    elif not where.is_point:
        found[reaches.within.get(where.areas[0], [])] = UNKNOWN
    for code in where.areas:
        found[reaches.by_area.get(code, [])] = YES
    found[reaches.is_country] = UNKNOWN if where.country is None else YES
    if where.country is not None:
        found[reaches.country != reaches.countries.get(where.country, -1)] = NO
    if asked.point is not None and len(reaches.circles):
        found[reaches.circles] = NO
        found[_circles_round(reaches, asked.point, asked)] = YES
    return found


def _circles_round(reaches: Reaches, origin: Position, asked: Asked) -> Ints:
    """Return the circles that a point lies in. Only those that are near are measured."""
    travel, centres = asked.weights.travel, reaches.centres
    near = window(origin, int(reaches.radius.max()), travel)
    south, north = np.searchsorted(centres.latitude, [near.south, near.north])
    close = south + np.flatnonzero(near.holds(centres.longitude[south:north]))
    metres = centres.metres(origin, close, travel)
    return reaches.circles[close[metres <= reaches.radius[close]]]
