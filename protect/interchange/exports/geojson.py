"""GeoJSON (RFC 7946): a point for each public place, no geometry for what has none to show.

A protected service has no geometry: a pin in the middle of its coarse area would be read as its
door. The area stands by name.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from protect.directory import enums, rules
from protect.interchange.exports import content
from protect.interchange.exports.store import Exported, Head
from protect.interchange.hsds.entries import CheckRow
from protect.interchange.hsds.services import LEARNT
from protect.interchange.hsds.texts import instant, plain, stated
from protect.reference.lookup import store as lookup


def write(services: Iterable[Exported], head: Head) -> Iterator[bytes]:
    """Yield a FeatureCollection, a feature a line. Units: degrees, WGS84, longitude first."""
    opening = {"type": "FeatureCollection", "name": "services", "notice": head.notice}
    opening = stated({**opening, "generated_at": instant(head.at)})
    yield (content.compact(opening)[:-1] + ',"features":[').encode()
    before = "\n"
    for exported in services:
        properties = _properties(exported, head)
        spots: list[content.Spot | None] = [*content.spots(exported)]
        for number, spot in enumerate(spots or [None]):
            yield (before + content.compact(_feature(exported, spot, number, properties))).encode()
            before = ",\n"
    yield b"\n]}\n"


def _feature(
    each: Exported, spot: content.Spot | None, number: int, properties: dict[str, Any]
) -> dict[str, Any]:
    key = str(each.entry.service.id)
    if spot is None:
        return {"type": "Feature", "id": key, "geometry": None, "properties": properties}
    where = stated(
        {
            "address": spot.address,
            "postal_code": spot.postal_code,
            "city": spot.city,
            "precision": "door" if spot.is_exact else "centre_of_town",
        }
    )
    return {
        "type": "Feature",
        "id": f"{key}-{number + 1}" if number else key,
        "geometry": {"type": "Point", "coordinates": [spot.longitude, spot.latitude]},
        "properties": {**properties, **where},
    }


def _properties(each: Exported, head: Head) -> dict[str, Any]:
    service, related = each.entry.service, each.entry.related
    area = service.coarse_area_id
    return stated(
        {
            "service_id": str(service.id),
            "name": plain(service.name),
            "organisation": plain(each.entry.organisation.name),
            "country": service.country_id,
            "categories": content.categories(each),
            "description": content.description(each),
            "modes": sorted(service.modes),
            "phones": [{"number": row.number, "kind": row.kind} for row in related["phones"]],
            "email": service.email,
            "website": service.website,
            "languages": [
                stated({"tag": row.language_id, "how": row.how, "hours": row.window})
                for row in related["languages"]
            ],
            "hours": {
                row.channel: stated(
                    {
                        "opening_hours": row.expression,
                        "by_appointment": row.by_appointment or None,
                        "note": plain(row.note),
                    }
                )
                for row in related["schedules"]
            },
            "time_zone": each.wall.zone,
            # Of a protected service: in place of where it is.
            "area": {"code": area, "name": lookup.areas()[area].name} if area else None,
            "facts": dict(_facts(each, head.at)),
            "last_modified": instant(service.last_modified),
            **content.for_members(each),
            "capacity": content.capacity(each, head.at),
        }
    )


def _facts(each: Exported, at: datetime) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield for each checked fact how far it can be trusted, and its last check."""
    by_fact: dict[str, list[CheckRow]] = {}
    for row in each.entry.related["checks"]:
        by_fact.setdefault(row.fact, []).append(row)
    for fact, rows in sorted(by_fact.items()):
        seen = [rules.CheckSeen(enums.Verdict(row.verdict), row.at, row.next_check) for row in rows]
        learnt = next((row for row in rules.since_edit(rows) if row.verdict in LEARNT), None)
        checked = (
            {"checked": learnt.at.date().isoformat(), "method": learnt.method} if learnt else {}
        )
        yield fact, {"state": rules.freshness(enums.Fact(fact), seen, at).value, **checked}
