"""Each list and each record of the interface as documents of a variant, and how they are sent.

A list is sent in pages in the envelope of the standard, or with every record on a line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import batched, starmap
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from pydantic_core import to_json

from protect.directory.models import Organisation, ServiceAtLocation
from protect.interchange import hsds
from protect.interchange.hsds import entries, filters, terms
from protect.interchange.hsds.api.queries import (
    OrganisationIn,
    OrganisationsIn,
    PagedIn,
    ServicesIn,
    SitesIn,
    TermsIn,
)
from protect.interchange.hsds.filters import Conditions
from protect.interchange.hsds.services import GONE, at_location, full, is_open, listed, minimal
from protect.interchange.hsds.services import organisation as organisation_document
from protect.interchange.hsds.variants import Variant, fitted
from protect.kernel import clock

JSON, NDJSON = "application/json", "application/x-ndjson"
MERGE_PATCH = "application/merge-patch+json"  # RFC 7396
LINES = 100  # records sent at a time
EVERYTHING = Conditions()
NOTHING = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that is only read as far as it is sent."""

    count: Callable[[], int]
    part: Callable[[int, int], Iterable[dict[str, Any]]]  # from, and before which
    every: Callable[[], Iterable[dict[str, Any]]]

    @classmethod
    def of(cls, documents: list[dict[str, Any]]) -> Listing:
        return cls(
            lambda: len(documents),
            lambda start, stop: documents[start:stop],
            lambda: documents,
        )


def services(parameters: ServicesIn, variant: Variant) -> Listing:
    """Return the requested services: in full, as list entries, or as ids with the time of change.

    Every form holds the same services in the same order.
    """
    rows = filters.services(parameters.conditions())
    if parameters.minimal:
        return _listing(rows, lambda part: starmap(minimal, entries.changes(part)))
    if parameters.full:
        return _listing(rows, lambda part: hsds.documents(part, variant=variant))
    return _listing(
        rows, lambda part: (fitted(listed(each), "service", variant) for each in entries.slim(part))
    )


def service(key: str, variant: Variant) -> dict[str, Any] | None:
    rows = filters.services(EVERYTHING).filter(pk=_uuid_of(key))
    return next(iter(hsds.documents(rows, variant=variant)), None)


def organisations(parameters: OrganisationsIn, variant: Variant) -> Listing:
    has_services = parameters.full_service
    is_full = parameters.full or has_services
    return _listing(
        filters.organisations(parameters.conditions()),
        lambda part: _organisation_documents(
            part, variant, is_full=is_full, has_services=has_services
        ),
    )


def organisation(key: str, parameters: OrganisationIn, variant: Variant) -> dict[str, Any] | None:
    rows = filters.organisations(EVERYTHING).filter(pk=_uuid_of(key))
    documents = _organisation_documents(
        rows, variant, is_full=True, has_services=parameters.full_service
    )
    return next(iter(documents), None)


def service_sites(parameters: SitesIn, variant: Variant) -> Listing:
    rows = filters.service_sites(parameters.conditions())
    return _listing(rows, lambda part: _site_documents(part, variant, is_full=parameters.full))


def service_site(key: str, variant: Variant) -> dict[str, Any] | None:
    rows = filters.service_sites(EVERYTHING).filter(pk=_uuid_of(key))
    return next(iter(_site_documents(rows, variant, is_full=True)), None)


def taxonomies(parameters: PagedIn) -> Listing:
    return Listing.of([each for each in terms.taxonomies() if _says(each, parameters.search)])


def taxonomy(key: str) -> dict[str, Any] | None:
    return next((each for each in terms.taxonomies() if each["id"] == str(_uuid_of(key))), None)


def taxonomy_terms(parameters: TermsIn) -> Listing:
    documents = [
        terms.document(term)
        for term in terms.every()
        if parameters.taxonomy_id in {None, term.taxonomy_id}
        and parameters.parent_id in {None, term.parent_id}
        and not (parameters.top_only and term.parent)
    ]
    return Listing.of([each for each in documents if _says(each, parameters.search)])


def taxonomy_term(key: str) -> dict[str, Any] | None:
    term = terms.by_id().get(_uuid_of(key))
    return terms.document(term) if term else None


def answer(listing: Listing, parameters: PagedIn, *, is_whole: bool = False) -> HttpResponseBase:
    if parameters.format == "ndjson":
        return StreamingHttpResponse(_stream(listing.every()), content_type=NDJSON)
    total = listing.count()
    size = max(total, 1) if is_whole else parameters.per_page
    pages = -(-total // size)
    start = (parameters.page - 1) * size
    contents = list(listing.part(start, start + size)) if parameters.page <= pages else []
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


def _stream(documents: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    for chunk in batched(documents, LINES, strict=False):
        yield b"".join(to_json(document) + b"\n" for document in chunk)


def _uuid_of(key: str) -> UUID:
    """Return the UUID in a path; for anything else one that no row has."""
    try:
        uuid = UUID(key)
    except ValueError:
        return NOTHING
    return uuid if str(uuid) == key.lower() else NOTHING


def _listing(
    rows: QuerySet[Any], documents: Callable[[QuerySet[Any]], Iterable[dict[str, Any]]]
) -> Listing:
    return Listing(
        rows.count,
        lambda start, stop: documents(rows[start:stop]),
        lambda: documents(rows),
    )


def _says(document: dict[str, Any], search: str) -> bool:
    """Return whether name and description contain every word, in any case."""
    text = f"{document['name']} {document['description']}".casefold()
    return all(word.casefold() in text for word in search.split())


def _organisation_documents(
    rows: QuerySet[Organisation], variant: Variant, *, is_full: bool, has_services: bool
) -> Iterator[dict[str, Any]]:
    """Yield these organisations; `is_full` with their services, `has_services` with those in full.

    One that runs nothing any more stays as "Withdrawn", like its services.
    """
    now = clock.now()
    for row, has_open, run in entries.read_organisations(
        rows, is_full=is_full, has_services=has_services
    ):
        if not has_open:
            yield {"id": str(row.id), "name": GONE, "description": GONE}
            continue
        document = organisation_document(row, is_full=is_full)
        if is_full:
            document["services"] = [
                full(entry, now) if has_services else listed(entry) for entry in run
            ]
        yield fitted(document, "organization", variant)


def _site_documents(
    rows: QuerySet[ServiceAtLocation], variant: Variant, *, is_full: bool
) -> Iterator[dict[str, Any]]:
    """Yield these places with their services; of a service that is closed, no place."""
    now = clock.now()
    for row, entry in entries.read_sites(rows, is_full=is_full):
        if is_open(entry):
            document = at_location(row, entry, is_full=is_full)
            service = full(entry, now) if is_full else listed(entry)
            service.pop("service_at_locations", None)  # it would hold itself
            document["service"] = service
        else:
            service = listed(entry)
            document = {"id": str(row.id), "description": service["name"], "service": service}
        yield fitted(document, "service_at_location", variant)
