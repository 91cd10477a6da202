"""Regions that only a boat or a plane leads to: what lies on another one is across water.

Source: data/islands.toml, which says where each region was taken from, and when.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Literal

from pydantic import model_validator

from protect.kernel import tables
from protect.kernel.tables import Record
from protect.reference.lookup.index import PlaceRow

PACKAGE, KIND = "matching", "islands"
MAINLAND = 0

type Box = tuple[float, float, float, float]  # degrees: south, west, north, east


class Island(Record):
    """An island, or several that a road joins: settlements by area, by box, or by both."""

    name: str
    country: str
    areas: frozenset[str] = frozenset()  # all that lies in one of these
    boxes: tuple[Box, ...] = ()  # and all of the country that lies in one of these
    source: str
    taken: date  # from the source
    status: Literal["unconfirmed", "confirmed"] = "unconfirmed"

    @model_validator(mode="after")
    def _somewhere(self) -> Island:
        if not (self.areas or self.boxes):
            raise ValueError("an island needs areas or boxes")
        if any(south >= north or west >= east for south, west, north, east in self.boxes):
            raise ValueError("a box is south, west, north, east")
        return self

    def holds(self, place: PlaceRow, chain: tuple[str, ...]) -> bool:
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
    return tables.load(PACKAGE, KIND, Island)


@cache
def _of_country(country: str) -> tuple[tuple[int, Island], ...]:
    numbered = enumerate(regions().values(), start=1)
    return tuple((number, each) for number, each in numbered if each.country == country)


def number(place: PlaceRow, chain: tuple[str, ...]) -> int:
    """Return the number of a settlement's region, MAINLAND for none: the first that holds it."""
    numbers = (number for number, each in _of_country(place.country) if each.holds(place, chain))
    return next(numbers, MAINLAND)


def is_confirmed(country: str) -> bool:
    """Return whether an expert has confirmed every region of a country."""
    return all(each.status == "confirmed" for _number, each in _of_country(country))
