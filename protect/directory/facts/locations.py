"""Where a service is, as values and as rows. A protected service has no row, whatever is given."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from protect.directory.enums import Audience
from protect.directory.models import Location, Service, ServiceAtLocation
from protect.directory.protection.erasure import forget_addresses
from protect.reference import vocabulary
from protect.reference.models import Place

COLUMNS = {
    "place": "place_id",
    "city": "city",
    "address": "address",
    "postal_code": "postal_code",
    "latitude": "latitude",
    "longitude": "longitude",
    "is_exact": "is_exact",
}


def must_hide(categories: Collection[str]) -> bool:
    """Return whether services of these categories are shelters: their address is never stored."""
    categories_by_code = vocabulary.categories()
    return any(
        code in categories_by_code and categories_by_code[code].shelter for code in categories
    )


def read(service: Service) -> dict[str, Any]:
    """Return the audience of the address, the area shown instead, and the locations."""
    return {
        "audience": service.address_audience,
        "coarse_area": service.coarse_area_id,
        "locations": [
            {key: getattr(each, column) for key, column in COLUMNS.items()}
            for each in _standing(service)
        ],
    }


def write(service: Service, values: Mapping[str, Any], *, at: datetime) -> None:
    """Write the address of a service. An address that is never stored is not written.

    The service is locked by the caller, who saves its version.
    """
    new = read(service) | dict(values)
    audience = Audience(new["audience"])
    if must_hide(list(service.categories.order_by("code").values_list("code", flat=True))):
        audience = Audience.NEVER_STORED
    was = service.address_audience
    service.address_audience = audience
    service.coarse_area_id = None if audience == Audience.PUBLIC else new["coarse_area"]
    service.save(update_fields=["address_audience", "coarse_area"])
    if audience == Audience.NEVER_STORED:
        if was != Audience.NEVER_STORED:
            forget_addresses(service)
        return
    _replace(service, new["locations"], audience)


def _standing(service: Service) -> list[Location]:
    if service.address_audience == Audience.NEVER_STORED:
        return []
    return list(
        Location.objects.filter(services__service=service).order_by("city", "address", "pk")
    )


def _replace(service: Service, wanted: list[Mapping[str, Any]], audience: Audience) -> None:
    standing = _standing(service)
    kept: list[Location] = []
    missing: list[Mapping[str, Any]] = []
    for location in wanted:
        same = next((row for row in standing if row not in kept and _says(row, location)), None)
        kept += [same] if same else []
        missing += [] if same else [location]
    gone = [row.pk for row in standing if row not in kept]
    ServiceAtLocation.objects.filter(service=service, location__in=gone).delete()
    Location.objects.filter(pk__in=gone, services=None).delete()
    Location.objects.filter(pk__in=[row.pk for row in kept]).update(audience=audience)
    for location in missing:
        ServiceAtLocation.objects.create(
            service=service, location=_new_location(service, location, audience)
        )


def _says(row: Location, wanted: Mapping[str, Any]) -> bool:
    return all(getattr(row, column) == wanted.get(key) for key, column in COLUMNS.items())


def _new_location(service: Service, each: Mapping[str, Any], audience: Audience) -> Location:
    place = Place.objects.filter(pk=each["place"]).first() if each.get("place") else None
    zone = place.zone if place else vocabulary.countries()[service.country_id].zone
    columns = {column: each[key] for key, column in COLUMNS.items() if key in each}
    return Location.objects.create(
        organisation=service.organisation, zone=zone, audience=audience, **columns
    )
