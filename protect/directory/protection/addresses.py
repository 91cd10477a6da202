"""Protect, write and publish addresses of services. Imports write addresses without this module."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from protect.directory import changes, facts
from protect.directory.enums import AddressReaders, Fact
from protect.directory.facts.address import LOCATION_COLUMNS, locations_of
from protect.directory.models import Location, Service, ServiceAtLocation
from protect.directory.protection.erasure import erase_addresses, widen_stored_areas
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference import models, vocabulary
from protect.reference.lookup import coarse, index, store as lookup


@transaction.atomic
def protect_address(
    scope: Scope, service: Service, coarse_area: models.Area | None, *, at: datetime
) -> Service:
    """Delete the address of a service, and never store one again. `coarse_area` is the region that
    the user chose to show instead (None: only the country), never computed from the address.
    `erasure.erase_addresses` describes what is deleted. Errors: PermissionDenied."""
    audit, locked = changes.lock_service(scope, service, Permission.EDIT_DIRECTORY, at=at)
    shown = changes.public_documents(locked, at=at)
    erase_addresses(locked)
    locked.address_audience = AddressReaders.NEVER_STORED
    locked.coarse_area = coarse_area
    locked.version += 1
    locked.save(update_fields=["address_audience", "coarse_area", "version"])
    changes.update_last_modified(locked, shown, at=at)
    audit.record("directory.protect_address", locked)
    return locked


def has_shelter_category(categories: Collection[str]) -> bool:
    """Return whether one of these categories is a shelter: its address is never stored."""
    terms = vocabulary.categories()
    return any(code in terms and terms[code].shelter for code in categories)


def public_locations() -> QuerySet[ServiceAtLocation]:
    """Return links to public locations of services with a public address, published or not."""
    return ServiceAtLocation.objects.filter(
        service__address_audience=AddressReaders.PUBLIC, location__audience=AddressReaders.PUBLIC
    )


@cache
def main_town_of_area(area: str) -> index.PlaceRow:
    """Return the largest town of a coarse area, which the public reads instead of an address.
    The town follows from the area that a user chose, never from the address of the service."""
    country = lookup.areas()[area].country_id
    rows = [row for row in lookup.place_rows().values() if row.country == country]
    return coarse.main_town(area, rows, lookup.parent_codes())


def set_audience(
    locations: QuerySet[Location],
    audience: AddressReaders,
    services: Collection[Service],
    *,
    at: datetime,
) -> None:
    """Set the audience of locations of locked `services`, which the caller saves. Every other
    service that has one of them gets a new version, so that servers read it again."""
    changed = locations.exclude(audience=audience)
    sites = ServiceAtLocation.objects.filter(location__in=changed).exclude(service__in=services)
    others = Service.objects.filter(pk__in=sites.values("service")).order_by("pk")
    shown = [(service, changes.public_documents(service, at=at)) for service in others]
    # `source_version` rises too, so that imports do not count the new version as an edit.
    others.update(version=F("version") + 1, source_version=F("source_version") + 1)
    changed.update(audience=audience)
    for other, before in shown:
        changes.update_last_modified(other, before, at=at)


def write_address(service: Service, values: Mapping[str, Any], *, at: datetime) -> None:
    """Write the address of a locked service. If it may never be stored, like a shelter's, only
    audience and region are saved, and a stored one is erased. The caller saves the version."""
    new = facts.FACTS[Fact.ADDRESS].read(service) | dict(values)
    audience = AddressReaders(new["audience"])
    codes = list(service.categories.order_by("code").values_list("code", flat=True))
    if has_shelter_category(codes):
        audience = AddressReaders.NEVER_STORED
    audience_before = service.address_audience
    service.address_audience = audience
    service.coarse_area_id = None if audience == AddressReaders.PUBLIC else new["coarse_area"]
    service.save(update_fields=["address_audience", "coarse_area"])
    if audience != AddressReaders.PUBLIC:
        widen_stored_areas(service)
    if audience == AddressReaders.NEVER_STORED:
        if audience_before != AddressReaders.NEVER_STORED:
            erase_addresses(service)
        return
    _write_locations(service, new["locations"], audience, at)


def _write_locations(
    service: Service, wanted: list[Mapping[str, Any]], audience: AddressReaders, at: datetime
) -> None:
    """Replace the service's locations; a shared one is only unlinked. All get `audience`."""
    stored_locations = locations_of(service)
    kept: list[Location] = []
    missing: list[Mapping[str, Any]] = []
    for location in wanted:
        free = (row for row in stored_locations if row not in kept)
        same = next((row for row in free if _matches_values(row, location)), None)
        kept += [same] if same else []
        missing += [] if same else [location]
    removed_keys = [row.pk for row in stored_locations if row not in kept]
    ServiceAtLocation.objects.filter(service=service, location__in=removed_keys).delete()
    Location.objects.filter(pk__in=removed_keys, services=None).delete()
    kept_rows = Location.objects.filter(pk__in=[row.pk for row in kept])
    set_audience(kept_rows, audience, [service], at=at)
    for location in missing:
        _add_location(service, location, audience)


def _matches_values(row: Location, wanted: Mapping[str, Any]) -> bool:
    return all(getattr(row, column) == wanted.get(key) for key, column in LOCATION_COLUMNS.items())


def _add_location(service: Service, wanted: Mapping[str, Any], audience: AddressReaders) -> None:
    place = models.Place.objects.filter(pk=wanted["place"]).first() if wanted.get("place") else None
    zone = place.zone if place else vocabulary.countries()[service.country_id].zone
    columns = {column: wanted[key] for key, column in LOCATION_COLUMNS.items() if key in wanted}
    location = Location.objects.create(
        organisation=service.organisation, zone=zone, audience=audience, **columns
    )
    ServiceAtLocation.objects.create(service=service, location=location)
