"""The services of a source in the directory, and what becomes of rows compared with them."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext_noop as _

from protect.directory import enums, service_models
from protect.directory.facts.base.cells import Code
from protect.directory.models import FactCheck, Service
from protect.interchange.enums import RowState
from protect.interchange.hsds import entries
from protect.interchange.imports import service_cells
from protect.interchange.imports.row import Row
from protect.kernel.ids import short_code, stable_uuid

WRITTEN = frozenset({RowState.CREATE, RowState.UPDATE})  # without a decision


class StoredService(NamedTuple):
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
    columns = ("source_id", "id", "source_digest", "country_id", "version", "source_version")
    return {
        source_id: StoredService(
            key,
            digest,
            country,
            version > imported or key in checked,
            status != enums.Status.WITHDRAWN and merged is None,
            version,
        )
        for source_id, key, digest, country, version, imported, status, merged in (
            services.values_list(*columns, "status", "merged_into_id")
        )
    }


def protected_of(source: str, ids: Collection[str] | None = None) -> frozenset[str]:
    """Return the source's ids of services with a never stored address: of `ids`, else all."""
    rows = Service.objects.filter(source=source, address_audience=enums.Audience.NEVER_STORED)
    if ids is not None:
        rows = rows.filter(source_id__in=ids)
    return frozenset(rows.values_list("source_id", flat=True))


def short_codes(source: str = "", ids: Collection[str] | None = None) -> dict[str, UUID]:
    """Return every short address with its service; of `ids` at a source only those they want."""
    rows = Service.objects.all()
    if ids:
        rows = rows.filter(short__in=[_short(service_id(source, each)) for each in ids])
    return dict(rows.values_list("short", "id"))


def compare(
    rows: Sequence[Row], source: str, stored: Mapping[str, StoredService], taken: dict[str, UUID]
) -> None:
    """Set what becomes of validated rows. `taken`: `short_codes`; a new service adds its own."""
    echoes = _echoes(rows, stored)
    for row in rows:
        old = stored.get(row.source_id)
        if row.state is RowState.REFERENCE:
            continue
        if row.draft is None:
            row.state = RowState.ERROR
        elif old is None:
            _compare_new(row, source, taken)
        elif old.digest == row.draft.digest or row.source_id in echoes:
            row.state = RowState.UNCHANGED
        else:
            row.state = RowState.CONFLICT if old.is_edited else RowState.UPDATE


def completions(
    rows: Sequence[Row], source: str, stored: Mapping[str, StoredService], missing: Sequence[str]
) -> dict[str, dict[str, str]]:
    """Return the stored cells of the columns that a file lacks, by the ids of its changed rows.
    Only an empty cell of a column that the file has deletes what is stored. An unchanged row stays
    as it is."""
    ids = [row.source_id for row in rows if missing and _has_changed(row, stored)]
    services = Service.objects.filter(source=source, source_id__in=ids).order_by("pk")
    completions = {}
    for name, statement in (_statements(services) if ids else {}).items():
        stated = service_cells.stated_cells(statement)
        completions[name] = {column: stated[column] for column in missing if column in stated}
    return completions


def stated_of(service: Service) -> dict[str, str]:
    """Return the stored cells of a service, without the address of a shelter."""
    [entry] = entries.read(Service.objects.filter(pk=service.pk).order_by("pk"))
    return service_cells.cells(
        service_cells.Statement(entry, service.source_id, service.professionals_only)
    )


def _has_changed(row: Row, stored: Mapping[str, StoredService]) -> bool:
    old = stored.get(row.source_id)
    return old is not None and row.draft is not None and row.draft.digest != old.digest


def _echoes(rows: Sequence[Row], stored: Mapping[str, StoredService]) -> set[str]:
    """Return the ids of rows that repeat our own values: of an exported file, imported again."""
    changed = {row.source_id: row for row in rows if _has_changed(row, stored)}
    keys = [stored[source_id].key for source_id in changed]
    services = Service.objects.filter(pk__in=keys).order_by("pk")
    statements = _statements(services) if changed else {}
    return {
        name
        for name, each in statements.items()
        if service_cells.is_echo(changed[name].texts, each)
    }


def _statements(services: service_models.ServiceQuerySet) -> dict[str, service_cells.Statement]:
    columns = ("id", "source_id", "professionals_only")  # of a service, beside its document
    values = {key: (name, only) for key, name, only in services.values_list(*columns)}
    read = [entry for entry in entries.read(services) if entry.service.id in values]
    statements = [service_cells.Statement(entry, *values[entry.service.id]) for entry in read]
    return {statement.source_id: statement for statement in statements}


def _compare_new(row: Row, source: str, taken: dict[str, UUID]) -> None:
    """Refuse a second service at one short address: printed addresses must stay."""
    key = service_id(source, row.source_id)
    if taken.setdefault(_short(key), key) == key:
        row.state = RowState.CREATE
        return
    row.state = RowState.ERROR
    message = _("Its short address belongs to another service.")
    advice = _("give the row another source_id.")
    row.refuse(Code.SHORT_CODE_TAKEN, "source_id", message, advice)


def _short(key: UUID) -> str:
    return short_code("service", str(key))
