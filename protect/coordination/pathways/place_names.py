"""Names of pathways: what is needed, and where, in a language."""

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import get_language

from protect.coordination.pathways.models import Pathway
from protect.matching.interface.question import country_named
from protect.matching.services.store import place_name as town_name
from protect.reference import formats, vocabulary, wording
from protect.reference.catalogue import active_language
from protect.reference.lookup import store as lookup
from protect.reference.lookup.fold import fold

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
    for row in found:
        within = ", ".join(lookup.areas()[code].name for code in lookup.area_chain(row.area))
        yield PlaceChoice(None, row.id, f"{row.name} · {within}")
