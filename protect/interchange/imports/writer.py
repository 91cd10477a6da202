"""Drafts written in batches, in the caller's transaction."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from protect.directory.enums import Audience, Channel, Kind, Status
from protect.directory.facts import FACTS, TABLES, criteria, eligibility
from protect.directory.facts.base import tables
from protect.directory.facts.opening_hours import hours_table
from protect.directory.models import Location, Organisation, Schedule, Service, ServiceAtLocation
from protect.directory.protection.erasure import forget_addresses
from protect.interchange.enums import RowState
from protect.interchange.imports import service_cells
from protect.interchange.imports.outcomes import service_id
from protect.interchange.imports.row import Draft, Row
from protect.kernel.ids import short_code, stable_uuid
from protect.reference import models, vocabulary

type Drafts = Mapping[UUID, Draft]  # by the key of the service

CRITERIA = criteria.criteria_table(())  # of every kind
MANY = frozenset({Kind.GROUP})  # of the others a service has one criterion at most
# Tables of which a draft has the values, by the name of both.
OF_A_DRAFT: Mapping[str, tables.Table] = {
    "phones": TABLES["phones"]._replace(known_by=("number", "kind")),
    "languages": TABLES["languages"]._replace(known_by=("language", "window")),
    "areas": TABLES["areas"]._replace(
        known_by=("country", "area", "place"), at_first=("radius_km",)
    ),
}


def write(source: str, rows: Sequence[Row], *, publish: bool, at: datetime) -> int:
    """Create and update services. Return how many are published."""
    states = {service_id(source, row.source_id): row.state for row in rows}
    drafts = {service_id(source, row.source_id): row.draft for row in rows if row.draft}
    if not drafts:
        return 0
    old = {key: draft for key, draft in drafts.items() if states[key] is not RowState.CREATE}
    new = [
        _service(source, key, draft, at, show=publish and draft.is_trusted)
        for key, draft in drafts.items()
        if key not in old
    ]
    _write_organisations(source, drafts, at)
    _forget(old)  # while the places still stand that are looked for
    _clear(old)
    Service.objects.bulk_create(new)
    for key, draft in old.items():
        _update(source, key, draft, at)
    _write_places(source, drafts)
    _write_nested(drafts, {key for key in old if states[key] is RowState.CONFLICT})
    return sum(service.status == Status.PUBLISHED for service in new)


def _write_organisations(source: str, drafts: Drafts, at: datetime) -> None:
    named = {
        _organisation_key(source, draft): (draft.country, draft.organisation)
        for draft in drafts.values()
    }
    Organisation.objects.bulk_create(
        [
            Organisation(
                id=key,
                source=source,
                source_id=sha256("\x1f".join(names).encode()).hexdigest()[:32],
                name=names[1],
                country_id=names[0],
                last_modified=at,
            )
            for key, names in named.items()
        ],
        ignore_conflicts=True,  # a name that is there stays as it is
    )


def _organisation_key(source: str, draft: Draft) -> UUID:
    return stable_uuid("organisation", source, draft.country, draft.organisation)


def _service(source: str, key: UUID, draft: Draft, at: datetime, *, show: bool) -> Service:
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


def _forget(updated: Drafts) -> None:
    """Forget where services are that a file turns into shelters, wherever it is stored."""
    keys = [key for key, draft in updated.items() if draft.is_shelter]
    turned = Service.objects.filter(pk__in=keys).exclude(address_audience=Audience.NEVER_STORED)
    for service in turned.select_for_update(of=("self",)).order_by("pk"):
        forget_addresses(service)


def _update(source: str, key: UUID, draft: Draft, at: datetime) -> None:
    """Write a draft over a service. The audiences of the service and of its address never widen.
    A file without these columns, or with wider audiences, changes neither."""
    service = Service.objects.get(pk=key)
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


def _fields(source: str, draft: Draft) -> dict[str, object]:
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


def _clear(services: Drafts) -> None:
    keys = list(services)
    sites = ServiceAtLocation.objects.filter(service__in=keys)
    locations = list(sites.values_list("location", flat=True))
    Service.categories.through._default_manager.filter(service__in=keys).delete()
    sites.delete()
    Location.objects.filter(pk__in=locations, services=None).delete()


def _write_places(source: str, drafts: Drafts) -> None:
    through = Service.categories.through
    through._default_manager.bulk_create(
        through(service_id=key, category_id=code)
        for key, draft in drafts.items()
        for code in draft.categories
    )
    locations = dict(_locations(source, drafts))
    Location.objects.bulk_create(locations.values())
    ServiceAtLocation.objects.bulk_create(
        ServiceAtLocation(service_id=key, location_id=location.id)
        for key, location in locations.items()
    )


def _locations(source: str, drafts: Drafts) -> Iterator[tuple[UUID, Location]]:
    named = {draft.spot.place.id for draft in drafts.values() if draft.spot and draft.spot.place}
    zones = dict(models.Place.objects.filter(pk__in=named).values_list("id", "zone"))
    kept = Service.objects.filter(pk__in=list(drafts))
    audiences = dict(kept.values_list("id", "address_audience"))
    for key, draft in drafts.items():
        audience = audiences[key]
        if audience != Audience.NEVER_STORED and (spot := draft.spot):
            place = spot.place.id if spot.place else None
            yield (
                key,
                Location(
                    id=stable_uuid("location", str(key)),
                    organisation_id=_organisation_key(source, draft),
                    place_id=place,
                    latitude=spot.latitude,
                    longitude=spot.longitude,
                    address=spot.address,
                    postal_code=spot.postal_code,
                    city=spot.city,
                    audience=audience,
                    zone=zones.get(place or 0) or vocabulary.countries()[draft.country].zone,
                ),
            )


def _write_nested(drafts: Mapping[UUID, Draft], taken: Collection[UUID]) -> None:
    """Write the nested rows of drafts.
    A service that was edited here and is still `taken` from the file keeps what no column of a file
    can hold: conditions of other kinds, the hours of the other channel, interpreters."""
    for name, table in OF_A_DRAFT.items():
        tables.write(table, {key: _values(draft, name) for key, draft in drafts.items()})
    for code, fact in FACTS.items():
        for table in fact.tables if fact.columns else ():
            rows = {key: draft.facts[code][table.key] for key, draft in drafts.items()}
            tables.write(table, rows)
    standing: dict[UUID, list[tables.Values]] = defaultdict(list)
    for row in tables.rows_of(taken, CRITERIA):
        standing[row.service_id].append(tables.values_of(row, CRITERIA))
    criteria_by_service = {
        key: [*_criteria(draft), *_left(standing[key], draft)] for key, draft in drafts.items()
    }
    tables.write(CRITERIA, criteria_by_service)
    _write_hours(drafts, taken)


def _values(draft: Draft, name: str) -> list[tables.Values]:
    values = [each._asdict() for each in getattr(draft, name)]
    if name != "areas":
        return values
    radius = eligibility.TOWN_RADIUS_KM
    return [each | {"radius_km": radius if each["place"] else None} for each in values]


def _criteria(draft: Draft) -> Iterator[tables.Values]:
    for condition in draft.conditions:
        values = {**condition._asdict(), "values": list(condition.values)}
        if not condition.note:
            del values["note"]  # a file without one leaves ours
        yield values


def _write_hours(drafts: Mapping[UUID, Draft], taken: Collection[UUID]) -> None:
    """Write the hours of the file's channel; of unedited services those of both channels."""
    doors: dict[UUID, set[str]] = defaultdict(set)
    standing = Schedule.objects.filter(service__in=taken).order_by("pk")
    for key, channel in standing.values_list("service_id", "channel"):
        doors[key].add(channel)
    for channel in Channel:
        wanted = {
            key: [{**draft.opening._asdict(), "channel": channel.value}]
            if draft.opening and draft.opening.channel == channel
            else []
            for key, draft in drafts.items()
            if key not in taken or channel == _door_of(draft, doors[key])
        }
        tables.write(hours_table(channel), wanted)


def _door_of(draft: Draft, standing: Collection[str]) -> Channel:
    """Return the channel of the hours in a file; without hours, the one that our own files show."""
    if draft.opening:
        return draft.opening.channel
    return Channel.VISIT if Channel.VISIT in standing else Channel.PHONE


def _left(standing: Sequence[tables.Values], draft: Draft) -> Iterator[tables.Values]:
    """Yield the conditions that no column of a file can hold."""
    kinds = {condition.kind for condition in draft.conditions} - MANY
    for criterion in standing:
        if criterion["kind"] not in kinds and not service_cells.can_say(criterion):
            yield criterion
