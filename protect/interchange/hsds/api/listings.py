"""Send rows as documents of a variant: in pages, or as one record on each line."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import batched, starmap
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from pydantic_core import to_json

from protect.directory.models import Organisation, Service, ServiceAtLocation
from protect.interchange.hsds import entries, schemas, services
from protect.interchange.hsds.api.queries import PagedIn
from protect.kernel import clock

JSON, NDJSON = "application/json", "application/x-ndjson"
MERGE_PATCH = "application/merge-patch+json"  # RFC 7396
RECORDS_PER_CHUNK = 100  # of a stream

type Documents = Iterable[dict[str, Any]]


def list_response(
    parameters: PagedIn,
    rows: QuerySet[Any] | list[dict[str, Any]],
    documents: Callable[[Any], Documents] = lambda rows: rows,
    *,
    is_whole: bool = False,
) -> HttpResponseBase:
    """Return a page of rows, or all (ndjson), as documents. `is_whole`: one page has all."""
    if parameters.format == "ndjson":
        return StreamingHttpResponse(_stream_line_chunks(documents(rows)), content_type=NDJSON)
    total = rows.count() if isinstance(rows, QuerySet) else len(rows)
    size = max(total, 1) if is_whole else parameters.per_page
    pages = -(-total // size)
    start = (parameters.page - 1) * size
    contents = list(documents(rows[start : start + size])) if parameters.page <= pages else []
    document = {
        "total_items": total,
        "total_pages": pages,
        "page_number": parameters.page,
        "size": len(contents),
        "first_page": parameters.page == 1,
        "last_page": parameters.page >= pages,  # also true beyond the last page
        "empty": not contents,
        "contents": contents,
    }
    return json_response(document)


def json_response(document: Any, content_type: str = JSON) -> HttpResponse:
    return HttpResponse(to_json(document), content_type=content_type)


def service_documents(
    rows: QuerySet[Service], variant: schemas.Variant, *, is_minimal: bool, is_full: bool
) -> Iterator[dict[str, Any]]:
    """Yield services in full, as list entries, or as ids with the time of the last change."""
    if is_minimal:
        yield from starmap(services.minimal_document, entries.read_change_times(rows))
    elif is_full:
        yield from services.documents(rows, variant=variant)
    else:
        for entry in entries.read_list_entries(rows):
            yield schemas.fit_to_variant(services.list_document(entry), "service", variant)


def organisation_documents(
    rows: QuerySet[Organisation], variant: schemas.Variant, *, is_full: bool, is_detailed: bool
) -> Iterator[dict[str, Any]]:
    """Yield organisations; `is_full` adds list entries of their services, `is_detailed` makes
    these documents full. If all its services are withdrawn, one is only named "Withdrawn"."""
    organisations = entries.read_organisations(rows, is_full=is_full, is_detailed=is_detailed)
    at = clock.now() if is_detailed else None
    for row, has_open, row_entries in organisations:
        if not has_open:
            texts = dict.fromkeys(("name", "description"), services.WITHDRAWN_TEXT)
            yield {"id": str(row.id), **texts}
            continue
        document = services.organisation_document(row, is_full=is_full)
        if is_full:
            document["services"] = [_service_document(entry, at) for entry in row_entries]
        yield schemas.fit_to_variant(document, "organization", variant)


def service_site_documents(
    rows: QuerySet[ServiceAtLocation], variant: schemas.Variant, *, is_full: bool
) -> Iterator[dict[str, Any]]:
    """Yield these sites with their services; without location if a service is not published."""
    at = clock.now() if is_full else None
    for row, entry in entries.read_sites(rows, is_full=is_full):
        if services.is_open(entry):
            service = _service_document(entry, at)
            service.pop("service_at_locations", None)  # else the document would contain itself
            document = services.site_document(row, entry, is_full=is_full) | {"service": service}
        else:
            service = services.list_document(entry)
            document = {"id": str(row.id), "description": service["name"], "service": service}
        yield schemas.fit_to_variant(document, "service_at_location", variant)


def _service_document(entry: entries.Entry, at: datetime | None) -> dict[str, object]:
    """Return a service in full, as at an instant, or as a list entry if `at` is None."""
    return services.full_document(entry, at) if at else services.list_document(entry)


def _stream_line_chunks(documents: Documents) -> Iterator[bytes]:
    for chunk in batched(documents, RECORDS_PER_CHUNK, strict=False):
        yield b"".join(to_json(document) + b"\n" for document in chunk)
