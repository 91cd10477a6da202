"""Conditions about places and ways: where she is, where she must not be seen, how she can ask."""

from __future__ import annotations

from collections.abc import Mapping

from protect.directory.enums import Mode
from protect.matching.conditions.truth import NO, UNKNOWN, YES
from protect.matching.distance import metres_between
from protect.matching.enums import Truth
from protect.matching.questions.prepared import Asked
from protect.matching.questions.question import Question, Where
from protect.matching.services.rows import WRITTEN, Point, Reach, ServiceRow

KILOMETRE = 1000  # metres

type Said = tuple[str, Mapping[str, str | int]]


def country_asked(question: Question) -> bool:
    return question.where is not None and question.where.country is not None


def country(row: ServiceRow, asked: Asked) -> Truth:
    """Whether it helps in her country: one that states no area is for its own country."""
    where = asked.question.where
    if where is None:
        return YES
    served = {reach.country for reach in row.areas} or {row.country}
    if row.area_note:
        served.add(row.country)
    return YES if where.country in served else NO


def area_asked(question: Question) -> bool:
    where = question.where
    return where is not None and (where.country is not None or where.is_point)


def area(row: ServiceRow, asked: Asked) -> Truth:
    """Whether she is where it helps. A list that is known to be incomplete leaves it open."""
    where = asked.question.where
    if where is None or not row.areas:
        return UNKNOWN
    truths = {_within(reach, where, asked) for reach in row.areas}
    if YES in truths:
        return YES
    return UNKNOWN if UNKNOWN in truths or row.area_note else NO


def _within(reach: Reach, where: Where, asked: Asked) -> Truth:
    if reach.radius_km is not None and asked.point is not None:
        return _in_circle(reach, asked.point, asked)
    if where.country is not None and reach.country != where.country:
        return NO
    if reach.area is None and reach.radius_km is None:
        return UNKNOWN if where.country is None else YES
    if reach.area is not None and reach.area in where.areas:
        return YES
    is_part = not where.areas or (not where.is_point and where.areas[0] in reach.within)
    return UNKNOWN if is_part else NO  # of where she may be, it serves a part


def _in_circle(reach: Reach, point: tuple[float, float], asked: Asked) -> Truth:
    if reach.latitude is None or reach.longitude is None:
        return UNKNOWN
    metres = metres_between(point, (reach.latitude, reach.longitude), asked.weights.travel)
    return YES if metres <= (reach.radius_km or 0) * KILOMETRE else NO


def area_limited(row: ServiceRow) -> bool:
    return bool(row.areas or row.area_note)


def say_area(row: ServiceRow, asked: Asked) -> Said:
    return "area_yes", {}


def mode_asked(question: Question) -> bool:
    return bool(question.modes) or question.wishes.cannot_speak


def ways(row: ServiceRow) -> frozenset[Mode]:
    """Return how it is known to help; empty = not known. A number for messages is a way."""
    return row.modes | {Mode.TEXT} if row.modes and row.takes_messages else row.modes


def usable_ways(row: ServiceRow, asked: Asked) -> frozenset[Mode]:
    """Return the ways that she can use; empty = none is known."""
    known = row.written_ways if asked.question.wishes.cannot_speak else ways(row)
    return known & asked.modes if asked.modes else known


def weighed_ways(row: ServiceRow, asked: Asked) -> list[Mode | None]:
    """Return the ways whose travel and waiting are compared. None: how it helps is not known."""
    known = asked.memory.row(row, asked.at)
    wished = asked.modes, asked.question.wishes.cannot_speak
    found: list[Mode | None] | None = known.get(wished)
    if found is None:
        found = known[wished] = _weighed_ways(row, asked)
    return found


def _weighed_ways(row: ServiceRow, asked: Asked) -> list[Mode | None]:
    known = usable_ways(row, asked)
    if not asked.modes:
        known = _unchosen(row, known)
    return [mode for mode in Mode if mode in known] or [None]


def _unchosen(row: ServiceRow, known: frozenset[Mode]) -> frozenset[Mode]:
    """Return the ways that count if she chose none.

    Help that is given in person counts as such: to call first shortens the waiting, not the
    travel. But nobody travels to a place that is not known: then she calls or writes.
    """
    remote = known - {Mode.IN_PERSON}
    if Mode.IN_PERSON in known or not known:
        if row.takes_calls:
            remote |= {Mode.PHONE}
        if row.points or not remote:
            return known & {Mode.IN_PERSON}
    return remote - WRITTEN if Mode.PHONE in remote else remote  # the hours of calls are known


def mode(row: ServiceRow, asked: Asked) -> Truth:
    """Whether it helps in a way that she can use. Who cannot speak must know it beforehand."""
    if usable_ways(row, asked):
        return YES
    return NO if row.modes or asked.question.wishes.cannot_speak else UNKNOWN


def avoid_asked(question: Question) -> bool:
    return bool(question.wishes.avoid)


def avoid(row: ServiceRow, asked: Asked) -> Truth:
    """Whether it can be used without being seen where she must not be."""
    if row.modes and Mode.IN_PERSON not in row.modes:
        return YES
    return max((_apart(point, asked.avoid) for point in row.points), default=UNKNOWN)


def _apart(point: Point, avoided: frozenset[str]) -> Truth:
    if avoided.intersection((*point.areas, str(point.place))):
        return NO
    return UNKNOWN if avoided & point.inside else YES


def open_points(row: ServiceRow, asked: Asked) -> list[Point]:
    """Return the points of a row where she may be seen."""
    return [point for point in row.points if _apart(point, asked.avoid) is not NO]
