"""Export services as a file of any format; `export_services` also records the download."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from protect.interchange.exports import calendars, cards, geojson, json_ld, store, tabular
from protect.interchange.exports.store import ExportedService, ExportHeader, ExportRequest
from protect.orgs.scope import ANONYMOUS_SCOPE, Scope

type ReportProgress = Callable[[int], None]  # called with the number of services written so far


class Format(NamedTuple):
    """A file format. `has_withdrawn`: it can list suspended and withdrawn services."""

    code: str
    suffix: str
    media_type: str
    write: Callable[[Iterable[ExportedService], ExportHeader], Iterator[bytes]]
    has_withdrawn: bool = False


FORMATS: Mapping[str, Format] = {
    file_format.code: file_format
    for file_format in (
        Format("csv", ".csv", "text/csv; charset=utf-8", tabular.write_csv),
        Format("hsds", ".ndjson", "application/x-ndjson", tabular.write_ndjson, has_withdrawn=True),
        Format("hsds-tables", ".zip", "application/zip", tabular.write_package, has_withdrawn=True),
        Format("geojson", ".geojson", "application/geo+json", geojson.write),
        Format("json-ld", ".jsonld", "application/ld+json", json_ld.write),
        Format("ical", ".ics", "text/calendar; charset=utf-8", calendars.write),
        Format("vcard", ".vcf", "text/vcard; charset=utf-8", cards.write),
    )
}


def count_services(file_format: Format, request: ExportRequest) -> int:
    return store.select_services(request, with_withdrawn=file_format.has_withdrawn).count()


@transaction.atomic
def export_services(
    scope: Scope | None,
    file_format: Format,
    request: ExportRequest,
    *,
    at: datetime,
    report_progress: ReportProgress = lambda done: None,
) -> Iterator[bytes]:
    """Return a file in chunks of bytes, and record the download, for the user's organisation or,
    on the command line (no scope), for the platform. Errors: PermissionDenied."""
    if scope is not None and scope.user_id is None:
        raise PermissionDenied
    current_scope = scope or ANONYMOUS_SCOPE
    audit = current_scope.audit(min(current_scope.organisations, default=None), at=at)
    audit.record("interchange.export")
    return generate_file(file_format, request, export_header(request, at), report_progress)


def export_header(request: ExportRequest, at: datetime) -> ExportHeader:
    """Return the time and readers of an export, and whether it is demo data; not who asked."""
    return ExportHeader(at, request.readers, settings.IS_DEMO)


def generate_file(
    file_format: Format,
    request: ExportRequest,
    header: ExportHeader,
    report_progress: ReportProgress = lambda written_count: None,
) -> Iterator[bytes]:
    """Yield a file in chunks of bytes. Memory does not grow with the number of services."""

    def with_progress() -> Iterator[ExportedService]:
        services = store.select_services(request, with_withdrawn=file_format.has_withdrawn)
        exported_services = store.read_services(services, request.readers, header.at)
        for count, service in enumerate(exported_services, 1):
            yield service
            report_progress(count)

    return file_format.write(with_progress(), header)
