"""How a service is reached: numbers, languages, places and areas as documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from protect.directory.enums import How, PhoneKind
from protect.interchange.hsds import terms
from protect.interchange.hsds.rows import AccessRow, AreaRow, LanguageRow, PhoneRow, SiteRow
from protect.interchange.hsds.texts import key_of, plain, stated
from protect.reference import vocabulary
from protect.reference.formats import country_name
from protect.reference.lookup import coarse
from protect.reference.lookup import store as lookup

# WhatsApp has no type in RFC 6350: the extension says it.
PHONE_TYPES = {PhoneKind.VOICE: "voice", PhoneKind.WHATSAPP: "text", PhoneKind.TEXT: "text"}
PHONE_WORDS = {PhoneKind.VOICE: "", PhoneKind.WHATSAPP: "WhatsApp", PhoneKind.TEXT: "Text message"}
INTERPRETED = {
    How.ON_SITE: "with an interpreter who is there",
    How.BY_PHONE: "with an interpreter by phone",
}
ACCESS = {"step_free": "Without steps", "hearing": "For hearing", "sight": "For sight"}
ANSWERED = {"yes": "yes", "no": "no", "in_these_cases": "in some cases", "unknown": "not known"}
TEXT = "text"  # the extent of an area: its code, or the middle and the radius


def phone(row: PhoneRow) -> dict[str, Any]:
    """Return a number as a document."""
    return stated(
        {
            "id": str(row.id),
            "number": row.number,
            "type": PHONE_TYPES[PhoneKind(row.kind)],
            "description": PHONE_WORDS[PhoneKind(row.kind)],
            "kind": row.kind,
            "cost": row.cost,
            "shown_on_bill": row.shown_on_bill,
            "works_without_credit": row.works_without_credit,
        }
    )


def languages(rows: Iterable[LanguageRow]) -> list[dict[str, Any]]:
    """Return the languages of the staff. The standard's list leaves interpreters out."""
    return [_language(row) for row in rows if row.how == How.STAFF]


def interpreted(rows: Iterable[LanguageRow]) -> list[dict[str, Any]]:
    """Return the languages of interpreters, for clients that use the profile."""
    return [_language(row) for row in rows if row.how != How.STAFF]


def interpretation(rows: Iterable[LanguageRow]) -> str:
    """Return the same in words."""
    names_by_how: dict[str, list[str]] = {}
    for row in rows:
        if row.how != How.STAFF:
            names = names_by_how.setdefault(INTERPRETED[How(row.how)], [])
            name = vocabulary.languages()[row.language_id].english
            names += [name] if name not in names else []
    return ". ".join(f"{', '.join(names)} {how}" for how, names in names_by_how.items())


def _language(row: LanguageRow) -> dict[str, Any]:
    language = vocabulary.languages()[row.language_id]
    return stated(
        {
            "id": str(row.id),
            "name": language.english,
            "code": language.iso639_3,
            "note": plain(row.note),
            "tag": row.language_id,
            "how": row.how,
            "hours": row.window,
            "lead_minutes": row.lead_minutes,
            "interpreter_gender": row.interpreter_gender,
            "from_outside_the_community": row.from_outside,
        }
    )


def site(
    row: SiteRow, country: str, accessibility: Sequence[AccessRow], *, is_full: bool
) -> dict[str, Any]:
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


def _addresses(row: SiteRow, country: str) -> Iterator[dict[str, Any]]:
    """Yield the address, if there is one: half of it would look like all of it."""
    if row.location__address:
        place = lookup.rows().get(row.location__place_id or 0)
        region = terms.chain(place.area)[-1] if place else ""
        yield {
            "id": key_of("address", str(row.location_id)),
            "address_1": plain(row.location__address),
            "city": plain(row.location__city) or (place.name if place else ""),
            "state_province": lookup.areas()[region].name if region else "",
            "postal_code": plain(row.location__postal_code),
            "country": country,
            "address_type": "physical",
        }


def _access(row: AccessRow, location: UUID) -> dict[str, Any]:
    return stated(
        {
            "id": key_of("access", str(row.id), str(location)),
            "description": f"{ACCESS[row.kind]}: {ANSWERED[row.answer]}",
            "details": plain(row.note),
            "kind": row.kind,
            "answer": row.answer,
        }
    )


def areas(service: UUID, rows: Iterable[AreaRow], note: str) -> list[dict[str, Any]]:
    """Return the areas served; an area without a code is given as text."""
    documents = [_area(row) for row in rows]
    if text := plain(note):
        key = key_of("area", str(service))
        documents.append({"id": key, "name": text, "extent": text, "extent_type": TEXT})
    return documents


def _area(row: AreaRow) -> dict[str, Any]:
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


def _extent(row: AreaRow) -> tuple[str, str]:
    if row.place_id:
        place = lookup.rows()[row.place_id]
        around = f" and {row.radius_km} km around" if row.radius_km else ""
        return f"{place.name}{around}", f"{place.latitude} {place.longitude}{around}"
    if row.area_id:
        return lookup.areas()[row.area_id].name, row.area_id
    return country_name(row.country_id or "", "en"), row.country_id or ""


@cache
def coarse_town(code: str) -> str:
    """Return the main town of a coarse cell, shown as the place of a protected service."""
    country = lookup.areas()[code].country_id
    parents = {area: each.parent_id for area, each in lookup.areas().items()}
    inside = [
        row
        for row in lookup.rows().values()
        if row.country == country and code in terms.chain(row.area)
    ]
    return coarse.main_town(code, inside, parents).name
