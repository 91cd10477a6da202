"""The places and areas of the database, kept in memory and read on first use."""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from protect.reference import place_files
from protect.reference.lookup import coarse, index, place_names
from protect.reference.lookup.parts import part_ids, town_by_part
from protect.reference.models import Area, Place

_reads_files = False  # whether this process reads the data files instead of the tables


def read_data_files() -> None:
    """Let this process, which has read no place yet, read the data files instead of the tables: for
    a command that runs while the database is unavailable."""
    global _reads_files
    _reads_files = True


@cache
def place_rows() -> Mapping[int, index.PlaceRow]:
    """Return all settlements by GeoNames id. The first call in a process makes one query."""
    places: Iterable[Place] = Place.objects.order_by("id").iterator(chunk_size=4000)
    if _reads_files:
        places = sorted(place_files.load_places(), key=lambda place: place.id)
    return {
        place.id: index.PlaceRow(
            id=place.id,
            country=place.country_id,
            area=place.area_id,
            name=place.name,
            names=_all_names(place),
            population=place.population,
            latitude=place.latitude,
            longitude=place.longitude,
            local_names=_split_names(place.local_names),
        )
        for place in places
    }


@cache
def place_index() -> index.PlaceIndex:
    return index.PlaceIndex(place_rows().values())


@cache
def town_of_part(place: int) -> int | None:
    """Return the town of which a settlement is a part: where the data name none, the nearest larger
    one that is no part itself. None for a settlement that is no part."""
    if place not in part_ids():
        return None
    part, parts = place_rows()[place], part_ids()
    larger = (
        row
        for row in place_rows().values()
        if row.country == part.country and row.population > part.population and row.id not in parts
    )
    return (
        town_by_part()[place]
        or min(((index.distance_km(part, row), row.id) for row in larger), default=(0, None))[1]
    )


@cache
def areas() -> Mapping[str, Area]:
    """Return all areas by code, ordered by name."""
    rows: Iterable[Area] = Area.objects.order_by("name", "code")
    if _reads_files:
        rows = sorted(place_files.load_areas(), key=lambda area: (area.name, area.code))
    return {area.code: area for area in rows}


@cache
def parent_codes() -> Mapping[str, str | None]:
    """Return the code of each area's parent by the area's code; None for the largest areas."""
    return {code: area.parent_id for code, area in areas().items()}


@lru_cache(maxsize=8192)  # there are 2,200 areas; a stranger's question may name others
def area_chain(area: str | None) -> tuple[str, ...]:
    """Return the codes of an area and of all areas around it, smallest first; () for None."""
    return index.area_chain(area, parent_codes())


@cache
def coarse_areas(country: str) -> tuple[str, ...]:
    """Return the codes of a country's areas that are large enough to replace a hidden address."""
    settlements = [row for row in place_rows().values() if row.country == country]
    parents = parent_codes()
    return tuple(code for code in coarse.coarse_areas(settlements, parents) if code in parents)


def _all_names(place: Place) -> tuple[str, ...]:
    """Return the names of other languages, with those that pages show."""
    shown_names = place_names.names_of("town_names", str(place.id)).values()
    return tuple(dict.fromkeys((*_split_names(place.names), *shown_names)))


def _split_names(names: str) -> tuple[str, ...]:
    return tuple(names.split("|")) if names else ()
