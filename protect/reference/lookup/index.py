"""Find settlements by a typed name: exact, then transliterated, then similar.
The rule for homonyms (`_SearchScope.find_by_name`): a main name is one that the place itself
uses, as its name or a local name. Its other names belong to other languages, scripts and times.
- All places that share a main name are shown, whatever their size.
- A place that has the name only among its other names is shown too if it is larger:
  "Bergen" in the Netherlands is also Mons in Belgium. Smaller ones are hidden."""

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from protect.reference.lookup.fold import fold
from protect.reference.lookup.romanise import MAX_LETTERS, romanise, skeletons

TOWN_POPULATION = 20_000  # inhabitants of a town that helps to locate smaller places
EARTH_KM = 6371.0088  # mean radius of the earth
MIN_TYPO_LETTERS = 4  # in a shorter name one typo makes another word
MIN_SKELETON_CONSONANTS = 2  # of a name compared by sound
MAX_TYPO_SPELLINGS = 8  # spellings of a typed name that are searched with one typo allowed
MIN_SIMILARITY = 0.5  # of spellings with the same consonants; 1 is equal
COUNTRY_ALIASES = {"EL": "GR"}  # EL is the code that the European Union uses for Greece

type Parents = Mapping[str, str | None]  # code of an area: code of the area that contains it


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A settlement. Degrees are WGS84; population 0 means unknown."""

    id: int
    country: str
    area: str
    name: str
    names: tuple[str, ...] = ()  # of other languages, scripts and times
    population: int = 0
    latitude: float = 0.0
    longitude: float = 0.0
    local_names: tuple[str, ...] = ()  # other names that the place itself uses


@dataclass(frozen=True, slots=True)
class PlaceMatches:
    """The settlements that a typed name may mean, likeliest first. The user chooses among them."""

    best: tuple[PlaceRow, ...]
    exact: bool  # whether the name is one of the places' names; if not, ask "did you mean"
    ambiguous: bool  # whether several places match, perhaps more than `best` holds


class PlaceIndex:
    """Settlements by country, indexed on first use."""

    def __init__(self, rows: Iterable[PlaceRow]) -> None:
        countries: dict[str, list[PlaceRow]] = defaultdict(list)
        for row in rows:
            countries[row.country].append(row)
        self._countries = {code: _PlaceNames(tuple(places)) for code, places in countries.items()}

    @cached_property
    def _from_south(self) -> list[PlaceRow]:
        rows = (row for names in self._countries.values() for row in names.rows)
        return sorted(rows, key=_latitude)

    def find(
        self,
        text: str,
        country: str | None = None,
        limit: int = 8,
        similarity: float = MIN_SIMILARITY,
    ) -> PlaceMatches:
        """Return up to `limit` settlements that a typed name may mean; no country means all.
        If no place has the name, those with a name of at least this `similarity` (1: none)."""
        typed = fold(text)
        if not typed or len(typed) > MAX_LETTERS:
            return PlaceMatches((), exact=False, ambiguous=False)
        scope = self._scope(country)
        exact = scope.find_by_name((typed,))
        rows = exact or scope.find_by_name(romanise(typed))
        if similarity < 1 and not rows:
            rows = _find_similar(scope, typed, similarity)
        return PlaceMatches(tuple(rows[:limit]), exact=bool(exact), ambiguous=len(rows) > 1)

    def find_all(self, text: str, country: str | None = None) -> set[PlaceRow]:
        """Return every settlement that has the typed name among its names; if there is none, those
        with a Latin spelling of it. No country means all."""
        typed = fold(text)
        if not typed or len(typed) > MAX_LETTERS:
            return set()
        scope = self._scope(country)
        return scope.find_all((typed,)) or scope.find_all(romanise(typed))

    def find_longer_names(self, text: str, country: str | None = None) -> set[PlaceRow]:
        """Return every settlement with a name that has the typed words and others, such as
        Molenbeek-Saint-Jean for "Molenbeek". No country means all."""
        typed = fold(text)
        return self._scope(country).find_longer_names(typed) if typed else set()

    def near(self, row: PlaceRow, km: float) -> Iterator[PlaceRow]:
        """Yield the settlements whose centre is at most `km` kilometres from that of `row`."""
        height = math.degrees(km / EARTH_KM) + 1e-6
        first = bisect_left(self._from_south, row.latitude - height, key=_latitude)
        last = bisect_right(self._from_south, row.latitude + height, key=_latitude)
        width = height / math.cos(math.radians(min(abs(row.latitude) + height, 89)))
        for other in self._from_south[first:last]:
            is_close = abs(other.longitude - row.longitude) <= width
            if is_close and distance_km(row, other) <= km:
                yield other

    def _scope(self, country: str | None) -> "_SearchScope":
        code = (country or "").upper()
        code = COUNTRY_ALIASES.get(code, code)
        countries = self._countries.items()
        return _SearchScope([names for key, names in countries if not code or key == code])

    def nearest_larger_town(self, row: PlaceRow) -> PlaceRow | None:
        """Return the nearest town of the country (20,000 people or more) larger than `row`."""
        names = self._countries.get(row.country)
        larger = [town for town in names.towns if town.population > row.population] if names else []
        return min(larger, key=lambda town: (distance_km(row, town), town.id), default=None)


class _PlaceNames:
    """The names of one country's settlements, folded when they are first needed."""

    def __init__(self, rows: tuple[PlaceRow, ...]) -> None:
        self.rows = rows

    @cached_property
    def rows_by_main_name(self) -> dict[str, list[PlaceRow]]:
        rows = self.rows
        return _by_folded_name((name, row) for row in rows for name in (row.name, *row.local_names))

    @cached_property
    def rows_by_other_name(self) -> dict[str, list[PlaceRow]]:
        return _by_folded_name((name, row) for row in self.rows for name in row.names)

    @cached_property
    def latin_names(self) -> tuple[str, ...]:
        names = {*self.rows_by_main_name, *self.rows_by_other_name}
        return tuple(sorted(name for name in names if name.isascii()))

    @cached_property
    def names_by_skeleton(self) -> dict[str, list[str]]:
        by_skeleton: dict[str, list[str]] = defaultdict(list)
        for name in self.latin_names:
            for skeleton in skeletons(name):
                by_skeleton[skeleton].append(name)
        return dict(by_skeleton)

    @cached_property
    def towns(self) -> tuple[PlaceRow, ...]:
        return tuple(row for row in self.rows if row.population >= TOWN_POPULATION)


@dataclass(frozen=True, slots=True)
class _SearchScope:
    """The countries in which a name is searched."""

    countries: list[_PlaceNames]

    def find_all(self, spellings: Iterable[str]) -> set[PlaceRow]:
        """Return all places with a name, whether it is their main name or another one."""
        return {
            row
            for spelling in spellings
            for names in self.countries
            for rows in (names.rows_by_main_name, names.rows_by_other_name)
            for row in rows.get(spelling, ())
        }

    def find_longer_names(self, typed: str) -> set[PlaceRow]:
        return {
            row
            for names in self.countries
            for by_name in (names.rows_by_main_name, names.rows_by_other_name)
            for spelling, rows in by_name.items()
            if f" {typed} " in f" {spelling} "
            for row in rows
        }

    def find_by_name(self, spellings: Iterable[str]) -> list[PlaceRow]:
        """Return the places with a name, by the rule for homonyms above, larger ones first."""
        main: dict[int, PlaceRow] = {}
        other: dict[int, PlaceRow] = {}
        for spelling in spellings:
            for names in self.countries:
                main |= {row.id: row for row in names.rows_by_main_name.get(spelling, ())}
                other |= {row.id: row for row in names.rows_by_other_name.get(spelling, ())}
        by_main_name = sorted(main.values(), key=_size_sort_key)
        largest = by_main_name[0].population if by_main_name else -1
        other_rows = [row for key, row in other.items() if key not in main]
        larger = [row for row in other_rows if row.population > largest]
        return by_main_name + sorted(larger, key=_size_sort_key)


def _find_similar(scope: _SearchScope, typed: str, min_similarity: float) -> list[PlaceRow]:
    """Return places with a name of one typo or, if not Latin, of the same sound, of at least this
    similarity; best first."""
    similarity_by_name: dict[str, float] = {}
    spellings = romanise(typed)
    for names in scope.countries:
        # A Latin spelling has its vowels, so that it needs no comparison by consonants.
        sound_matches = () if typed.isascii() else _sound_matches(names, spellings)
        for name, similarity in (*_typo_matches(names, spellings), *sound_matches):
            if similarity >= min_similarity:
                similarity_by_name[name] = max(similarity, similarity_by_name.get(name, 0))
    rows: dict[int, tuple[float, PlaceRow]] = {}
    for name, similarity in similarity_by_name.items():
        for row in scope.find_by_name((name,)):
            if similarity > rows.get(row.id, (0, row))[0]:
                rows[row.id] = (similarity, row)
    ranked = sorted(
        rows.values(),
        key=lambda ranked_row: (-round(ranked_row[0], 1), *_size_sort_key(ranked_row[1])),
    )
    return [row for _, row in ranked]


def _typo_matches(names: _PlaceNames, spellings: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    """Yield Latin names with at most one typo against a spelling, and their similarity."""
    for spelling in spellings[:MAX_TYPO_SPELLINGS]:
        if len(spelling) >= MIN_TYPO_LETTERS:
            hits = process.extract(
                spelling, names.latin_names, scorer=OSA.distance, score_cutoff=1, limit=None
            )
            for name, _, _ in hits:
                yield name, OSA.normalized_similarity(spelling, name)


def _sound_matches(names: _PlaceNames, spellings: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    """Yield Latin names with the same consonants as a spelling, and their similarity."""
    for skeleton in {each for spelling in spellings for each in skeletons(spelling)}:
        if len(skeleton) >= MIN_SKELETON_CONSONANTS:
            for name in names.names_by_skeleton.get(skeleton, ()):
                similarity = max(
                    OSA.normalized_similarity(spelling, name) for spelling in spellings
                )
                if similarity >= MIN_SIMILARITY:
                    yield name, similarity


def _by_folded_name(pairs: Iterable[tuple[str, PlaceRow]]) -> dict[str, list[PlaceRow]]:
    by_name: dict[str, list[PlaceRow]] = defaultdict(list)
    for name, row in pairs:
        by_name[fold(name)].append(row)
    return dict(by_name)


def _latitude(row: PlaceRow) -> float:
    return row.latitude


def _size_sort_key(row: PlaceRow) -> tuple[int, int]:
    return -row.population, row.id


def area_chain(area: str | None, parents: Parents) -> tuple[str, ...]:
    """Return the codes of an area and of all areas around it, smallest first; () for None."""
    codes = []
    while area:
        codes.append(area)
        area = parents.get(area)
    return tuple(codes)


def enclosing_areas(row: PlaceRow, parents: Parents) -> tuple[str, ...]:
    """Return the codes of the areas around a settlement, smallest first, its country last."""
    return (*area_chain(row.area, parents), row.country)


def distance_km(first: PlaceRow, second: PlaceRow) -> float:
    """Return the distance between two places along the earth's surface. Units: kilometres."""
    latitudes = math.radians(first.latitude), math.radians(second.latitude)
    longitude = math.radians(second.longitude - first.longitude)
    haversine = (
        math.sin((latitudes[1] - latitudes[0]) / 2) ** 2
        + math.cos(latitudes[0]) * math.cos(latitudes[1]) * math.sin(longitude / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(min(1, math.sqrt(haversine)))
