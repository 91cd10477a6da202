"""Distances on the sphere and the time that a way takes. An estimate, and labelled so."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

from protect.matching.weights import Travel


def metres_between(first: tuple[float, float], second: tuple[float, float], travel: Travel) -> int:
    """Return the great-circle distance of two points.

    Units: degrees (latitude, longitude); metres, rounded. Source: the haversine formula.
    """
    lat1, lon1, lat2, lon2 = map(radians, (*first, *second))
    squared = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return round(2 * travel.earth_radius_metres * asin(min(1.0, sqrt(squared))))


def minutes_for(metres: int, travel: Travel) -> int:
    """Return how long the way takes: its first part walked, the rest at riding speed.

    Units: metres in a straight line; minutes, rounded up. Integers only, so that every engine
    gets the same.
    """
    way = -(-metres * travel.detour_percent // 100)
    walked = min(way, travel.walk_up_to_metres)
    walk, ride = travel.walk_metres_per_hour, travel.ride_metres_per_hour
    return -(-60 * (walked * ride + (way - walked) * walk) // (walk * ride))
