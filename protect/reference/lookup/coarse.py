"""Find areas that are large enough to be shown in place of a hidden address. The computation uses
the settlement that an editor chose and public tables, never the actual address of the service."""

import math
from collections import defaultdict
from collections.abc import Iterable

from protect.reference.lookup.index import EARTH_KM, Parents, PlaceRow, area_chain, enclosing_areas
from protect.reference.lookup.parts import part_ids

MIN_EXTENT_KM = 20  # from north to south or from west to east
MIN_INHABITANTS = 100_000  # inhabitants


def coarse_cell(settlement: PlaceRow, settlements: Iterable[PlaceRow], parents: Parents) -> str:
    """Return the code of the smallest coarse area around a settlement, else of its country.
    MIN_EXTENT_KM and MIN_INHABITANTS say what is coarse. `parents` maps area to parent codes."""
    by_area = _settlements_by_enclosing_area(settlements, parents)
    chain = area_chain(settlement.area, parents)
    return next((code for code in chain if _is_coarse(by_area[code])), settlement.country)


def coarse_areas(settlements: Iterable[PlaceRow], parents: Parents) -> list[str]:
    """Return the codes of all areas and countries that are coarse, sorted."""
    by_area = _settlements_by_enclosing_area(settlements, parents)
    return sorted(code for code, places in by_area.items() if _is_coarse(places))


def main_town(area: str, settlements: Iterable[PlaceRow], parents: Parents) -> PlaceRow:
    """Return the largest settlement of an area. Errors: ValueError, if it has none."""
    rows = _settlements_by_enclosing_area(settlements, parents)[area]
    return max(rows, key=lambda row: (row.population, -row.id))


def _settlements_by_enclosing_area(
    settlements: Iterable[PlaceRow], parents: Parents
) -> defaultdict[str, list[PlaceRow]]:
    """Return the settlements by each of their areas, and by their country, as codes."""
    settlements_by_area: defaultdict[str, list[PlaceRow]] = defaultdict(list)
    for settlement in settlements:
        for code in enclosing_areas(settlement, parents):
            settlements_by_area[code].append(settlement)
    return settlements_by_area


def _is_coarse(settlements: list[PlaceRow]) -> bool:
    parts = part_ids()  # of towns, whose people are counted in the town
    people = sum(row.population for row in settlements if row.id not in parts)
    return people >= MIN_INHABITANTS and _extent_km(settlements) >= MIN_EXTENT_KM


def _extent_km(settlements: list[PlaceRow]) -> float:
    """Return the longer side of the box around settlements, measured at its narrower end."""
    latitudes = [math.radians(row.latitude) for row in settlements]
    longitudes = [math.radians(row.longitude) for row in settlements]
    narrowest = math.cos(max(map(abs, latitudes)))
    height, width = max(latitudes) - min(latitudes), max(longitudes) - min(longitudes)
    return EARTH_KM * max(height, width * narrowest)
