"""Turns refusals into pages, and whatever goes wrong on an API path into a problem document."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from protect.findhelp.views import refused_page
from protect.kernel.errors import ProtectError
from protect.kernel.problems import problem, refusal

log = logging.getLogger("protect")

API_PATHS = ("/match",)
TITLES = {
    HTTPStatus.NOT_FOUND: ("not_found", "There is nothing at this address."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method_not_allowed", "Use the method that the API names."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too_large", "The body is larger than 64 KiB."),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("failed", "This failed on our side. Nothing was kept."),
    HTTPStatus.BAD_REQUEST: ("bad_request", "The request cannot be read."),
}


class RefusalMiddleware:
    """Gives every refusal its page or its JSON; logs a route and a code, never a path or person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_api = request.path.startswith(API_PATHS)
        if _length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            response: HttpResponseBase = HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            response = self.get_response(request)
        if is_api and response.status_code in TITLES and not _is_problem(response):
            status = HTTPStatus(response.status_code)
            return problem(status, *TITLES[status])
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        if isinstance(error, ProtectError):
            is_api = request.path.startswith(API_PATHS)
            return refusal(error) if is_api else refused_page(request, error)
        if isinstance(error, (Http404, PermissionDenied)):
            return None
        route = request.resolver_match.route if request.resolver_match else "?"
        log.error("failed route=%s error=%s", route, type(error).__name__)
        return None


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _is_problem(response: HttpResponseBase) -> bool:
    return "json" in response.headers.get("Content-Type", "")


@login_not_required
def plain_404(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse("404\n", status=HTTPStatus.NOT_FOUND, content_type="text/plain")


@login_not_required
def plain_500(request: HttpRequest) -> HttpResponse:
    return HttpResponse("500\n", status=HTTPStatus.INTERNAL_SERVER_ERROR, content_type="text/plain")
