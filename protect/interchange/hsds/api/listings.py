"""Each list and each record of the interface: what the store finds, as documents of a variant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

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
from protect.interchange.hsds.organisations import organisations as organisation_documents
from protect.interchange.hsds.sites import sites as site_documents
from protect.interchange.hsds.store import Asked

EVERYTHING = Asked()
NOTHING = UUID(int=0)


def services(asked: ServicesIn, variant: Variant) -> Listing:
    """Return the services that are asked for: whole, as lines, or no more than that they changed.

    Whatever the form, the same ones in the same order.
    """
    found = store.services(asked.asked())
    if asked.minimal:
        return _listing(found, _minimal)
    if asked.full:
        return _listing(found, lambda part: hsds.documents(part, variant=variant))
    return _listing(found, lambda part: _lines(part, variant))


def service(key: str, variant: Variant) -> dict[str, Any] | None:
    """Return a service in full, None where the public knows of none."""
    found = store.services(EVERYTHING).filter(pk=uuid_of(key))
    return next(iter(hsds.documents(found, variant=variant)), None)


def organisations(asked: OrganisationsIn, variant: Variant) -> Listing:
    """Return the organisations that are asked for."""

    def documents(part: QuerySet[Any]) -> Iterable[dict[str, Any]]:
        return organisation_documents(
            part, variant, is_full=asked.full or asked.full_service, has_services=asked.full_service
        )

    return _listing(store.organisations(asked.asked()), documents)


def organisation(key: str, asked: OrganisationIn, variant: Variant) -> dict[str, Any] | None:
    """Return an organisation with its services, None where the public knows of none."""
    found = store.organisations(EVERYTHING).filter(pk=uuid_of(key))
    documents = organisation_documents(
        found, variant, is_full=True, has_services=asked.full_service
    )
    return next(iter(documents), None)


def service_sites(asked: SitesIn, variant: Variant) -> Listing:
    """Return the services at locations that are asked for."""
    found = store.service_sites(asked.asked())
    return _listing(found, lambda part: site_documents(part, variant, is_full=asked.full))


def service_site(key: str, variant: Variant) -> dict[str, Any] | None:
    """Return a service at a location in full, None where the public knows of none."""
    found = store.service_sites(EVERYTHING).filter(pk=uuid_of(key))
    return next(iter(site_documents(found, variant, is_full=True)), None)


def taxonomies(asked: PagedIn) -> Listing:
    """Return the taxonomies in which every word is found."""
    return Listing.of([each for each in terms.taxonomies() if _says(each, asked.search)])


def taxonomy(key: str) -> dict[str, Any] | None:
    """Return a taxonomy."""
    return next((each for each in terms.taxonomies() if each["id"] == str(uuid_of(key))), None)


def taxonomy_terms(asked: TermsIn) -> Listing:
    """Return the terms that answer to every condition."""
    found = [
        terms.document(term)
        for term in terms.every()
        if asked.taxonomy_id in {None, term.taxonomy_id}
        and asked.parent_id in {None, term.parent_id}
        and not (asked.top_only and term.parent)
    ]
    return Listing.of([each for each in found if _says(each, asked.search)])


def taxonomy_term(key: str) -> dict[str, Any] | None:
    """Return a term."""
    term = terms.by_id().get(uuid_of(key))
    return terms.document(term) if term else None


def uuid_of(key: str) -> UUID:
    """Return the UUID that an address names; for anything else one that nothing has."""
    try:
        found = UUID(key)
    except ValueError:
        return NOTHING
    return found if str(found) == key.lower() else NOTHING


def _listing(
    found: QuerySet[Any], documents: Callable[[QuerySet[Any]], Iterable[dict[str, Any]]]
) -> Listing:
    return Listing(
        found.count,
        lambda start, stop: documents(found[start:stop]),
        lambda: documents(found),
    )


def _lines(part: Any, variant: Variant) -> Iterator[dict[str, Any]]:
    for entry in store.slim(part):
        yield fitted(hsds.listed(entry), "service", variant)


def _minimal(part: QuerySet[Any]) -> Iterator[dict[str, Any]]:
    for key, last_modified in store.changes(part):
        yield hsds.minimal(key, last_modified)


def _says(document: dict[str, Any], search: str) -> bool:
    """Return whether every word stands in the name or the description, in any case."""
    text = f"{document['name']} {document['description']}".casefold()
    return all(word.casefold() in text for word in search.split())
