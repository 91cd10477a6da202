"""Where help is given: points on the sphere, and a grid that finds those nearby. The grid only
preselects: bands of latitude, 10 km high, each ordered by longitude. Everything within a distance
lies within one window of the grid, also near the poles and across the date line. Distances equal
those of places.metres_between to the metre."""

from collections.abc import Iterable
from math import asin, cos, degrees, pi, radians, sin
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protect.matching.conditions.places import metres_between
from protect.matching.engine.columns.bits import Flags, Ints
from protect.matching.services.rows import ServiceRow
from protect.matching.weights import TravelWeights

type Floats = NDArray[np.float64]
type Position = tuple[float, float]  # degrees: latitude, longitude

BAND_DEGREES = 0.09  # height of a band in degrees: 10 km
BAND_COUNT = int(180 / BAND_DEGREES) + 2
KEYS_PER_BAND = 1024.0  # key range of one band; more than 360 degrees
NO_POINT = np.inf  # grid key of a row without a point: after all bands

# A distance computed from a chord is off by less than a thousandth of a millimetre, unless it is
# almost half the circumference of the Earth. Distances that close to a rounding boundary are
# therefore measured again with places.metres_between.
DOUBT_METRES = 1e-5  # a distance this close to a rounding boundary is measured again
DOUBT_SQUARED = 0.9999  # so is a larger (half chord / radius)²: nearly half around the Earth


class Positions(NamedTuple):
    """Points as columns."""

    latitude: Floats  # degrees
    longitude: Floats
    vector: Floats  # x, y, z of each point on a sphere of radius 1

    @classmethod
    def from_degrees(cls, points: Iterable[Position]) -> "Positions":
        latitude, longitude = np.array(list(points), dtype=np.float64).reshape(-1, 2).T
        north, east = np.radians(latitude), np.radians(longitude)
        vector = [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)]
        return cls(latitude.copy(), longitude.copy(), np.stack(vector, axis=-1))

    def metres(self, origin: Position, chosen: NDArray[np.integer], travel: TravelWeights) -> Ints:
        """Return the distances to the chosen points in metres, equal to places.metres_between."""
        lat, lon = radians(origin[0]), radians(origin[1])
        vector = np.array([cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)])
        differences = self.vector.take(chosen, axis=0) - vector
        distances, doubtful = round_distances(differences, travel)
        for index in doubtful:
            distances[index] = metres_between(origin, self.degrees(int(chosen[index])), travel)
        return distances

    def within(self, origin: Position, metres: int, travel: TravelWeights) -> Ints:
        """Return the indices of the points that are at most so many metres away."""
        box = window(origin, metres, travel)
        is_close = (box.south <= self.latitude) & (self.latitude <= box.north)
        candidates = np.flatnonzero(is_close & box.contains(self.longitude))
        indices: Ints = candidates[self.metres(origin, candidates, travel) <= metres]
        return indices

    def degrees(self, index: int) -> Position:
        return float(self.latitude[index]), float(self.longitude[index])


def round_distances(differences: Floats, travel: TravelWeights) -> tuple[Ints, list[int]]:
    """Return distances in metres from chords (x, y, z), and the indices of those in doubt."""
    squared = np.einsum("ij,ij->i", differences, differences) * 0.25
    exact = 2 * travel.earth_radius_metres * np.arcsin(np.minimum(np.sqrt(squared), 1.0))
    whole = np.rint(exact)
    doubtful = (np.abs(exact - whole) > 0.5 - DOUBT_METRES) | (squared > DOUBT_SQUARED)
    return whole.astype(np.int64), np.flatnonzero(doubtful).tolist()


def grid_key(row: ServiceRow) -> float:
    """Return the grid key of a row's first point; NO_POINT for a row without a point."""
    if not row.points:
        return NO_POINT
    first = row.points[0]
    return _band_number(first.latitude) * KEYS_PER_BAND + first.longitude + 180


def travel_minutes(distances: Ints, travel: TravelWeights) -> Ints:
    """Return the travel times, equal to places.minutes_for. Units: metres in; minutes out."""
    route = (distances * travel.detour_percent + 99) // 100
    walked = np.minimum(route, travel.walk_up_to_metres)
    walk, ride = travel.walk_metres_per_hour, travel.ride_metres_per_hour
    return -(-60 * (walked * ride + (route - walked) * walk) // (walk * ride))


def band_starts(keys: Floats) -> Ints:
    """Return the index of the first key of every latitude band, and the end of the last band."""
    return np.searchsorted(keys, np.arange(BAND_COUNT + 1) * KEYS_PER_BAND)


def _band_number(latitude: float) -> int:
    return int((latitude + 90) / BAND_DEGREES)


class Window(NamedTuple):
    """A part of the grid that contains everything within a distance, and a little more."""

    south: float  # degrees
    north: float
    longitude: float  # of its centre
    half_width: float  # half its width in degrees; 180 = all longitudes

    @property
    def bands(self) -> tuple[int, int]:
        """Return the numbers of the first band and of the band after the last one."""
        return _band_number(self.south), _band_number(self.north) + 1

    def contains(self, longitude: Floats) -> Flags:
        difference = np.abs(longitude - self.longitude)
        is_within: Flags = (difference <= self.half_width) | (difference >= 360 - self.half_width)
        return is_within


def window(origin: Position, distance: int, travel: TravelWeights) -> Window:
    """Return the window of the grid around a point. Units: degrees; metres."""
    latitude, longitude = origin
    angle = (distance + 1) / travel.earth_radius_metres  # + 1 because distances are rounded
    height = degrees(angle)
    half_width = 180.0
    if angle < pi / 2 and abs(latitude) + height < 90:  # else it contains a pole
        half_width = degrees(asin(min(1.0, sin(angle) / cos(radians(latitude))))) + 1e-9
    return Window(
        south=max(latitude - height - 1e-9, -90.0),
        north=min(latitude + height + 1e-9, 90.0),
        longitude=longitude,
        half_width=half_width,
    )
