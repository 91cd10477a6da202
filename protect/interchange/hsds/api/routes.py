"""The directory by the Human Services Data Specification: read only, public, no sign-in.

Each address answers GET and, with the same parameters, POST. Below /hsds/core/ stand the same
addresses without our extensions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from ninja import Query, Router

from protect.interchange.hsds.api import descriptions, listings
from protect.interchange.hsds.api.queries import (
    NothingIn,
    OrganisationIn,
    OrganisationsIn,
    PagedIn,
    ServicesIn,
    SitesIn,
    TermsIn,
    must_be_known,
    must_measure_from_somewhere,
)
from protect.interchange.hsds.variants import VERSION, Variant, patches

STANDARD = "https://docs.openreferral.org/"
ROOTS = {Variant.PROFILE: "/hsds/", Variant.CORE: "/hsds/core/"}
PROFILE = "/hsds/profile/"

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


def one(path: str, name: str, schema: str) -> Callable[[Any], Any]:
    """Return a decorator for the address of one record."""
    extra = {"responses": descriptions.one(schema)}
    return reading_router.get(path, operation_id=f"get{name}", url_name=name, openapi_extra=extra)


@reading_router.get(
    "/",
    operation_id="getAPIMetaInformation",
    url_name="base",
    openapi_extra={"responses": descriptions.base()},
)
def base(request: HttpRequest) -> HttpResponse:
    """Return the version of the standard, the profile, and where this description is."""
    must_be_known(request, NothingIn)
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
def services(request: HttpRequest, parameters: Query[ServicesIn]) -> HttpResponseBase:
    """Return the public services. Withdrawn ones stay, as defunct."""
    must_be_known(request, ServicesIn)
    listing = listings.services(parameters, variant_of(request))
    # All come on one page where none is named: so the standard wants it for `minimal`.
    is_whole = parameters.minimal and not {"page", "per_page"} & request.GET.keys()
    return listings.answer(listing, parameters, is_whole=is_whole)


@one("/services/{key}", "Service", "service")
def service(request: HttpRequest, key: str) -> HttpResponse:
    """Return a service with all that hangs on it."""
    return _one(request, listings.service(key, variant_of(request)))


@twins("/organizations", "Organizations", descriptions.page("organization"))
def organisations(request: HttpRequest, parameters: Query[OrganisationsIn]) -> HttpResponseBase:
    """Return the organisations that run public services."""
    must_be_known(request, OrganisationsIn)
    return listings.answer(listings.organisations(parameters, variant_of(request)), parameters)


@one("/organizations/{key}", "Organization", "organization")
def organisation(request: HttpRequest, key: str, parameters: Query[OrganisationIn]) -> HttpResponse:
    """Return an organisation with its services."""
    document = listings.organisation(key, parameters, variant_of(request))
    return _one(request, document, OrganisationIn)


@twins("/service_at_locations", "ServiceAtLocations", descriptions.page("service_at_location"))
def service_sites(request: HttpRequest, parameters: Query[SitesIn]) -> HttpResponseBase:
    """Return services at the places that the public may know of. Shelters have none."""
    must_be_known(request, SitesIn)
    must_measure_from_somewhere(parameters)
    return listings.answer(listings.service_sites(parameters, variant_of(request)), parameters)


@one("/service_at_locations/{key}", "ServiceAtLocation", "service_at_location")
def service_site(request: HttpRequest, key: str) -> HttpResponse:
    """Return a service at a location, with both."""
    return _one(request, listings.service_site(key, variant_of(request)))


@twins("/taxonomies", "Taxonomies", descriptions.page("taxonomy"))
def taxonomies(request: HttpRequest, parameters: Query[PagedIn]) -> HttpResponseBase:
    """Return the taxonomies with terms in use."""
    must_be_known(request, PagedIn)
    return listings.answer(listings.taxonomies(parameters), parameters)


@one("/taxonomies/{key}", "Taxonomy", "taxonomy")
def taxonomy(request: HttpRequest, key: str) -> HttpResponse:
    """Return a taxonomy."""
    return _one(request, listings.taxonomy(key))


@twins("/taxonomy_terms", "TaxonomyTerms", descriptions.page("taxonomy_term"))
def taxonomy_terms(request: HttpRequest, parameters: Query[TermsIn]) -> HttpResponseBase:
    """Return the terms that services carry."""
    must_be_known(request, TermsIn)
    return listings.answer(listings.taxonomy_terms(parameters), parameters)


@one("/taxonomy_terms/{key}", "TaxonomyTerm", "taxonomy_term")
def taxonomy_term(request: HttpRequest, key: str) -> HttpResponse:
    """Return a term."""
    return _one(request, listings.taxonomy_term(key))


@profile_router.get(
    "/profile/",
    operation_id="getProfile",
    url_name="profile",
    openapi_extra={"responses": descriptions.anything()},
)
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


@profile_router.get(
    "/profile/{name}.json",
    operation_id="getProfilePatch",
    url_name="patch",
    openapi_extra={"responses": descriptions.anything()},
)
def patch(request: HttpRequest, name: str) -> HttpResponse:
    """Return the merge patch (RFC 7396) of a schema."""
    merge_patch = patches().get(name)
    if merge_patch is None:
        raise Http404
    return listings.sent(merge_patch, listings.MERGE_PATCH)


def variant_of(request: HttpRequest) -> Variant:
    is_core = request.path.startswith(ROOTS[Variant.CORE])
    return Variant.CORE if is_core else Variant.PROFILE


def _one(request: HttpRequest, document: dict[str, Any] | None, shape: Any = None) -> HttpResponse:
    must_be_known(request, shape or NothingIn)
    if document is None:
        raise Http404
    return listings.sent(document)
