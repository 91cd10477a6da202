"""Looks up a typed name of a town or region: one place, or a choice between several."""

import re
from typing import NamedTuple

from django.utils.translation import gettext as _

from protect.kernel.text import plain_name
from protect.reference.lookup import store as lookup
from protect.reference.lookup.fold import fold
from protect.reference.lookup.index import PlaceRow

CHOICES = 5  # homonyms that a message names
CHOSEN = re.compile(r"#(?P<code>[\w-]{1,24})\s*$")


class Named(NamedTuple):
    """A settlement, by its GeoNames id, or an area, by its code."""

    place: int | None = None
    area: str | None = None


class NoSuchPlace(Exception):
    """The typed name matches no place, or several. Its text is the message for the user."""


def named(text: str, country: str, *, with_areas: bool = False) -> Named:
    """Return what a name means in a country; a number behind # decides between homonyms.
    Errors: NoSuchPlace."""
    if chosen := CHOSEN.search(text):
        return _by_code(chosen["code"], country, with_areas=with_areas)
    if with_areas and (area := _area(text, country)):
        return Named(area=area)
    matches = lookup.places().find(text, country, limit=CHOICES)
    if len(matches.best) == 1 and matches.exact:
        return Named(place=matches.best[0].id)
    if not matches.best:
        raise NoSuchPlace(_("No place of this country is called like that. Look at the spelling."))
    # Translators: several towns have the name that was typed; {places} is a list of them.
    message = _("Several places may be meant. Write one of these, with its number: {places}")
    raise NoSuchPlace(message.format(places="; ".join(map(_place_choice, matches.best))))


def typed_name(place: int | None) -> str:
    """Return the name of a settlement as a field holds it: with its number if others share it."""
    row = lookup.rows().get(place) if place else None
    if row is None:
        return ""
    matches = lookup.places().find(row.name, row.country, limit=2)
    is_alone = matches.exact and [each.id for each in matches.best] == [row.id]
    return row.name if is_alone else f"{row.name} #{row.id}"


def typed_area(code: str | None) -> str:
    """Return the name of an area as a field holds it: with its code if others share the name."""
    area = lookup.areas().get(code) if code else None
    if area is None:
        return ""
    is_alone = _area(area.name, area.country_id) == code
    return area.name if is_alone else f"{area.name} #{area.code}"


def _by_code(code: str, country: str, *, with_areas: bool) -> Named:
    row = lookup.rows().get(int(code)) if code.isascii() and code.isdigit() else None
    if row is not None and row.country == country:
        return Named(place=row.id)
    area = lookup.areas().get(code)
    if with_areas and area is not None and area.country_id == country:
        return Named(area=code)
    raise NoSuchPlace(_("Nothing in this country has the number behind #. Write the name alone."))


def _area(text: str, country: str) -> str | None:
    """Return the largest area of a name, None for several or none."""
    typed = fold(text)
    inside = [area for area in lookup.areas().values() if area.country_id == country]
    areas = [a for a in inside if typed in map(fold, (a.name, *a.names.split("|")))]
    level = min((each.level for each in areas), default=0)
    largest = [each.code for each in areas if each.level == level]
    return largest[0] if len(largest) == 1 and typed else None


def _place_choice(row: PlaceRow) -> str:
    area = lookup.areas().get(row.area)
    return plain_name(f"{row.name} ({area.name if area else row.country}) #{row.id}")
