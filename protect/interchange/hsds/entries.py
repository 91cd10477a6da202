"""Reads services with all that hangs on them: as many queries for a page as for one service."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import batched
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from protect.directory.enums import Audience, Fact
from protect.directory.facts import TABLES
from protect.directory.facts.address import SiteRow
from protect.directory.facts.base.tables import Table
from protect.directory.models import FactCheck, Organisation, Service, ServiceAtLocation
from protect.directory.protection import address_patterns, addresses, erasure, text_checks

CHUNK = 500  # services read at a time


class OrganisationRow(NamedTuple):
    """An organisation that runs services."""

    id: UUID
    name: str
    description: str
    website: str
    identifiers: list[dict[str, str]]


class ServiceRow(NamedTuple):
    """A service alone. What is for the desk is not read at all: notes, sources, routes."""

    id: UUID
    organisation_id: UUID
    country_id: str
    name: str
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
    """A service with all that hangs on it. `related`: rows by the names of RELATED, and sites."""

    service: ServiceRow
    organisation: OrganisationRow
    related: dict[str, list[Any]]
    successor: UUID | None = None


TOLD = [name for name in erasure.TEXTS if name in ServiceRow._fields]
# What hangs on a service, by the name in Entry.related.
RELATED: Mapping[str, Table] = {
    "categories": Table(Service.categories.through, CategoryRow, ("category_id",)),
    **{name: table for name, table in TABLES.items() if not table.is_for_members},
    "checks": Table(FactCheck, CheckRow, ("-at", "pk")),
}
# What a line of a list is made of.
ALONE = ("categories", "languages", "criteria", "costs", "checks")
VACANCIES = {name: table for name, table in TABLES.items() if table.is_for_members}


def read(services: QuerySet[Service], *, for_members: bool = False) -> Iterator[Entry]:
    """Yield these services, in their order, with their related rows.
    A fixed number of queries for each CHUNK services; memory does not grow with their number.
    `for_members` adds how many places are free. The caller has filtered what may be seen."""
    return _read(services, {**RELATED, **VACANCIES} if for_members else RELATED)


def slim(services: QuerySet[Service]) -> Iterator[Entry]:
    """Yield these services with the columns of a list entry."""
    return _read(services, {name: RELATED[name] for name in ALONE})


def changes(services: QuerySet[Service]) -> Iterator[tuple[UUID, datetime]]:
    """Yield when each of these services changed, in their order."""
    for chunk in _chunks(services, ("pk", "last_modified")):
        yield from chunk


def read_organisations(
    organisations: QuerySet[Organisation], *, is_full: bool, has_services: bool
) -> Iterator[tuple[OrganisationRow, bool, list[Entry]]]:
    """Yield these organisations, whether they run anything still, and their services.
    `organisations` has `is_open` (filters.organisations). Without `is_full` no service is read."""
    size = len(OrganisationRow._fields)
    for chunk in _chunks(organisations, (*OrganisationRow._fields, "is_open")):
        entries: defaultdict[UUID, list[Entry]] = defaultdict(list)
        if is_full:
            services = Service.objects.known_outside().order_by("released_at", "pk")
            run = services.filter(organisation__in=[values[0] for values in chunk])
            for entry in read(run) if has_services else slim(run):
                entries[entry.organisation.id].append(entry)
        for values in chunk:
            row = OrganisationRow._make(values[:size])
            yield row, values[size], entries[row.id]


def read_sites(
    sites: QuerySet[ServiceAtLocation], *, is_full: bool
) -> Iterator[tuple[SiteRow, Entry]]:
    """Yield services at locations, in their order, each with its service."""
    for listed in _chunks(sites, SiteRow._fields):
        chunk = [SiteRow._make(values) for values in listed]
        wanted = Service.objects.known_outside().filter(pk__in={row.service_id for row in chunk})
        entries = read(wanted.order_by("pk")) if is_full else slim(wanted.order_by("pk"))
        by_id = {entry.service.id: entry for entry in entries}
        access = _grouped(RELATED["accessibility"], list(by_id))
        for row in chunk:
            if entry := by_id.get(row.service_id):  # gone between two queries
                entry.related["accessibility"] = access[row.service_id]
                yield row, entry


def _chunks(rows: QuerySet[Any], columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield the columns of rows, CHUNK rows at a time."""
    listed = rows.values_list(*columns)
    is_sliced = rows.query.is_sliced
    yield from batched(listed if is_sliced else listed.iterator(chunk_size=CHUNK), CHUNK)


def _read(services: QuerySet[Service], tables: Mapping[str, Table]) -> Iterator[Entry]:
    for chunk in _chunks(services, ServiceRow._fields):
        yield from _entries([ServiceRow._make(values) for values in chunk], tables)


def _entries(chunk: list[ServiceRow], tables: Mapping[str, Table]) -> Iterator[Entry]:
    ids = [row.id for row in chunk]
    related = {name: _grouped(table, ids) for name, table in tables.items()}
    if tables.keys() >= RELATED.keys():
        # Of a protected address not even its row is read.
        public = addresses.public_sites().filter(service__in=ids)
        related["sites"] = _by_service(public.order_by("pk"), SiteRow)
    owners = Organisation.objects.filter(pk__in={row.organisation_id for row in chunk})
    listed = owners.order_by("pk").values_list(*OrganisationRow._fields)
    organisations = {row.id: row for row in map(OrganisationRow._make, listed)}
    # What merged services turned out to be, where the public may know of it.
    merged = Service.objects.known_outside().filter(absorbed__in=ids)
    successors = dict(merged.order_by("pk").values_list("absorbed", "pk"))
    for row in chunk:
        of_service = {name: by_service[row.id] for name, by_service in related.items()}
        yield Entry(row, organisations[row.organisation_id], of_service, successors.get(row.id))


def _grouped(table: Table, ids: list[UUID]) -> defaultdict[UUID, list[Any]]:
    rows = table.model._default_manager.filter(service__in=ids)
    return _by_service(rows.order_by(*table.order), table.row)


def _by_service(rows: QuerySet[Any], shape: Any) -> defaultdict[UUID, list[Any]]:
    grouped: defaultdict[UUID, list[Any]] = defaultdict(list)
    for values in rows.values_list(*shape._fields):
        row = shape._make(values)
        grouped[row.service_id].append(row)
    return grouped


def silenced(entry: Entry) -> Entry:
    """Return an entry; of a protected service without its places and mentions of them.
    Nothing of the kind should be stored at all. This is the last door, for what came in before it
    was looked for, or by another way."""
    if entry.service.address_audience == Audience.PUBLIC:
        return entry
    service = entry.service
    texts: dict[str, Any] = {name: text_checks.silent(getattr(service, name)) for name in TOLD}
    return entry._replace(
        service=service._replace(
            **texts, website="" if address_patterns.resembles(service.website) else service.website
        ),
        related={name: _silenced_rows(name, rows) for name, rows in entry.related.items()},
    )


def _silenced_rows(name: str, rows: list[Any]) -> list[Any]:
    if name == "sites":
        return []
    if name == "checks":
        return [row for row in rows if row.fact != Fact.ADDRESS]
    texts = TABLES[name].texts if name in TABLES else ()
    columns = [column for column in texts if column in TABLES[name].row._fields]
    return [
        row._replace(**{column: text_checks.silent(getattr(row, column)) for column in columns})
        for row in rows
    ]
