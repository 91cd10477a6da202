"""Assembles the JSON interface. Packages give routers; refusals become problem documents here."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from protect.directory.api import router as directory_router
from protect.kernel.errors import ProtectError
from protect.kernel.problems import problem, refusal

public_api = NinjaAPI(
    title="PROTECT find-help",
    version="1",
    description="The question of the find-help site, for other systems. No sign-in, no cookies.",
    docs_url=None,  # its page would load scripts from elsewhere
    openapi_url="/match/openapi.json",
)
public_api.add_router("", directory_router)


@public_api.exception_handler(ProtectError)
def refused(request: HttpRequest, error: ProtectError) -> HttpResponse:
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise error  # nobody who asks can mend it: `refusals` logs it and says that we failed
    return refusal(error)


@public_api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = {_field(each): str(each["msg"]) for each in error.errors}
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "question_invalid",
        "Some fields of the question cannot be read. `fields` names them.",
        fields,
    )


@public_api.exception_handler(HttpError)
def malformed(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(HTTPStatus(error.status_code), "body_not_json", "The body is no JSON document.")


def _field(error: dict[str, Any]) -> str:
    """Return the dotted name of a wrong field, without the parts that name our own arguments."""
    return ".".join(str(part) for part in error["loc"][2:]) or "body"


def open_to_all(api: NinjaAPI) -> Any:
    """Return an API's URLs, exempt from sign-in: its own access rules decide, with JSON answers."""
    urls = api.urls  # made anew at each look
    for pattern in urls[0]:
        if pattern.callback:
            login_not_required(pattern.callback)
    return urls


public_urls = open_to_all(public_api)
