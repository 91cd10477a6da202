"""Settlements and areas by the names that a source writes: exact, never a near miss."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from django.db.models import Model

from protect.interchange.errors import InterchangeRefusal
from protect.reference import models, vocabulary
from protect.reference.lookup.coarse import coarse_cell
from protect.reference.lookup.fold import fold
from protect.reference.lookup.index import PlaceIndex, PlaceRow, distance_km
from protect.reference.lookup.store import areas, parents, places, rows

HOMONYMS = 50  # more places of one name are not looked at
LARGE = 20_000  # people: a town that is also known by its names in other languages


class Region(NamedTuple):
    code: str
    country: str
    level: int  # 1 is the largest
    names: tuple[str, ...]  # its own first


class Named(NamedTuple):
    """What a name may mean. `is_own`: the places' own name, not one of their others."""

    places: tuple[PlaceRow, ...]
    is_own: bool
    region: str | None


@dataclass(frozen=True, slots=True)
class Atlas:
    """Settlements, areas by country and folded name, and coarse areas of shelters."""

    places: PlaceIndex
    settlements: Mapping[str, Sequence[PlaceRow]]  # by country
    regions: Mapping[tuple[str, str], list[Region]]
    coarse: Callable[[PlaceRow], str | None]  # the code of an area
    towns: Callable[[str], frozenset[str]]  # folded names of the settlements of a country

    def named(self, country: str, text: str) -> Named:
        """Return the places and the area with a name in a country; of nested areas the largest."""
        name = fold(text)
        matches = self.places.find(text, country, limit=HOMONYMS)
        places = matches.best if matches.exact else ()
        is_own = any(fold(own) == name for row in places for own in (row.name, *row.local_names))
        return Named(places, is_own, self._region(country, name))

    def distance_km(self, country: str, point: PlaceRow) -> float:
        """Return how far a point lies from the nearest settlement of a country. Units: km."""
        return min(
            (distance_km(point, each) for each in self.settlements.get(country, ())), default=0
        )

    def _region(self, country: str, name: str) -> str | None:
        regions = self.regions.get((country, name), [])
        level = min((region.level for region in regions), default=0)
        largest = [region.code for region in regions if region.level == level]
        return largest[0] if len(largest) == 1 else None


def towns_of(settlements: Mapping[str, Sequence[PlaceRow]]) -> Callable[[str], frozenset[str]]:
    @cache
    def names(country: str) -> frozenset[str]:
        rows = settlements.get(country, ())
        large = (name for row in rows if row.population >= LARGE for name in row.names)
        own = (name for row in rows for name in (row.name, *row.local_names))
        return frozenset(map(fold, (*own, *large)))

    return names


def regions(all_regions: Iterable[Region]) -> Mapping[tuple[str, str], list[Region]]:
    names: dict[tuple[str, str], list[Region]] = defaultdict(list)
    for region in all_regions:
        for name in {fold(name) for name in region.names if name}:
            names[region.country, name].append(region)
    return dict(names)


def load_atlas() -> Atlas:
    """Return the places and areas of the database. Errors: reference_tables_outdated."""
    must_be_loaded()
    settlements: dict[str, list[PlaceRow]] = defaultdict(list)
    for row in rows().values():
        settlements[row.country].append(row)
    all_regions = (
        Region(area.code, area.country_id, area.level, (area.name, *area.names.split("|")))
        for area in areas().values()
    )

    @cache
    def coarse(place: PlaceRow) -> str | None:
        code = coarse_cell(place, settlements[place.country], parents())
        return code if code in parents() else None

    return Atlas(places(), settlements, regions(all_regions), coarse, towns_of(settlements))


def must_be_loaded() -> None:
    """Refuse to import where `protect load-data` was not run since the data changed."""
    expected: tuple[tuple[type[models.Term], Iterable[str]], ...] = (
        (models.Language, vocabulary.languages()),
        (models.Country, vocabulary.countries()),
        (models.Category, vocabulary.categories()),
    )
    for model, codes in expected:
        missing = set(codes) - set(model._default_manager.values_list("code", flat=True))
        if missing:
            raise _outdated(model, min(missing))
    if not areas():
        raise _outdated(models.Place, "all")


def _outdated(model: type[Model], missing: str) -> InterchangeRefusal:
    return InterchangeRefusal("reference_tables_outdated", table=model.__name__, missing=missing)
