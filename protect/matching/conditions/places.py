"""Conditions about places and modes: where the person is and how help is given."""

from collections.abc import Sequence
from math import asin, cos, inf, radians, sin, sqrt

from protect.directory.enums import Mode
from protect.matching.avoidance import Avoidance
from protect.matching.conditions.truth import NO, UNKNOWN, YES, Truth
from protect.matching.questions import PersonLocation, Query, Question
from protect.matching.services.rows import WRITTEN_MODES, Point, ServedArea, ServiceRow
from protect.matching.weights import TravelWeights, Weights

KILOMETRE = 1000  # metres


def has_country(question: Question) -> bool:
    return question.where is not None and question.where.country is not None


def serves_country(row: ServiceRow, query: Query) -> Truth:
    """Return whether the service serves the person's country; without areas it serves its own."""
    where = query.question.where
    if where is None:
        return YES
    served = {reach.country for reach in row.areas} or {row.country}
    if row.area_note:
        served.add(row.country)
    return YES if where.country in served else NO


def has_country_or_point(question: Question) -> bool:
    where = question.where
    return where is not None and (where.country is not None or where.point is not None)


def serves_area(row: ServiceRow, query: Query) -> Truth:
    """Return whether the person is in the served area; unknown without a complete list."""
    where = query.question.where
    if where is None or not row.areas:
        return UNKNOWN
    truths = {_truth_in_area(reach, where, query) for reach in row.areas}
    if YES in truths:
        return YES
    return UNKNOWN if UNKNOWN in truths or row.area_note else NO


def _truth_in_area(served: ServedArea, where: PersonLocation, query: Query) -> Truth:
    """Return whether the person is in one served area; unknown if their location is too coarse."""
    if served.radius_km is not None and query.point is not None:
        if served.latitude is None or served.longitude is None:
            return UNKNOWN
        centre = served.latitude, served.longitude
        metres = metres_between(query.point, centre, query.weights.travel)
        return YES if metres <= served.radius_km * KILOMETRE else NO
    if where.country is not None and served.country != where.country:
        return NO
    if served.is_whole_country:
        return UNKNOWN if where.country is None else YES
    if served.area is not None and served.area in where.areas:
        return YES
    is_part = not where.areas or (where.point is None and where.areas[0] in served.containing_areas)
    return UNKNOWN if is_part else NO  # is_part: the person may be in the served part of an area


def known_modes(row: ServiceRow) -> frozenset[Mode]:
    """Return the known modes of help; empty = not known. A number for messages adds `text`."""
    return row.modes | {Mode.TEXT} if row.modes and row.has_message_number else row.modes


def usable_modes(row: ServiceRow, query: Query) -> frozenset[Mode]:
    """Return the known modes that the person wants and can use; empty = none, or none known."""
    usable = row.written_modes if query.question.wishes.cannot_speak else known_modes(row)
    return usable & query.modes if query.modes else usable


def compared_modes(row: ServiceRow, query: Query) -> list[Mode | None]:
    """Return the modes to compare by travel and waiting time; [None] if none is usable."""
    usable = usable_modes(row, query)
    if not query.modes:
        usable = _default_modes(row, usable)
    return [mode for mode in Mode if mode in usable] or [None]


def _default_modes(row: ServiceRow, usable: frozenset[Mode]) -> frozenset[Mode]:
    """Return the modes that count if the person chose none: in person if the service has a place
    or no other mode; else the remote modes, with written ones only if it takes no calls."""
    remote = usable - {Mode.IN_PERSON}
    if Mode.IN_PERSON in usable or not usable:
        if row.has_voice_number:
            remote |= {Mode.PHONE}
        if row.points or not remote:
            return usable & {Mode.IN_PERSON}
    return remote - WRITTEN_MODES if Mode.PHONE in remote else remote  # only calls have known hours


def uses_phone_hours_for_writing(row: ServiceRow) -> bool:
    """Return whether the phone hours of a service are its hours for writing: it takes no calls and
    states no hours for writing."""
    return not row.has_voice_number and row.writing_hours is None


def is_by_email_only(mode: Mode | None, row: ServiceRow) -> bool:
    """Return whether `mode` is writing and a service offers only an e-mail address for it."""
    return mode == Mode.TEXT and not row.has_message_number


def offers_usable_mode(row: ServiceRow, query: Query) -> Truth:
    """Return whether a mode of help is usable; unknown is no for a person who cannot speak."""
    if usable_modes(row, query):
        return YES
    return NO if row.modes or query.question.wishes.cannot_speak else UNKNOWN


def is_only_remote(row: ServiceRow) -> bool:
    """Return whether people cannot go to the service: its modes are known, none is in person."""
    return bool(row.modes) and Mode.IN_PERSON not in row.modes


def avoids_places(row: ServiceRow, query: Query) -> Truth:
    """Return whether the person can use the service and stay out of the places to avoid."""
    if is_only_remote(row):
        return YES
    if query.avoid is None:
        return YES
    avoided, weights = query.avoid, query.weights
    truths = (_is_outside_places(point, avoided, weights) for point in row.points)
    return max(truths, default=UNKNOWN)


def _is_outside_places(point: Point, avoided: Avoidance, weights: Weights) -> Truth:
    """Return no if the point is in an avoided place, or in the town of an avoided part and near
    that part; unknown if it may be: in such a town, near, in an area with such places, or if its
    settlement is not known."""
    town = str(point.place)
    if not avoided.codes.isdisjoint((*point.areas, town)):
        return NO
    position, travel = (point.latitude, point.longitude), weights.travel
    metres = min(
        (metres_between(centre, position, travel) for centre in avoided.centres), default=inf
    )
    is_near = metres <= weights.avoid.near_metres
    if town in avoided.towns and metres <= weights.avoid.quarter_metres:
        return NO
    is_placed = point.place is not None or bool(point.areas)
    possible = avoided.codes | avoided.towns | avoided.near
    is_elsewhere = is_placed and not is_near and town not in avoided.towns
    return YES if is_elsewhere and possible.isdisjoint(point.inner_places) else UNKNOWN


def allowed_points(row: ServiceRow, query: Query) -> Sequence[Point]:
    """Return the points of a row that are not known to lie in a place to avoid."""
    if (avoided := query.avoid) is None:
        return row.points
    weights = query.weights
    return [point for point in row.points if _is_outside_places(point, avoided, weights) is not NO]


def metres_between(
    first: tuple[float, float], second: tuple[float, float], travel: TravelWeights
) -> int:
    """Return the distance on the sphere (haversine). Units: degrees in; metres out, rounded."""
    lat1, lon1, lat2, lon2 = map(radians, (*first, *second))
    squared = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return round(2 * travel.earth_radius_metres * asin(min(1.0, sqrt(squared))))


def minutes_for(metres: int, travel: TravelWeights) -> int:
    """Return the estimated travel time: the first part on foot, the rest at riding speed. Units:
    straight-line metres in; minutes out, rounded up. Integers, so that every engine agrees."""
    route = -(-metres * travel.detour_percent // 100)
    walked = min(route, travel.walk_up_to_metres)
    walk, ride = travel.walk_metres_per_hour, travel.ride_metres_per_hour
    return -(-60 * (walked * ride + (route - walked) * walk) // (walk * ride))
