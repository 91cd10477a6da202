"""Find the services that serve the person's place, and those in places that the person avoids."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple

import numpy as np

from protect.matching.avoidance import Avoidance
from protect.matching.conditions.places import KILOMETRE
from protect.matching.engine.columns import facets, points
from protect.matching.engine.columns.bits import NO, UNKNOWN, YES, Flags, Ints, expand_runs
from protect.matching.questions import PersonLocation, Query
from protect.matching.services.rows import Point, ServedArea
from protect.matching.weights import TravelWeights

NO_AREA_STATED = ServedArea(country="")  # in place of an empty list
NO_AREAS = np.empty(0, dtype=np.int64)

type AreaIndex = Mapping[str, Ints]  # by code: numbers of areas
NO_PLACE = 0  # the number for rows without a point
ANYWHERE = ""  # instead of the codes of a point whose settlement is not known
type PlaceCodes = tuple[tuple[str, ...], int | None, frozenset[str]]


@dataclass(frozen=True, slots=True)
class AreaList:
    """The part of a row that says which areas it serves."""

    areas: tuple[ServedArea, ...]
    area_note: str


class AreaTables(NamedTuple):
    """The distinct served areas by number, and the lists of areas that rows state."""

    countries: Mapping[str, int]  # by code: the number of a country
    country: Ints  # by area: the number of its country
    is_circle: Flags  # by area
    whole: AreaIndex  # whole countries
    by_area: Mapping[tuple[str, str | None], Ints]  # by code and its country, or None for any
    within: AreaIndex  # areas and circles by each area that contains them
    circles: Ints  # from south to north
    centres: points.Positions  # of the circles
    radius: Ints  # of the circles, in metres
    widest: int  # largest radius, in metres
    first: Ints  # by area: index in `lists` where its lists begin
    lists: Ints  # numbers of lists, grouped by area
    least_truth: facets.Truths  # by list: unknown if it is incomplete, else no

    def lists_containing(self, areas: Ints) -> Ints:
        """Return the numbers of the lists that contain these areas, once for each area."""
        if not len(areas):
            return NO_AREAS
        first = self.first[areas]
        return self.lists[expand_runs(first, self.first[areas + 1] - first)[0]]

    def areas_in_country(self, areas: Ints, country: str | None) -> Ints:
        """Return the areas that lie in a country; all areas if the country is None."""
        if country is None:
            return areas
        inside: Ints = areas[self.country[areas] == self.countries.get(country, -1)]
        return inside


class StatedAreas:
    """The lists of areas that services state, and which of them contain a person's place."""

    def __init__(self) -> None:
        self.facet = facets.Facet(
            lambda row: (frozenset(row.areas), bool(row.area_note)),
            lambda row: AreaList(row.areas, "known" if row.area_note else ""),
        )
        self._tables: tuple[int, AreaTables] | None = None

    def serving_lists(self, query: Query) -> tuple[Ints, Ints]:
        """Return the lists that serve the person's place, and those that may serve it.
        Every other list has its truth in `least_truths`."""
        tables, where = self._current_tables(), query.question.where or PersonLocation()
        surely, perhaps = _areas_around(tables, where, query), _possible_areas(tables, where)
        return tables.lists_containing(surely), tables.lists_containing(perhaps)

    def least_truths(self) -> facets.Truths:
        """Return the least truth of each list: unknown where the list is incomplete, else no."""
        return self._current_tables().least_truth

    def _current_tables(self) -> AreaTables:
        count = len(self.facet.samples)
        if self._tables is None or self._tables[0] < count:
            self._tables = count, _build_tables(self.facet.samples[:count])
        return self._tables[1]


def _areas_around(tables: AreaTables, where: PersonLocation, query: Query) -> Ints:
    """Return the areas that contain the place of the person."""
    areas = [tables.by_area.get((code, where.country), NO_AREAS) for code in where.areas]
    if where.country is not None:
        areas.append(tables.whole.get(where.country, NO_AREAS))
    if query.point is not None and len(tables.circles):
        areas.append(_circles_around(tables, query.point, query.weights.travel))
    return np.concatenate([NO_AREAS, *areas])


def _possible_areas(tables: AreaTables, where: PersonLocation) -> Ints:
    """Return the areas that may contain the person, whose place is not known exactly."""
    areas = NO_AREAS
    if not where.areas:
        areas = tables.areas_in_country(np.arange(len(tables.country)), where.country)
        if where.point is not None:
            areas = areas[~tables.is_circle[areas]]
    elif where.point is None:
        areas = tables.areas_in_country(tables.within.get(where.areas[0], NO_AREAS), where.country)
    return np.concatenate([areas, *tables.whole.values()]) if where.country is None else areas


def _circles_around(tables: AreaTables, origin: points.Position, travel: TravelWeights) -> Ints:
    """Return the circles that contain a point; only nearby circles are measured."""
    box = points.window(origin, tables.widest, travel)
    south, north = np.searchsorted(tables.centres.latitude, [box.south, box.north])
    candidates = south + np.flatnonzero(box.contains(tables.centres.longitude[south:north]))
    metres = tables.centres.metres(origin, candidates, travel)
    circles: Ints = tables.circles[candidates[metres <= tables.radius[candidates]]]
    return circles


def _build_tables(samples: Sequence[AreaList]) -> AreaTables:
    numbers = {NO_AREA_STATED: 0}
    lists = [
        [numbers.setdefault(reach, len(numbers)) for reach in row.areas or (NO_AREA_STATED,)]
        for row in samples
    ]
    members = np.array([number for members in lists for number in members], dtype=np.int64)
    owners = np.repeat(np.arange(len(lists)), np.array(list(map(len, lists)), dtype=np.int64))
    countries: dict[str, int] = {}
    circles = sorted((reach for reach in numbers if reach.radius_km is not None), key=_centre)
    radius = [(circle.radius_km or 0) * KILOMETRE for circle in circles]
    is_open = [row.area_note or not row.areas for row in samples]
    return AreaTables(
        countries=countries,
        country=np.array(
            [countries.setdefault(number.country, len(countries)) for number in numbers]
        ),
        is_circle=np.array([reach.radius_km is not None for reach in numbers]),
        whole=_index_by_code(numbers, lambda each: [each.country] if each.is_whole_country else []),
        by_area=_index_by_code(numbers, _area_keys),
        within=_index_by_code(numbers, lambda each: each.containing_areas),
        circles=np.array([numbers[reach] for reach in circles], dtype=np.int64),
        centres=points.Positions.from_degrees(map(_centre, circles)),
        radius=np.array(radius, dtype=np.int64),
        widest=max(radius, default=0),
        first=np.searchsorted(np.sort(members), np.arange(len(numbers) + 1)),
        lists=owners[np.argsort(members, kind="stable")],
        least_truth=np.array([UNKNOWN if each else NO for each in is_open], dtype=np.int8),
    )


def _area_keys(served: ServedArea) -> list[tuple[str, str | None]]:
    return [(served.area, served.country), (served.area, None)] if served.area else []


def _index_by_code[Key](
    numbers: dict[ServedArea, int], codes: Callable[..., Iterable[Key]]
) -> dict[Key, Ints]:
    numbers_by_code = defaultdict(list)
    for reach, number in numbers.items():
        for code in codes(reach):
            numbers_by_code[code].append(number)
    return {code: np.array(areas) for code, areas in numbers_by_code.items()}


def _centre(circle: ServedArea) -> points.Position:
    return circle.latitude or 0.0, circle.longitude or 0.0  # store sets every centre


class AvoidedPlaces:
    """The distinct places of points by number, and the numbers that lie in each area or place."""

    def __init__(self) -> None:
        self._numbers: dict[PlaceCodes, int] = {}
        self._numbers_in: dict[str, list[int]] = defaultdict(list)
        self._numbers_possibly_in: dict[str, list[int]] = defaultdict(list)
        self._lock = Lock()

    def number(self, point: Point | None) -> int:
        """Return the number of a point's place; NO_PLACE without a point."""
        if point is None:
            return NO_PLACE
        codes = point.areas, point.place, point.inner_places
        return self._numbers.get(codes) or self._add(codes)

    def restore(self, places: Iterable[PlaceCodes]) -> None:
        """Number the places of `numbered` again, in their order."""
        for codes in places:
            self._add(codes)

    def numbered(self) -> list[PlaceCodes]:
        """Return every place in the order of its number; the first has number 1."""
        return list(self._numbers)

    def _add(self, codes: PlaceCodes) -> int:
        areas, place, inner_places = codes
        with self._lock:
            number = self._numbers[codes] = len(self._numbers) + 1
            for code in (*areas, str(place)):
                self._numbers_in[code].append(number)
            is_placed = place is not None or bool(areas)
            for code in inner_places if is_placed else (ANYWHERE,):
                self._numbers_possibly_in[code].append(number)
        return number

    def truths(self, avoided: Avoidance) -> tuple[facets.Truths, Flags]:
        """Return, by place number, whether it is outside all avoided places, as far as the names
        of places say it, and whether it is in a town with an avoided part."""
        with self._lock:
            truths = np.full(len(self._numbers) + 1, YES, dtype=np.int8)
            is_in_town = np.zeros(len(truths), dtype=np.bool_)
            truths[NO_PLACE] = UNKNOWN
            for code in (ANYWHERE, *avoided.codes, *avoided.towns, *avoided.near):
                truths[self._numbers_possibly_in.get(code, [])] = UNKNOWN
            for code in avoided.towns:
                is_in_town[self._numbers_in.get(code, [])] = True
            truths[is_in_town] = UNKNOWN
            for code in avoided.codes:
                truths[self._numbers_in.get(code, [])] = NO
        return truths, is_in_town
