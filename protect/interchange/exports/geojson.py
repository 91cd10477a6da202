"""GeoJSON (RFC 7946): a point for each public place, no geometry for what has none to show.

A protected service has no geometry: a pin in the middle of its coarse area would be read as its
door. The area stands by name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from protect.interchange.exports import content
from protect.interchange.exports.content import Spot
from protect.interchange.exports.store import Exported, Head
from protect.interchange.hsds.texts import instant, plain, stated


def write(services: Iterable[Exported], head: Head) -> Iterator[bytes]:
    """Yield a FeatureCollection, a feature a line. Units: degrees, WGS84, longitude first."""
    opening = {"type": "FeatureCollection", "name": "services", "notice": head.notice}
    opening = stated({**opening, "generated_at": instant(head.at)})
    yield (_dumped(opening)[:-1] + ',"features":[').encode()
    before = "\n"
    for exported in services:
        properties = _properties(exported, head)
        spots: list[Spot | None] = [*content.spots(exported)]
        for number, spot in enumerate(spots or [None]):
            yield (before + _dumped(_feature(exported, spot, number, properties))).encode()
            before = ",\n"
    yield b"\n]}\n"


def _feature(
    each: Exported, spot: Spot | None, number: int, properties: dict[str, Any]
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
            "hours": {door.channel.value: _door(door) for door in content.doors(each)},
            "time_zone": each.wall.zone,
            "area": content.coarse_area(each),
            "facts": {fact.fact.value: _fact(fact) for fact in content.checked(each, head.at)},
            "last_modified": instant(service.last_modified),
            **content.for_members(each),
            "capacity": content.capacity(each, head.at),
        }
    )


def _door(door: content.Door) -> dict[str, Any]:
    return stated(
        {
            "opening_hours": door.expression,
            "by_appointment": door.by_appointment or None,
            "note": door.note,
        }
    )


def _fact(fact: content.Checked) -> dict[str, Any]:
    return stated(
        {
            "state": fact.state.value,
            "checked": fact.at and fact.at.date().isoformat(),
            "method": fact.method and fact.method.value,
        }
    )


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
