"""Where a service is and for which areas it is there, as documents."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from protect.directory.facts import address, eligibility
from protect.interchange.hsds.texts import key_of, plain, stated
from protect.reference.formats import country_name
from protect.reference.lookup import store as lookup

ACCESS = {"step_free": "Without steps", "hearing": "For hearing", "sight": "For sight"}
ANSWERED = {"yes": "yes", "no": "no", "in_these_cases": "in some cases", "unknown": "not known"}
TEXT = "text"  # the extent of an area: its code, or the middle and the radius


def site(
    row: address.SiteRow,
    country: str,
    accessibility: Sequence[eligibility.AccessRow],
    *,
    is_full: bool,
) -> dict[str, object]:
    """Return a public place of a service as a document; `is_full` with address and access."""
    place = lookup.rows().get(row.location__place_id or 0)
    latitude, longitude = row.location__latitude, row.location__longitude
    if latitude is None and place:
        latitude, longitude = place.latitude, place.longitude
    nested = {
        "addresses": list(_addresses(row, country)),
        "accessibility": [_access(each, row.location_id) for each in accessibility],
    }
    return stated(
        {
            "id": str(row.location_id),
            "location_type": "physical",
            "name": plain(row.location__city) or (place.name if place else ""),
            "latitude": latitude,
            "longitude": longitude,
            **(nested if is_full else {}),
            "coordinates": "door" if row.location__is_exact else "centre_of_town",
            "time_zone": row.location__zone,
        }
    )


def _addresses(row: address.SiteRow, country: str) -> Iterator[dict[str, object]]:
    """Yield the address, if there is one: half of it would look like all of it."""
    if row.location__address:
        place = lookup.rows().get(row.location__place_id or 0)
        region = lookup.chain(place.area)[-1] if place else ""
        yield {
            "id": key_of("address", str(row.location_id)),
            "address_1": plain(row.location__address),
            "city": plain(row.location__city) or (place.name if place else ""),
            "state_province": lookup.areas()[region].name if region else "",
            "postal_code": plain(row.location__postal_code),
            "country": country,
            "address_type": "physical",
        }


def _access(row: eligibility.AccessRow, location: UUID) -> dict[str, object]:
    return stated(
        {
            "id": key_of("access", str(row.id), str(location)),
            "description": f"{ACCESS[row.kind]}: {ANSWERED[row.answer]}",
            "details": plain(row.note),
            "kind": row.kind,
            "answer": row.answer,
        }
    )


def areas(service: UUID, rows: Iterable[eligibility.AreaRow], note: str) -> list[dict[str, object]]:
    """Return the areas served; an area without a code is given as text."""
    documents = [_area(row) for row in rows]
    if text := plain(note):
        key = key_of("area", str(service))
        documents.append({"id": key, "name": text, "extent": text, "extent_type": TEXT})
    return documents


def _area(row: eligibility.AreaRow) -> dict[str, object]:
    name, extent = _extent(row)
    return stated(
        {
            "id": str(row.id),
            "name": name,
            "extent": extent,
            "extent_type": TEXT,
            "country": row.country_id,
            "area": row.area_id,
            "place": row.place_id,
            "radius_km": row.radius_km,
        }
    )


def _extent(row: eligibility.AreaRow) -> tuple[str, str]:
    if row.place_id:
        place = lookup.rows()[row.place_id]
        around = f" and {row.radius_km} km around" if row.radius_km else ""
        return f"{place.name}{around}", f"{place.latitude} {place.longitude}{around}"
    if row.area_id:
        return lookup.areas()[row.area_id].name, row.area_id
    return country_name(row.country_id or "", "en"), row.country_id or ""
