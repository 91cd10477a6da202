"""Where help is given: points on the sphere, and a grid that leads to those nearby.

The grid only selects: bands of latitude, 10 km high, each ordered by longitude. What lies within a
distance lies within a window of the grid, on every part of the globe and across the date line.
Distances themselves are those of places.metres_between, to the metre.
"""

from collections.abc import Iterable
from math import asin, cos, degrees, pi, radians, sin
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protect.matching.conditions.places import metres_between
from protect.matching.engine.columns.bits import Flags, Ints
from protect.matching.services.rows import ServiceRow
from protect.matching.weights import Travel

type Floats = NDArray[np.float64]
type Position = tuple[float, float]  # degrees: latitude, longitude

BAND = 0.09  # degrees: 10 km
BANDS = int(180 / BAND) + 2
PER_BAND = 1024.0  # of the key; more than 360
NO_POINT = np.inf  # the key of a row without one: behind all bands

# Straight through the sphere, a distance comes out less than a thousandth of a millimetre off,
# unless it is almost half the Earth's girth. So what lies that close to where rounding turns is
# measured again, by the definition.
DOUBT_METRES = 1e-5
DOUBT_SQUARED = 0.9999  # of half the chord


class Positions(NamedTuple):
    """Points as columns."""

    latitude: Floats  # degrees
    longitude: Floats
    vector: Floats  # points, x and y and z: on a sphere of radius 1

    @classmethod
    def of(cls, points: Iterable[Position]) -> "Positions":
        latitude, longitude = np.array(list(points), dtype=np.float64).reshape(-1, 2).T
        north, east = np.radians(latitude), np.radians(longitude)
        vector = [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)]
        return cls(latitude.copy(), longitude.copy(), np.stack(vector, axis=-1))

    def metres(self, origin: Position, chosen: NDArray[np.integer], travel: Travel) -> Ints:
        """Return what places.metres_between gives for some of the points. Units: metres."""
        lat, lon = radians(origin[0]), radians(origin[1])
        here = np.array([cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)])
        apart = self.vector.take(chosen, axis=0) - here
        distances, doubtful = rounded(apart, travel)
        for index in doubtful:
            distances[index] = metres_between(origin, self.degrees(int(chosen[index])), travel)
        return distances

    def degrees(self, place: int) -> Position:
        return float(self.latitude[place]), float(self.longitude[place])


def rounded(apart: Floats, travel: Travel) -> tuple[Ints, list[int]]:
    """Return distances by chords, in metres, and the places of those in doubt."""
    squared = np.einsum("ij,ij->i", apart, apart) * 0.25
    exact = 2 * travel.earth_radius_metres * np.arcsin(np.minimum(np.sqrt(squared), 1.0))
    whole = np.rint(exact)
    doubtful = (np.abs(exact - whole) > 0.5 - DOUBT_METRES) | (squared > DOUBT_SQUARED)
    return whole.astype(np.int64), np.flatnonzero(doubtful).tolist()


def key_of(row: ServiceRow) -> float:
    """Return the place of a row in the order of the grid: that of its first point."""
    if not row.points:
        return NO_POINT
    first = row.points[0]
    return _band(first.latitude) * PER_BAND + first.longitude + 180


def minutes(distances: Ints, travel: Travel) -> Ints:
    """Return what places.minutes_for gives for each distance. Units: metres; minutes."""
    way = (distances * travel.detour_percent + 99) // 100
    walked = np.minimum(way, travel.walk_up_to_metres)
    walk, ride = travel.walk_metres_per_hour, travel.ride_metres_per_hour
    return -(-60 * (walked * ride + (way - walked) * walk) // (walk * ride))


def starts(keys: Floats) -> Ints:
    """Return where each band begins among ascending keys, and after them where the last ends."""
    return np.searchsorted(keys, np.arange(BANDS + 1) * PER_BAND)


def _band(latitude: float) -> int:
    return int((latitude + 90) / BAND)


class Window(NamedTuple):
    """All that lies within a distance lies in here, and a little more."""

    south: float  # degrees
    north: float
    longitude: float  # of its middle
    half: float  # of its width, degrees; 180 is all

    @property
    def bands(self) -> tuple[int, int]:
        """The first, and the one after the last."""
        return _band(self.south), _band(self.north) + 1

    def holds(self, longitude: Floats) -> Flags:
        apart = np.abs(longitude - self.longitude)
        is_within: Flags = (apart <= self.half) | (apart >= 360 - self.half)
        return is_within


def window(origin: Position, distance: int, travel: Travel) -> Window:
    """Return the window of the grid round a point. Units: degrees; metres."""
    latitude, longitude = origin
    angle = (distance + 1) / travel.earth_radius_metres  # distances are rounded
    tall = degrees(angle)
    half = 180.0
    if angle < pi / 2 and abs(latitude) + tall < 90:  # else it contains a pole
        half = degrees(asin(min(1.0, sin(angle) / cos(radians(latitude))))) + 1e-9
    return Window(
        south=max(latitude - tall - 1e-9, -90.0),
        north=min(latitude + tall + 1e-9, 90.0),
        longitude=longitude,
        half=half,
    )
