"""The outcome of each row, compared with the services of its source."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_noop as _

from protect.directory.enums import Audience, Status
from protect.directory.facts.base.cells import Code, Trouble
from protect.directory.models import FactCheck, Service
from protect.interchange.hsds import store as hsds
from protect.interchange.imports.rows import service_cells
from protect.interchange.imports.rows.drafts import Read
from protect.interchange.imports.rows.report import Outcome
from protect.interchange.imports.rows.service_cells import Statement, is_echo
from protect.kernel.ids import short_code, stable_uuid

TOLD = ("id", "source_id", "professionals_only")  # of a service, beside its document


@dataclass(frozen=True, slots=True)
class StoredService:
    """A service of this source as the database has it."""

    key: UUID
    digest: str
    country: str
    is_edited: bool  # or checked: an import must not overwrite it
    is_listed: bool  # neither withdrawn nor merged into another entry
    version: int


def service_id(source: str, source_id: str) -> UUID:
    """Return the permanent id of a row of a source."""
    return stable_uuid("service", source, source_id)


def stored_services(source: str, ids: Collection[str] | None = None) -> dict[str, StoredService]:
    """Return the services of a source, by their ids there: those of `ids`, else all."""
    services = Service.objects.filter(source=source)
    checks = FactCheck.objects.filter(service__source=source)
    if ids is not None:
        services = services.filter(source_id__in=ids)
        checks = checks.filter(service__source_id__in=ids)
    checked = set(checks.values_list("service_id", flat=True))
    columns = ("id", "source_id", "source_digest", "country_id", "version", "source_version")
    standing = ("status", "merged_into_id")
    return {
        source_id: StoredService(
            key,
            digest,
            country,
            version > imported or key in checked,
            status != Status.WITHDRAWN and merged is None,
            version,
        )
        for key, source_id, digest, country, version, imported, status, merged in (
            services.values_list(*columns, *standing)
        )
    }


def protected_of(source: str, ids: Collection[str] | None = None) -> frozenset[str]:
    """Return the source's ids of services with a never stored address: of `ids`, else all."""
    rows = Service.objects.filter(source=source, address_audience=Audience.NEVER_STORED)
    if ids is not None:
        rows = rows.filter(source_id__in=ids)
    return frozenset(rows.values_list("source_id", flat=True))


def short_codes(source: str = "", ids: Collection[str] = ()) -> dict[str, UUID]:
    """Return every short address with its service; of `ids` at a source only those they want."""
    rows = Service.objects.all()
    if ids:
        rows = rows.filter(short__in=[_short(service_id(source, each)) for each in ids])
    return dict(rows.values_list("short", "id"))


def echoes_of(reads: Iterable[Read], stored: Mapping[str, StoredService]) -> frozenset[str]:
    """Return the ids of rows that repeat our own values: an exported file that is imported again.

    A few queries for all rows together; none where every row is as it was.
    """
    rows = {
        stored[read.source_id].key: read
        for read in reads
        if read.draft
        and read.source_id in stored
        and stored[read.source_id].digest != read.draft.digest
    }
    services = Service.objects.filter(pk__in=rows).order_by("pk")
    only = dict(services.values_list("pk", "professionals_only")) if rows else {}
    return frozenset(
        rows[entry.service.id].source_id
        for entry in (hsds.read(services) if rows else ())
        for statement in [
            Statement(entry, rows[entry.service.id].source_id, only[entry.service.id])
        ]
        if is_echo(rows[entry.service.id].cells, statement)
    )


def standing_of(source: str, ids: Collection[str]) -> dict[str, dict[str, str]]:
    """Return the stored cells of these services of a source, by their ids there.

    They fill the columns that a file does not have. A few queries for all services.
    """
    rows = Service.objects.filter(source=source, source_id__in=ids).order_by("pk")
    columns = {key: (name, only) for key, name, only in rows.values_list(*TOLD)}
    return {
        name: service_cells.stated_cells(Statement(entry, name, only))
        for entry in (hsds.read(rows) if columns else ())
        for name, only in [columns[entry.service.id]]
    }


def stated_of(service: Service) -> dict[str, str]:
    """Return the stored cells of a service, without the address of a shelter."""
    (entry,) = hsds.read(Service.objects.filter(pk=service.pk).order_by("pk"))
    return service_cells.cells(Statement(entry, service.source_id, service.professionals_only))


def outcome_of(
    read: Read,
    source: str,
    stored: Mapping[str, StoredService],
    taken: dict[str, UUID],
    echoes: Collection[str] = frozenset(),
) -> tuple[Outcome, tuple[Trouble, ...]]:
    """Return the outcome of a row compared with the directory, and its faults.

    `taken`: `short_codes`; a new service adds its own. `echoes`: `echoes_of` these rows.
    """
    if read.is_reference:
        return Outcome.REFERENCE, read.troubles
    if read.draft is None:
        return Outcome.ERROR, read.troubles
    old = stored.get(read.source_id)
    if old is None:
        return _fate_of_new(read, source, taken)
    if old.digest == read.draft.digest or read.source_id in echoes:
        return Outcome.UNCHANGED, read.troubles
    return (Outcome.CONFLICT if old.is_edited else Outcome.UPDATED), read.troubles


def _fate_of_new(
    read: Read, source: str, taken: dict[str, UUID]
) -> tuple[Outcome, tuple[Trouble, ...]]:
    """Refuse a second service at one short address: printed addresses must stay."""
    key = service_id(source, read.source_id)
    other = taken.setdefault(_short(key), key)
    if other == key:
        return Outcome.CREATED, read.troubles
    clash = Trouble(
        Code.SHORT_CODE_TAKEN,
        "source_id",
        _("Its short address belongs to another service."),
        _("give the row another source_id."),
        refuses=True,
    )
    return Outcome.ERROR, (*read.troubles, clash)


def _short(key: UUID) -> str:
    return short_code("service", str(key))
