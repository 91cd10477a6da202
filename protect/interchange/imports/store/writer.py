"""Drafts written in batches, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from protect.directory.enums import Audience, Status
from protect.directory.models import Location, Organisation, Service, ServiceAtLocation
from protect.directory.protection.erasure import forget_addresses
from protect.interchange.imports.rows.drafts import Draft
from protect.interchange.imports.rows.report import Outcome
from protect.interchange.imports.store import nested_rows
from protect.interchange.imports.store.outcomes import service_id
from protect.kernel.ids import short_code, stable_uuid
from protect.reference import vocabulary
from protect.reference.models import Place


def write(
    source: str, changed: Sequence[tuple[Draft, Outcome]], *, publish: bool, at: datetime
) -> int:
    """Create and update services, in the caller's transaction. Return how many are published.

    A conflict that is written was decided for the file: what no column of it can say, stays.
    """
    if not changed:
        return 0
    all_drafts = [draft for draft, _ in changed]
    _write_organisations(source, all_drafts, at)
    updated = [draft for draft, outcome in changed if outcome is not Outcome.CREATED]
    _forget(source, updated)  # while the places still stand that are looked for
    _clear([service_id(source, draft.source_id) for draft in updated])
    new = [
        _service(source, draft, at, show=publish and draft.is_trusted)
        for draft, outcome in changed
        if outcome is Outcome.CREATED
    ]
    Service.objects.bulk_create(new)
    for draft, outcome in changed:
        if outcome is not Outcome.CREATED:
            _update(source, draft, at)
    _write_nested(source, all_drafts)
    taken = {
        service_id(source, each.source_id)
        for each, outcome in changed
        if outcome is Outcome.CONFLICT
    }
    nested_rows.write({service_id(source, each.source_id): each for each in all_drafts}, taken)
    return sum(service.status == Status.PUBLISHED for service in new)


def _write_organisations(source: str, drafts: Sequence[Draft], at: datetime) -> None:
    named = {_organisation_key(source, draft): draft for draft in drafts}
    Organisation.objects.bulk_create(
        [_organisation(source, draft, at) for draft in named.values()],
        ignore_conflicts=True,  # a name that is there stays as it is
    )


def _organisation_key(source: str, draft: Draft) -> UUID:
    return stable_uuid("organisation", source, draft.country, draft.organisation)


def _organisation(source: str, draft: Draft, at: datetime) -> Organisation:
    named = f"{draft.country}\x1f{draft.organisation}"
    return Organisation(
        id=_organisation_key(source, draft),
        source=source,
        source_id=sha256(named.encode()).hexdigest()[:32],
        name=draft.organisation,
        country_id=draft.country,
        last_modified=at,
    )


def _service(source: str, draft: Draft, at: datetime, *, show: bool) -> Service:
    key = service_id(source, draft.source_id)
    return Service(
        id=key,
        short=short_code("service", str(key)),
        source=source,
        source_id=draft.source_id,
        status=Status.PUBLISHED if show else Status.REVIEW,
        released_at=at if show else None,
        last_modified=at,
        **_fields(source, draft),
    )


def _forget(source: str, updated: Sequence[Draft]) -> None:
    """Forget where services are that a file turns into shelters, wherever it is stored."""
    keys = [service_id(source, draft.source_id) for draft in updated if draft.is_shelter]
    turned = Service.objects.filter(pk__in=keys).exclude(address_audience=Audience.NEVER_STORED)
    for service in turned.select_for_update(of=("self",)).order_by("pk"):
        forget_addresses(service)


def _update(source: str, draft: Draft, at: datetime) -> None:
    """Write a draft over a service. The audiences of the service and of its address never widen.

    A file without these columns, or with wider audiences, changes neither.
    """
    service = Service.objects.get(pk=service_id(source, draft.source_id))
    fields = _fields(source, draft)
    if service.address_audience == Audience.NEVER_STORED:
        fields |= {"coarse_area_id": draft.coarse_area or service.coarse_area_id}
    fields |= {"professionals_only": service.professionals_only or draft.professionals_only}
    if service.address_audience != Audience.PUBLIC:
        fields |= {"address_audience": service.address_audience}
    for name, value in fields.items():
        setattr(service, name, value)
    service.version += 1
    service.source_version = service.version
    service.last_modified = at
    service.save()


def _fields(source: str, draft: Draft) -> dict[str, Any]:
    return {
        **draft.texts,
        "organisation_id": _organisation_key(source, draft),
        "country_id": draft.country,
        "scope": draft.scope,
        "modes": list(draft.modes),
        "professionals_only": draft.professionals_only,
        "address_audience": Audience.NEVER_STORED if draft.is_shelter else Audience.PUBLIC,
        "coarse_area_id": draft.coarse_area,
        "source_digest": draft.digest,
    }


def _clear(services: Sequence[UUID]) -> None:
    """Forget the kinds and the place that the last import wrote of these services."""
    locations = list(
        ServiceAtLocation.objects.filter(service__in=services).values_list("location", flat=True)
    )
    Service.categories.through._default_manager.filter(service__in=services).delete()
    ServiceAtLocation.objects.filter(service__in=services).delete()
    Location.objects.filter(pk__in=locations, services=None).delete()


def _write_nested(source: str, drafts: Sequence[Draft]) -> None:
    pairs = [(service_id(source, draft.source_id), draft) for draft in drafts]
    through = Service.categories.through
    through._default_manager.bulk_create(
        through(service_id=key, category_id=code)
        for key, draft in pairs
        for code in draft.categories
    )
    locations = list(_locations(source, pairs))
    Location.objects.bulk_create(locations)
    written = {location.id for location in locations}
    ServiceAtLocation.objects.bulk_create(
        ServiceAtLocation(service_id=key, location_id=_location_id(key))
        for key, _draft in pairs
        if _location_id(key) in written
    )


def _location_id(service: UUID) -> UUID:
    return stable_uuid("location", str(service))


def _locations(source: str, pairs: Sequence[tuple[UUID, Draft]]) -> Iterator[Location]:
    named = {draft.spot.place.id for _, draft in pairs if draft.spot and draft.spot.place}
    zones = dict(Place.objects.filter(pk__in=named).values_list("id", "zone"))
    kept = Service.objects.filter(pk__in=[key for key, _draft in pairs])
    audiences = dict(kept.values_list("id", "address_audience"))
    for key, draft in pairs:
        audience = audiences[key]
        if audience != Audience.NEVER_STORED and (spot := draft.spot):
            place = spot.place.id if spot.place else None
            yield Location(
                id=_location_id(key),
                organisation_id=_organisation_key(source, draft),
                place_id=place,
                latitude=spot.latitude,
                longitude=spot.longitude,
                address=spot.address,
                postal_code=spot.postal_code,
                city=spot.city,
                audience=audience,
                zone=zones.get(place or 0) or vocabulary.countries()[draft.country].zone,
            )
