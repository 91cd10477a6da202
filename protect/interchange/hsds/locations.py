"""Locations of services and the areas that they serve, as documents."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from protect.directory.facts import address, eligibility, sentences
from protect.interchange.hsds.texts import stable_key, strip_markup, without_empty
from protect.reference.formats import country_name
from protect.reference.lookup import store as lookup

ACCESS_LABELS = {"step_free": "Without steps", "hearing": "For hearing", "sight": "For sight"}
ACCESS_TEXTS = {"yes": "yes", "no": "no", "in_these_cases": "in some cases", "unknown": "not known"}
TEXT_EXTENT = "text"  # type of an extent that is written as text: a code, or a point with a radius


def location_document(
    row: address.SiteRow, country: str, access: Sequence[eligibility.AccessRow], *, is_full: bool
) -> dict[str, object]:
    """Return a public location of a service; `is_full` adds address and accessibility."""
    place = lookup.place_rows().get(row.location__place_id or 0)
    latitude, longitude = row.location__latitude, row.location__longitude
    if latitude is None and place:
        latitude, longitude = place.latitude, place.longitude
    nested_documents = {
        "addresses": list(_address_documents(row, country)),
        "accessibility": [_access_document(access_row, row.location_id) for access_row in access],
    }
    document = {
        "id": str(row.location_id),
        "location_type": "physical",
        "name": strip_markup(row.location__city) or (place.name if place else ""),
        "latitude": latitude,
        "longitude": longitude,
        **(nested_documents if is_full else {}),
        "coordinates": "door" if row.location__is_exact else "centre_of_town",
        "time_zone": row.location__zone,
    }
    return without_empty(document)


def _address_documents(row: address.SiteRow, country: str) -> Iterator[dict[str, object]]:
    """Yield the address of a site that has a street; a town alone would look like an address."""
    if row.location__address:
        place = lookup.place_rows().get(row.location__place_id or 0)
        region = lookup.area_chain(place.area)[-1] if place else ""
        yield {
            "id": stable_key("address", str(row.location_id)),
            "address_1": strip_markup(row.location__address),
            "city": strip_markup(row.location__city) or (place.name if place else ""),
            "state_province": sentences.area_name(region),
            "postal_code": strip_markup(row.location__postal_code),
            "country": country,
            "address_type": "physical",
        }


def _access_document(row: eligibility.AccessRow, location: UUID) -> dict[str, object]:
    document = {
        "id": stable_key("access", str(row.id), str(location)),
        "description": f"{ACCESS_LABELS[row.kind]}: {ACCESS_TEXTS[row.answer]}",
        "details": strip_markup(row.note),
        "kind": row.kind,
        "answer": row.answer,
    }
    return without_empty(document)


def area_documents(
    service: UUID, rows: Iterable[eligibility.AreaRow], note: str
) -> list[dict[str, object]]:
    """Return the areas that a service serves, and the note as an area without a code."""
    documents = [_area_document(row) for row in rows]
    if text := strip_markup(note):
        key = stable_key("area", str(service))
        documents.append({"id": key, "name": text, "extent": text, "extent_type": TEXT_EXTENT})
    return documents


def _area_document(row: eligibility.AreaRow) -> dict[str, object]:
    name, extent = _area_name_and_extent(row)
    document = {
        "id": str(row.id),
        "name": name,
        "extent": extent,
        "extent_type": TEXT_EXTENT,
        "country": row.country_id,
        "area": row.area_id,
        "place": row.place_id,
        "radius_km": row.radius_km,
    }
    return without_empty(document)


def _area_name_and_extent(row: eligibility.AreaRow) -> tuple[str, str]:
    """Return an area's name, and its HSDS extent: coordinates or the code of area or country."""
    if row.place_id:
        place = lookup.place_rows()[row.place_id]
        around = f" and {row.radius_km} km around" if row.radius_km else ""
        return f"{place.name}{around}", f"{place.latitude} {place.longitude}{around}"
    if row.area_id:
        return lookup.areas()[row.area_id].name, row.area_id
    return country_name(row.country_id or "", "en"), row.country_id or ""
