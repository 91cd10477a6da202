"""Each list and each record of the interface: what the store finds, as documents of a variant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from protect.directory.models import Organisation, ServiceAtLocation
from protect.interchange import hsds
from protect.interchange.hsds import Variant, fitted, store, terms
from protect.interchange.hsds.api.pages import Listing
from protect.interchange.hsds.api.queries import (
    OrganisationIn,
    OrganisationsIn,
    PagedIn,
    ServicesIn,
    SitesIn,
    TermsIn,
)
from protect.interchange.hsds.services import GONE, at_location, full, is_open, listed
from protect.interchange.hsds.services import organisation as organisation_document
from protect.interchange.hsds.store import Conditions
from protect.kernel import clock

EVERYTHING = Conditions()
NOTHING = UUID(int=0)


def services(parameters: ServicesIn, variant: Variant) -> Listing:
    """Return the requested services: in full, as list entries, or as ids with the time of change.

    Every form holds the same services in the same order.
    """
    rows = store.services(parameters.conditions())
    if parameters.minimal:
        return _listing(rows, _minimal)
    if parameters.full:
        return _listing(rows, lambda part: hsds.documents(part, variant=variant))
    return _listing(rows, lambda part: _lines(part, variant))


def service(key: str, variant: Variant) -> dict[str, Any] | None:
    """Return a service in full, None for one that was never public."""
    rows = store.services(EVERYTHING).filter(pk=uuid_of(key))
    return next(iter(hsds.documents(rows, variant=variant)), None)


def organisations(parameters: OrganisationsIn, variant: Variant) -> Listing:
    """Return the requested organisations."""

    def documents(part: QuerySet[Any]) -> Iterable[dict[str, Any]]:
        return organisation_documents(
            part,
            variant,
            is_full=parameters.full or parameters.full_service,
            has_services=parameters.full_service,
        )

    return _listing(store.organisations(parameters.conditions()), documents)


def organisation(key: str, parameters: OrganisationIn, variant: Variant) -> dict[str, Any] | None:
    """Return an organisation with its services, None for one without public services."""
    rows = store.organisations(EVERYTHING).filter(pk=uuid_of(key))
    documents = organisation_documents(
        rows, variant, is_full=True, has_services=parameters.full_service
    )
    return next(iter(documents), None)


def service_sites(parameters: SitesIn, variant: Variant) -> Listing:
    """Return the requested services at locations."""
    rows = store.service_sites(parameters.conditions())
    return _listing(rows, lambda part: site_documents(part, variant, is_full=parameters.full))


def service_site(key: str, variant: Variant) -> dict[str, Any] | None:
    """Return a service at a location in full, None for one that was never public."""
    rows = store.service_sites(EVERYTHING).filter(pk=uuid_of(key))
    return next(iter(site_documents(rows, variant, is_full=True)), None)


def taxonomies(parameters: PagedIn) -> Listing:
    """Return the taxonomies in which every word is found."""
    return Listing.of([each for each in terms.taxonomies() if _says(each, parameters.search)])


def taxonomy(key: str) -> dict[str, Any] | None:
    """Return a taxonomy."""
    return next((each for each in terms.taxonomies() if each["id"] == str(uuid_of(key))), None)


def taxonomy_terms(parameters: TermsIn) -> Listing:
    """Return the terms that meet every condition."""
    documents = [
        terms.document(term)
        for term in terms.every()
        if parameters.taxonomy_id in {None, term.taxonomy_id}
        and parameters.parent_id in {None, term.parent_id}
        and not (parameters.top_only and term.parent)
    ]
    return Listing.of([each for each in documents if _says(each, parameters.search)])


def taxonomy_term(key: str) -> dict[str, Any] | None:
    """Return a term."""
    term = terms.by_id().get(uuid_of(key))
    return terms.document(term) if term else None


def uuid_of(key: str) -> UUID:
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


def _lines(part: Any, variant: Variant) -> Iterator[dict[str, Any]]:
    for entry in store.slim(part):
        yield fitted(hsds.listed(entry), "service", variant)


def _minimal(part: QuerySet[Any]) -> Iterator[dict[str, Any]]:
    for key, last_modified in store.changes(part):
        yield hsds.minimal(key, last_modified)


def _says(document: dict[str, Any], search: str) -> bool:
    """Return whether name and description contain every word, in any case."""
    text = f"{document['name']} {document['description']}".casefold()
    return all(word.casefold() in text for word in search.split())


def organisation_documents(
    rows: QuerySet[Organisation], variant: Variant, *, is_full: bool, has_services: bool
) -> Iterator[dict[str, Any]]:
    """Yield these organisations; `is_full` with their services, `has_services` with those in full.

    One that runs nothing any more stays as "Withdrawn", like its services.
    """
    now = clock.now()
    for row, has_open, entries in store.read_organisations(
        rows, is_full=is_full, has_services=has_services
    ):
        if not has_open:
            yield {"id": str(row.id), "name": GONE, "description": GONE}
            continue
        document = organisation_document(row, is_full=is_full)
        if is_full:
            document["services"] = [
                full(entry, now) if has_services else listed(entry) for entry in entries
            ]
        yield fitted(document, "organization", variant)


def site_documents(
    rows: QuerySet[ServiceAtLocation], variant: Variant, *, is_full: bool
) -> Iterator[dict[str, Any]]:
    """Yield these places with their services; of a service that is closed, no place."""
    now = clock.now()
    for row, entry in store.read_sites(rows, is_full=is_full):
        if is_open(entry):
            document = at_location(row, entry, is_full=is_full)
            service = full(entry, now) if is_full else listed(entry)
            service.pop("service_at_locations", None)  # it would hold itself
            document["service"] = service
        else:
            service = listed(entry)
            document = {"id": str(row.id), "description": service["name"], "service": service}
        yield fitted(document, "service_at_location", variant)
