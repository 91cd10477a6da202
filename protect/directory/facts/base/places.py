"""Finds the town or region that a user typed; ambiguous names need a code."""

import re
from typing import NamedTuple

from django.utils.translation import gettext as _

from protect.kernel.text import plain_isolated_name
from protect.reference.lookup import index, store as lookup
from protect.reference.lookup.fold import fold

SUGGESTION_LIMIT = 5  # towns of one name in a message
TYPED_CODE = re.compile(r"#(?P<code>[\w-]{1,24})\s*$")


class NamedPlace(NamedTuple):
    """A town by its GeoNames id, or an area by its code."""

    place: int | None = None
    area: str | None = None


class NoSuchPlace(Exception):
    """The typed name matches no place, or several. The text is the message for the user."""


def find_named_place(text: str, country: str, *, with_areas: bool = False) -> NamedPlace:
    """Return the town (`with_areas`: area or town) of this name or #code. Errors: NoSuchPlace."""
    if chosen := TYPED_CODE.search(text):
        return _find_by_code(chosen["code"], country, with_areas=with_areas)
    if with_areas and (area := _find_largest_area(text, country)):
        return NamedPlace(area=area)
    matches = lookup.place_index().find(text, country, limit=SUGGESTION_LIMIT)
    if len(matches.best) == 1 and matches.exact:
        return NamedPlace(place=matches.best[0].id)
    if not matches.best:
        raise NoSuchPlace(_("No place in this country has that name. Check the spelling."))
    # Translators: several towns have the name that was typed; {places} is a list of them.
    message = _(
        "This name can mean one of these places. Write one of them, with its number: {places}"
    )
    raise NoSuchPlace(message.format(places="; ".join(map(_format_town_with_id, matches.best))))


def place_input(place: int | None) -> str:
    """Return a town's name for an input field, with #id if others share it; "" for None."""
    row = lookup.place_rows().get(place) if place else None
    if row is None:
        return ""
    matches = lookup.place_index().find(row.name, row.country, limit=2)
    is_alone = matches.exact and [place.id for place in matches.best] == [row.id]
    return row.name if is_alone else f"{row.name} #{row.id}"


def area_input(code: str | None) -> str:
    """Return an area's name for an input field, with #code if others share it; "" for None."""
    area = lookup.areas().get(code) if code else None
    if area is None:
        return ""
    is_alone = _find_largest_area(area.name, area.country_id) == code
    return area.name if is_alone else f"{area.name} #{area.code}"


def _find_by_code(code: str, country: str, *, with_areas: bool) -> NamedPlace:
    row = lookup.place_rows().get(int(code)) if code.isascii() and code.isdigit() else None
    if row is not None and row.country == country:
        return NamedPlace(place=row.id)
    area = lookup.areas().get(code)
    if with_areas and area is not None and area.country_id == country:
        return NamedPlace(area=code)
    raise NoSuchPlace(
        _("No place in this country has the number after #. Write the name without it.")
    )


def _find_largest_area(text: str, country: str) -> str | None:
    """Return the code of the largest area with this name; None if there is none, or a tie."""
    typed = fold(text)
    country_areas = [area for area in lookup.areas().values() if area.country_id == country]
    areas = [a for a in country_areas if typed in map(fold, (a.name, *a.names.split("|")))]
    level = min((area.level for area in areas), default=0)
    largest = [area.code for area in areas if area.level == level]
    return largest[0] if len(largest) == 1 and typed else None


def _format_town_with_id(row: index.PlaceRow) -> str:
    area = lookup.areas().get(row.area)
    return plain_isolated_name(f"{row.name} ({area.name if area else row.country}) #{row.id}")
