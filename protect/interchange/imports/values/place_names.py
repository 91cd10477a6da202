"""Find settlements and areas by the names that a source writes: exact matches only."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import NamedTuple

from django.db.models import Model

from protect.interchange.errors import InterchangeRefusal
from protect.reference import models, vocabulary
from protect.reference.lookup import store
from protect.reference.lookup.coarse import coarse_cell
from protect.reference.lookup.fold import fold
from protect.reference.lookup.index import PlaceIndex, PlaceRow, distance_km

MAX_HOMONYMS = 50  # places of one name; more are ignored
LARGE_TOWN_POPULATION = 20_000  # such a town is also known by its names in other languages

type Settlements = Mapping[str, Sequence[PlaceRow]]  # by country


class Region(NamedTuple):
    code: str
    country: str
    level: int  # 1 is the largest
    names: tuple[str, ...]  # the official one first


class NameMatches(NamedTuple):
    """The places and the region with a name. `is_local_name`: people there use the name."""

    places: tuple[PlaceRow, ...]
    is_local_name: bool
    region: str | None  # code of the largest; None for none or several


@dataclass(frozen=True, slots=True)
class Atlas:
    """Settlements, regions by country and folded name, and the coarse areas of shelters."""

    places: PlaceIndex
    settlements: Settlements
    regions: Mapping[tuple[str, str], list[Region]]
    coarse_area: Callable[[PlaceRow], str | None]  # the code of an area
    coarse_codes: Callable[[str], Collection[str]]  # of the areas of a country that are coarse
    town_names: Callable[[str], frozenset[str]]  # folded names of the settlements of a country

    def find(self, country: str, text: str) -> NameMatches:
        """Return the places and the (largest) region with a name in a country."""
        name = fold(text)
        matches = self.places.find(text, country, limit=MAX_HOMONYMS)
        places = matches.best if matches.exact else ()
        own_names = (fold(own) for row in places for own in (row.name, *row.local_names))
        return NameMatches(places, name in own_names, self._region(country, name))

    def distance_km(self, country: str, point: PlaceRow) -> float:
        """Return the kilometres from a point to a country's nearest settlement; 0 without any."""
        settlements = self.settlements.get(country, ())
        return min((distance_km(point, settlement) for settlement in settlements), default=0)

    def _region(self, country: str, name: str) -> str | None:
        """Return the code of the largest region with a name; None for none or several."""
        regions = self.regions.get((country, name), [])
        level = min((region.level for region in regions), default=0)
        largest = [region.code for region in regions if region.level == level]
        return largest[0] if len(largest) == 1 else None


def town_name_reader(settlements: Settlements) -> Callable[[str], frozenset[str]]:
    """Return a function from a country code to the folded names of its towns."""

    @cache
    def names(country: str) -> frozenset[str]:
        rows = settlements.get(country, ())
        large = (row.names for row in rows if row.population >= LARGE_TOWN_POPULATION)
        own = ((row.name, *row.local_names) for row in rows)
        return frozenset(map(fold, chain(*own, *large)))

    return names


def regions_by_name(all_regions: Iterable[Region]) -> Mapping[tuple[str, str], list[Region]]:
    regions_by_name: dict[tuple[str, str], list[Region]] = defaultdict(list)
    for region in all_regions:
        for name in {fold(name) for name in region.names if name}:
            regions_by_name[region.country, name].append(region)
    return dict(regions_by_name)


def load_atlas() -> Atlas:
    """Return the places and areas of the database. Errors: reference_tables_outdated."""
    require_loaded_tables()
    settlements: dict[str, list[PlaceRow]] = defaultdict(list)
    for row in store.place_rows().values():
        settlements[row.country].append(row)
    all_regions = (
        Region(area.code, area.country_id, area.level, (area.name, *area.names.split("|")))
        for area in store.areas().values()
    )

    @cache
    def coarse(place: PlaceRow) -> str | None:
        code = coarse_cell(place, settlements[place.country], store.parent_codes())
        return code if code in store.parent_codes() else None

    regions, town_names = regions_by_name(all_regions), town_name_reader(settlements)
    return Atlas(store.place_index(), settlements, regions, coarse, store.coarse_areas, town_names)


def require_loaded_tables() -> None:
    """Refuse to import if the database lacks codes of the data files: run `protect load-data`."""
    expected: tuple[tuple[type[models.Term], Iterable[str]], ...] = (
        (models.Language, vocabulary.languages()),
        (models.Country, vocabulary.countries()),
        (models.Category, vocabulary.categories()),
    )
    for model, codes in expected:
        missing = set(codes) - set(model._default_manager.values_list("code", flat=True))
        if missing:
            raise _tables_outdated_error(model, min(missing))
    if not store.areas():
        raise _tables_outdated_error(models.Place, "all")


def _tables_outdated_error(model: type[Model], missing: str) -> InterchangeRefusal:
    return InterchangeRefusal("reference_tables_outdated", table=model.__name__, missing=missing)
