"""The places of the database as an index in memory, built on first use."""

from collections.abc import Mapping
from functools import cache

from protect.reference.lookup import coarse, index
from protect.reference.models import Area, Place


@cache
def rows() -> Mapping[int, index.PlaceRow]:
    """Return every settlement by its GeoNames id. One query, on first use in this process."""
    places = Place.objects.order_by("id").iterator(chunk_size=4000)
    return {place.id: _row(place) for place in places}


@cache
def places() -> index.PlaceIndex:
    return index.PlaceIndex(rows().values())


@cache
def areas() -> Mapping[str, Area]:
    """Return every area by its code, in the order of their names."""
    return {area.code: area for area in Area.objects.order_by("name", "code")}


@cache
def parents() -> Mapping[str, str | None]:
    """Return by code of an area the one that it lies in, None for the largest."""
    return {code: area.parent_id for code, area in areas().items()}


def chain(area: str | None) -> tuple[str, ...]:
    """Return an area and those that it lies in, from the smallest to the largest."""
    return index.chain(area, parents())


@cache
def coarse_areas(country: str) -> tuple[str, ...]:
    """Return areas that may hide an address, from public tables, never from where a service is."""
    inside = [row for row in rows().values() if row.country == country]
    return tuple(code for code in coarse.coarse_areas(inside, parents()) if code in parents())


def forget() -> None:
    for remembered in (rows, places, areas, parents, coarse_areas):
        remembered.cache_clear()


def _row(place: Place) -> index.PlaceRow:
    return index.PlaceRow(
        id=place.id,
        country=place.country_id,
        area=place.area_id,
        name=place.name,
        names=_split(place.names),
        population=place.population,
        latitude=place.latitude,
        longitude=place.longitude,
        local_names=_split(place.local_names),
    )


def _split(names: str) -> tuple[str, ...]:
    return tuple(names.split("|")) if names else ()
