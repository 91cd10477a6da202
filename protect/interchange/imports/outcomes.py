"""Read the stored services of a source, and compare validated rows with them."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext_noop as _

from protect.directory import enums
from protect.directory.facts.base.cells import ProblemCode
from protect.directory.models import FactCheck, Service
from protect.directory.service_models import ServiceQuerySet
from protect.interchange.enums import RowState
from protect.interchange.hsds import entries
from protect.interchange.imports import service_cells
from protect.interchange.imports.row import Row
from protect.kernel.ids import short_code, stable_uuid

WRITTEN_STATES = frozenset({RowState.CREATE, RowState.UPDATE})  # need no user decision


class StoredService(NamedTuple):
    key: UUID  # id of the Service
    digest: str  # of the row that was last written or, by a user, rejected
    country: str
    is_edited: bool  # or checked: an import must not overwrite the service
    is_listed: bool  # neither withdrawn nor merged into another entry
    version: int


type StoredServices = Mapping[str, StoredService]  # by their ids at the source


def service_key(source: str, source_id: str) -> UUID:
    """Return the permanent id of the service in a row of a source."""
    return stable_uuid("service", source, source_id)


def stored_services(source: str, ids: Collection[str] | None = None) -> dict[str, StoredService]:
    """Return the services of a source by their source ids; if `ids` is given, only these."""
    services = Service.objects.filter(source=source)
    checks = FactCheck.objects.filter(service__source=source)
    if ids is not None:
        services = services.filter(source_id__in=ids)
        checks = checks.filter(service__source_id__in=ids)
    checked_ids = set(checks.values_list("service_id", flat=True))
    columns = ("source_id", "id", "source_digest", "country_id", "version", "source_version")
    stored = {}
    rows = services.values_list(*columns, "status", "merged_into_id")
    for source_id, key, digest, country, version, imported, status, merged in rows:
        is_edited = version > imported or key in checked_ids
        is_listed = status != enums.Status.WITHDRAWN and merged is None
        stored[source_id] = StoredService(key, digest, country, is_edited, is_listed, version)
    return stored


def protected_source_ids(source: str, ids: Collection[str] | None = None) -> frozenset[str]:
    """Return the source ids (of `ids`, else all) of services whose address is never stored."""
    rows = Service.objects.filter(source=source, address_audience=enums.AddressReaders.NEVER_STORED)
    if ids is not None:
        rows = rows.filter(source_id__in=ids)
    return frozenset(rows.values_list("source_id", flat=True))


def short_codes(source: str = "", ids: Collection[str] | None = None) -> dict[str, UUID]:
    """Return service ids by short code: of all services, or of the codes that `ids` would get."""
    rows = Service.objects.all()
    if ids:
        codes = [_short_code(service_key(source, source_id)) for source_id in ids]
        rows = rows.filter(short__in=codes)
    return dict(rows.values_list("short", "id"))


def compare_rows(
    rows: Sequence[Row], source: str, stored: StoredServices, taken_codes: dict[str, UUID]
) -> None:
    """Set the state of validated rows. New services are added to `taken_codes` (`short_codes`)."""
    unchanged_ids = _find_repeated_rows(rows, stored)
    for row in rows:
        stored_service = stored.get(row.source_id)
        if row.state is RowState.REFERENCE:
            continue
        if row.draft is None:
            row.state = RowState.ERROR
        elif stored_service is None:
            _compare_new(row, source, taken_codes)
        elif stored_service.digest == row.draft.digest or row.source_id in unchanged_ids:
            row.state = RowState.UNCHANGED
        else:
            row.state = RowState.CONFLICT if stored_service.is_edited else RowState.UPDATE


def stored_missing_cells(
    rows: Sequence[Row], source: str, stored: StoredServices, missing: Sequence[str]
) -> dict[str, dict[str, str]]:
    """Return the stored cells of columns that a file lacks, by the ids of its changed rows. Such a
    column must not delete stored values, as an empty cell of a column of the file does."""
    ids = [row.source_id for row in rows if missing and _has_changed(row, stored)]
    services = Service.objects.filter(source=source, source_id__in=ids).order_by("pk")
    cells_by_id = {}
    for name, statement in (_records_by_source_id(services) if ids else {}).items():
        cells = service_cells.non_blank_cells(statement)
        cells_by_id[name] = {column: cells[column] for column in missing if column in cells}
    return cells_by_id


def directory_cells(service: Service) -> dict[str, str]:
    """Return the cells of a stored service, without the address of a shelter."""
    [entry] = entries.read_entries(Service.objects.filter(pk=service.pk).order_by("pk"))
    record = service_cells.ServiceRecord(entry, service.source_id, service.professionals_only)
    return service_cells.to_cells(record)


def _has_changed(row: Row, stored: StoredServices) -> bool:
    """Return whether a row differs from its stored service; False for new or refused rows."""
    if not (service := stored.get(row.source_id)):
        return False
    return row.draft is not None and row.draft.digest != service.digest


def _find_repeated_rows(rows: Sequence[Row], stored: StoredServices) -> set[str]:
    """Return the ids of rows that repeat stored values, as in an export that is imported again."""
    changed = {row.source_id: row for row in rows if _has_changed(row, stored)}
    keys = [stored[source_id].key for source_id in changed]
    services = Service.objects.filter(pk__in=keys).order_by("pk")
    records = _records_by_source_id(services) if changed else {}
    repeats_stored_values = service_cells.repeats_stored_values
    return {
        name
        for name, record in records.items()
        if repeats_stored_values(changed[name].texts, record)
    }


def _records_by_source_id(services: ServiceQuerySet) -> dict[str, service_cells.ServiceRecord]:
    columns = ("id", "source_id", "professionals_only")  # columns that the document lacks
    values = {key: (name, only) for key, name, only in services.values_list(*columns)}
    pairs = ((entry, values.get(entry.service.id)) for entry in entries.read_entries(services))
    records = [service_cells.ServiceRecord(entry, *extra) for entry, extra in pairs if extra]
    return {record.source_id: record for record in records}


def _compare_new(row: Row, source: str, taken_codes: dict[str, UUID]) -> None:
    """Set the state of a new row; refuse a short code in use, because printed codes must stay."""
    key = service_key(source, row.source_id)
    if taken_codes.setdefault(_short_code(key), key) == key:
        row.state = RowState.CREATE
        return
    row.state = RowState.ERROR
    message = _("The short code made from this id belongs to another service.")
    advice = _("give the row a different id.")
    row.refuse(ProblemCode.SHORT_CODE_TAKEN, "source_id", message, advice)


def _short_code(key: UUID) -> str:
    return short_code("service", str(key))
