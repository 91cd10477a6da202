"""Whether she is where a service helps: found from the few areas that she is in, or may be in."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import NamedTuple

import numpy as np

from protect.matching import questions, weights
from protect.matching.conditions.places import KILOMETRE
from protect.matching.engine.columns import facets, points
from protect.matching.engine.columns.bits import NO, UNKNOWN, YES, Flags, Ints, runs
from protect.matching.services.rows import Point, Reach, ServiceRow

NOTHING_STATED = Reach(country="")  # stands for an empty list
NONE = np.empty(0, dtype=np.int64)

type Index = Mapping[str, Ints]  # numbers of areas
NOWHERE = 0  # the spot of rows without a place
type Spot = tuple[tuple[str, ...], int | None, frozenset[str]]


class Reaches(NamedTuple):
    """The distinct areas by number, and the lists of them that rows state."""

    countries: Mapping[str, int]
    country: Ints  # the number of its country, by area
    is_circle: Flags  # by area
    whole: Index  # a country, all of it
    by_area: Index
    within: Index  # by what an area, or the centre of a circle, lies in
    circles: Ints  # from south to north
    centres: points.Positions  # of these
    radius: Ints  # of these, in metres
    widest: int
    first: Ints  # by area: where the lists that have it begin
    lists: Ints
    floor: facets.Truths  # by list

    def lists_with(self, areas: Ints) -> Ints:
        first = self.first[areas]
        return self.lists[runs(first, self.first[areas + 1] - first)[0]]

    def here(self, areas: Ints, country: str | None) -> Ints:
        """Return the areas that lie in a country; all of them without one."""
        if country is None:
            return areas
        inside: Ints = areas[self.country[areas] == self.countries.get(country, -1)]
        return inside


class Areas:
    def __init__(self) -> None:
        self.facet = facets.Facet(lambda row: (frozenset(row.areas), bool(row.area_note)))
        self._reaches: tuple[int, Reaches] | None = None

    def judged(self, prepared: questions.PreparedQuestion) -> tuple[Ints, Ints]:
        """Return the lists that surely serve her place and those that may; for others, `floors`."""
        reaches, where = self._numbered(), prepared.question.where or questions.Where()
        surely, perhaps = _surely(reaches, where, prepared), _perhaps(reaches, where)
        return reaches.lists_with(surely), reaches.lists_with(perhaps)

    def floors(self) -> facets.Truths:
        """Return the least truth of each list: unknown where it is incomplete, else no."""
        return self._numbered().floor

    def _numbered(self) -> Reaches:
        count = len(self.facet.samples)
        if self._reaches is None or self._reaches[0] < count:
            self._reaches = count, _reaches(self.facet.samples[:count])
        return self._reaches[1]


def _surely(reaches: Reaches, where: questions.Where, prepared: questions.PreparedQuestion) -> Ints:
    """Return the areas that she is in."""
    areas = [reaches.here(reaches.by_area.get(code, NONE), where.country) for code in where.areas]
    if where.country is not None:
        areas.append(reaches.whole.get(where.country, NONE))
    if prepared.point is not None and len(reaches.circles):
        areas.append(_circles_round(reaches, prepared.point, prepared.weights.travel))
    return np.concatenate([NONE, *areas])


def _perhaps(reaches: Reaches, where: questions.Where) -> Ints:
    """Return the areas that are a part of where she may be."""
    areas = NONE
    if not where.areas:
        areas = reaches.here(np.arange(len(reaches.country)), where.country)
        if where.point is not None:
            areas = areas[~reaches.is_circle[areas]]
    elif where.point is None:
        areas = reaches.here(reaches.within.get(where.areas[0], NONE), where.country)
    return np.concatenate([areas, *reaches.whole.values()]) if where.country is None else areas


def _circles_round(reaches: Reaches, origin: points.Position, travel: weights.Travel) -> Ints:
    """Return the circles that a point lies in. Only those nearby are measured."""
    near = points.window(origin, reaches.widest, travel)
    south, north = np.searchsorted(reaches.centres.latitude, [near.south, near.north])
    close = south + np.flatnonzero(near.holds(reaches.centres.longitude[south:north]))
    metres = reaches.centres.metres(origin, close, travel)
    circles: Ints = reaches.circles[close[metres <= reaches.radius[close]]]
    return circles


def _reaches(samples: Sequence[ServiceRow]) -> Reaches:
    numbers = {NOTHING_STATED: 0}
    lists = [
        [numbers.setdefault(reach, len(numbers)) for reach in row.areas or (NOTHING_STATED,)]
        for row in samples
    ]
    members = np.array([number for members in lists for number in members], dtype=np.int64)
    owners = np.repeat(np.arange(len(lists)), np.array(list(map(len, lists)), dtype=np.int64))
    countries: dict[str, int] = {}
    circles = sorted((reach for reach in numbers if reach.radius_km is not None), key=_centre)
    radius = [(each.radius_km or 0) * KILOMETRE for each in circles]
    is_open = [row.area_note or not row.areas for row in samples]
    return Reaches(
        countries=countries,
        country=np.array([countries.setdefault(each.country, len(countries)) for each in numbers]),
        is_circle=np.array([reach.radius_km is not None for reach in numbers]),
        whole=_index(numbers, lambda each: [each.country] if each.is_whole else []),
        by_area=_index(numbers, lambda each: [each.area] if each.area else []),
        within=_index(numbers, lambda each: each.within),
        circles=np.array([numbers[reach] for reach in circles], dtype=np.int64),
        centres=points.Positions.of(map(_centre, circles)),
        radius=np.array(radius, dtype=np.int64),
        widest=max(radius, default=0),
        first=np.searchsorted(np.sort(members), np.arange(len(numbers) + 1)),
        lists=owners[np.argsort(members, kind="stable")],
        floor=np.array([UNKNOWN if each else NO for each in is_open], dtype=np.int8),
    )


def _index(numbers: Mapping[Reach, int], codes: Callable[[Reach], Iterable[str]]) -> Index:
    numbers_by_code = defaultdict(list)
    for reach, number in numbers.items():
        for code in codes(reach):
            numbers_by_code[code].append(number)
    return {code: np.array(those) for code, those in numbers_by_code.items()}


def _centre(circle: Reach) -> points.Position:
    return circle.latitude or 0.0, circle.longitude or 0.0  # store gives every circle its centre


class AvoidedPlaces:
    """The distinct spots, and by code of an area or place those that lie in it."""

    def __init__(self) -> None:
        self._numbers: dict[Spot, int] = {}
        self._in: dict[str, list[int]] = defaultdict(list)
        self._perhaps_in: dict[str, list[int]] = defaultdict(list)
        self._lock = Lock()

    def number(self, point: Point | None) -> int:
        """Return the number of what matters about a point; NOWHERE for none."""
        if point is None:
            return NOWHERE
        spot = point.areas, point.place, point.inside
        if spot in self._numbers:
            return self._numbers[spot]
        with self._lock:
            number = self._numbers[spot] = len(self._numbers) + 1
            for code in (*point.areas, str(point.place)):
                self._in[code].append(number)
            for code in point.inside:
                self._perhaps_in[code].append(number)
        return number

    def truths(self, avoided: frozenset[str]) -> facets.Truths:
        """Return by spot whether it is apart from all that is avoided, as places.avoid has it."""
        with self._lock:
            truths = np.full(len(self._numbers) + 1, YES, dtype=np.int8)
            truths[NOWHERE] = UNKNOWN
            for code in avoided:
                truths[self._perhaps_in.get(code, [])] = UNKNOWN
            for code in avoided:
                truths[self._in.get(code, [])] = NO
        return truths
