"""Protection against cross-site request forgery.

The desk has a secret in its session. Before sign-in there is no session, and on the public site
there never is one: there the browser itself says where a form came from.
"""

from typing import Any, cast
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CSRF_SESSION_KEY, CsrfViewMiddleware
from django.shortcuts import redirect

from protect.site import errors, zones
from protect.site.refusals.pages import refused
from protect.vault.enums import SessionState
from protect.vault.sessions import gates
from protect.vault.sign_in import cookies
from protect.vault.sign_in.cookies import VaultRequest

# Their answer to a form begins a session and shows a recovery code once.
BEGINNING = {"vault:invited", "vault:restart"}
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


class Forgery(CsrfViewMiddleware):
    """Django's check in a session of the desk; Origin and Fetch-Metadata where there is none."""

    def process_request(self, request: HttpRequest) -> None:
        if zones.is_desk(request):
            super().process_request(request)

    def process_view(  # type: ignore[override]  # a refusal of the public site is a page of its own
        self, request: HttpRequest, callback: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if zones.is_desk(request):
            if is_before_sign_in(request, callback) and is_surely_from_here(request):
                return None
            answer = super().process_view(request, callback, args, kwargs)
            return answer and (came_again(request) or answer)
        if request.method not in SAFE and not is_from_here(request):
            return refused(request, errors.FromElsewhere())
        return None

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not zones.is_desk(request):
            return response
        if request.session.is_empty():
            request.META["CSRF_COOKIE_NEEDS_UPDATE"] = False
        return super().process_response(request, response)


def came_again(request: HttpRequest) -> HttpResponseBase | None:
    """Return the redirect for a user who reloads the page that began their session.
    The reload posts its form again, with a token that is older than the session. Nothing is done
    and no code is shown again: the page of the step says how to go on."""
    entry, match = cast("VaultRequest", request).entry, request.resolver_match
    if entry is None or entry.state is not SessionState.PROVISIONAL:
        return None
    if match is None or match.view_name not in BEGINNING:
        return None
    return redirect(cookies.page_of(entry))


def is_before_sign_in(request: HttpRequest, view: Any) -> bool:
    """Return whether a page that is open to all is requested without a session."""
    return CSRF_SESSION_KEY not in request.session and None in gates.opens_to(view)


def is_surely_from_here(request: HttpRequest) -> bool:
    """Return whether a browser says that a form came from a page of this host.
    A page of another site cannot change what it says. A request that says nothing is refused: a
    form of another site must not sign a visitor in to an account of its choice."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is None and origin is None:
        return False
    is_origin_ours = origin is None or urlsplit(origin).netloc == request.get_host()
    return site in (None, "same-origin", "none") and is_origin_ours


def is_from_here(request: HttpRequest) -> bool:
    """Return whether a form may be our own page's. A client without these headers is no browser."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") == "cross-site":
        return False
    origin = request.headers.get("Origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.get_host()
