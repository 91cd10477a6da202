"""Where a service is, in words: its town, its distance, or its address if the public may know."""

from itertools import islice

from protect.findhelp.answers import names, topics
from protect.findhelp.answers.row_caches import cached_by_row
from protect.findhelp.answers.sentences import reason_text
from protect.matching.questions import Match, Reason
from protect.matching.services.rows import ServiceRow
from protect.reference import formats

DISTANCE_CODES = {"distance", "distance_far", "distance_around", "place_unknown"}  # of reasons
MIN_SHOWN_DISTANCE_M = 1000  # metres from the visitor to “In and around …”


def heading_text(row: ServiceRow, tag: str, wanted: frozenset[str] = frozenset()) -> str:
    """Return what a service is, which people it is made for, and its town. `wanted`: as in
    `cards.card_view`."""
    heading, _others = names.heading_and_other_names(row, tag, wanted)
    return " · ".join([*heading, *_towns(row, tag)])


def kinds_text(row: ServiceRow, tag: str, wanted: frozenset[str], *, name_country: bool) -> str:
    """Return the country of a service if `name_country`, and what it does beside its heading."""
    _heading, others = names.heading_and_other_names(row, tag, wanted)
    country = [formats.country_name(row.country, tag)] if name_country else []
    return " · ".join([*country, *others])


def location_text(answer: Match, tag: str) -> str:
    """Return a service's distance; for a coarse area, its town and the distance to it."""
    is_visited = topics.may_be_visited(answer.row)
    codes = DISTANCE_CODES if is_visited else DISTANCE_CODES - topics.VISIT_CODES
    parts = [
        _in_readers_words(reason, answer.row, tag)
        for reason in answer.reasons
        if reason.code in codes
    ][:1]
    metres = answer.distance_m or 0
    if parts and parts[0].code == "distance_around" and metres >= MIN_SHOWN_DISTANCE_M:
        parts.append(Reason("distance_far", facts={"distance": metres}))
    towns = _towns(answer.row, tag)  # the heading names them
    parts = [part for part in parts if (part.facts or {}).get("place") not in towns]
    return " · ".join(reason_text(part, tag) for part in parts)


def public_address(row: ServiceRow) -> str:
    """Return the address of a service if the public may know it, else ""."""
    points = (point for point in row.points if point.address and not point.is_coarse)
    return next((point.address_line for point in points), "")


def _in_readers_words(reason: Reason, row: ServiceRow, tag: str) -> Reason:
    """Return a reason about distance with the name that the reader's language gives a town."""
    facts = reason.facts or {}
    point = next((each for each in row.points if each.name == facts.get("place")), None)
    if point is None:
        return reason
    return reason._replace(facts={**facts, "place": names.town_name(point, tag)})


@cached_by_row
def _towns(row: ServiceRow, tag: str) -> tuple[str, ...]:
    """Return the name of a service's first town that is public. The areas that a service serves
    are named in no heading: on a hidden shelter they would read as the town that hides it."""
    points = (point for point in row.points if point.name and not point.is_coarse)
    return tuple(names.town_name(point, tag) for point in islice(points, 1))
