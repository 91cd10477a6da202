"""The one door to where a service is: what is written, kept from rows, forgotten, and published."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from protect.directory import changes
from protect.directory.enums import Audience, Fact
from protect.directory.facts import FACTS
from protect.directory.facts.address import STORED, locations_of
from protect.directory.models import Location, Service, ServiceAtLocation
from protect.directory.protection.erasure import forget_addresses
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference import models, vocabulary
from protect.reference.lookup import coarse, index, store as lookup


@transaction.atomic
def protect_address(
    scope: Scope, service: Service, coarse_area: models.Area | None, *, at: datetime
) -> Service:
    """Never store an address of this service again, and forget those that are stored.
    `coarse_area` is what its editor chose to say instead, never computed from the true spot. What
    is forgotten: `erasure.forget_addresses`. Errors: PermissionDenied."""
    audit, locked = changes.lock(scope, service, Permission.EDIT_DIRECTORY, at=at)
    shown = changes.shown_of(locked, at=at)
    forget_addresses(locked)
    locked.address_audience = Audience.NEVER_STORED
    locked.coarse_area = coarse_area
    locked.version += 1
    locked.save(update_fields=["address_audience", "coarse_area", "version"])
    changes.move_on(locked, shown, at=at)
    audit.record("directory.protect_address", locked)
    return locked


def must_hide(categories: Collection[str]) -> bool:
    """Return whether services of these categories are shelters: their address is never stored."""
    known = vocabulary.categories()
    return any(code in known and known[code].shelter for code in categories)


def public_sites() -> QuerySet[ServiceAtLocation]:
    """Return the places that the public may read: the service and the place both say so."""
    return ServiceAtLocation.objects.filter(
        service__address_audience=Audience.PUBLIC, location__audience=Audience.PUBLIC
    )


@cache
def town_instead(area: str) -> index.PlaceRow:
    """Return the town that the public reads instead of any address in a coarse area: its largest.
    It follows from the area that an editor chose, never from where the service is."""
    country = lookup.areas()[area].country_id
    rows = [row for row in lookup.rows().values() if row.country == country]
    return coarse.main_town(area, rows, lookup.parents())


def write(service: Service, values: Mapping[str, Any]) -> None:
    """Write the address of a service. An address that is never stored is not written.
    The service is locked by the caller, who saves its version."""
    new = FACTS[Fact.ADDRESS].read(service) | dict(values)
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


def _replace(service: Service, wanted: list[Mapping[str, Any]], audience: Audience) -> None:
    standing = locations_of(service)
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
        new = _new_location(service, location, audience)
        ServiceAtLocation.objects.create(service=service, location=new)


def _says(row: Location, wanted: Mapping[str, Any]) -> bool:
    return all(getattr(row, column) == wanted.get(key) for key, column in STORED.items())


def _new_location(service: Service, each: Mapping[str, Any], audience: Audience) -> Location:
    place = models.Place.objects.filter(pk=each["place"]).first() if each.get("place") else None
    zone = place.zone if place else vocabulary.countries()[service.country_id].zone
    columns = {column: each[key] for key, column in STORED.items() if key in each}
    return Location.objects.create(
        organisation=service.organisation, zone=zone, audience=audience, **columns
    )
