"""The places that a person stays away from, with what lies in and around them. Codes are those of
areas, and the GeoNames ids of settlements as text."""

from collections.abc import Iterable
from dataclasses import dataclass

from protect.matching import weights
from protect.reference.lookup import parts, store as lookup


@dataclass(frozen=True, slots=True)
class Avoidance:
    """What a person stays away from: a service in one of `codes` is in an avoided place, a service
    in one of the other sets may be."""

    codes: frozenset[str]  # of areas, and of settlements with their parts
    towns: frozenset[str] = frozenset()  # those that have an avoided part, and parts near it
    near: frozenset[str] = frozenset()  # settlements near the centre of an avoided one
    centres: frozenset[tuple[float, float]] = frozenset()  # of avoided ones; degrees, WGS84


def build_avoidance(codes: Iterable[str]) -> Avoidance | None:
    """Return the places to avoid for the codes of areas and settlements; None without codes."""
    named = frozenset(codes)
    if not named:
        return None
    rows, towns = lookup.place_rows(), parts.town_by_part()
    settlements = {int(code) for code in named if code.isdecimal()}
    inside = settlements | {part for part, town in towns.items() if town in settlements}
    km = weights.load().avoid.near_km
    near_by_key = {
        key: {row.id for row in lookup.place_index().near(rows[key], km)} for key in inside
    }
    near = set().union(*near_by_key.values())
    around = {town for part in settlements if (town := lookup.town_of_part(part))}
    for part in settlements & towns.keys():
        around |= near_by_key[part] & towns.keys()  # a quarter may lie within another one
    return Avoidance(
        codes=named | _as_codes(inside),
        towns=_as_codes(around - inside),
        near=_as_codes(near - inside),
        centres=frozenset((rows[key].latitude, rows[key].longitude) for key in inside),
    )


def _as_codes(places: Iterable[int]) -> frozenset[str]:
    return frozenset(map(str, places))
