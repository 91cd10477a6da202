"""The settlements of a country as columns: the starting points of the atlas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Literal

import numpy as np
from pydantic import model_validator

from protect.kernel import tables
from protect.matching.engine.columns.bits import Flags, Ints
from protect.matching.engine.columns.points import Positions
from protect.reference import populations
from protect.reference.lookup import index, store as lookup
from protect.reference.lookup.parts import part_ids

# A country's people are counted only if its settlements have as many as it officially has, up to
# so many per cent more or fewer. Source: docs/adr/0045-people-where-sums-agree.md
TOLERANCE_PERCENT = 5
MAINLAND = 0  # in place of the number of an island region

type Box = tuple[float, float, float, float]  # degrees: south, west, north, east
STEPS_PER_DEGREE = 50  # of the Z-order curve; a step is about 2 km
STEP_BITS = 15  # bits that hold 360 × STEPS_PER_DEGREE


class Island(tables.Record):
    """An island, or several that a road joins. Source: data/islands.toml."""

    name: str
    country: str
    areas: frozenset[str] = frozenset()  # codes of areas that belong to it
    boxes: tuple[Box, ...] = ()  # parts of the country that belong to it as well
    source: str
    taken: date  # when it was read from the source
    status: Literal["unconfirmed", "confirmed"] = "unconfirmed"

    @model_validator(mode="after")
    def _check_areas_and_boxes(self) -> "Island":
        if not (self.areas or self.boxes):
            raise ValueError("an island needs areas or boxes")
        if any(south >= north or west >= east for south, west, north, east in self.boxes):
            raise ValueError("a box is south, west, north, east")
        return self

    def contains(self, place: index.PlaceRow, chain: tuple[str, ...]) -> bool:
        """Return whether a settlement belongs to the island. `chain`: the areas that contain it."""
        if place.country != self.country:
            return False
        return not self.areas.isdisjoint(chain) or any(
            south <= place.latitude <= north and west <= place.longitude <= east
            for south, west, north, east in self.boxes
        )


@cache
def island_regions() -> Mapping[str, Island]:
    """Return every island region by its code. Errors: DataError."""
    return tables.load("matching", "islands", Island)


@cache
def _numbered_islands(country: str) -> tuple[tuple[int, Island], ...]:
    numbered = enumerate(island_regions().values(), start=1)
    return tuple((number, region) for number, region in numbered if region.country == country)


def island_number(place: index.PlaceRow, chain: tuple[str, ...]) -> int:
    """Return the number of the first island region with this settlement; else MAINLAND."""
    regions = _numbered_islands(place.country)
    return next((number for number, region in regions if region.contains(place, chain)), MAINLAND)


def has_confirmed_islands(country: str) -> bool:
    """Return whether every island region of a country is confirmed; True if it has none."""
    return all(region.status == "confirmed" for _number, region in _numbered_islands(country))


@dataclass(frozen=True, eq=False)  # compared by identity, as a cache key
class Settlements:
    """The settlements of a country, immutable; those of one smallest area are adjacent."""

    country: str
    places: Sequence[index.PlaceRow]
    positions: Positions
    population: Ints  # people; 0 = not known, or counted in a larger settlement
    official: int  # people who officially live in the country
    chains: Sequence[tuple[str, ...]]  # by smallest area: its code and those that contain it
    area: Ints  # by settlement: the number of its smallest area
    smallest_areas_in: Mapping[str, Flags]  # by code of any area: the smallest areas inside it
    z_order: Ints  # by settlement: position on a Z-order curve, so that neighbours come together
    island: Ints  # by settlement: the number of its island region, 0 = the mainland

    def __len__(self) -> int:
        return len(self.places)

    @cached_property
    def counted(self) -> int:
        """Return how many people the settlements have together."""
        return int(self.population.sum())

    @property
    def shows_people(self) -> bool:
        """Return whether numbers of people are shown: they agree with the official figure."""
        return 100 * abs(self.counted - self.official) <= TOLERANCE_PERCENT * self.official


@cache
def settlements_of(country: str) -> Settlements:
    """Return the settlements of a country. Built on first use in this process."""
    rows = [row for row in lookup.place_rows().values() if row.country == country]
    rows.sort(key=lambda row: (row.area, row.id))
    official = populations.official_populations()[country].people
    return build_settlements(country, rows, lookup.parent_codes(), official)


def build_settlements(
    country: str,
    places: Sequence[index.PlaceRow],
    parents: Mapping[str, str | None],
    official: int,
) -> Settlements:
    """Return settlements as columns. `parents` maps an area to the area that contains it;
    `official` is the official population of the country."""
    codes = sorted({place.area for place in places})
    numbers = {code: number for number, code in enumerate(codes)}
    chains = [index.area_chain(code, parents) for code in codes]
    holding: dict[str, Flags] = {}
    for number, chain in enumerate(chains):
        for code in chain:
            holding.setdefault(code, np.zeros(len(codes), dtype=np.bool_))[number] = True
    islands = [island_number(place, chains[numbers[place.area]]) for place in places]
    parts = part_ids()
    people = [0 if place.id in parts else place.population for place in places]
    return Settlements(
        country=country,
        places=places,
        positions=Positions.from_degrees((place.latitude, place.longitude) for place in places),
        population=np.array(people, dtype=np.int64),
        official=official,
        chains=chains,
        area=np.array([numbers[place.area] for place in places], dtype=np.int64),
        smallest_areas_in=holding,
        z_order=_z_order_positions(places),
        island=np.array(islands, dtype=np.int64),
    )


def forget() -> None:
    """Drop the cache after the reference tables were reloaded."""
    settlements_of.cache_clear()


def _z_order_positions(places: Sequence[index.PlaceRow]) -> Ints:
    """Return positions on a Z-order curve: the bits of latitude and longitude in turn."""
    patches = np.zeros(len(places), dtype=np.int64)
    points = [(place.latitude, place.longitude) for place in places]
    for turn, degrees in enumerate(zip(*points, strict=True)):
        steps = ((np.array(degrees, dtype=np.float64) + 180) * STEPS_PER_DEGREE).astype(np.int64)
        for bit in range(STEP_BITS):
            patches |= (steps >> bit & 1) << (2 * bit + turn)
    return patches
