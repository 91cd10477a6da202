"""The settlement that a point belongs to."""

from __future__ import annotations

from math import cos, radians

from protect.reference.lookup import store as lookup
from protect.reference.lookup.index import PlaceRow, distance_km

NEAR_KM = 100  # further from every settlement, a point lies in no country of the directory
DEGREE_KM = 111  # kilometres in a degree of latitude, about


def nearest_settlement(latitude: float, longitude: float) -> PlaceRow | None:
    """Return the nearest settlement; None: there is none within NEAR_KM. Units: degrees."""
    here = PlaceRow(0, "", "", "", latitude=latitude, longitude=longitude)
    high = NEAR_KM / DEGREE_KM
    wide = high / max(0.1, cos(radians(latitude)))
    near = (
        (distance_km(here, row), row.id)
        for row in lookup.rows().values()
        if abs(row.latitude - latitude) <= high and abs(row.longitude - longitude) <= wide
    )
    distance, key = min(near, default=(NEAR_KM + 1.0, 0))
    return lookup.rows()[key] if distance <= NEAR_KM else None
