"""Forms that another site could send in a visitor's name.

The desk has a secret in its session. The public site has no cookie that could be abused and no
session: there the browser itself says where a form came from.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware

from protect.site.errors import FromElsewhere
from protect.site.refusals import refused
from protect.site.zones import is_desk

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


class Forgery(CsrfViewMiddleware):
    """Django's check on the desk; Origin and Fetch-Metadata on the public site."""

    def process_request(self, request: HttpRequest) -> None:
        if is_desk(request):
            super().process_request(request)

    def process_view(  # type: ignore[override]  # a refusal of the public site is a page of its own
        self, request: HttpRequest, callback: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if is_desk(request):
            return super().process_view(request, callback, args, kwargs)
        if request.method not in SAFE and not is_from_here(request):
            return refused(request, FromElsewhere())
        return None

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        return super().process_response(request, response) if is_desk(request) else response


def is_from_here(request: HttpRequest) -> bool:
    """Return whether a form may have come from our own page. Who says nothing is no browser."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") == "cross-site":
        return False
    origin = request.headers.get("Origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.get_host()
