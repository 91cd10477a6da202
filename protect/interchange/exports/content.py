"""The content of a service that all export formats share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from protect.directory.enums import Channel, Fact, Freshness, Method, PhoneKind, Verdict
from protect.directory.facts.address import SiteRow
from protect.directory.hours import Recurrence, recurrences_of
from protect.directory.rules import CheckSeen, freshness, since_edit
from protect.interchange.exports.store import Exported
from protect.interchange.hsds import eligibility, entries, schedules, texts
from protect.reference import vocabulary
from protect.reference.lookup import store as lookup

LEARNT = frozenset({Verdict.CONFIRMED, Verdict.CHANGED})


class Spot(NamedTuple):
    """A public place. Units: degrees, WGS84."""

    latitude: float
    longitude: float
    is_exact: bool  # False: the centre of the town
    address: str
    postal_code: str
    city: str


class Door(NamedTuple):
    channel: Channel
    expression: str
    by_appointment: bool
    note: str


class Checked(NamedTuple):
    """How far a fact can be trusted, and when and how it was last checked."""

    fact: Fact
    state: Freshness
    at: datetime | None
    method: Method | None


def spots(each: Exported) -> Iterator[Spot]:
    """Yield the public places of a service. Of a protected one none was even read."""
    for row in each.entry.related["sites"]:
        if spot := _spot(row):
            yield spot


def doors(each: Exported) -> Iterator[Door]:
    for row in each.entry.related["schedules"]:
        yield Door(Channel(row.channel), row.expression, row.by_appointment, texts.plain(row.note))


def rules_of(door: Door, wall: schedules.Wall) -> tuple[Recurrence, ...]:
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
    vocabulary_by_code = vocabulary.categories()
    return [
        vocabulary_by_code[code].name for code in categories(each) if code in vocabulary_by_code
    ]


def languages(each: Exported) -> list[str]:
    """Return the languages, spoken or interpreted, at any hour. Units: BCP 47."""
    return sorted({row.language_id for row in each.entry.related["languages"]})


def voice_numbers(each: Exported) -> Iterator[str]:
    for row in each.entry.related["phones"]:
        if row.kind == PhoneKind.VOICE:
            yield row.number


def coarse_area(each: Exported) -> dict[str, str] | None:
    """Return the area that is shown for a protected service instead of its place."""
    code = each.entry.service.coarse_area_id
    return {"code": code, "name": lookup.areas()[code].name} if code else None


def checked(each: Exported, at: datetime) -> Iterator[Checked]:
    """Yield every checked fact with its current standing."""
    by_fact: dict[str, list[entries.CheckRow]] = {}
    for row in each.entry.related["checks"]:
        by_fact.setdefault(row.fact, []).append(row)
    for fact, rows in sorted(by_fact.items()):
        seen = [CheckSeen(Verdict(row.verdict), row.at, row.next_check) for row in rows]
        learnt = next((row for row in since_edit(rows) if row.verdict in LEARNT), None)
        yield Checked(
            Fact(fact),
            freshness(Fact(fact), seen, at),
            learnt.at if learnt else None,
            Method(learnt.method) if learnt else None,
        )


def capacity(each: Exported, at: datetime) -> dict[str, Any] | None:
    """Return how many places are free, for members alone. Past its hour it is unknown, not 0."""
    for row in each.entry.related.get("capacity", ()):
        if row.expires_at > at:
            return {
                "available": row.available,
                "maximum": row.maximum,
                "expires_at": row.expires_at.isoformat(),
            }
    return None


def for_members(each: Exported) -> dict[str, Any]:
    """Return what only members of the platform are told of a service."""
    return {
        "professionals_only": each.extra.professionals_only or None,
        "referral_route": texts.plain(each.extra.referral_route),
        "reply_days": each.extra.reply_days,
    }


def _spot(row: SiteRow) -> Spot | None:
    place = lookup.rows().get(row.location__place_id or 0)
    latitude, longitude = row.location__latitude, row.location__longitude
    if latitude is None or longitude is None:
        if place is None:
            return None
        latitude, longitude = place.latitude, place.longitude
    return Spot(
        latitude,
        longitude,
        row.location__is_exact,
        texts.plain(row.location__address),
        row.location__postal_code,
        texts.plain(row.location__city) or (place.name if place else ""),
    )
