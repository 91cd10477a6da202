"""Names of pathways: what is needed, and where, in a language."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import get_language

from protect.coordination.pathways.models import Pathway
from protect.matching.interface.question import country_named
from protect.matching.services.store import place_name as town_name
from protect.reference import formats, vocabulary, wording
from protect.reference.catalogue import active_language
from protect.reference.lookup import index, place_words, store as lookup
from protect.reference.lookup.fold import fold
from protect.reference.lookup.place_search import search_place

MAX_PLACES = 12  # places of one name that are offered


class PlaceChoice(NamedTuple):
    """A place that a text may name. Both keys None: the whole country."""

    area: str | None
    place: int | None
    label: str

    @property
    def value(self) -> str:
        """Return the value of a form field: the code of an area, or a GeoNames id."""
        return self.area or str(self.place or "")

    @property
    def name(self) -> str:
        """Return the label without the areas around a town."""
        return town_name(lookup.place_rows()[self.place]) if self.place else self.label


def pathway_needs() -> list[vocabulary.Need]:
    """Return the needs of the public site that services answer."""
    return [need for need in vocabulary.needs().values() if need.public and need.categories]


def need_name(code: str, tag: str) -> str:
    with active_language(tag):
        return str(wording.display_name(wording.NEED_NAMES, vocabulary.needs()[code]))


def place_name(pathway: Pathway, tag: str) -> str:
    """Return the town, region or country of a pathway."""
    if pathway.place_id is not None:
        return town_name(lookup.place_rows()[pathway.place_id])
    if pathway.area_id is not None:
        return lookup.areas()[pathway.area_id].name
    return formats.country_name(pathway.country_id, tag)


def pathway_name(pathway: Pathway) -> str:
    """Return the name of a pathway in the language of the desk, such as “A safe place · Zagreb”."""
    tag = get_language() or "en"
    return f"{need_name(pathway.need, tag)} · {place_name(pathway, tag)}"


def find_places(typed: str, country: str) -> list[PlaceChoice]:
    """Return the regions and towns of a country that a text names exactly, or by its code or
    GeoNames id; the whole country for "" or its name. A town comes before the region around it that
    has the same name, such as Split."""
    wanted = fold(typed)
    if not wanted or country_named(typed) == country:
        return [PlaceChoice(None, None, formats.country_name(country, get_language() or "en"))]
    areas, towns = list(_areas(typed, wanted, country)), list(_towns(typed, country))
    if len(towns) == 1:
        around = lookup.area_chain(lookup.place_rows()[int(towns[0].value)].area)
        areas = [each for each in areas if each.area not in around]
    return [*areas, *towns][:MAX_PLACES]


def find_towns(typed: str, country: str) -> list[PlaceChoice]:
    """Return the places of a country that a text names, as `find_places`, but the town itself for
    its official form ("Grad Zagreb") or the name of a district ("Trešnjevka", also before a comma
    and the town), and a town by its postcode."""
    parts = [typed, *(part.strip() for part in typed.split(","))]
    for part in dict.fromkeys(parts if typed.strip() else [""]):
        found = find_places(part, country) or list(_districts(fold(part), country))
        if found:
            return list(dict.fromkeys(map(_as_town, found)))
    certain = search_place(typed, country).certain
    return [_town_choice(certain)] if certain else []


def guess_towns(typed: str, country: str) -> list[PlaceChoice]:
    """Return the towns of a country that a text may mean: of a postcode, or with a similar name."""
    choices = search_place(typed, country).choices
    rows = dict.fromkeys(each.place for each in choices if each.place.country == country)
    return [_town_choice(row) for row in rows][:MAX_PLACES]


def towns_around(area: str | None) -> list[int]:
    """Return the GeoNames ids of the towns that an area is, or of which it is a district, smallest
    first, such as Zagreb for the area “Grad Zagreb” and for those in it; none for a region."""
    return list(filter(None, map(_town_of, lookup.area_chain(area))))


@lru_cache(maxsize=512)
def _town_of(code: str) -> int | None:
    """Return the largest settlement that lies in an area itself and has its name."""
    area = lookup.areas()[code]
    names = {fold(name) for name in (area.name, *area.names.split("|")) if name}
    names |= {place_words.without_settlement_word(name) for name in names}
    rows = (row for row in lookup.place_rows().values() if row.area == code)
    named = (row for row in rows if fold(row.name) in names)
    town = max(named, key=lambda row: (row.population, -row.id), default=None)
    return town.id if town else None


def _districts(wanted: str, country: str) -> Iterator[PlaceChoice]:
    """Yield the towns of whose districts a text is the first word, as of “Trešnjevka – jug”."""
    for area in lookup.areas().values():
        if area.country_id == country and fold(area.name).startswith(f"{wanted} "):
            for town in towns_around(area.parent_id)[:1]:
                yield _town_choice(lookup.place_rows()[town])


def _as_town(choice: PlaceChoice) -> PlaceChoice:
    towns = towns_around(choice.area)
    return _town_choice(lookup.place_rows()[towns[0]]) if towns else choice


def _areas(typed: str, wanted: str, country: str) -> Iterator[PlaceChoice]:
    for area in lookup.areas().values():
        names = (area.name, *area.names.split("|"))
        is_named = typed == area.code or wanted in {fold(name) for name in names if name}
        if area.country_id == country and is_named:
            yield PlaceChoice(area.code, None, f"{area.name} ({area.code})")


def _towns(typed: str, country: str) -> Iterator[PlaceChoice]:
    if typed.isdecimal():
        row = lookup.place_rows().get(int(typed))
        found = [row] if row and row.country == country else []
    else:
        matches = lookup.place_index().find(typed, country)
        found = list(matches.best) if matches.exact else []
    yield from map(_town_choice, found)


def _town_choice(row: index.PlaceRow) -> PlaceChoice:
    within = ", ".join(lookup.areas()[code].name for code in lookup.area_chain(row.area))
    return PlaceChoice(None, row.id, f"{row.name} · {within}")
