"""How roughly a hidden address may be placed: by an area that does not give it away.

Everything here starts from the settlement that an editor picked and from public tables, never
from where a service really is.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping

from protect.reference.lookup.index import EARTH_KM, PlaceRow, around, chain

MIN_KM = 20  # across
MIN_PEOPLE = 100_000


def coarse_cell(row: PlaceRow, rows: Iterable[PlaceRow], areas: Mapping[str, str | None]) -> str:
    """Return the smallest coarse area around a settlement: district, region, else its country.
    An area is coarse when its settlements lie at least 20 km apart, north to south or west to east,
    and count at least 100,000 people. `areas` leads from each code to its parent's. Two settlements
    of one district have the same cell."""
    inside = _by_area(rows, areas)
    return next((code for code in chain(row.area, areas) if _is_coarse(inside[code])), row.country)


def coarse_areas(rows: Iterable[PlaceRow], areas: Mapping[str, str | None]) -> list[str]:
    """Return every area, and country, that is coarse: in order of their codes."""
    return sorted(code for code, places in _by_area(rows, areas).items() if _is_coarse(places))


def main_town(cell: str, rows: Iterable[PlaceRow], areas: Mapping[str, str | None]) -> PlaceRow:
    """Return the largest settlement of a cell. Errors: ValueError when there is none."""
    return max(_by_area(rows, areas)[cell], key=lambda row: (row.population, -row.id))


def _by_area(
    rows: Iterable[PlaceRow], areas: Mapping[str, str | None]
) -> defaultdict[str, list[PlaceRow]]:
    inside: defaultdict[str, list[PlaceRow]] = defaultdict(list)
    for row in rows:
        for code in around(row, areas):
            inside[code].append(row)
    return inside


def _is_coarse(rows: list[PlaceRow]) -> bool:
    people = sum(row.population for row in rows)
    return people >= MIN_PEOPLE and _across_km(rows) >= MIN_KM


def _across_km(rows: list[PlaceRow]) -> float:
    """Return the longer side of the box around places, measured where it is narrowest."""
    latitudes = [math.radians(row.latitude) for row in rows]
    longitudes = [math.radians(row.longitude) for row in rows]
    narrowest = math.cos(max(map(abs, latitudes)))
    return EARTH_KM * max(
        max(latitudes) - min(latitudes), (max(longitudes) - min(longitudes)) * narrowest
    )
