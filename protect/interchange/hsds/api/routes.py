"""The HSDS API of the directory: read-only, public, without sign-in. Each address answers GET and,
with the same parameters, POST. The same addresses below /hsds/core/ leave out our extensions."""

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
from protect.interchange.hsds.schemas import VERSION, Variant, merge_patches
from protect.kernel import ids

STANDARD_URL = "https://docs.openreferral.org/"
ROOT_PATHS = {Variant.PROFILE: "/hsds/", Variant.CORE: "/hsds/core/"}
PROFILE_PATH = "/hsds/profile/"
NO_CONDITIONS = filters.Conditions()
NIL_UUID = UUID(int=0)
SITE_SCHEMA = "service_at_location"

router = Router(tags=["HSDS"])
profile_router = Router(tags=["HSDS profile"])


def list_route(path: str, name: str, responses: dict[int, Any]) -> Callable[[Any], Any]:
    """Return a decorator that serves an address by GET and POST, with an operation id for each."""

    def register(view: Any) -> Any:
        for method, verb in ((router.get, "get"), (router.post, "post")):
            extra = {"responses": responses}
            method(path, operation_id=f"{verb}{name}", url_name=name, openapi_extra=extra)(view)
        return view

    return register


def get_route(
    router: Router, path: str, operation: str, name: str, responses: dict[int, Any]
) -> Callable[[Any], Any]:
    """Return a decorator that serves an address by GET."""
    extra = {"responses": responses}
    return router.get(path, operation_id=operation, url_name=name, openapi_extra=extra)


def record_route(path: str, name: str, schema: str) -> Callable[[Any], Any]:
    """Return a decorator for the address of one record."""
    return get_route(router, path, f"get{name}", name, descriptions.record_responses(schema))


@get_route(router, "/", "getAPIMetaInformation", "base", descriptions.api_info_responses())
def base(request: HttpRequest) -> HttpResponse:
    """Return the version of the standard, the profile and the address of the description."""
    queries.refuse_unknown_parameters(request, queries.NoParametersIn)
    variant = request_variant(request)
    has_profile = variant is Variant.PROFILE
    document = {
        "version": VERSION,
        "profile": f"{settings.PUBLIC_URL}{PROFILE_PATH}" if has_profile else STANDARD_URL,
        "openapi_url": f"{settings.PUBLIC_URL}{ROOT_PATHS[variant]}openapi.json",
    }
    return listings.json_response(document)


@list_route("/services", "Services", descriptions.page_responses("service", "minimal_service"))
def services(request: HttpRequest, parameters: Query[queries.ServicesIn]) -> HttpResponseBase:
    """Return the public services. Withdrawn services stay in the list as defunct."""
    queries.refuse_unknown_parameters(request, queries.ServicesIn)
    rows, variant = filters.services(parameters.conditions()), request_variant(request)
    is_minimal, is_full = parameters.minimal, parameters.full
    documents = partial(
        listings.service_documents, variant=variant, is_minimal=is_minimal, is_full=is_full
    )
    # The standard wants all records of `minimal` on one page unless a page is requested.
    is_whole = is_minimal and not {"page", "per_page"} & request.GET.keys()
    return listings.list_response(parameters, rows, documents, is_whole=is_whole)


@record_route("/services/{key}", "Service", "service")
def service(request: HttpRequest, key: str) -> HttpResponse:
    """Return a service with all records that belong to it."""
    rows = filters.services(NO_CONDITIONS).filter(pk=parse_uuid(key))
    return record_response(request, hsds_services.documents(rows, variant=request_variant(request)))


@list_route("/organizations", "Organizations", descriptions.page_responses("organization"))
def organisations(
    request: HttpRequest, parameters: Query[queries.OrganisationsIn]
) -> HttpResponseBase:
    """Return the organisations that run public services."""
    queries.refuse_unknown_parameters(request, queries.OrganisationsIn)
    rows = filters.organisations(parameters.conditions())
    documents = partial(
        listings.organisation_documents,
        variant=request_variant(request),
        is_full=parameters.full or parameters.full_service,
        is_detailed=parameters.full_service,
    )
    return listings.list_response(parameters, rows, documents)


@record_route("/organizations/{key}", "Organization", "organization")
def organisation(
    request: HttpRequest, key: str, parameters: Query[queries.OrganisationIn]
) -> HttpResponse:
    """Return an organisation with its services."""
    rows = filters.organisations(NO_CONDITIONS).filter(pk=parse_uuid(key))
    variant, in_full = request_variant(request), parameters.full_service
    documents = listings.organisation_documents(rows, variant, is_full=True, is_detailed=in_full)
    return record_response(request, documents, queries.OrganisationIn)


@list_route("/service_at_locations", "ServiceAtLocations", descriptions.page_responses(SITE_SCHEMA))
def service_sites(request: HttpRequest, parameters: Query[queries.SitesIn]) -> HttpResponseBase:
    """Return services at public locations. Shelters have none."""
    queries.refuse_unknown_parameters(request, queries.SitesIn)
    queries.require_postcode_with_proximity(parameters)
    rows, variant = filters.service_sites(parameters.conditions()), request_variant(request)
    documents = partial(listings.service_site_documents, variant=variant, is_full=parameters.full)
    return listings.list_response(parameters, rows, documents)


@record_route("/service_at_locations/{key}", "ServiceAtLocation", SITE_SCHEMA)
def service_site(request: HttpRequest, key: str) -> HttpResponse:
    """Return a service at a location: the documents of both."""
    rows = filters.service_sites(NO_CONDITIONS).filter(pk=parse_uuid(key))
    documents = listings.service_site_documents(rows, request_variant(request), is_full=True)
    return record_response(request, documents)


@list_route("/taxonomies", "Taxonomies", descriptions.page_responses("taxonomy"))
def taxonomies(request: HttpRequest, parameters: Query[queries.PagedIn]) -> HttpResponseBase:
    """Return all taxonomies of the directory."""
    queries.refuse_unknown_parameters(request, queries.PagedIn)
    documents = _search_documents(terms.taxonomy_documents(), parameters.search)
    return listings.list_response(parameters, documents)


@record_route("/taxonomies/{key}", "Taxonomy", "taxonomy")
def taxonomy(request: HttpRequest, key: str) -> HttpResponse:
    """Return a taxonomy."""
    taxonomy_id, documents = str(parse_uuid(key)), terms.taxonomy_documents()
    return record_response(
        request, (document for document in documents if document["id"] == taxonomy_id)
    )


@list_route("/taxonomy_terms", "TaxonomyTerms", descriptions.page_responses("taxonomy_term"))
def taxonomy_terms(request: HttpRequest, parameters: Query[queries.TermsIn]) -> HttpResponseBase:
    """Return the taxonomy terms that services can carry."""
    queries.refuse_unknown_parameters(request, queries.TermsIn)
    documents = [
        terms.term_document(term)
        for term in terms.all_terms()
        if parameters.taxonomy_id in {None, term.taxonomy_id}
        and parameters.parent_id in {None, term.parent_id}
        and not (parameters.top_only and term.parent)
    ]
    return listings.list_response(parameters, _search_documents(documents, parameters.search))


@record_route("/taxonomy_terms/{key}", "TaxonomyTerm", "taxonomy_term")
def taxonomy_term(request: HttpRequest, key: str) -> HttpResponse:
    """Return a term."""
    term = terms.terms_by_id().get(parse_uuid(key))
    return record_response(request, [terms.term_document(term)] if term else [])


@get_route(profile_router, "/profile/", "getProfile", "profile", descriptions.profile_responses())
def profile(request: HttpRequest) -> HttpResponse:
    """Return the profile: one JSON Merge Patch for each schema that we extend."""
    document = {
        "name": "PROTECT",
        "extends": f"HSDS {VERSION}",
        "description": "Criteria, languages through interpreters, hours as text, and how far "
        "each fact can be trusted. Every extension may be absent; absence means unknown.",
        "schemas": {
            f"{name}.json": f"{settings.PUBLIC_URL}{PROFILE_PATH}{name}.json"
            for name in merge_patches()
        },
    }
    return listings.json_response(document)


@get_route(
    profile_router,
    "/profile/{name}.json",
    "getProfilePatch",
    "patch",
    descriptions.profile_responses(),
)
def profile_patch(request: HttpRequest, name: str) -> HttpResponse:
    """Return the merge patch (RFC 7396) with which the profile extends a schema of HSDS."""
    merge_patch = merge_patches().get(name)
    if merge_patch is None:
        raise Http404
    return listings.json_response(merge_patch, listings.MERGE_PATCH)


def request_variant(request: HttpRequest) -> Variant:
    return Variant.CORE if request.path.startswith(ROOT_PATHS[Variant.CORE]) else Variant.PROFILE


def parse_uuid(key: str) -> UUID:
    """Return the UUID in a path, or the nil UUID, which no row has, for any other text."""
    uuid = ids.parse_uuid(key)
    return uuid if uuid and str(uuid) == key.lower() else NIL_UUID


def record_response(
    request: HttpRequest,
    documents: listings.Documents,
    parameters_class: type[BaseModel] = queries.NoParametersIn,
) -> HttpResponse:
    """Respond with the first document. Errors: Http404, without one; refuses unknown parameters."""
    queries.refuse_unknown_parameters(request, parameters_class)
    for document in documents:
        return listings.json_response(document)
    raise Http404


def _search_documents(documents: list[dict[str, Any]], search: str) -> list[dict[str, Any]]:
    """Return the documents with every word in their name and description, in any case."""
    words = search.casefold().split()
    texts = (f"{document['name']} {document['description']}".casefold() for document in documents)
    pairs = zip(documents, texts, strict=True)
    return [document for document, text in pairs if all(word in text for word in words)]
