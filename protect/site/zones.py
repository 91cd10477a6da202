"""Zones (desk, public site, programme's site): the outermost middleware chooses URLs and headers
by host."""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, URLResolver

from protect.orgs.access import scope_of
from protect.ui.assets import CACHED_BRIEFLY, OPEN_POLICIES, PROGRAMME_CSP, PUBLIC_CSP
from protect.vault.rows import show_rows_of_teams

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
PROGRAMME_HEADERS = {**COMMON_HEADERS, "Content-Security-Policy": PROGRAMME_CSP}
STAFF_HEADERS = {
    **COMMON_HEADERS,
    # The desk's content security policy is settings.SECURE_CSP; Django's middleware adds a nonce.
    # It is the next middleware inside this one, so that every response of the desk passes it.
    "Referrer-Policy": "same-origin",  # the CSRF check needs the origin
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Robots-Tag": "noindex",
}
# Seconds after which a client may try again.
RETRY_AFTER = {HTTPStatus.TOO_MANY_REQUESTS: "60", HTTPStatus.SERVICE_UNAVAILABLE: "120"}
CACHED_FOR_EVER = "public, max-age=31536000, immutable"  # Cache-Control of files named by hash
DESK_URLCONF, PUBLIC_URLCONF = "protect.site.urls.desk", "protect.site.urls.public"
PROGRAMME_URLCONF = "protect.site.urls.programme"
# Removed from public responses: each could let a browser, a cache or a person link two visits.
REMOVED_HEADERS = ("ETag", "Last-Modified", "Set-Cookie", "Vary")


class ZoneMiddleware:
    """Route a request to its host's zone, refuse other hosts, and add the zone's headers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        host = request.META.get("HTTP_HOST", "").rsplit(":", 1)[0].lower()
        if host in settings.STAFF_HOSTS:
            request.urlconf = DESK_URLCONF
            return add_desk_headers(self.get_response(request))
        if host in settings.PUBLIC_HOSTS:
            request.urlconf, headers = PUBLIC_URLCONF, PUBLIC_HEADERS
        elif host in settings.PROGRAMME_HOSTS:
            request.urlconf, headers = PROGRAMME_URLCONF, PROGRAMME_HEADERS
        else:  # an unknown host gets an empty response
            return set_headers(HttpResponse(status=400), PUBLIC_HEADERS)
        response = add_public_headers(self.get_response(request), headers)
        for name in REMOVED_HEADERS:
            response.headers.pop(name, None)
        if settings.IS_DEMO or response.status_code != 200 or request.method != "GET":
            response.headers["X-Robots-Tag"] = "noindex"
        return response


def is_desk(request: HttpRequest) -> bool:
    """Return whether a request is for the desk. Only the desk may use sessions."""
    return getattr(request, "urlconf", None) == DESK_URLCONF


def is_programme(request: HttpRequest) -> bool:
    """Return whether a request is for the programme's own site."""
    return getattr(request, "urlconf", None) == PROGRAMME_URLCONF


def add_desk_headers(response: HttpResponseBase) -> HttpResponseBase:
    """Set the headers of the desk; only a Cache-Control of CACHED_FOR_EVER is kept."""
    cache = response.headers.get("Cache-Control")
    set_headers(response, STAFF_HEADERS)
    if cache == CACHED_FOR_EVER:
        response.headers["Cache-Control"] = cache
    return response


def add_public_headers(response: HttpResponseBase, headers: dict[str, str]) -> HttpResponseBase:
    """Set the headers of a public zone on a response, but keep a Cache-Control of CACHED_FOR_EVER
    (static files) or CACHED_BRIEFLY (documents that programs fetch and pages of the programme, the
    same for every client: fewer requests then show who reads them), and a content security policy
    of OPEN_POLICIES."""
    policy, cache = "Content-Security-Policy", response.headers.get("Cache-Control")
    response_policy = response.headers.get(policy)
    set_headers(response, headers)
    if response_policy in OPEN_POLICIES:
        response.headers[policy] = response_policy
    if cache in (CACHED_FOR_EVER, CACHED_BRIEFLY):
        response.headers["Cache-Control"] = cache
    return response


def set_headers(response: HttpResponseBase, headers: dict[str, str]) -> HttpResponseBase:
    """Set a zone's headers on a response, and Retry-After if its status is in RETRY_AFTER."""
    for name, value in headers.items():
        response.headers[name] = value
    if seconds := RETRY_AFTER.get(HTTPStatus(response.status_code)):
        response.headers.setdefault("Retry-After", seconds)
    return response


def flatten_url_patterns(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from flatten_url_patterns(pattern.url_patterns)
        else:
            yield pattern


def disable_transactions(patterns: Iterable[URLPattern | URLResolver]) -> None:
    """Let all views run outside a transaction, so that some can answer without a database."""
    for pattern in flatten_url_patterns(patterns):
        transaction.non_atomic_requests(pattern.callback)


def restrict_to_own_rows(patterns: Iterable[URLPattern | URLResolver]) -> None:
    """Wrap every view so that its transaction sees only rows of the user's teams."""
    for pattern in flatten_url_patterns(patterns):
        pattern.callback = _limit_rows_to_teams(pattern.callback)


def _limit_rows_to_teams(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def scoped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if connection.in_atomic_block:  # sign-in opens no transaction and sees no team rows
            show_rows_of_teams(scope_of(request).teams)
        return view(request, *args, **kwargs)

    return scoped
