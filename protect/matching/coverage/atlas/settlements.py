"""The settlements of a country as columns: the starting points of the atlas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

import numpy as np
from pydantic import model_validator

from protect.kernel import tables
from protect.matching.engine.columns.bits import Flags, Ints
from protect.matching.engine.columns.points import Positions
from protect.reference.lookup import index, store as lookup

MAINLAND = 0

type Box = tuple[float, float, float, float]  # degrees: south, west, north, east
STEPS = 50  # to a degree: about 2 km
BITS = 15  # of 360 × STEPS


class Island(tables.Record):
    """An island, or several that a road joins. Source: data/islands.toml."""

    name: str
    country: str
    areas: frozenset[str] = frozenset()  # all that lies in one of these
    boxes: tuple[Box, ...] = ()  # and all of the country that lies in one of these
    source: str
    taken: date  # from the source
    status: Literal["unconfirmed", "confirmed"] = "unconfirmed"

    @model_validator(mode="after")
    def _somewhere(self) -> "Island":
        if not (self.areas or self.boxes):
            raise ValueError("an island needs areas or boxes")
        if any(south >= north or west >= east for south, west, north, east in self.boxes):
            raise ValueError("a box is south, west, north, east")
        return self

    def holds(self, place: index.PlaceRow, chain: tuple[str, ...]) -> bool:
        """Return whether a settlement lies there. `chain`: the areas that it lies in."""
        if place.country != self.country:
            return False
        return not self.areas.isdisjoint(chain) or any(
            south <= place.latitude <= north and west <= place.longitude <= east
            for south, west, north, east in self.boxes
        )


@cache
def regions() -> Mapping[str, Island]:
    """Return every island region by its code. Errors: DataError."""
    return tables.load("matching", "islands", Island)


@cache
def _of_country(country: str) -> tuple[tuple[int, Island], ...]:
    numbered = enumerate(regions().values(), start=1)
    return tuple((number, each) for number, each in numbered if each.country == country)


def island_of(place: index.PlaceRow, chain: tuple[str, ...]) -> int:
    """Return the number of a settlement's region, MAINLAND for none: the first that holds it."""
    numbers = (number for number, each in _of_country(place.country) if each.holds(place, chain))
    return next(numbers, MAINLAND)


def is_confirmed(country: str) -> bool:
    """Return whether an expert has confirmed every region of a country."""
    return all(each.status == "confirmed" for _number, each in _of_country(country))


@dataclass(frozen=True, eq=False)  # a key of caches, by identity
class Settlements:
    """Settlements, those of one smallest area side by side. Never changed."""

    country: str
    places: Sequence[index.PlaceRow]
    positions: Positions
    population: Ints  # people; 0 = not known
    chains: Sequence[tuple[str, ...]]  # by number of a smallest area: it, and what it lies in
    area: Ints  # by settlement: the number of its smallest area
    holding: Mapping[str, Flags]  # by code of any area: the smallest areas that lie in it
    patch: Ints  # by settlement: ascending along a line that stays long in each neighbourhood
    island: Ints  # by settlement: the number of its island region, 0 = the mainland

    def __len__(self) -> int:
        return len(self.places)


@cache
def settlements_of(country: str) -> Settlements:
    """Return the settlements of a country. Built on first use in this process."""
    rows = [row for row in lookup.rows().values() if row.country == country]
    rows.sort(key=lambda row: (row.area, row.id))
    return settlement_columns(country, rows, lookup.parents())


def settlement_columns(
    country: str, places: Sequence[index.PlaceRow], upwards: Mapping[str, str | None]
) -> Settlements:
    """Return settlements as columns. `upwards` leads from an area to what contains it."""
    codes = sorted({place.area for place in places})
    numbers = {code: number for number, code in enumerate(codes)}
    chains = [index.chain(code, upwards) for code in codes]
    holding: dict[str, Flags] = {}
    for number, chain in enumerate(chains):
        for code in chain:
            holding.setdefault(code, np.zeros(len(codes), dtype=np.bool_))[number] = True
    area = np.array([numbers[place.area] for place in places], dtype=np.int64)
    return Settlements(
        country=country,
        places=places,
        positions=Positions.of((place.latitude, place.longitude) for place in places),
        population=np.array([place.population for place in places], dtype=np.int64),
        chains=chains,
        area=area,
        holding=holding,
        patch=_patches(places),
        island=np.array(
            [island_of(place, chains[each]) for place, each in zip(places, area, strict=True)],
            dtype=np.int64,
        ),
    )


def forget() -> None:
    """Drop the cache, after the tables were reloaded."""
    settlements_of.cache_clear()


def _patches(places: Sequence[index.PlaceRow]) -> Ints:
    """Return the places of settlements on a Z-shaped line: their degrees, bit by bit in turn."""
    patches = np.zeros(len(places), dtype=np.int64)
    for turn, degrees in enumerate(
        ([place.latitude for place in places], [place.longitude for place in places])
    ):
        steps = ((np.array(degrees, dtype=np.float64) + 180) * STEPS).astype(np.int64)
        for bit in range(BITS):
            patches |= (steps >> bit & 1) << (2 * bit + turn)
    return patches
