"""Read the location of a service and the areas that it serves."""

import math
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from django.utils.translation import gettext_noop as _

from protect.directory.enums import ServiceScope
from protect.directory.facts.base.cells import Cells, Placeholder, ProblemCode
from protect.interchange.imports.values.place_names import Atlas
from protect.reference import formats, vocabulary
from protect.reference.lookup.fold import fold
from protect.reference.lookup.index import PlaceRow, distance_km

SAME_TOWN_KM = 25  # a point farther from the town that the row names is refused
ABROAD_KM = 50  # a point further from every settlement than this is in another country
MAX_CHOICES = 3  # homonyms listed in a message

type Places = tuple[PlaceRow, ...]

LOCATION_PRECISIONS = ("none", "city")  # of coordinates; an import only checks the word
NATIONAL = re.compile(r"(?:national|nationwide)\b", re.IGNORECASE)
BRACKETED_REMARK = re.compile(r"\s*\([^)]*\)")
NAME_SEPARATOR = re.compile(r"\s*[,;]\s*|\s+and\s+")
NAME_OF_AREA = re.compile(r"(?P<name>.+) (?:provinces?|county)", re.IGNORECASE)
NAME_OF_TOWN = re.compile(r"(?P<name>.+) (?:city|town)", re.IGNORECASE)  # not a region of this name
NAME_OF_SURROUNDINGS = re.compile(r"(?P<name>.+) (?:area|region|surroundings)", re.IGNORECASE)
NAME_OF_CENTRE = re.compile(r"[^;]*\bcentres?", re.IGNORECASE)  # names a building, no area


class ServiceLocation(NamedTuple):
    """The location of a service: its settlement, the source's point and texts, if known."""

    place: PlaceRow | None
    latitude: float | None  # degrees, WGS84
    longitude: float | None
    city: str
    address: str
    postal_code: str


class ServedArea(NamedTuple):
    """One area that a service serves. Exactly one of the three fields is set."""

    country: str | None = None
    area: str | None = None
    place: int | None = None


class ServedAreas(NamedTuple):
    scope: ServiceScope
    areas: tuple[ServedArea, ...]
    note: str  # the source's text, if the areas are incomplete
    remark: str  # text besides the names, for the desk


def read_location(cells: Cells, atlas: Atlas, country: str) -> ServiceLocation | None:
    """Return the location of a service, None if the row names none."""
    cells.read_choice("location_precision", LOCATION_PRECISIONS, "none")
    point = _read_point(cells)
    city = cells["city"]
    if not (city or point or cells["address"] or cells["postal_code"]):
        return None
    place = _choose_settlement(cells, atlas.find(country, city).places, point) if city else None
    if point and not place:
        _refuse_point_if_abroad(cells, atlas, country, point)
    latitude, longitude = (point.latitude, point.longitude) if point else (None, None)
    return ServiceLocation(place, latitude, longitude, city, cells["address"], cells["postal_code"])


def coarse_area(cells: Cells, atlas: Atlas, country: str, city: str) -> str | None:
    """Return the code of a shelter's area; None: show the country. Warn of an unclear city."""
    areas = {atlas.coarse_area(settlement) for settlement in atlas.find(country, city).places}
    if len(areas) == 1:
        return areas.pop()
    if city:
        message = _(
            "The town of this shelter is not known, or several towns have this name, so "
            "only the country is shown."
        )
        advice = _(
            "correct the town in the file, or choose the region on the page of the service "
            "after the import."
        )
        cells.warn(ProblemCode.PLACE_UNKNOWN, "city", message, advice)
    return None


def read_areas(cells: Cells, atlas: Atlas, country: str, home: PlaceRow | None) -> ServedAreas:
    """Return the areas that a row names. `home`: the service's own town, which decides homonyms."""
    text = cells["area_served"]
    text_without_remarks = BRACKETED_REMARK.sub("", text).strip()
    names = [name for name in NAME_SEPARATOR.split(text_without_remarks) if name]
    if any(NATIONAL.match(name) or fold(name) in _folded_country_names(country) for name in names):
        remark = "" if text.casefold() == "national" else text
        return ServedAreas(ServiceScope.NATIONAL, (ServedArea(country=country),), "", remark)
    if NAME_OF_CENTRE.fullmatch(text_without_remarks):
        return ServedAreas(ServiceScope.LOCAL, (), text, "")
    areas = [(name, *_find_area(atlas, country, name, home)) for name in names]
    for name, area, _whole in areas:
        if not area:
            message = _("{text} is not a known region or settlement in {country}.")
            advice = _(
                "the text is shown, but not used for searches. Write the name of a region or town."
            )
            facts = {"text": name, "country": country}
            cells.warn(ProblemCode.AREA_UNKNOWN, "area_served", message, advice, **facts)
    distinct_areas = tuple(dict.fromkeys(area for _, area, _ in areas if area))
    note = "" if all(is_whole for *_, is_whole in areas) else text
    remark = "" if note or text_without_remarks == text else text
    return ServedAreas(ServiceScope.LOCAL, distinct_areas, note, remark)


def warn_about_small_areas(
    cells: Cells, areas: Iterable[ServedArea], coarse: Collection[str]
) -> None:
    """Warn if one of the areas that a shelter serves is smaller than a coarse area."""
    if any(area.place or (area.area and area.area not in coarse) for area in areas):
        message = _("The area that this shelter serves may reveal where it is.")
        advice = _("nothing now: only a larger region around it is stored, or none.")
        cells.warn(ProblemCode.SHELTER_AREA_WIDENED, "area_served", message, advice)


def _find_area(
    atlas: Atlas, country: str, name: str, home: PlaceRow | None
) -> tuple[ServedArea | None, bool]:
    """Return the area that a name means, if any, and whether the name means nothing else."""
    if of_area := NAME_OF_AREA.fullmatch(name):
        region = atlas.find(country, of_area["name"]).region or atlas.find(country, name).region
        return (ServedArea(area=region), True) if region else (None, False)
    of_town = NAME_OF_TOWN.fullmatch(name)
    matches = atlas.find(country, of_town["name"] if of_town else name)
    places = [home] if home and home in matches.places else matches.places
    place = ServedArea(place=places[0].id) if len(places) == 1 else None
    if matches.region and not (place and (of_town or matches.is_local_name)):
        return ServedArea(area=matches.region), True
    if place:
        # A town and a region have this name: only the town is certain.
        return place, bool(of_town) or not matches.region
    if surroundings := NAME_OF_SURROUNDINGS.fullmatch(name):
        return _find_area(atlas, country, surroundings["name"], home)[0], False
    return None, False


def _choose_settlement(cells: Cells, candidates: Places, point: PlaceRow | None) -> PlaceRow | None:
    """Return the candidate nearest to `point`, or the only one; else add a problem, return None."""
    city = cells["city"]
    if candidates and point:
        return _choose_nearest(cells, candidates, point)
    if not candidates:
        message = _("There is no settlement called {text} in this country.")
        advice = _("correct the spelling. Until then, distances to the service are unknown.")
        cells.warn(ProblemCode.PLACE_UNKNOWN, "city", message, advice, text=city)
    elif len(candidates) > 1:
        message = _("{text} may mean one of {count} settlements: {choices}.")
        advice = _(
            "enter the latitude and longitude of the centre. Until then, distances to the "
            "service are unknown."
        )
        count, choices = len(candidates), "; ".join(_describe_candidates(candidates))
        facts: dict[str, Placeholder] = {"text": city, "count": count, "choices": choices}
        cells.warn(ProblemCode.PLACE_AMBIGUOUS, "city", message, advice, **facts)
    return candidates[0] if len(candidates) == 1 else None


def _choose_nearest(cells: Cells, candidates: Places, point: PlaceRow) -> PlaceRow | None:
    """Return the candidate nearest to a point; None, and refuse the point, if it is far away."""
    nearest = min(candidates, key=lambda place: distance_km(point, place))
    distance = distance_km(point, nearest)
    if distance <= SAME_TOWN_KM:
        return nearest
    # Translators: both in brackets are latitude and longitude.
    message = _("{latitude}, {longitude} is {away} km from {place} ({there}).")
    is_swapped = distance_km(_swap_coordinates(point), nearest) <= SAME_TOWN_KM
    there = {"place": nearest.name, "there": f"{nearest.latitude}, {nearest.longitude}"}
    fillers = _point_and_distance_fillers(point, distance) | there
    _refuse_point(cells, message, is_swapped=is_swapped, **fillers)
    return None


def _refuse_point_if_abroad(cells: Cells, atlas: Atlas, country: str, point: PlaceRow) -> None:
    distance = atlas.distance_km(country, point)
    if distance > ABROAD_KM:
        message = _(
            "{latitude}, {longitude} is {away} km from the nearest settlement in {country}."
        )
        is_swapped = atlas.distance_km(country, _swap_coordinates(point)) <= ABROAD_KM
        fillers = _point_and_distance_fillers(point, distance) | {"country": country}
        _refuse_point(cells, message, is_swapped=is_swapped, **fillers)


def _refuse_point(cells: Cells, message: str, *, is_swapped: bool, **fillers: Placeholder) -> None:
    swap_advice = _("latitude and longitude are swapped: exchange them.")
    advice = swap_advice if is_swapped else _("correct the city or the coordinates.")
    if not any(trouble.code is ProblemCode.PLACE_MISMATCH for trouble in cells.troubles):
        cells.refuse(ProblemCode.PLACE_MISMATCH, "latitude", message, advice, **fillers)


def _point_and_distance_fillers(point: PlaceRow, distance: float) -> dict[str, Placeholder]:
    texts = {"latitude": str(point.latitude), "longitude": str(point.longitude)}
    return {**texts, "away": round(distance)}


def _swap_coordinates(point: PlaceRow) -> PlaceRow:
    return replace(point, latitude=point.longitude, longitude=point.latitude)


def _read_point(cells: Cells) -> PlaceRow | None:
    """Return the coordinates of a row as a place; None if there are none or they are refused."""
    texts = cells["latitude"], cells["longitude"]
    if texts == ("", ""):
        return None
    try:
        latitude, longitude = map(float, texts)
    except ValueError:
        latitude = longitude = math.inf
    if abs(latitude) <= 90 and abs(longitude) <= 180:
        return PlaceRow(0, "", "", "", latitude=latitude, longitude=longitude)
    message = _("{text} are not valid coordinates.")
    advice = _("write both in degrees, latitude first, for example 50.85045 and 4.34878.")
    cells.refuse(ProblemCode.PLACE_MISMATCH, "latitude", message, advice, text=", ".join(texts))
    return None


def _describe_candidates(candidates: Places) -> Iterator[str]:
    for place in sorted(candidates, key=lambda place: -place.population)[:MAX_CHOICES]:
        yield f"{place.name} in {place.area} ({place.latitude}, {place.longitude})"


def _folded_country_names(country: str) -> set[str]:
    """Return the folded names of a country, in English and its own languages."""
    own_names = vocabulary.countries()[country].endonyms.values()
    return {fold(name) for name in (formats.country_name(country, "en"), *own_names)}
