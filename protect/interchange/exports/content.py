"""The content of a service that all export formats share."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from protect.directory.facts.opening_hours import ScheduleRow
from protect.directory.hours import Recurrence, recurrences_of
from protect.interchange.exports.store import Exported
from protect.interchange.hsds import eligibility, schedules, texts
from protect.reference import vocabulary
from protect.reference.lookup import store as lookup

WHEN = {"visit": "Open", "phone": "By phone"}  # by channel


class Spot(NamedTuple):
    """A public place. Units: degrees, WGS84."""

    latitude: float
    longitude: float
    is_exact: bool  # False: the centre of the town
    address: str
    postal_code: str
    city: str


def spots(each: Exported) -> Iterator[Spot]:
    """Yield the public places of a service. Of a protected one none was even read."""
    for row in each.entry.related["sites"]:
        place = lookup.rows().get(row.location__place_id or 0)
        latitude, longitude = row.location__latitude, row.location__longitude
        if latitude is None or longitude is None:
            if place is None:
                continue
            latitude, longitude = place.latitude, place.longitude
        yield Spot(
            latitude,
            longitude,
            row.location__is_exact,
            texts.plain(row.location__address),
            row.location__postal_code,
            texts.plain(row.location__city) or (place.name if place else ""),
        )


def rules_of(door: ScheduleRow, wall: schedules.Wall) -> tuple[Recurrence, ...]:
    """Return hours as recurrence rules; none if no rules can express them."""
    rules = recurrences_of(door.expression, wall.zone, wall.country, wall.region, start=wall.start)
    return rules or ()


def description(each: Exported) -> str:
    service = each.entry.service
    parts = (
        service.description,
        eligibility.description(each.entry.related["criteria"], categories(each)),
        service.restrictions,
        service.how_to_access,
    )
    return "\n".join(filter(None, map(texts.plain, parts)))


def categories(each: Exported) -> list[str]:
    return sorted(row.category_id for row in each.entry.related["categories"])


def category_names(each: Exported) -> list[str]:
    by_code = vocabulary.categories()
    return [by_code[code].name for code in categories(each) if code in by_code]


def languages(each: Exported) -> list[str]:
    """Return the languages, spoken or interpreted, at any hour. Units: BCP 47."""
    return sorted({row.language_id for row in each.entry.related["languages"]})


def capacity(each: Exported, at: datetime) -> dict[str, Any] | None:
    """Return how many places are free, for members alone. Past its hour it is unknown, not 0."""
    for row in each.entry.related.get("capacity", ()):
        if row.expires_at > at:
            free = {"available": row.available, "maximum": row.maximum}
            return {**free, "expires_at": row.expires_at.isoformat()}
    return None


def for_members(each: Exported) -> dict[str, Any]:
    """Return what only members of the platform are told of a service."""
    return {
        "professionals_only": each.extra.professionals_only or None,
        "referral_route": texts.plain(each.extra.referral_route),
        "reply_days": each.extra.reply_days,
    }


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
