"""Protection against cross-site request forgery. A desk session holds a CSRF secret. Without a
session (before sign-in, on the public site) the browser's headers say where a form came from."""

from typing import Any, cast
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import CSRF_SESSION_KEY, CsrfViewMiddleware
from django.shortcuts import redirect

from protect.site import errors, zones
from protect.site.refusals.pages import respond_to_refusal
from protect.vault.enums import SessionState
from protect.vault.sessions import gates
from protect.vault.sign_in import cookies
from protect.vault.sign_in.cookies import VaultRequest

# Pages whose form begins a session and whose response shows a recovery code once. Reloading this
# response redirects to the next step (`next_step_after_reload`).
SESSION_BEGINNING_PAGES = {"vault:invited", "vault:restart"}
SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


class CsrfMiddleware(CsrfViewMiddleware):
    """Middleware: Django's CSRF check in desk sessions, else by Origin and Sec-Fetch-Site."""

    def process_request(self, request: HttpRequest) -> None:
        if zones.is_desk(request):
            super().process_request(request)

    def process_view(  # type: ignore[override]  # a refusal of the public site is a page of its own
        self, request: HttpRequest, callback: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if zones.is_desk(request):
            if is_before_sign_in(request, callback) and is_proven_same_origin(request):
                return None
            refusal = super().process_view(request, callback, args, kwargs)
            return refusal and (next_step_after_reload(request) or refusal)
        if request.method not in SAFE_METHODS and not may_be_same_origin(request):
            return respond_to_refusal(request, errors.CrossSiteForm())
        return None

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Store the CSRF secret at the desk only, and never begin a session for it."""
        if not zones.is_desk(request):
            return response
        if request.session.is_empty():
            request.META["CSRF_COOKIE_NEEDS_UPDATE"] = False
        return super().process_response(request, response)


def next_step_after_reload(request: HttpRequest) -> HttpResponseBase | None:
    """Return a redirect to the next step if a page that began a session is reloaded, or None."""
    entry, match = cast("VaultRequest", request).entry, request.resolver_match
    if entry is None or entry.state is not SessionState.PROVISIONAL:
        return None
    if match is None or match.view_name not in SESSION_BEGINNING_PAGES:
        return None
    return redirect(cookies.next_page_of(entry))


def is_before_sign_in(request: HttpRequest, view: Any) -> bool:
    """Return whether a page that needs no sign-in is requested without a session."""
    return CSRF_SESSION_KEY not in request.session and None in gates.open_states_of(view)


def is_proven_same_origin(request: HttpRequest) -> bool:
    """Return whether the browser's headers, which another site cannot change, prove that a form
    is ours. Without them it is refused: no other site may sign a visitor in to its account."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is None and origin is None:
        return False
    is_origin_ours = origin is None or urlsplit(origin).netloc == request.get_host()
    return site in (None, "same-origin", "none") and is_origin_ours


def may_be_same_origin(request: HttpRequest) -> bool:
    """Return whether Origin and Sec-Fetch-Site allow that a form is ours; True without both."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") == "cross-site":
        return False
    origin = request.headers.get("Origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.get_host()
