"""The place of a service and the areas that it serves."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from django.utils.translation import gettext_noop as _

from protect.directory.enums import Scope
from protect.directory.facts.base.cells import Cells, Code, Filler
from protect.interchange.imports.values.place_names import Atlas
from protect.reference import formats, vocabulary
from protect.reference.lookup.fold import fold
from protect.reference.lookup.index import PlaceRow, distance_km

SAME_TOWN_KM = 25  # a given point this near to a settlement means that settlement
ABROAD_KM = 50  # a point further than this from every settlement lies in another country
CHOICES = 3  # homonyms that a message names

PRECISIONS = ("none", "city")
NATIONAL = re.compile(r"(?:national|nationwide)\b", re.IGNORECASE)
REMARK = re.compile(r"\s*\([^)]*\)")
BETWEEN_NAMES = re.compile(r"\s*[,;]\s*|\s+and\s+")
OF_AN_AREA = re.compile(r"(?P<name>.+) (?:provinces?|county)", re.IGNORECASE)
AROUND_A_TOWN = re.compile(r"(?P<name>.+) (?:area|region|surroundings)", re.IGNORECASE)
ONLY_A_CENTRE = re.compile(r"[^;]*\bcentres?", re.IGNORECASE)


class Spot(NamedTuple):
    """Where a service is: a settlement, the point that the source gives, or only a name."""

    place: PlaceRow | None
    latitude: float | None  # degrees, WGS84
    longitude: float | None
    city: str
    address: str
    postal_code: str


class Reach(NamedTuple):
    """One area served: exactly one of the three."""

    country: str | None = None
    area: str | None = None
    place: int | None = None


class Reaches(NamedTuple):
    scope: Scope
    areas: tuple[Reach, ...]
    note: str  # not empty: the areas are incomplete
    remark: str  # text beside the names, not parsed; for the desk


def spot(cells: Cells, atlas: Atlas, country: str) -> Spot | None:
    """Return where a service is, None when the row names no place."""
    cells.one_of("location_precision", PRECISIONS, "none")
    point = _point(cells)
    city = cells["city"]
    if not (city or point or cells["address"] or cells["postal_code"]):
        return None
    place = _place(cells, atlas.named(country, city).places, point) if city else None
    if point and not place:
        _refuse_abroad(cells, atlas, country, point)
    latitude, longitude = (point.latitude, point.longitude) if point else (None, None)
    return Spot(place, latitude, longitude, city, cells["address"], cells["postal_code"])


def coarse_area(cells: Cells, atlas: Atlas, country: str, city: str) -> str | None:
    """Return the area that is shown for a shelter in a city; None: only its country."""
    areas = {atlas.coarse(each) for each in atlas.named(country, city).places}
    if len(areas) == 1:
        return areas.pop()
    if city:
        message = _("The city of this shelter is not known, so nothing is said about where it is.")
        advice = _("correct its spelling.")
        cells.warn(Code.PLACE_UNKNOWN, "city", message, advice)
    return None


def reaches(cells: Cells, atlas: Atlas, country: str, own: PlaceRow | None) -> Reaches:
    """Return the areas that a row names. `own` is where the service is: its name is no riddle."""
    text = cells["area_served"]
    plain = REMARK.sub("", text).strip()
    names = [name for name in BETWEEN_NAMES.split(plain) if name]
    if any(NATIONAL.match(name) or fold(name) in _names_of(country) for name in names):
        remark = "" if text.casefold() == "national" else text
        return Reaches(Scope.NATIONAL, (Reach(country=country),), "", remark)
    if ONLY_A_CENTRE.fullmatch(plain):
        return Reaches(Scope.LOCAL, (), text, "")
    read = [(name, *_reach(atlas, country, name, own)) for name in names]
    for name, reach, _whole in read:
        if not reach:
            message = _("{text} is no region or place of {country} that we know.")
            advice = _("the text is shown; write the name of a region or town to make it count.")
            facts = {"text": name, "country": country}
            cells.warn(Code.AREA_UNKNOWN, "area_served", message, advice, **facts)
    distinct = tuple(dict.fromkeys(reach for _, reach, _ in read if reach))
    note = "" if all(is_whole for *_, is_whole in read) else text
    return Reaches(Scope.LOCAL, distinct, note, "" if note or plain == text else text)


def _reach(
    atlas: Atlas, country: str, name: str, own: PlaceRow | None
) -> tuple[Reach | None, bool]:
    """Return the area that a name means, and whether it covers the whole name."""
    if of_area := OF_AN_AREA.fullmatch(name):
        region = atlas.named(country, of_area["name"]).region or atlas.named(country, name).region
        return (Reach(area=region), True) if region else (None, False)
    named = atlas.named(country, name)
    places = [own] if own and own in named.places else named.places
    place = Reach(place=places[0].id) if len(places) == 1 else None
    if named.region and not (place and named.is_own):
        return Reach(area=named.region), True
    if place:
        # Town and region of one name: the town lies within both; the rest is unknown.
        return place, not named.region
    if around := AROUND_A_TOWN.fullmatch(name):
        return _reach(atlas, country, around["name"], own)[0], False
    return None, False


def _place(
    cells: Cells, candidates: tuple[PlaceRow, ...], point: PlaceRow | None
) -> PlaceRow | None:
    city = cells["city"]
    if candidates and point:
        return _nearest(cells, candidates, point)
    if not candidates:
        message = _("No settlement of the country is called {text}.")
        advice = _("correct the spelling; until then no distance is known.")
        cells.warn(Code.PLACE_UNKNOWN, "city", message, advice, text=city)
    elif len(candidates) > 1:
        message = _("{text} may be one of {count}: {choices}.")
        advice = _("give latitude and longitude of the centre; until then no distance is known.")
        count, choices = len(candidates), "; ".join(_choices(candidates))
        facts: dict[str, Filler] = {"text": city, "count": count, "choices": choices}
        cells.warn(Code.PLACE_AMBIGUOUS, "city", message, advice, **facts)
    return candidates[0] if len(candidates) == 1 else None


def _nearest(cells: Cells, candidates: tuple[PlaceRow, ...], point: PlaceRow) -> PlaceRow | None:
    nearest = min(candidates, key=lambda each: distance_km(point, each))
    away = distance_km(point, nearest)
    if away <= SAME_TOWN_KM:
        return nearest
    _refuse_point(
        cells,
        # Translators: both in brackets are latitude and longitude.
        _("{latitude}, {longitude} is {away} km from {place} ({there})."),
        is_turned=distance_km(_turned(point), nearest) <= SAME_TOWN_KM,
        **_degrees(point),
        away=round(away),
        place=nearest.name,
        there=f"{nearest.latitude}, {nearest.longitude}",
    )
    return None


def _refuse_abroad(cells: Cells, atlas: Atlas, country: str, point: PlaceRow) -> None:
    away = atlas.distance_km(country, point)
    if away > ABROAD_KM:
        _refuse_point(
            cells,
            _("{latitude}, {longitude} is {away} km from any place of {country}."),
            is_turned=atlas.distance_km(country, _turned(point)) <= ABROAD_KM,
            **_degrees(point),
            away=round(away),
            country=country,
        )


def _refuse_point(cells: Cells, message: str, *, is_turned: bool, **fillers: Filler) -> None:
    swapped = _("latitude and longitude are swapped: turn them round.")
    advice = swapped if is_turned else _("correct the city or the coordinates.")
    if not any(trouble.code is Code.PLACE_MISMATCH for trouble in cells.troubles):
        cells.refuse(Code.PLACE_MISMATCH, "latitude", message, advice, **fillers)


def _degrees(point: PlaceRow) -> dict[str, str]:
    return {"latitude": str(point.latitude), "longitude": str(point.longitude)}


def _turned(point: PlaceRow) -> PlaceRow:
    return replace(point, latitude=point.longitude, longitude=point.latitude)


def _point(cells: Cells) -> PlaceRow | None:
    texts = cells["latitude"], cells["longitude"]
    if texts == ("", ""):
        return None
    try:
        latitude, longitude = map(float, texts)
    except ValueError:
        latitude = longitude = math.inf
    if abs(latitude) <= 90 and abs(longitude) <= 180:
        return PlaceRow(0, "", "", "", latitude=latitude, longitude=longitude)
    message = _("{text} is no point on earth.")
    advice = _("write both in degrees, latitude first, such as 50.85045 and 4.34878.")
    cells.refuse(Code.PLACE_MISMATCH, "latitude", message, advice, text=", ".join(texts))
    return None


def _choices(candidates: tuple[PlaceRow, ...]) -> Iterator[str]:
    for place in sorted(candidates, key=lambda place: -place.population)[:CHOICES]:
        yield f"{place.name} in {place.area} ({place.latitude}, {place.longitude})"


def _names_of(country: str) -> set[str]:
    """Return the folded names of a country, in English and its own languages."""
    own = vocabulary.countries()[country].endonyms.values()
    return {fold(name) for name in (formats.country_name(country, "en"), *own)}
