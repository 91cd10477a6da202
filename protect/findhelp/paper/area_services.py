"""Which services a printed directory of a country or an area holds, and under which town."""

from __future__ import annotations

from protect.directory.enums import Scope
from protect.findhelp.addresses import chain
from protect.matching.services.rows import Point, Reach, ServiceRow


def is_in(row: ServiceRow, country: str, area: str) -> bool:
    """Return whether a service is for people in an area: it is there, or serves it from elsewhere.

    `area` is "" for the whole country. A service without a known place is always included.
    """
    if row.country != country:
        return False
    if not area or row.scope is Scope.NATIONAL:
        return True
    if row.points:
        return town_of(row, area) is not None
    return not row.areas or any(_reaches(reach, area) for reach in row.areas)


def town_of(row: ServiceRow, area: str) -> Point | None:
    """Return the first place of a service in an area; None: it serves from elsewhere."""
    return next((each for each in row.points if not area or area in each.areas), None)


def _reaches(reach: Reach, area: str) -> bool:
    if reach.area is None and reach.radius_km is None:
        return True
    return area in {reach.area, *reach.within} or reach.area in chain(area)
