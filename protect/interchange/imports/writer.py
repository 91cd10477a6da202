"""Write drafts into the directory in batches, within the caller's transaction."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db.models import F

from protect.directory.enums import AddressReaders, Channel, CriterionKind, Status
from protect.directory.facts import FACTS, TABLES, criteria, eligibility, opening_hours
from protect.directory.facts.base import tables
from protect.directory.models import Location, Organisation, Schedule, Service, ServiceAtLocation
from protect.directory.protection.erasure import Cleaner, erase_addresses
from protect.interchange.enums import RowState
from protect.interchange.imports import outcomes, service_cells
from protect.interchange.imports.row import Draft, Row
from protect.kernel.ids import short_code, stable_uuid
from protect.reference import models, vocabulary

type Drafts = Mapping[UUID, Draft]  # by the key of the service

CRITERIA_TABLE = criteria.criteria_table(())  # criteria of all kinds
NO_KNOWN_ADDRESS = Cleaner(frozenset())  # removes only text that looks like an address
REPEATABLE_KINDS = {CriterionKind.GROUP}  # of each other kind a service has at most one criterion
# Tables whose values are in a field of the draft that has the same name.
DRAFT_TABLES: Mapping[str, tables.FactTable] = {
    "phones": TABLES["phones"]._replace(identity_keys=("number", "kind")),
    "languages": TABLES["languages"]._replace(identity_keys=("language", "window")),
    "areas": TABLES["areas"]._replace(
        identity_keys=("country", "area", "place"), initial_keys=("radius_km",)
    ),
}


def write(source: str, rows: Sequence[Row], *, publish: bool, at: datetime) -> int:
    """Write drafts as services; if `publish`, publish new trusted ones; return their number."""
    states = {outcomes.service_key(source, row.source_id): row.state for row in rows}
    drafts = {outcomes.service_key(source, row.source_id): row.draft for row in rows if row.draft}
    if not drafts:
        return 0
    updates = {key: draft for key, draft in drafts.items() if states[key] is not RowState.CREATE}
    new_services = [
        _new_service(source, key, draft, at, publish=publish and draft.is_trusted)
        for key, draft in drafts.items()
        if key not in updates
    ]
    _create_organisations(source, drafts, at)
    _erase_addresses(updates)  # before the next line: it searches the stored locations
    _delete_categories_and_locations(updates)
    Service.objects.bulk_create(new_services)
    for key, draft in updates.items():
        _update_service(source, key, draft, at)
    _write_locations(source, drafts)
    _write_nested(drafts, {key for key in updates if states[key] is RowState.CONFLICT})
    _write_official_names(source, drafts, at)
    return sum(service.status == Status.PUBLISHED for service in new_services)


def _create_organisations(source: str, drafts: Drafts, at: datetime) -> None:
    """Create the organisations that run the services of drafts, unless they exist."""
    names_by_id = {
        _derived_organisation_id(source, draft): (draft.country, draft.organisation)
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
            for key, names in names_by_id.items()
        ],
        ignore_conflicts=True,  # of an existing organisation only the official name may change
    )


def _write_official_names(source: str, drafts: Drafts, at: datetime) -> None:
    """Write the official names of organisations from drafts. The name of an organisation with a
    shelter is written only once and without parts that look like an address: a row of another
    service must not restore an erased address."""
    stated: dict[UUID, tuple[str, str | None]] = {}
    for draft in drafts.values():
        if (names := draft.official_names).organisation:
            stated[_derived_organisation_id(source, draft)] = names.organisation, names.language
    keys = {_derived_organisation_id(source, draft) for draft in drafts.values()}
    shelters = Service.objects.filter(address_audience=AddressReaders.NEVER_STORED)
    with_shelter = set(
        shelters.filter(organisation__in=keys).values_list("organisation", flat=True)
    )
    changed = []
    for organisation in Organisation.objects.filter(pk__in=keys).order_by("pk"):
        stored = organisation.official_name, organisation.official_language_id
        name, language = stated.get(organisation.pk, stored)
        if organisation.pk in with_shelter:
            name, language = stored if stored[0] else (name, language)
            name = NO_KNOWN_ADDRESS.redact_name(name)
        if stored != (name, language):
            organisation.official_name, organisation.official_language_id = name, language
            organisation.last_modified = at
            organisation.version += 1
            changed.append(organisation)
    columns = ("official_name", "official_language", "last_modified", "version")
    Organisation.objects.bulk_update(changed, columns)
    # Both versions rise: servers read these services again, and imports see no edit.
    renamed = Service.objects.filter(organisation__in=changed)
    renamed.update(version=F("version") + 1, source_version=F("source_version") + 1)


def _derived_organisation_id(source: str, draft: Draft) -> UUID:
    """Return the same id for the same source, country and name of an organisation."""
    return stable_uuid("organisation", source, draft.country, draft.organisation)


def _new_service(source: str, key: UUID, draft: Draft, at: datetime, *, publish: bool) -> Service:
    """Return a service that is not saved yet: published, or else waiting for review."""
    return Service(
        id=key,
        short=short_code("service", str(key)),
        source=source,
        source_id=draft.source_id,
        status=Status.PUBLISHED if publish else Status.REVIEW,
        released_at=at if publish else None,
        last_modified=at,
        **_service_fields(source, draft),
    )


def _erase_addresses(updated: Drafts) -> None:
    """Erase the addresses of services that the file turns into shelters, in all tables."""
    keys = [key for key, draft in updated.items() if draft.is_shelter]
    services = Service.objects.filter(pk__in=keys).exclude(
        address_audience=AddressReaders.NEVER_STORED
    )
    for service in services.select_for_update(of=("self",)).order_by("pk"):
        erase_addresses(service)


def _update_service(source: str, key: UUID, draft: Draft, at: datetime) -> None:
    """Write a draft over a service. Neither the service nor its address becomes visible to more
    readers."""
    service = Service.objects.get(pk=key)
    fields = _service_fields(source, draft)
    if service.address_audience == AddressReaders.NEVER_STORED:
        fields |= {"coarse_area_id": draft.coarse_area or service.coarse_area_id}
    fields |= {"professionals_only": service.professionals_only or draft.professionals_only}
    if service.address_audience != AddressReaders.PUBLIC:
        fields |= {"address_audience": service.address_audience}
    for name, value in fields.items():
        setattr(service, name, value)
    service.version += 1
    service.source_version = service.version
    service.last_modified = at
    service.save()


def _service_fields(source: str, draft: Draft) -> dict[str, object]:
    return {
        **draft.texts,
        "organisation_id": _derived_organisation_id(source, draft),
        "official_name": draft.official_names.service,
        "official_language_id": draft.official_names.language
        if draft.official_names.service
        else None,
        "country_id": draft.country,
        "scope": draft.scope,
        "modes": list(draft.modes),
        "professionals_only": draft.professionals_only,
        "address_audience": AddressReaders.NEVER_STORED
        if draft.is_shelter
        else AddressReaders.PUBLIC,
        "coarse_area_id": draft.coarse_area,
        "source_digest": draft.digest,
        **({} if draft.fact_sources is None else {"fact_sources": draft.fact_sources}),
    }


def _delete_categories_and_locations(services: Drafts) -> None:
    """Delete the category links of services, and their locations that no other service has."""
    keys = list(services)
    sites = ServiceAtLocation.objects.filter(service__in=keys)
    locations = list(sites.values_list("location", flat=True))
    Service.categories.through._default_manager.filter(service__in=keys).delete()
    sites.delete()
    Location.objects.filter(pk__in=locations, services=None).delete()


def _write_locations(source: str, drafts: Drafts) -> None:
    """Insert the locations and the category links of drafts; stored ones are deleted before."""
    link, site = Service.categories.through, ServiceAtLocation
    pairs = [(key, code) for key, draft in drafts.items() for code in draft.categories]
    links = (link(service_id=key, category_id=code) for key, code in pairs)
    link._default_manager.bulk_create(links)
    locations = dict(_new_locations(source, drafts))
    Location.objects.bulk_create(locations.values())
    sites = (site(service_id=key, location_id=place.id) for key, place in locations.items())
    ServiceAtLocation.objects.bulk_create(sites)


def _new_locations(source: str, drafts: Drafts) -> Iterator[tuple[UUID, Location]]:
    """Yield, with the service's id, the location of each draft whose address may be stored."""
    locations = [draft.location for draft in drafts.values() if draft.location]
    place_ids = {location.place.id for location in locations if location.place}
    zones = dict(models.Place.objects.filter(pk__in=place_ids).values_list("id", "zone"))
    stored_services = Service.objects.filter(pk__in=list(drafts))
    audiences = dict(stored_services.values_list("id", "address_audience"))
    for key, draft in drafts.items():
        audience = audiences[key]
        if audience != AddressReaders.NEVER_STORED and (location := draft.location):
            place = location.place.id if location.place else None
            yield (
                key,
                Location(
                    id=stable_uuid("location", str(key)),
                    organisation_id=_derived_organisation_id(source, draft),
                    place_id=place,
                    latitude=location.latitude,
                    longitude=location.longitude,
                    address=location.address,
                    postal_code=location.postal_code,
                    city=location.city,
                    audience=audience,
                    zone=zones.get(place or 0) or vocabulary.countries()[draft.country].zone,
                ),
            )


def _write_nested(drafts: Mapping[UUID, Draft], overwritten: Collection[UUID]) -> None:
    """Write the nested rows of drafts. A service in `overwritten` was edited here and the user
    chose the file's values. It keeps what no column of a file can hold: criteria of other kinds,
    the hours of the other channel, interpreters."""
    services = Service.objects.filter(pk__in=list(drafts))
    hidden = set(
        services.exclude(address_audience=AddressReaders.PUBLIC).values_list("pk", flat=True)
    )
    for name, table in DRAFT_TABLES.items():
        values = {key: _nested_values(draft, name) for key, draft in drafts.items()}
        if name == "areas":
            values |= {key: eligibility.widen_areas(values[key]) for key in hidden}
        tables.write_rows(table, values)
    for code, fact in FACTS.items():
        for table in fact.tables if fact.columns else ():
            rows = {key: draft.facts[code][table.key] for key, draft in drafts.items()}
            tables.write_rows(table, rows)
    stored_criteria: dict[UUID, list[tables.Values]] = defaultdict(list)
    for row in tables.fetch_rows(overwritten, CRITERIA_TABLE):
        stored_criteria[row.service_id].append(tables.json_values(row, CRITERIA_TABLE))
    rows = {}
    for key, draft in drafts.items():
        rows[key] = [*_draft_criteria(draft), *_kept_criteria(stored_criteria[key], draft)]
    tables.write_rows(CRITERIA_TABLE, rows)
    _write_hours(drafts, overwritten)


def _nested_values(draft: Draft, name: str) -> list[tables.Values]:
    """Return the rows of one nested field of a draft, `name`; towns in `areas` get a radius."""
    values = [item._asdict() for item in getattr(draft, name)]
    if name != "areas":
        return values
    radius = eligibility.TOWN_RADIUS_KM
    return [value | {"radius_km": radius if value["place"] else None} for value in values]


def _draft_criteria(draft: Draft) -> Iterator[tables.Values]:
    for condition in draft.conditions:
        values = {**condition._asdict(), "values": list(condition.values)}
        if not condition.note:
            del values["note"]  # a file without a note keeps the stored one
        yield values


def _write_hours(drafts: Mapping[UUID, Draft], overwritten: Collection[UUID]) -> None:
    """Replace the hours of both channels; for `overwritten` services, only the file's channel."""
    stored_channels: dict[UUID, set[str]] = defaultdict(set)
    schedules = Schedule.objects.filter(service__in=overwritten).order_by("pk")
    for key, channel in schedules.values_list("service_id", "channel"):
        stored_channels[key].add(channel)
    for channel in Channel:
        rows_by_service = {
            key: [{**draft.opening_hours._asdict(), "channel": channel.value}]
            if draft.opening_hours and draft.opening_hours.channel == channel
            else []
            for key, draft in drafts.items()
            if key not in overwritten or channel == _hours_channel(draft, stored_channels[key])
        }
        tables.write_rows(opening_hours.hours_table(channel), rows_by_service)


def _hours_channel(draft: Draft, stored_channels: Collection[str]) -> Channel:
    """Return the channel of the draft's hours; without them, the stored one that exports show."""
    if draft.opening_hours:
        return draft.opening_hours.channel
    return Channel.VISIT if Channel.VISIT in stored_channels else Channel.PHONE


def _kept_criteria(stored: Sequence[tables.Values], draft: Draft) -> Iterator[tables.Values]:
    """Yield stored criteria that no file column can hold and that the draft does not replace."""
    replaced_kinds = {condition.kind for condition in draft.conditions} - REPEATABLE_KINDS
    for criterion in stored:
        if criterion["kind"] not in replaced_kinds and not service_cells.can_express(criterion):
            yield criterion
