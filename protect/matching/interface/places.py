"""From the place of a question to where it is. Homonyms are shown, never chosen for the person."""

from __future__ import annotations

from dataclasses import dataclass

from protect.matching.interface.nearest import nearest_settlement
from protect.matching.interface.question import PlaceIn, country_named
from protect.matching.questions.question import Where
from protect.reference.lookup import store as lookup
from protect.reference.lookup.fold import fold
from protect.reference.lookup.index import PlaceRow

HOMONYMS = 60  # looked at, where a region may decide
CHOICES = 8  # shown


@dataclass(frozen=True, slots=True)
class Placed:
    """The place of a question, or the places that it may mean."""

    where: Where | None
    place: PlaceRow | None = None  # the settlement that was found
    choices: tuple[PlaceRow, ...] = ()
    is_open: bool = False  # a name was given and did not decide


def placed(place: PlaceIn | None) -> Placed:
    """Look a place up."""
    if place is None:
        return Placed(None)
    if place.lat is not None and place.lon is not None:
        return _at_point(place.lat, place.lon)
    if place.name is None:
        return Placed(Where(country=place.country))
    called = None if place.region else country_named(place.name)
    if called is not None and place.country in {None, called}:
        return Placed(Where(country=called))
    return _named(place.name, place.country, place.region)


def chain(area: str | None) -> tuple[str, ...]:
    """Return the codes of an area and those that it lies in, from the smallest to the largest."""
    codes = []
    while area:
        codes.append(area)
        area = lookup.areas()[area].parent_id
    return tuple(codes)


def _named(name: str, country: str | None, region: str | None) -> Placed:
    matches = lookup.places().find(name, country, limit=HOMONYMS)
    rows = matches.best
    if region is not None:
        areas = _areas(region)
        rows = tuple(row for row in rows if not areas.isdisjoint(chain(row.area)))
    if len(rows) == 1 and matches.exact:
        return Placed(_where(rows[0]), rows[0])
    return Placed(Where(country=country), None, (rows or matches.best)[:CHOICES], is_open=True)


def _areas(region: str) -> set[str]:
    """Return the areas that a code or a name may mean."""
    typed = fold(region)
    return {
        code
        for code, area in lookup.areas().items()
        if region == code or typed in map(fold, (area.name, *area.names.split("|")))
    }


def _where(row: PlaceRow) -> Where:
    return Where(
        country=row.country,
        latitude=row.latitude,
        longitude=row.longitude,
        areas=chain(row.area),
        place=row.id,
    )


def _at_point(latitude: float, longitude: float) -> Placed:
    """Take country and areas from the nearest settlement; keep the point."""
    nearest = nearest_settlement(latitude, longitude)
    if nearest is None:
        return Placed(Where(latitude=latitude, longitude=longitude))
    where = _where(nearest)
    return Placed(Where(where.country, latitude, longitude, where.areas, where.place), nearest)
