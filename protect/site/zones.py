"""Zones: the outermost middleware chooses URLs, headers and policy by host."""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, URLResolver

from protect.orgs.access import scope_of
from protect.ui.assets import KEPT_BRIEFLY, OPEN_POLICIES, PUBLIC_CSP
from protect.vault.rows import show_teams

type GetResponse = Callable[[HttpRequest], HttpResponseBase]

COMMON_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), "
    "accelerometer=(), gyroscope=(), magnetometer=()",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "Cache-Control": "no-store",
    "Server": "",  # the server cannot omit it; a proxy in front should
}
PUBLIC_HEADERS = {**COMMON_HEADERS, "Content-Security-Policy": PUBLIC_CSP}
STAFF_HEADERS = {
    **COMMON_HEADERS,
    # Its policy of content stands in settings.SECURE_CSP: it has a nonce, which Django's middleware
    # makes. That stands right inside this one, so that no response of the desk goes past it.
    "Referrer-Policy": "same-origin",  # without one, the check of forms knows no origin
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Robots-Tag": "noindex",
}
# After how many seconds a program may ask again.
RETRY_AFTER = {HTTPStatus.TOO_MANY_REQUESTS: "60", HTTPStatus.SERVICE_UNAVAILABLE: "120"}
KEPT_FOR_EVER = "public, max-age=31536000, immutable"  # files named for their content
DESK, PUBLIC = "protect.site.urls_staff", "protect.site.urls_public"
# What must never leave: each would let a browser, a cache or a person tie two visits together.
ABSENT = ("ETag", "Last-Modified", "Set-Cookie", "Vary")


class ZoneMiddleware:
    """Sends a request to the URLs of its zone, and every response out with that zone's headers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        host = request.META.get("HTTP_HOST", "").rsplit(":", 1)[0].lower()
        if host in settings.STAFF_HOSTS:
            request.urlconf = DESK
            return as_desk(self.get_response(request))
        if host not in settings.PUBLIC_HOSTS:  # answered plainly: an unknown host learns nothing
            return with_headers(HttpResponse(status=400), PUBLIC_HEADERS)
        request.urlconf = PUBLIC
        response = as_public(self.get_response(request))
        for name in ABSENT:
            response.headers.pop(name, None)
        if settings.IS_DEMO or response.status_code != 200 or request.method != "GET":
            response.headers["X-Robots-Tag"] = "noindex"
        return response


def is_desk(request: HttpRequest) -> bool:
    """Return whether a request is for the desk. No other may touch a session."""
    return getattr(request, "urlconf", None) == DESK


def as_desk(response: HttpResponseBase) -> HttpResponseBase:
    cache = response.headers.get("Cache-Control")
    with_headers(response, STAFF_HEADERS)
    if cache == KEPT_FOR_EVER:
        response.headers["Cache-Control"] = cache
    return response


def as_public(response: HttpResponseBase) -> HttpResponseBase:
    """Put the public headers on a response. Pages with files say so; files may be kept.
    Documents that programs fetch, the same for every caller, may be cached for minutes, so that
    fewer requests show who reads them."""
    policy, cache = "Content-Security-Policy", response.headers.get("Cache-Control")
    own = response.headers.get(policy)
    with_headers(response, PUBLIC_HEADERS)
    if own in OPEN_POLICIES:
        response.headers[policy] = own
    if cache in (KEPT_FOR_EVER, KEPT_BRIEFLY):
        response.headers["Cache-Control"] = cache
    return response


def with_headers(response: HttpResponseBase, headers: dict[str, str]) -> HttpResponseBase:
    """Put a zone's headers on a response. A view may have said `X-Robots-Tag` itself."""
    for name, value in headers.items():
        response.headers[name] = value
    if seconds := RETRY_AFTER.get(HTTPStatus(response.status_code)):
        response.headers.setdefault("Retry-After", seconds)
    return response


def views_of(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views_of(pattern.url_patterns)
        else:
            yield pattern


def without_transaction(patterns: Iterable[URLPattern | URLResolver]) -> None:
    for pattern in views_of(patterns):
        transaction.non_atomic_requests(pattern.callback)


def with_own_rows(patterns: Iterable[URLPattern | URLResolver]) -> None:
    """Let the transaction of every view see the rows of its user's teams only."""
    for pattern in views_of(patterns):
        pattern.callback = _scoped(pattern.callback)


def _scoped(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def scoped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if connection.in_atomic_block:  # sign-in opens none: it has no rows to see
            show_teams(scope_of(request).teams)
        return view(request, *args, **kwargs)

    return scoped
