"""Read services with their related rows: the number of queries does not depend on how many."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import batched
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from protect.directory.enums import AddressReaders, Fact
from protect.directory.facts import TABLES, address, eligibility
from protect.directory.facts.base.tables import FactTable
from protect.directory.models import FactCheck, Organisation, Service, ServiceAtLocation
from protect.directory.protection import address_patterns, addresses, erasure, text_checks

CHUNK = 500  # services, organisations or sites read at a time


class OrganisationRow(NamedTuple):
    id: UUID
    name: str
    official_name: str
    official_language_id: str | None
    description: str
    website: str
    identifiers: list[dict[str, str]]


class ServiceRow(NamedTuple):
    """The columns of a service. Desk notes, sources and referral routes are not read."""

    id: UUID
    organisation_id: UUID
    country_id: str
    name: str
    official_name: str
    official_language_id: str | None
    description: str
    text_language_id: str
    status: str
    scope: str
    modes: list[str]
    email: str
    website: str
    audience_note: str
    how_to_access: str
    restrictions: str
    area_note: str
    maximum_stay_days: int | None
    admission_conditions: str
    address_audience: str
    coarse_area_id: str | None
    last_modified: datetime


class CategoryRow(NamedTuple):
    service_id: UUID
    category_id: str


class CheckRow(NamedTuple):
    service_id: UUID
    id: UUID
    fact: str
    verdict: str
    method: str
    at: datetime
    next_check: datetime


class Entry(NamedTuple):
    """A service with its related rows, by table name, and the service that replaces it."""

    service: ServiceRow
    organisation: OrganisationRow
    related: dict[str, list[Any]]
    successor: UUID | None = None  # of a merged service, if the public may know it


SERVICE_TEXT_COLUMNS = [name for name in erasure.TEXT_COLUMNS if name in ServiceRow._fields]
RELATIONS: Mapping[str, FactTable] = {  # tables related to a service, as in Entry.related
    "categories": FactTable(Service.categories.through, CategoryRow, ("category_id",)),
    **{name: table for name, table in TABLES.items() if not table.is_for_members},
    "checks": FactTable(FactCheck, CheckRow, ("-at", "pk")),
}
LIST_ENTRY_TABLES = ("categories", "languages", "criteria", "costs", "checks")
MEMBER_TABLES = {name: table for name, table in TABLES.items() if table.is_for_members}


def read_entries(services: QuerySet[Service], *, for_members: bool = False) -> Iterator[Entry]:
    """Yield these services, in their order, with their related rows, CHUNK services at a time.
    `for_members` adds free places. The caller filters which services may be seen."""
    return _load_entries(services, {**RELATIONS, **MEMBER_TABLES} if for_members else RELATIONS)


def read_list_entries(services: QuerySet[Service]) -> Iterator[Entry]:
    """Yield these services with only the tables that a list entry needs."""
    return _load_entries(services, {name: RELATIONS[name] for name in LIST_ENTRY_TABLES})


def read_change_times(services: QuerySet[Service]) -> Iterator[tuple[UUID, datetime]]:
    """Yield the id and the time of the last change of each service, in their order."""
    for chunk in _chunks(services, ("pk", "last_modified")):
        yield from chunk


def read_organisations(
    organisations: QuerySet[Organisation], *, is_full: bool, is_detailed: bool
) -> Iterator[tuple[OrganisationRow, bool, list[Entry]]]:
    """Yield each organisation, whether a service is not withdrawn, and its services: none without
    `is_full`, list entries without `is_detailed`. The rows are annotated with `is_open`."""
    size = len(OrganisationRow._fields)
    visible = Service.objects.known_to_public().order_by("released_at", "pk")
    read: Callable[..., Iterator[Entry]] = read_entries if is_detailed else read_list_entries
    for chunk in _chunks(organisations, (*OrganisationRow._fields, "is_open")):
        entries: defaultdict[UUID, list[Entry]] = defaultdict(list)
        if is_full:
            for entry in read(visible.filter(organisation__in=[values[0] for values in chunk])):
                entries[entry.organisation.id].append(entry)
        for values in chunk:
            row = OrganisationRow._make(values[:size])
            yield row, values[size], entries[row.id]


def read_sites(
    sites: QuerySet[ServiceAtLocation], *, is_full: bool
) -> Iterator[tuple[address.SiteRow, Entry]]:
    """Yield sites in order, each with its service's entry: a list entry without `is_full`."""
    visible = Service.objects.known_to_public().order_by("pk")
    read: Callable[..., Iterator[Entry]] = read_entries if is_full else read_list_entries
    for values_of_chunk in _chunks(sites, address.SiteRow._fields):
        chunk = [address.SiteRow._make(values) for values in values_of_chunk]
        services = visible.filter(pk__in={row.service_id for row in chunk})
        by_id = {entry.service.id: entry for entry in read(services)}
        access_by_service = _read_by_service(RELATIONS["accessibility"], list(by_id))
        for row in chunk:
            if entry := by_id.get(row.service_id):  # the service may be deleted between two queries
                entry.related["accessibility"] = access_by_service[row.service_id]
                yield row, entry


def _chunks(rows: QuerySet[Any], columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield tuples of up to CHUNK rows; each row is a tuple of these columns."""
    values = rows.values_list(*columns)
    is_sliced = rows.query.is_sliced
    yield from batched(values if is_sliced else values.iterator(chunk_size=CHUNK), CHUNK)


def _load_entries(services: QuerySet[Service], tables: Mapping[str, FactTable]) -> Iterator[Entry]:
    for chunk in _chunks(services, ServiceRow._fields):
        yield from _entries([ServiceRow._make(values) for values in chunk], tables)


def _entries(service_rows: list[ServiceRow], tables: Mapping[str, FactTable]) -> Iterator[Entry]:
    """Yield the entries of services. They have `sites` only if all RELATIONS are read."""
    ids = [row.id for row in service_rows]
    related = {name: _read_by_service(table, ids) for name, table in tables.items()}
    if tables.keys() >= RELATIONS.keys():
        # The rows of protected addresses are not read at all.
        public = addresses.public_locations().filter(service__in=ids)
        related["sites"] = _group_by_service(public.order_by("pk"), address.SiteRow)
    owners = Organisation.objects.filter(pk__in={row.organisation_id for row in service_rows})
    organisation_values = owners.order_by("pk").values_list(*OrganisationRow._fields)
    organisations = {row.id: row for row in map(OrganisationRow._make, organisation_values)}
    # The services that replace merged ones, if they are public.
    merged = Service.objects.known_to_public().filter(absorbed__in=ids)
    successors = dict(merged.order_by("pk").values_list("absorbed", "pk"))
    for row in service_rows:
        related_rows = {name: by_service[row.id] for name, by_service in related.items()}
        yield Entry(row, organisations[row.organisation_id], related_rows, successors.get(row.id))


def _read_by_service(table: FactTable, ids: list[UUID]) -> defaultdict[UUID, list[Any]]:
    rows = table.model._default_manager.filter(service__in=ids)
    return _group_by_service(rows.order_by(*table.order), table.row)


def _group_by_service(rows: QuerySet[Any], row_class: Any) -> defaultdict[UUID, list[Any]]:
    grouped: defaultdict[UUID, list[Any]] = defaultdict(list)
    for values in rows.values_list(*row_class._fields):
        row = row_class._make(values)
        grouped[row.service_id].append(row)
    return grouped


def without_protected_places(entry: Entry) -> Entry:
    """Return an entry; unless its address is public, without locations and texts with one.
    A last check: if an address may never be stored, such texts should not be stored either."""
    if entry.service.address_audience == AddressReaders.PUBLIC:
        return entry
    service = _without_address_sentences(entry.service, SERVICE_TEXT_COLUMNS)
    if address_patterns.resembles_address(service.website):
        service = service._replace(website="")
    related = {name: _rows_without_places(name, rows) for name, rows in entry.related.items()}
    return entry._replace(service=service, related=related)


def _rows_without_places(name: str, rows: list[Any]) -> list[Any]:
    """Return the rows of the table `name` without what could reveal a hidden address."""
    if name == "sites":
        return []
    if name == "areas":
        return _widen_area_rows(rows)
    if name == "checks":
        return [row for row in rows if row.fact != Fact.ADDRESS]
    texts = TABLES[name].texts if name in TABLES else ()
    columns = [column for column in texts if column in TABLES[name].row._fields]
    return [_without_address_sentences(row, columns) for row in rows]


def _widen_area_rows(rows: list[Any]) -> list[Any]:
    """Return the rows of served areas as coarse areas, each once, with the id of the first; none
    if one of them has no coarse area around it."""
    columns, wide = TABLES["areas"].columns, dict[tuple[Any, ...], Any]()
    for row in rows:
        values = {key: getattr(row, column) for key, column in columns.items()}
        if not (areas := eligibility.widen_areas([values])):
            return []
        changed = row._replace(**{columns[key]: value for key, value in areas[0].items()})
        wide.setdefault(changed[2:], changed)  # without the ids
    return [*wide.values()]


def _without_address_sentences(row: Any, columns: list[str]) -> Any:
    drop = text_checks.drop_address_sentences
    return row._replace(**{column: drop(getattr(row, column)) for column in columns})
