"""Assembles the JSON interface. Packages give routers; refusals become problem documents here."""

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
    docs_url=None,  # its page would load scripts from elsewhere
    openapi_url="/match/openapi.json",
)
public_api.add_router("", matching_router)


class HsdsApi(NinjaAPI):
    """The directory by the standard, with or without our extensions; its schemas are its own."""

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
        self.add_router("", routes.reading_router)
        if variant is Variant.PROFILE:
            self.add_router("", routes.profile_router)

    def get_openapi_schema(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(
            **{"path_prefix": routes.ROOTS[self.variant], **options}
        )
        schema["components"]["schemas"] |= descriptions.components(self.variant)
        return schema


hsds_api, hsds_core_api = HsdsApi(Variant.PROFILE), HsdsApi(Variant.CORE)


@hsds_core_api.exception_handler(errors.ProtectError)
@hsds_api.exception_handler(errors.ProtectError)
@public_api.exception_handler(errors.ProtectError)
def refused(request: HttpRequest, error: errors.ProtectError) -> HttpResponse:
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise error  # no caller can correct it: `refusals.pages` logs it and answers 500
    return refusals.refusal(error)


@public_api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    # A field's dotted name, without the parts that name our own arguments.
    names = (".".join(str(part) for part in each["loc"][2:]) or "body" for each in error.errors)
    fields = dict(zip(names, (str(each["msg"]) for each in error.errors), strict=True))
    return refusals.problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "question_invalid",
        "Some fields of the question cannot be read. `fields` names them.",
        fields,
    )


@hsds_core_api.exception_handler(ValidationError)
@hsds_api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return refusals.problem(
        HTTPStatus.BAD_REQUEST,
        "hsds_parameter_bad",
        "A parameter cannot be read or is not known. `fields` names it.",
        {str(each["loc"][-1]): str(each["msg"]) for each in error.errors},
    )


@hsds_core_api.exception_handler(Http404)
@hsds_api.exception_handler(Http404)
def absent(request: HttpRequest, error: Http404) -> HttpResponse:
    return refusals.problem(HTTPStatus.NOT_FOUND, "not_found", "There is no such record.")


@public_api.exception_handler(HttpError)
def malformed(request: HttpRequest, error: HttpError) -> HttpResponse:
    return refusals.problem(
        HTTPStatus(error.status_code), "body_not_json", "The body is no JSON document."
    )


def open_to_all(api: NinjaAPI) -> Any:
    """Return an API's URLs, exempt from sign-in: its own access rules decide, with JSON answers."""
    urls = api.urls  # made anew at each look
    for pattern in urls[0]:
        if pattern.callback:
            login_not_required(pattern.callback)
    return urls


public_urls = open_to_all(public_api)
hsds_urls, hsds_core_urls = open_to_all(hsds_api), open_to_all(hsds_core_api)
