"""Rows as documents of a variant, and how they are sent: in pages, or a record on each line."""

from collections.abc import Callable, Iterable, Iterator
from itertools import batched, starmap
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from pydantic_core import to_json

from protect.directory.models import Organisation, Service, ServiceAtLocation
from protect.interchange.hsds import entries, services as hsds_services
from protect.interchange.hsds.api.queries import PagedIn
from protect.interchange.hsds.schemas import Variant, fitted
from protect.kernel import clock

JSON, NDJSON = "application/json", "application/x-ndjson"
MERGE_PATCH = "application/merge-patch+json"  # RFC 7396
LINES = 100  # records sent at a time

type Documents = Iterable[dict[str, Any]]


def answer(
    parameters: PagedIn,
    rows: QuerySet[Any] | list[dict[str, Any]],
    documents: Callable[[Any], Documents] = lambda rows: rows,
    *,
    is_whole: bool = False,
) -> HttpResponseBase:
    """Return the wanted page of rows, or all, as documents; `is_whole`: one page holds all."""
    if parameters.format == "ndjson":
        return StreamingHttpResponse(_stream(documents(rows)), content_type=NDJSON)
    total = rows.count() if isinstance(rows, QuerySet) else len(rows)
    size = max(total, 1) if is_whole else parameters.per_page
    pages = -(-total // size)
    start = (parameters.page - 1) * size
    contents = list(documents(rows[start : start + size])) if parameters.page <= pages else []
    return sent(
        {
            "total_items": total,
            "total_pages": pages,
            "page_number": parameters.page,
            "size": len(contents),
            "first_page": parameters.page == 1,
            "last_page": parameters.page >= pages,  # past the end, too: there is nothing to turn to
            "empty": not contents,
            "contents": contents,
        }
    )


def sent(document: Any, content_type: str = JSON) -> HttpResponse:
    return HttpResponse(to_json(document), content_type=content_type)


def services(
    rows: QuerySet[Service], variant: Variant, *, is_minimal: bool, is_full: bool
) -> Iterator[dict[str, Any]]:
    """Yield services in full, as list entries, or as ids with the time of change."""
    if is_minimal:
        yield from starmap(hsds_services.minimal, entries.changes(rows))
    elif is_full:
        yield from hsds_services.documents(rows, variant=variant)
    else:
        yield from (
            fitted(hsds_services.listed(entry), "service", variant) for entry in entries.slim(rows)
        )


def organisations(
    rows: QuerySet[Organisation], variant: Variant, *, is_full: bool, has_services: bool
) -> Iterator[dict[str, Any]]:
    """Yield these organisations. One that runs nothing any more stays as "Withdrawn"."""
    now = clock.now()
    for row, has_open, run in entries.read_organisations(
        rows, is_full=is_full, has_services=has_services
    ):
        if not has_open:
            yield {"id": str(row.id), "name": hsds_services.GONE, "description": hsds_services.GONE}
            continue
        document = hsds_services.organisation(row, is_full=is_full)
        if is_full:
            document["services"] = [
                hsds_services.full(entry, now) if has_services else hsds_services.listed(entry)
                for entry in run
            ]
        yield fitted(document, "organization", variant)


def service_sites(
    rows: QuerySet[ServiceAtLocation], variant: Variant, *, is_full: bool
) -> Iterator[dict[str, Any]]:
    """Yield these places with their services; of a service that is closed, no place."""
    now = clock.now()
    for row, entry in entries.read_sites(rows, is_full=is_full):
        if hsds_services.is_open(entry):
            document = hsds_services.at_location(row, entry, is_full=is_full)
            service = hsds_services.full(entry, now) if is_full else hsds_services.listed(entry)
            service.pop("service_at_locations", None)  # it would hold itself
            document["service"] = service
        else:
            service = hsds_services.listed(entry)
            document = {"id": str(row.id), "description": service["name"], "service": service}
        yield fitted(document, "service_at_location", variant)


def _stream(documents: Documents) -> Iterator[bytes]:
    for chunk in batched(documents, LINES, strict=False):
        yield b"".join(to_json(document) + b"\n" for document in chunk)
