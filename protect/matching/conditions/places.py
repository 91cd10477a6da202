"""Conditions about places and modes: where she is, what she avoids, how she can be helped."""

from math import asin, cos, radians, sin, sqrt

from protect.directory.enums import Mode
from protect.matching.conditions.truth import NO, UNKNOWN, YES, Truth
from protect.matching.questions import PreparedQuestion, Question, Where
from protect.matching.services.rows import WRITTEN, Point, Reach, ServiceRow
from protect.matching.weights import Travel

KILOMETRE = 1000  # metres


def country_asked(question: Question) -> bool:
    return question.where is not None and question.where.country is not None


def country(row: ServiceRow, prepared: PreparedQuestion) -> Truth:
    """Whether it helps in her country: one that states no area is for its own country."""
    where = prepared.question.where
    if where is None:
        return YES
    served = {reach.country for reach in row.areas} or {row.country}
    if row.area_note:
        served.add(row.country)
    return YES if where.country in served else NO


def area_asked(question: Question) -> bool:
    where = question.where
    return where is not None and (where.country is not None or where.point is not None)


def area(row: ServiceRow, prepared: PreparedQuestion) -> Truth:
    """Whether she is in the area served. A list that is known to be incomplete leaves it open."""
    where = prepared.question.where
    if where is None or not row.areas:
        return UNKNOWN
    truths = {_within(reach, where, prepared) for reach in row.areas}
    if YES in truths:
        return YES
    return UNKNOWN if UNKNOWN in truths or row.area_note else NO


def _within(reach: Reach, where: Where, prepared: PreparedQuestion) -> Truth:
    if reach.radius_km is not None and prepared.point is not None:
        if reach.latitude is None or reach.longitude is None:
            return UNKNOWN
        centre = reach.latitude, reach.longitude
        metres = metres_between(prepared.point, centre, prepared.weights.travel)
        return YES if metres <= reach.radius_km * KILOMETRE else NO
    if where.country is not None and reach.country != where.country:
        return NO
    if reach.is_whole:
        return UNKNOWN if where.country is None else YES
    if reach.area is not None and reach.area in where.areas:
        return YES
    is_part = not where.areas or (where.point is None and where.areas[0] in reach.within)
    return UNKNOWN if is_part else NO  # of where she may be, it serves a part


def ways(row: ServiceRow) -> frozenset[Mode]:
    """Return the known modes of help; empty = not known. A number for messages is a mode."""
    return row.modes | {Mode.TEXT} if row.modes and row.takes_messages else row.modes


def usable_ways(row: ServiceRow, prepared: PreparedQuestion) -> frozenset[Mode]:
    """Return the known modes that she can use; empty = none."""
    usable = row.written_ways if prepared.question.wishes.cannot_speak else ways(row)
    return usable & prepared.modes if prepared.modes else usable


def weighed_ways(row: ServiceRow, prepared: PreparedQuestion) -> list[Mode | None]:
    """Return the modes that are compared by travel and waiting. None: the mode is not known."""
    cached = prepared.memory.row(row, prepared.at)
    wished = prepared.modes, prepared.question.wishes.cannot_speak
    modes: list[Mode | None] | None = cached.get(wished)
    if modes is None:
        usable = usable_ways(row, prepared)
        if not prepared.modes:
            usable = _unchosen(row, usable)
        modes = cached[wished] = [mode for mode in Mode if mode in usable] or [None]
    return modes


def _unchosen(row: ServiceRow, usable: frozenset[Mode]) -> frozenset[Mode]:
    """Return the ways that count if she chose none.
    Help that is given in person counts as such: to call first shortens the waiting, not the travel.
    Where the place is not known, she calls or writes."""
    remote = usable - {Mode.IN_PERSON}
    if Mode.IN_PERSON in usable or not usable:
        if row.takes_calls:
            remote |= {Mode.PHONE}
        if row.points or not remote:
            return usable & {Mode.IN_PERSON}
    return remote - WRITTEN if Mode.PHONE in remote else remote  # the hours of calls are known


def mode(row: ServiceRow, prepared: PreparedQuestion) -> Truth:
    """Whether it helps in a mode that she can use. If she cannot speak, unknown counts as no."""
    if usable_ways(row, prepared):
        return YES
    return NO if row.modes or prepared.question.wishes.cannot_speak else UNKNOWN


def is_never_visited(row: ServiceRow) -> bool:
    return bool(row.modes) and Mode.IN_PERSON not in row.modes


def avoid(row: ServiceRow, prepared: PreparedQuestion) -> Truth:
    """Whether it can be used without being seen where she must not be."""
    if is_never_visited(row):
        return YES
    return max((_apart(point, prepared.avoid) for point in row.points), default=UNKNOWN)


def _apart(point: Point, avoided: frozenset[str]) -> Truth:
    if avoided.intersection((*point.areas, str(point.place))):
        return NO
    return UNKNOWN if avoided & point.inside else YES


def open_points(row: ServiceRow, prepared: PreparedQuestion) -> list[Point]:
    """Return the points of a row where she may be seen."""
    return [point for point in row.points if _apart(point, prepared.avoid) is not NO]


def metres_between(first: tuple[float, float], second: tuple[float, float], travel: Travel) -> int:
    """Return the distance on the sphere (haversine). Units: degrees in; metres, rounded."""
    lat1, lon1, lat2, lon2 = map(radians, (*first, *second))
    squared = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return round(2 * travel.earth_radius_metres * asin(min(1.0, sqrt(squared))))


def minutes_for(metres: int, travel: Travel) -> int:
    """Return how long the way takes: its first part walked, the rest at riding speed.
    Units: metres in a straight line; minutes, rounded up. An estimate, and labelled so. Integers
    only, so that every engine gets the same."""
    way = -(-metres * travel.detour_percent // 100)
    walked = min(way, travel.walk_up_to_metres)
    walk, ride = travel.walk_metres_per_hour, travel.ride_metres_per_hour
    return -(-60 * (walked * ride + (way - walked) * walk) // (walk * ride))
