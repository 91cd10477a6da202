"""Parts of a service that several export formats share."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from protect.directory.facts.opening_hours import ScheduleRow
from protect.directory.hours import Recurrence, recurrences_of
from protect.interchange.exports.store import ExportedService
from protect.interchange.hsds import eligibility, schedules, texts
from protect.interchange.hsds.services import category_codes
from protect.reference import vocabulary
from protect.reference.lookup import store as lookup

CHANNEL_LABELS = {"visit": "Open", "phone": "By phone"}  # by channel, in vCards and calendars


class PublicLocation(NamedTuple):
    """A location that may be published. Units: degrees, WGS84."""

    latitude: float
    longitude: float
    is_exact: bool  # False: the point is the centre of the town
    address: str
    postal_code: str
    city: str


def public_locations(exported: ExportedService) -> Iterator[PublicLocation]:
    """Yield public locations with a point, their own or their town's; protected ones: never."""
    for site in exported.entry.related["sites"]:
        place = lookup.place_rows().get(site.location__place_id or 0)
        latitude, longitude = site.location__latitude, site.location__longitude
        if latitude is None or longitude is None:
            if place is None:
                continue
            latitude, longitude = place.latitude, place.longitude
        yield PublicLocation(
            latitude,
            longitude,
            site.location__is_exact,
            texts.strip_markup(site.location__address),
            site.location__postal_code,
            texts.strip_markup(site.location__city) or (place.name if place else ""),
        )


def recurrences(schedule: ScheduleRow, context: schedules.HoursContext) -> tuple[Recurrence, ...]:
    """Return opening hours as recurrence rules; none if rules cannot express them."""
    zone, country, region, start = context
    return recurrences_of(schedule.expression, zone, country, region, start=start) or ()


def full_description(exported: ExportedService) -> str:
    """Return description, criteria, restrictions and access of a service, on a line each."""
    entry, service = exported.entry, exported.entry.service
    parts = (
        service.description,
        eligibility.criteria_text(entry.related["criteria"], category_codes(entry)),
        service.restrictions,
        service.how_to_access,
    )
    return "\n".join(filter(None, map(texts.strip_markup, parts)))


def category_names(exported: ExportedService) -> list[str]:
    by_code = vocabulary.categories()
    return [by_code[code].name for code in category_codes(exported.entry) if code in by_code]


def language_tags(exported: ExportedService) -> list[str]:
    """Return the languages that are spoken or interpreted at any hour. Units: BCP 47."""
    return sorted({row.language_id for row in exported.entry.related["languages"]})


def capacity(exported: ExportedService, at: datetime) -> dict[str, Any] | None:
    """Return the free places of a service, for members only; None without a valid count."""
    for row in exported.entry.related.get("capacity", ()):
        if row.expires_at > at:
            free = {"available": row.available, "maximum": row.maximum}
            return {**free, "expires_at": row.expires_at.isoformat()}
    return None


def member_fields(exported: ExportedService) -> dict[str, Any]:
    """Return the fields of a service that only members of the platform receive."""
    return {
        "professionals_only": exported.extra.professionals_only or None,
        "referral_route": texts.strip_markup(exported.extra.referral_route),
        "reply_days": exported.extra.reply_days,
    }


def compact_json(value: object) -> str:
    """Return JSON without blanks; keys keep their order, letters are not escaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
