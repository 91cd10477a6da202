"""The names of settlements and areas as a source writes them: exact, never a near miss."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from protect.reference.lookup.fold import fold
from protect.reference.lookup.index import PlaceIndex, PlaceRow, distance_km

HOMONYMS = 50  # more places of one name are not looked at
LARGE = 20_000  # people: a town that is known by its names in other languages


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


def towns_of(
    settlements: Mapping[str, Sequence[PlaceRow]],
) -> Callable[[str], frozenset[str]]:
    @cache
    def names(country: str) -> frozenset[str]:
        rows = settlements.get(country, ())
        return frozenset(fold(name) for row in rows for name in _names_of(row))

    return names


def _names_of(row: PlaceRow) -> Iterable[str]:
    """Yield the names of a settlement; of a large one also those in other languages."""
    others = row.names if row.population >= LARGE else ()
    return (row.name, *row.local_names, *others)


def regions(all_regions: Iterable[Region]) -> Mapping[tuple[str, str], list[Region]]:
    names: dict[tuple[str, str], list[Region]] = defaultdict(list)
    for region in all_regions:
        for name in {fold(name) for name in region.names if name}:
            names[region.country, name].append(region)
    return dict(names)
