"""The directory by the Human Services Data Specification: read only, public, no sign-in.

Each address answers GET and, with the same parameters, POST. Below /hsds/core/ stand the same
addresses without our extensions.
"""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from ninja import Query, Router
from pydantic import BaseModel

from protect.interchange.hsds import filters, services as hsds_services, terms
from protect.interchange.hsds.api import descriptions, listings, queries
from protect.interchange.hsds.schemas import VERSION, Variant, patches

STANDARD = "https://docs.openreferral.org/"
ROOTS = {Variant.PROFILE: "/hsds/", Variant.CORE: "/hsds/core/"}
PROFILE = "/hsds/profile/"
EVERYTHING = filters.Conditions()
NOTHING = UUID(int=0)

reading_router = Router(tags=["HSDS"])
profile_router = Router(tags=["HSDS profile"])


def twins(path: str, name: str, description: dict[int, Any]) -> Callable[[Any], Any]:
    """Return a decorator that answers an address by GET and by POST, each with an id of its own."""

    def register(view: Any) -> Any:
        for method, verb in ((reading_router.get, "get"), (reading_router.post, "post")):
            extra = {"responses": description}
            method(path, operation_id=f"{verb}{name}", url_name=name, openapi_extra=extra)(view)
        return view

    return register


def get(
    router: Router, path: str, operation: str, name: str, description: dict[int, Any]
) -> Callable[[Any], Any]:
    extra = {"responses": description}
    return router.get(path, operation_id=operation, url_name=name, openapi_extra=extra)


def one(path: str, name: str, schema: str) -> Callable[[Any], Any]:
    """Return a decorator for the address of one record."""
    return get(reading_router, path, f"get{name}", name, descriptions.one(schema))


@get(reading_router, "/", "getAPIMetaInformation", "base", descriptions.base())
def base(request: HttpRequest) -> HttpResponse:
    """Return the version of the standard, the profile, and where this description is."""
    queries.must_be_known(request, queries.NothingIn)
    variant = variant_of(request)
    has_profile = variant is Variant.PROFILE
    return listings.sent(
        {
            "version": VERSION,
            "profile": f"{settings.PUBLIC_URL}{PROFILE}" if has_profile else STANDARD,
            "openapi_url": f"{settings.PUBLIC_URL}{ROOTS[variant]}openapi.json",
        }
    )


@twins("/services", "Services", descriptions.page("service", "minimal_service"))
def services(request: HttpRequest, parameters: Query[queries.ServicesIn]) -> HttpResponseBase:
    """Return the public services. Withdrawn ones stay, as defunct."""
    queries.must_be_known(request, queries.ServicesIn)
    rows, variant = filters.services(parameters.conditions()), variant_of(request)
    is_minimal, is_full = parameters.minimal, parameters.full
    documents = partial(listings.services, variant=variant, is_minimal=is_minimal, is_full=is_full)
    # All come on one page where none is named: so the standard wants it for `minimal`.
    is_whole = is_minimal and not {"page", "per_page"} & request.GET.keys()
    return listings.answer(parameters, rows, documents, is_whole=is_whole)


@one("/services/{key}", "Service", "service")
def service(request: HttpRequest, key: str) -> HttpResponse:
    """Return a service with all that hangs on it."""
    rows = filters.services(EVERYTHING).filter(pk=uuid_of(key))
    return _one(request, hsds_services.documents(rows, variant=variant_of(request)))


@twins("/organizations", "Organizations", descriptions.page("organization"))
def organisations(
    request: HttpRequest, parameters: Query[queries.OrganisationsIn]
) -> HttpResponseBase:
    """Return the organisations that run public services."""
    queries.must_be_known(request, queries.OrganisationsIn)
    documents = partial(
        listings.organisations,
        variant=variant_of(request),
        is_full=parameters.full or parameters.full_service,
        has_services=parameters.full_service,
    )
    return listings.answer(parameters, filters.organisations(parameters.conditions()), documents)


@one("/organizations/{key}", "Organization", "organization")
def organisation(
    request: HttpRequest, key: str, parameters: Query[queries.OrganisationIn]
) -> HttpResponse:
    """Return an organisation with its services."""
    rows = filters.organisations(EVERYTHING).filter(pk=uuid_of(key))
    variant, in_full = variant_of(request), parameters.full_service
    documents = listings.organisations(rows, variant, is_full=True, has_services=in_full)
    return _one(request, documents, queries.OrganisationIn)


@twins("/service_at_locations", "ServiceAtLocations", descriptions.page("service_at_location"))
def service_sites(request: HttpRequest, parameters: Query[queries.SitesIn]) -> HttpResponseBase:
    """Return services at the places that the public may know of. Shelters have none."""
    queries.must_be_known(request, queries.SitesIn)
    queries.must_measure_from_somewhere(parameters)
    rows, variant = filters.service_sites(parameters.conditions()), variant_of(request)
    documents = partial(listings.service_sites, variant=variant, is_full=parameters.full)
    return listings.answer(parameters, rows, documents)


@one("/service_at_locations/{key}", "ServiceAtLocation", "service_at_location")
def service_site(request: HttpRequest, key: str) -> HttpResponse:
    """Return a service at a location, with both."""
    rows = filters.service_sites(EVERYTHING).filter(pk=uuid_of(key))
    return _one(request, listings.service_sites(rows, variant_of(request), is_full=True))


@twins("/taxonomies", "Taxonomies", descriptions.page("taxonomy"))
def taxonomies(request: HttpRequest, parameters: Query[queries.PagedIn]) -> HttpResponseBase:
    """Return the taxonomies with terms in use."""
    queries.must_be_known(request, queries.PagedIn)
    return listings.answer(parameters, _saying(terms.taxonomies(), parameters.search))


@one("/taxonomies/{key}", "Taxonomy", "taxonomy")
def taxonomy(request: HttpRequest, key: str) -> HttpResponse:
    """Return a taxonomy."""
    wanted = str(uuid_of(key))
    return _one(request, (each for each in terms.taxonomies() if each["id"] == wanted))


@twins("/taxonomy_terms", "TaxonomyTerms", descriptions.page("taxonomy_term"))
def taxonomy_terms(request: HttpRequest, parameters: Query[queries.TermsIn]) -> HttpResponseBase:
    """Return the terms that services carry."""
    queries.must_be_known(request, queries.TermsIn)
    documents = [
        terms.document(term)
        for term in terms.every()
        if parameters.taxonomy_id in {None, term.taxonomy_id}
        and parameters.parent_id in {None, term.parent_id}
        and not (parameters.top_only and term.parent)
    ]
    return listings.answer(parameters, _saying(documents, parameters.search))


@one("/taxonomy_terms/{key}", "TaxonomyTerm", "taxonomy_term")
def taxonomy_term(request: HttpRequest, key: str) -> HttpResponse:
    """Return a term."""
    term = terms.by_id().get(uuid_of(key))
    return _one(request, [terms.document(term)] if term else [])


@get(profile_router, "/profile/", "getProfile", "profile", descriptions.anything())
def profile(request: HttpRequest) -> HttpResponse:
    """Return what the profile is: one JSON Merge Patch for each schema that we extend."""
    return listings.sent(
        {
            "name": "PROTECT",
            "extends": f"HSDS {VERSION}",
            "description": "Criteria, languages through interpreters, hours as text, and how far "
            "each fact can be trusted. Every extension may be absent; absence means unknown.",
            "schemas": {
                f"{name}.json": f"{settings.PUBLIC_URL}{PROFILE}{name}.json" for name in patches()
            },
        }
    )


@get(profile_router, "/profile/{name}.json", "getProfilePatch", "patch", descriptions.anything())
def patch(request: HttpRequest, name: str) -> HttpResponse:
    """Return the merge patch (RFC 7396) of a schema."""
    merge_patch = patches().get(name)
    if merge_patch is None:
        raise Http404
    return listings.sent(merge_patch, listings.MERGE_PATCH)


def variant_of(request: HttpRequest) -> Variant:
    return Variant.CORE if request.path.startswith(ROOTS[Variant.CORE]) else Variant.PROFILE


def uuid_of(key: str) -> UUID:
    """Return the UUID in a path; for anything else one that no row has."""
    try:
        uuid = UUID(key)
    except ValueError:
        return NOTHING
    return uuid if str(uuid) == key.lower() else NOTHING


def _one(
    request: HttpRequest, documents: listings.Documents, shape: type[BaseModel] = queries.NothingIn
) -> HttpResponse:
    queries.must_be_known(request, shape)
    for document in documents:
        return listings.sent(document)
    raise Http404


def _saying(documents: list[dict[str, Any]], search: str) -> list[dict[str, Any]]:
    """Keep the documents whose name and description contain every word, in any case."""
    words = search.casefold().split()
    texts = [f"{each['name']} {each['description']}".casefold() for each in documents]
    pairs = zip(documents, texts, strict=True)
    return [document for document, text in pairs if all(word in text for word in words)]
