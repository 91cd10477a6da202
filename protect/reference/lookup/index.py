"""Settlements by what people type: exact names first, then other scripts, then by ear and typo.

The rule for homonyms (`_Scope.named`). A main name is one that the place itself uses: its name or
a local name. Its other names belong to other languages, scripts and times.
- Places that share a main name are all shown, however large one of them is.
- A place that has the name only among its others is shown beside them when it has more people:
  "Bergen" in the Netherlands is also Mons in Belgium. A smaller one steps aside.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from protect.reference.lookup.fold import fold
from protect.reference.lookup.romanise import LONGEST, romanise, skeletons

TOWN = 20_000  # inhabitants that make a place one by which others are found
EARTH_KM = 6371.0088  # mean radius
SHORTEST_TYPO = 4  # letters; below, one typo makes another word
SHORTEST_SKELETON = 2  # consonants
READ = 8  # spellings in which a typo is looked for
ALIKE = 0.5  # least likeness of spellings that share their consonants, 1 = equal
SAME_COUNTRY = {"EL": "GR"}  # the European Union writes EL


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A settlement. Degrees are WGS84; a population of 0 is not known."""

    id: int
    country: str
    area: str
    name: str
    names: tuple[str, ...] = ()
    population: int = 0
    latitude: float = 0.0
    longitude: float = 0.0
    local_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceMatches:
    """What a typed name may mean, likeliest first. Never choose for the person."""

    best: tuple[PlaceRow, ...]
    exact: bool  # the name is one of the place's names; otherwise ask "did you mean"
    ambiguous: bool  # several places fit, perhaps more than `best` shows


class PlaceIndex:
    """Settlements by country, indexed on first use."""

    def __init__(self, rows: Iterable[PlaceRow]) -> None:
        countries: dict[str, list[PlaceRow]] = defaultdict(list)
        for row in rows:
            countries[row.country].append(row)
        self._countries = {code: _Names(tuple(places)) for code, places in countries.items()}

    def find(self, text: str, country: str | None = None, limit: int = 8) -> PlaceMatches:
        """Return what a typed name may mean, in a country or anywhere. Units: `limit` places."""
        typed = fold(text)
        if not typed or len(typed) > LONGEST:
            return PlaceMatches((), exact=False, ambiguous=False)
        code = (country or "").upper()
        code = SAME_COUNTRY.get(code, code)
        scope = _Scope([each for key, each in self._countries.items() if not code or key == code])
        exact = scope.named((typed,))
        rows = exact or scope.named(romanise(typed)) or _nearly(scope, typed)
        return PlaceMatches(tuple(rows[:limit]), exact=bool(exact), ambiguous=len(rows) > 1)

    def nearest_larger_town(self, row: PlaceRow) -> PlaceRow | None:
        """Return the nearest place of the country with 20,000 people that is larger than `row`."""
        names = self._countries.get(row.country)
        larger = [town for town in names.towns if town.population > row.population] if names else []
        return min(larger, key=lambda town: (distance_km(row, town), town.id), default=None)


class _Names:
    """The names of one country's places, folded when they are first needed."""

    def __init__(self, rows: tuple[PlaceRow, ...]) -> None:
        self.rows = rows

    @cached_property
    def main(self) -> dict[str, list[PlaceRow]]:
        return _by_name((name, row) for row in self.rows for name in (row.name, *row.local_names))

    @cached_property
    def other(self) -> dict[str, list[PlaceRow]]:
        return _by_name((name, row) for row in self.rows for name in row.names)

    @cached_property
    def latin(self) -> tuple[str, ...]:
        return tuple(sorted(name for name in {*self.main, *self.other} if name.isascii()))

    @cached_property
    def heard(self) -> dict[str, list[str]]:
        by_skeleton: dict[str, list[str]] = defaultdict(list)
        for name in self.latin:
            for skeleton in skeletons(name):
                by_skeleton[skeleton].append(name)
        return dict(by_skeleton)

    @cached_property
    def towns(self) -> tuple[PlaceRow, ...]:
        return tuple(row for row in self.rows if row.population >= TOWN)


@dataclass(frozen=True, slots=True)
class _Scope:
    countries: list[_Names]

    def named(self, spellings: Iterable[str]) -> list[PlaceRow]:
        """Return the places of that name, homonyms by the rule above, larger ones first."""
        main: dict[int, PlaceRow] = {}
        other: dict[int, PlaceRow] = {}
        for spelling in spellings:
            for names in self.countries:
                main |= {row.id: row for row in names.main.get(spelling, ())}
                other |= {row.id: row for row in names.other.get(spelling, ())}
        called = sorted(main.values(), key=_size)
        largest = called[0].population if called else -1
        beside = [row for key, row in other.items() if key not in main]
        return called + sorted((row for row in beside if row.population > largest), key=_size)


def _nearly(scope: _Scope, typed: str) -> list[PlaceRow]:
    """Return places by one typo and, from other scripts, by ear; most alike first."""
    likeness: dict[str, float] = {}
    spellings = romanise(typed)
    for names in scope.countries:
        heard = () if typed.isascii() else _heard(names, spellings)  # Latin letters say vowels too
        for name, alike in (*_typos(names, spellings), *heard):
            likeness[name] = max(alike, likeness.get(name, 0))
    rows: dict[int, tuple[float, PlaceRow]] = {}
    for name, alike in likeness.items():
        for row in scope.named((name,)):
            if alike > rows.get(row.id, (0, row))[0]:
                rows[row.id] = (alike, row)
    ranked = sorted(rows.values(), key=lambda one: (-round(one[0], 1), *_size(one[1])))
    return [row for _, row in ranked]


def _typos(names: _Names, spellings: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    for spelling in spellings[:READ]:
        if len(spelling) >= SHORTEST_TYPO:
            hits = process.extract(
                spelling, names.latin, scorer=OSA.distance, score_cutoff=1, limit=None
            )
            for name, _, _ in hits:
                yield name, OSA.normalized_similarity(spelling, name)


def _heard(names: _Names, spellings: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    for skeleton in {part for spelling in spellings for part in skeletons(spelling)}:
        if len(skeleton) >= SHORTEST_SKELETON:
            for name in names.heard.get(skeleton, ()):
                alike = max(OSA.normalized_similarity(spelling, name) for spelling in spellings)
                if alike >= ALIKE:
                    yield name, alike


def _by_name(pairs: Iterable[tuple[str, PlaceRow]]) -> dict[str, list[PlaceRow]]:
    by_name: dict[str, list[PlaceRow]] = defaultdict(list)
    for name, row in pairs:
        by_name[fold(name)].append(row)
    return dict(by_name)


def _size(row: PlaceRow) -> tuple[int, int]:
    return -row.population, row.id


def chain(area: str | None, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """Return an area and those that it lies in, from the smallest to the largest."""
    codes = []
    while area:
        codes.append(area)
        area = parents.get(area)
    return tuple(codes)


def around(row: PlaceRow, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """Return the areas that a settlement lies in, its country last."""
    return (*chain(row.area, parents), row.country)


def distance_km(one: PlaceRow, other: PlaceRow) -> float:
    """Return how far apart two places are on the sphere. Units: kilometres."""
    latitudes = math.radians(one.latitude), math.radians(other.latitude)
    across = math.radians(other.longitude - one.longitude)
    haversine = (
        math.sin((latitudes[1] - latitudes[0]) / 2) ** 2
        + math.cos(latitudes[0]) * math.cos(latitudes[1]) * math.sin(across / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(min(1, math.sqrt(haversine)))
