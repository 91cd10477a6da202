"""Find the place that a visitor typed: a postcode, a settlement, a camp or a small locality.

Places of the likely countries come first: of the chosen one, else of those that use the language of
the page. Similar names are searched only there and, if no country was chosen, among the towns of
all countries; a place elsewhere is offered if it has exactly the typed name.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from protect.reference.lookup import index, place_words, postcodes, store
from protect.reference.lookup.fold import fold
from protect.reference.lookup.romanise import MAX_LETTERS, romanise
from protect.reference.vocabulary import Camp, camps

MAX_CHOICES = 20  # places shown: more than settlements of the data share a name
SIMILARITY_ELSEWHERE = 0.75  # least similarity of a guess if no country was chosen
# "Opanets, Pleven" or "Opanets (Pleven)": a name, then what lies around it.
NAME_AND_AREA = re.compile(r"([^,،(]+)[,،(]([^,،()]+)")
MAX_LONGER_NAMES = 3  # towns shown of which a longer name has the typed words
MAX_SPELLINGS = 16  # Latin spellings by which a locality is looked up


@dataclass(frozen=True, slots=True)
class Choice:
    """A settlement to choose, and the camp or locality that was typed in place of its name."""

    place: index.PlaceRow
    title: str = ""  # a camp or a locality; "" for the settlement itself
    is_near: bool = False  # the settlement is only the nearest one that we know
    camp: Camp | None = None


@dataclass(frozen=True, slots=True)
class PlaceSearchResult:
    """What a text may mean, likeliest first. The visitor chooses, unless a place is certain."""

    choices: tuple[Choice, ...] = ()
    certain: index.PlaceRow | None = None  # the only settlement with exactly that name or postcode
    near_me: bool = False  # the text means the position of the phone, which the site never knows


@dataclass(frozen=True, slots=True)
class _Search:
    """A folded text and where to search it: in `country` if chosen; `likely_countries` first."""

    typed: str
    country: str | None
    likely_countries: Collection[str]

    @property
    def countries(self) -> Collection[str]:
        return (self.country,) if self.country else postcodes.FORMS

    def sort(self, choices: Iterable[Choice]) -> list[Choice]:
        return sorted(choices, key=lambda choice: choice.place.country not in self.likely_countries)


def search_place(
    text: str, country: str | None = None, likely_countries: Collection[str] = ()
) -> PlaceSearchResult:
    """Return the places that a typed text may mean.

    `country` is the chosen one; without it the places of `likely_countries` come first. A postcode
    beside a name narrows homonyms, and so does an area or a larger town behind a comma:
    "Opanets, Pleven".
    """
    typed = fold(text)
    if not typed or len(typed) > MAX_LETTERS:
        return PlaceSearchResult()
    country = index.COUNTRY_ALIASES.get(country or "", country or None)
    search = _Search(typed, country, (country,) if country else likely_countries)
    result = _find_places(search)
    if result.certain or not (name_and_area := NAME_AND_AREA.match(text)):
        return result
    area = place_words.without_settlement_word(fold(name_and_area[2]))
    by_name = _find_places(replace(search, typed=fold(name_and_area[1])))
    inside = [choice for choice in by_name.choices if _lies_in(choice.place, area)]
    return _exact_matches(search, inside) if inside else result if result.choices else by_name


def _find_places(search: _Search) -> PlaceSearchResult:
    typed, country = search.typed, search.country
    codes = postcodes.read_postcodes(typed)
    by_code = _find_by_codes(search, codes)
    if by_code and codes[0].is_whole:
        return _exact_matches(search, by_code)
    names = postcodes.names_beside(typed)
    name_alone = place_words.without_settlement_word(names[0])
    for candidate in dict.fromkeys((*names, name_alone)):
        exact = replace(search, typed=candidate)
        if exact_choices := _find_exactly(exact):
            ids = {choice.place.id for choice in by_code}
            narrowed = [choice for choice in exact_choices if choice.place.id in ids]
            others = [] if narrowed else _others_named_like(exact, exact_choices)
            return _exact_matches(search, narrowed or [*exact_choices, *others])
    if place_words.is_near_me(typed):
        return PlaceSearchResult(near_me=True)
    name = replace(search, typed=name_alone)
    by_name = store.place_index().find(name.typed, country, MAX_CHOICES, similarity=1)
    choices_by_name = [*_find_camps(name), *_find_localities(name, (name.typed,))]
    choices_by_name = choices_by_name or [
        *map(Choice, by_name.best),
        *_find_localities(name, romanise(name.typed)),
    ]
    ordered = name.sort(choices_by_name) or by_code or list(_guess_places(name))
    return PlaceSearchResult(tuple(ordered[:MAX_CHOICES]))


def _find_exactly(search: _Search) -> list[Choice]:
    matches = store.place_index().find(search.typed, search.country, MAX_CHOICES, similarity=1)
    return search.sort(map(Choice, matches.best)) if matches.exact else []


def _others_named_like(search: _Search, named: list[Choice]) -> list[Choice]:
    """Return what else the name of settlements that are no towns may mean: a town of their country
    with a longer name, such as Molenbeek-Saint-Jean for Molenbeek, or a locality."""
    if any(choice.place.population >= index.TOWN_POPULATION for choice in named):
        return []
    named_ids = {choice.place.id for choice in named}
    longer = (
        row
        for country in {choice.place.country for choice in named}
        for row in store.place_index().find_longer_names(search.typed, country)
        if row.population >= index.TOWN_POPULATION
    )
    towns = sorted(longer, key=lambda row: (-row.population, row.id))
    localities = _find_localities(search, (search.typed, *romanise(search.typed)))
    others = [*search.sort(map(Choice, towns[:MAX_LONGER_NAMES])), *localities]
    return [choice for choice in others if choice.place.id not in named_ids]


def _lies_in(place: index.PlaceRow, area: str) -> bool:
    """Return whether a folded text names an area around a place, or the larger town near it."""
    town = store.place_index().nearest_larger_town(place)
    names = list(town.names + town.local_names + (town.name,)) if town else []
    for code in store.area_chain(place.area):
        area_row = store.areas()[code]
        names += [area_row.name, *area_row.names.split("|")]
    wanted = set(area.split())
    return bool(wanted) and any(wanted <= set(fold(name).split()) for name in names)


def _exact_matches(search: _Search, choices: list[Choice]) -> PlaceSearchResult:
    """Return places of the typed name or postcode; a single one, if not only near, is certain."""
    first = choices[0]
    is_certain = len(choices) == 1 and not first.is_near and first.place.country in search.countries
    return PlaceSearchResult(tuple(choices[:MAX_CHOICES]), first.place if is_certain else None)


def _find_by_codes(search: _Search, codes: list[postcodes.Postcode]) -> list[Choice]:
    """Return the settlements of typed postcodes: in the searched countries, else in others."""
    chosen = [code for code in codes if code.country in search.countries]
    return search.sort(_row_choices(postcodes.rows_of(chosen) or postcodes.rows_of(codes)))


def _row_choices(rows: Iterable[postcodes.Row]) -> Iterator[Choice]:
    """Yield the settlements of rows of postcodes and localities, each once for each name."""
    seen = set()
    for row in rows:
        for key in row.places:
            place = store.place_rows().get(key)
            if place and (key, row.name) not in seen:
                seen.add((key, row.name))
                yield Choice(place, row.name, is_near=key in row.near)


def _find_localities(search: _Search, spellings: Iterable[str]) -> list[Choice]:
    names = list(spellings)[:MAX_SPELLINGS]
    rows = [
        row
        for country in search.countries
        for name in names
        for row in postcodes.find_rows(country, name)
        if row.name
    ]
    return search.sort(_row_choices(rows))


def _find_camps(search: _Search) -> Iterator[Choice]:
    """Yield the camps of a typed name, then the settlements with the name beside "camp"."""
    name = place_words.without_camp_words(search.typed)
    places = store.place_index().find(name, search.country, similarity=1).best if name else ()
    named = places if name != search.typed else ()
    for camp in _camps_named(name, {row.id for row in named}):
        if camp.country in search.countries and (place := store.place_rows().get(camp.place)):
            yield Choice(place, camp.name, is_near=camp.is_near, camp=camp)
    yield from map(Choice, named)


def _guess_places(search: _Search) -> Iterator[Choice]:
    """Yield places with a similar name in the likely countries, then places elsewhere: with exactly
    the typed name if a country was chosen, else towns with a very similar name."""
    if not place_words.without_camp_words(search.typed):
        return  # "camp" alone resembles names of towns
    places = store.place_index()
    for country in search.likely_countries:
        yield from map(Choice, places.find(search.typed, country).best)
    similarity = 1 if search.country else SIMILARITY_ELSEWHERE
    elsewhere = places.find(search.typed, limit=MAX_CHOICES, similarity=similarity)
    for row in elsewhere.best if elsewhere.exact or not search.country else ():
        is_large = search.country or row.population >= index.TOWN_POPULATION
        if is_large and row.country not in search.likely_countries:
            yield Choice(row)


def _camps_named(typed: str, places: Collection[int]) -> Iterator[Camp]:
    """Yield the camps with a folded name (without words for "camp"), or in one of `places`."""
    spellings = {typed, *romanise(typed)} if typed else set()
    for camp in camps().values():
        if camp.place in places or not spellings.isdisjoint(_camp_keys(camp)):
            yield camp


@cache
def _camp_keys(camp: Camp) -> frozenset[str]:
    return frozenset(
        place_words.without_camp_words(fold(name)) for name in (camp.name, *camp.names)
    )
