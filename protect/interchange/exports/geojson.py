"""Export services as GeoJSON (RFC 7946): one point for each public location.
A protected service has no geometry, only its area: a point would be read as its address."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from protect.directory import enums, rules
from protect.interchange.exports import content
from protect.interchange.exports.store import ExportedService, ExportHeader
from protect.interchange.hsds.entries import CheckRow
from protect.interchange.hsds.services import CHECKED_VERDICTS, category_codes
from protect.interchange.hsds.texts import format_instant, strip_markup, without_empty
from protect.reference.lookup import store as lookup


def write(services: Iterable[ExportedService], header: ExportHeader) -> Iterator[bytes]:
    """Yield a FeatureCollection, one feature on each line. Units: degrees, longitude first."""
    opening = {"type": "FeatureCollection", "name": "services", "notice": header.notice}
    opening = without_empty({**opening, "generated_at": format_instant(header.at)})
    yield (content.compact_json(opening)[:-1] + ',"features":[').encode()
    separator = "\n"
    for exported in services:
        properties = _service_properties(exported, header)
        locations: list[content.PublicLocation | None] = [*content.public_locations(exported)]
        for index, location in enumerate(locations or [None]):
            feature = _feature(str(exported.entry.service.id), location, index, properties)
            yield (separator + content.compact_json(feature)).encode()
            separator = ",\n"
    yield b"\n]}\n"


def _feature(
    key: str, location: content.PublicLocation | None, index: int, properties: dict[str, Any]
) -> dict[str, Any]:
    if location is None:
        return {"type": "Feature", "id": key, "geometry": None, "properties": properties}
    address = without_empty(
        {
            "address": location.address,
            "postal_code": location.postal_code,
            "city": location.city,
            "precision": "door" if location.is_exact else "centre_of_town",
        }
    )
    return {
        "type": "Feature",
        "id": f"{key}-{index + 1}" if index else key,
        "geometry": {"type": "Point", "coordinates": [location.longitude, location.latitude]},
        "properties": {**properties, **address},
    }


def _service_properties(exported: ExportedService, header: ExportHeader) -> dict[str, Any]:
    service, related = exported.entry.service, exported.entry.related
    area = service.coarse_area_id
    document = {
        "service_id": str(service.id),
        "name": strip_markup(service.name),
        "organisation": strip_markup(exported.entry.organisation.name),
        "country": service.country_id,
        "categories": category_codes(exported.entry),
        "description": content.full_description(exported),
        "modes": sorted(service.modes),
        "phones": [{"number": row.number, "kind": row.kind} for row in related["phones"]],
        "email": service.email,
        "website": service.website,
        "languages": [
            without_empty({"tag": row.language_id, "how": row.how, "hours": row.window})
            for row in related["languages"]
        ],
        "hours": {
            row.channel: without_empty(
                {
                    "opening_hours": row.expression,
                    "by_appointment": row.by_appointment or None,
                    "note": strip_markup(row.note),
                }
            )
            for row in related["schedules"]
        },
        "time_zone": exported.context.zone,
        # Only protected services have it, in place of a location.
        "area": {"code": area, "name": lookup.areas()[area].name} if area else None,
        "facts": dict(_fact_states(exported, header.at)),
        "last_modified": format_instant(service.last_modified),
        **content.member_fields(exported),
        "capacity": content.capacity(exported, header.at),
    }
    return without_empty(document)


def _fact_states(exported: ExportedService, at: datetime) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each fact with checks: its freshness, and its last good check since the last edit."""
    by_fact: dict[str, list[CheckRow]] = {}
    for row in exported.entry.related["checks"]:
        by_fact.setdefault(row.fact, []).append(row)
    for fact, rows in sorted(by_fact.items()):
        checks = [
            rules.CheckSummary(enums.Verdict(row.verdict), row.at, row.next_check) for row in rows
        ]
        state = {"state": rules.freshness(enums.Fact(fact), checks, at).value}
        valid = (row for row in rules.checks_since_edit(rows) if row.verdict in CHECKED_VERDICTS)
        if last := next(valid, None):
            state |= {"checked": last.at.date().isoformat(), "method": last.method}
        yield fact, state
