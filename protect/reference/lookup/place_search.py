"""Find what a visitor typed for a place: a postcode, a settlement, a camp or a small locality.

The country at hand comes first: the chosen one, else those whose language is read. Only there
similar names are guessed, and if no country was chosen among the towns of all countries; a place
elsewhere is offered if it has that very name."""

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
    """A settlement to choose, and what leads to it if that is not its own name."""

    place: index.PlaceRow
    title: str = ""  # a camp or a locality; "" for the settlement itself
    is_near: bool = False  # the settlement is only the nearest one that we know
    camp: Camp | None = None


@dataclass(frozen=True, slots=True)
class PlaceSearchResult:
    """What a text may mean, likeliest first. The visitor chooses, unless a place is certain."""

    choices: tuple[Choice, ...] = ()
    certain: index.PlaceRow | None = None  # the only settlement of that very name or postcode
    near_me: bool = False  # the text asks for the position of the phone, which we never know


@dataclass(frozen=True, slots=True)
class _Search:
    """A folded text and where to search it: in `country` if chosen, with `at_hand` first."""

    typed: str
    country: str | None
    at_hand: Collection[str]

    @property
    def countries(self) -> Collection[str]:
        return (self.country,) if self.country else postcodes.FORMS

    def sort(self, choices: Iterable[Choice]) -> list[Choice]:
        return sorted(choices, key=lambda choice: choice.place.country not in self.at_hand)


def search_place(
    text: str, country: str | None = None, at_hand: Collection[str] = ()
) -> PlaceSearchResult:
    """Return the places that a typed text may mean. `country` is the chosen one; without it the
    places of the countries `at_hand` come first. A postcode beside a name narrows homonyms, and so
    does an area or a larger town behind a comma: "Opanets, Pleven"."""
    typed = fold(text)
    if not typed or len(typed) > MAX_LETTERS:
        return PlaceSearchResult()
    country = index.COUNTRY_ALIASES.get(country or "", country or None)
    search = _Search(typed, country, (country,) if country else at_hand)
    found = _find(search)
    if found.certain or not (name_and_area := NAME_AND_AREA.match(text)):
        return found
    area = place_words.without_settlement_word(fold(name_and_area[2]))
    by_name = _find(replace(search, typed=fold(name_and_area[1])))
    inside = [one for one in by_name.choices if _lies_in(one.place, area)]
    return _exact_matches(search, inside) if inside else found if found.choices else by_name


def _find(search: _Search) -> PlaceSearchResult:
    typed, country = search.typed, search.country
    codes = postcodes.read_postcodes(typed)
    by_code = _find_by_codes(search, codes)
    if by_code and codes[0].is_whole:
        return _exact_matches(search, by_code)
    names = postcodes.names_beside(typed)
    bare = place_words.without_settlement_word(names[0])
    for candidate in dict.fromkeys((*names, bare)):
        exact = replace(search, typed=candidate)
        if named := _find_exactly(exact):
            ids = {choice.place.id for choice in by_code}
            narrowed = [one for one in named if one.place.id in ids]
            others = [] if narrowed else _others_named_like(exact, named)
            return _exact_matches(search, narrowed or [*named, *others])
    if place_words.is_near_me(typed):
        return PlaceSearchResult(near_me=True)
    name = replace(search, typed=bare)
    by_name = store.place_index().find(name.typed, country, MAX_CHOICES, similarity=1)
    found = [*_find_camps(name), *_find_localities(name, (name.typed,))]
    found = found or [*map(Choice, by_name.best), *_find_localities(name, romanise(name.typed))]
    choices = name.sort(found) or by_code or list(_guess(name))
    return PlaceSearchResult(tuple(choices[:MAX_CHOICES]))


def _find_exactly(search: _Search) -> list[Choice]:
    found = store.place_index().find(search.typed, search.country, MAX_CHOICES, similarity=1)
    return search.sort(map(Choice, found.best)) if found.exact else []


def _others_named_like(search: _Search, named: list[Choice]) -> list[Choice]:
    """Return what the name of settlements that are no towns may mean as well: a town of their
    country with a longer name, such as Molenbeek-Saint-Jean for Molenbeek, or a locality."""
    if any(choice.place.population >= index.TOWN_POPULATION for choice in named):
        return []
    known = {choice.place.id for choice in named}
    longer = (
        row
        for country in {choice.place.country for choice in named}
        for row in store.place_index().find_longer_names(search.typed, country)
        if row.population >= index.TOWN_POPULATION
    )
    towns = sorted(longer, key=lambda row: (-row.population, row.id))
    localities = _find_localities(search, (search.typed, *romanise(search.typed)))
    found = [*search.sort(map(Choice, towns[:MAX_LONGER_NAMES])), *localities]
    return [choice for choice in found if choice.place.id not in known]


def _lies_in(place: index.PlaceRow, area: str) -> bool:
    """Return whether a folded text names an area around a place, or the larger town near it."""
    town = store.place_index().nearest_larger_town(place)
    names = list(town.names + town.local_names + (town.name,)) if town else []
    for code in store.area_chain(place.area):
        known = store.areas()[code]
        names += [known.name, *known.names.split("|")]
    wanted = set(area.split())
    return bool(wanted) and any(wanted <= set(fold(name).split()) for name in names)


def _exact_matches(search: _Search, choices: list[Choice]) -> PlaceSearchResult:
    """Return places of the typed name or postcode; a lone one of the country at hand is certain."""
    first = choices[0]
    is_certain = len(choices) == 1 and not first.is_near and first.place.country in search.countries
    return PlaceSearchResult(tuple(choices[:MAX_CHOICES]), first.place if is_certain else None)


def _find_by_codes(search: _Search, codes: list[postcodes.Postcode]) -> list[Choice]:
    """Return the settlements of typed postcodes: those of the country at hand, else of others."""
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
    rest = place_words.without_camp_words(search.typed)
    found = store.place_index().find(rest, search.country, similarity=1).best if rest else ()
    named = found if rest != search.typed else ()
    for camp in _camps_named(rest, {row.id for row in named}):
        if camp.country in search.countries and (place := store.place_rows().get(camp.place)):
            yield Choice(place, camp.name, is_near=camp.is_near, camp=camp)
    yield from map(Choice, named)


def _guess(search: _Search) -> Iterator[Choice]:
    """Yield places with a similar name in the countries at hand, then what may be elsewhere: a
    place of the very name if a country was chosen, else a town with a very similar one."""
    if not place_words.without_camp_words(search.typed):
        return  # "camp" alone resembles names of towns
    places = store.place_index()
    for country in search.at_hand:
        yield from map(Choice, places.find(search.typed, country).best)
    similarity = 1 if search.country else SIMILARITY_ELSEWHERE
    elsewhere = places.find(search.typed, limit=MAX_CHOICES, similarity=similarity)
    for row in elsewhere.best if elsewhere.exact or not search.country else ():
        is_large = search.country or row.population >= index.TOWN_POPULATION
        if is_large and row.country not in search.at_hand:
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
