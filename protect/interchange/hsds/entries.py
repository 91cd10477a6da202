"""Reads services with all that hangs on them: as many queries for a page as for one service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import batched
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from protect.directory.facts import TABLES
from protect.directory.facts.address import SiteRow
from protect.directory.facts.base.tables import Table
from protect.directory.models import FactCheck, Organisation, Service, ServiceAtLocation
from protect.directory.protection.addresses import public_sites
from protect.interchange.hsds import rows
from protect.interchange.hsds.rows import Entry, OrganisationRow, ServiceRow

CHUNK = 500  # services read at a time


def _read_as(table: Table) -> tuple[Any, Any, tuple[str, ...]]:
    return table.model, table.row, table.order


# What hangs on a service: the name in Entry.related, its table, its columns, its order.
RELATED: Mapping[str, tuple[Any, Any, tuple[str, ...]]] = {
    "categories": (Service.categories.through, rows.CategoryRow, ("category_id",)),
    **{name: _read_as(table) for name, table in TABLES.items() if not table.is_for_members},
    "checks": (FactCheck, rows.CheckRow, ("-at", "pk")),
}
# What a line of a list is made of.
ALONE = ("categories", "languages", "criteria", "costs", "checks")
# Only members of the platform see these.
VACANCIES: Mapping[str, tuple[Any, Any, tuple[str, ...]]] = {
    name: _read_as(table) for name, table in TABLES.items() if table.is_for_members
}


def read(services: QuerySet[Service], *, for_members: bool = False) -> Iterator[Entry]:
    """Yield these services, in their order, with their related rows.

    A fixed number of queries for each CHUNK services; memory does not grow with their number.
    `for_members` adds how many places are free. The caller has filtered what may be seen.
    """
    tables = {**RELATED, **VACANCIES} if for_members else RELATED
    for chunk in _chunks(services, ServiceRow._fields):
        yield from _entries([ServiceRow._make(values) for values in chunk], tables)


def slim(services: QuerySet[Service]) -> Iterator[Entry]:
    """Yield these services with the columns of a list entry."""
    kept = {name: RELATED[name] for name in ALONE}
    for chunk in _chunks(services, ServiceRow._fields):
        yield from _entries([ServiceRow._make(values) for values in chunk], kept)


def changes(services: QuerySet[Service]) -> Iterator[tuple[UUID, datetime]]:
    """Yield when each of these services changed, in their order."""
    listed = services.values_list("pk", "last_modified")
    yield from listed if services.query.is_sliced else listed.iterator(chunk_size=CHUNK)


def read_organisations(
    organisations: QuerySet[Organisation], *, is_full: bool, has_services: bool
) -> Iterator[tuple[OrganisationRow, bool, list[Entry]]]:
    """Yield these organisations, whether they run anything still, and their services.

    `organisations` has `is_open` (finding.organisations). Without `is_full` no service is read.
    """
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
        access = _grouped(*RELATED["accessibility"], list(by_id))
        for row in chunk:
            if entry := by_id.get(row.service_id):  # gone between two queries
                entry.related["accessibility"] = access[row.service_id]
                yield row, entry


def _chunks(rows: QuerySet[Any], columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield the columns of rows, CHUNK rows at a time."""
    listed = rows.values_list(*columns)
    is_slice = rows.query.is_sliced
    stream: Iterable[Any] = listed if is_slice else listed.iterator(chunk_size=CHUNK)
    yield from batched(stream, CHUNK, strict=False)


def _entries(chunk: list[ServiceRow], tables: Mapping[str, Any]) -> Iterator[Entry]:
    ids = [row.id for row in chunk]
    tables_of_rows = {
        name: _grouped(model, shape, order, ids) for name, (model, shape, order) in tables.items()
    }
    if tables.keys() >= RELATED.keys():
        tables_of_rows["sites"] = _sites(ids)
    organisations = _organisations({row.organisation_id for row in chunk})
    successors = _successors(ids)
    for row in chunk:
        related = {name: by_service[row.id] for name, by_service in tables_of_rows.items()}
        yield Entry(row, organisations[row.organisation_id], related, successors.get(row.id))


def _grouped(
    model: Any, shape: Any, order: tuple[str, ...], ids: list[UUID]
) -> defaultdict[UUID, list[Any]]:
    """Return the rows of a table by their service."""
    grouped: defaultdict[UUID, list[Any]] = defaultdict(list)
    listed = model.objects.filter(service__in=ids).order_by(*order)
    for values in listed.values_list(*shape._fields):
        row = shape._make(values)
        grouped[row.service_id].append(row)
    return grouped


def _sites(ids: list[UUID]) -> defaultdict[UUID, list[SiteRow]]:
    """Return the public places of services: of a protected address not even its row is read."""
    grouped: defaultdict[UUID, list[SiteRow]] = defaultdict(list)
    public = public_sites().filter(service__in=ids)
    for values in public.order_by("pk").values_list(*SiteRow._fields):
        row = SiteRow._make(values)
        grouped[row.service_id].append(row)
    return grouped


def _organisations(ids: set[UUID]) -> dict[UUID, OrganisationRow]:
    rows = Organisation.objects.filter(pk__in=ids).order_by("pk")
    return {
        values[0]: OrganisationRow._make(values)
        for values in rows.values_list(*OrganisationRow._fields)
    }


def _successors(ids: list[UUID]) -> dict[UUID, UUID]:
    """Return what merged services turned out to be, where the public may know of it."""
    merged = Service.objects.known_outside().filter(absorbed__in=ids)
    return dict(merged.order_by("pk").values_list("absorbed", "pk"))
