"""Assemble the JSON APIs from the packages' routers; refusals become problem documents here."""

from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from protect.interchange.hsds.api import descriptions, routes
from protect.interchange.hsds.schemas import VERSION, Variant
from protect.kernel import errors, refusals
from protect.matching.api import router as matching_router

public_api = NinjaAPI(
    title="PROTECT find-help",
    version="1",
    description="The question of the find-help site, for other systems. No sign-in, no cookies.",
    docs_url=None,  # Ninja's docs page would load scripts from another site
    openapi_url="/match/openapi.json",
)
public_api.add_router("", matching_router)


class HsdsApi(NinjaAPI):
    """The directory in the HSDS standard, with or without our extensions."""

    def __init__(self, variant: Variant) -> None:
        super().__init__(
            title="PROTECT directory",
            version=VERSION,
            description="Services by the Human Services Data Specification. Read only, no sign-in.",
            docs_url=None,
            openapi_url="/openapi.json",
            urls_namespace=f"hsds-{variant}",
        )
        self.variant = variant
        self.add_router("", routes.router)
        if variant is Variant.PROFILE:
            self.add_router("", routes.profile_router)

    def get_openapi_schema(self, **options: Any) -> Any:
        options = {"path_prefix": routes.ROOT_PATHS[self.variant], **options}
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"] |= descriptions.component_schemas(self.variant)
        return schema


hsds_api, hsds_core_api = HsdsApi(Variant.PROFILE), HsdsApi(Variant.CORE)


@hsds_core_api.exception_handler(errors.ProtectError)
@hsds_api.exception_handler(errors.ProtectError)
@public_api.exception_handler(errors.ProtectError)
def handle_refusal(request: HttpRequest, error: errors.ProtectError) -> HttpResponse:
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise error  # no client can correct it: `refusals.pages` logs it and answers 500
    return refusals.refusal_response(error)


@public_api.exception_handler(ValidationError)
def handle_invalid_question(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer an invalid request to the matching API with a problem document naming its fields."""
    # The names are dotted; the first two parts of `loc` name our own arguments.
    names = (".".join(str(part) for part in each["loc"][2:]) or "body" for each in error.errors)
    fields = dict(zip(names, (str(each["msg"]) for each in error.errors), strict=True))
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "Some fields of the question cannot be read. `fields` names them."
    return refusals.problem_response(status, "question_invalid", title, fields)


@hsds_core_api.exception_handler(ValidationError)
@hsds_api.exception_handler(ValidationError)
def handle_invalid_parameter(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer an invalid parameter of the HSDS interface with a problem document."""
    return refusals.problem_response(
        HTTPStatus.BAD_REQUEST,
        "hsds_parameter_bad",
        "A parameter cannot be read or is not known. `fields` names it.",
        {str(each["loc"][-1]): str(each["msg"]) for each in error.errors},
    )


@hsds_core_api.exception_handler(Http404)
@hsds_api.exception_handler(Http404)
def handle_not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    """Answer a request for an unknown record of the HSDS interface with a problem document."""
    return refusals.problem_response(HTTPStatus.NOT_FOUND, "not_found", "There is no such record.")


@public_api.exception_handler(HttpError)
def handle_malformed_body(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer a request to the matching API whose body is no JSON."""
    status, title = HTTPStatus(error.status_code), "The body is no JSON document."
    return refusals.problem_response(status, "body_not_json", title)


def exempt_from_sign_in(api: NinjaAPI) -> Any:
    """Return an API's URLs, exempt from sign-in: its own access rules decide, with JSON answers."""
    urls = api.urls  # computed at each access
    for pattern in urls[0]:
        if pattern.callback:
            login_not_required(pattern.callback)
    return urls


public_urls = exempt_from_sign_in(public_api)
hsds_urls, hsds_core_urls = exempt_from_sign_in(hsds_api), exempt_from_sign_in(hsds_core_api)
