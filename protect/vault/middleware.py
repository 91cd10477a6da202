"""Middleware that opens the user's secret for one request and guards pages by session state."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from protect.kernel import clock, limits, refusals
from protect.orgs.rules import network_of
from protect.uploads.senders import Queue, Sender, sent_by
from protect.vault import enums, errors
from protect.vault.sessions import browser_sessions, drafts, gates
from protect.vault.sign_in import cookies
from protect.vault.sign_in.cookies import SESSION_KEY, UNLOCK_COOKIE, VaultRequest


class UnlockMiddleware:
    """At the desk, set `request.entry` (the session) and `request.vault` (its opened secret)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _is_public_site(request):
            with sent_by(partial(_visitor_sender, request)):
                return self.get_response(request)
        vault_request = cast("VaultRequest", request)
        _load_session(vault_request)
        try:
            with sent_by(partial(_desk_uploader, vault_request)):
                response = self.get_response(request)
            _delete_sent_draft(vault_request, response)
        finally:
            vault_request.vault = None
        if vault_request.clear_site_data:
            cookies.clear_unlock_cookie(response, vault_request.clear_site_data)
        elif vault_request.new_token is not None:
            cookies.set_unlock_cookie(response, vault_request.new_token)
        if vault_request.new_device_cookie:
            cookies.set_device_cookie(response, vault_request.new_device_cookie)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Let a request through, keep the form of a left page, or redirect to the required page."""
        if _is_public_site(request):
            return None
        vault_request = cast("VaultRequest", request)
        entry, allowed_states = vault_request.entry, gates.open_states_of(view)
        is_provisional = entry is None or entry.state is enums.SessionState.PROVISIONAL
        if entry and not is_provisional and drafts.is_from_left_page(request):
            return _keep_form(vault_request, entry)
        if (entry.state if entry else None) not in allowed_states:
            return _redirect_to_required_page(vault_request)
        if entry is not None and None not in allowed_states:
            browser_sessions.record_activity(entry, at=clock.now())
        return None


def _is_public_site(request: HttpRequest) -> bool:
    return getattr(request, "urlconf", settings.ROOT_URLCONF) == settings.ROOT_URLCONF


def _visitor_sender(request: HttpRequest) -> Sender:
    """Return the sender of an upload on the public site: its queue and the network address."""
    return Sender(Queue.VISITORS, network_of(limits.client_address(request.META)))


def _desk_uploader(request: VaultRequest) -> Sender:
    """Return the sender of an upload at the desk: a visitor unless the session is unlocked."""
    is_signed_in = request.vault is not None
    return Sender(Queue.DESK, str(request.user.pk)) if is_signed_in else _visitor_sender(request)


def _load_session(request: VaultRequest) -> None:
    """Set the session attributes of a request; clear the remains of an ended session."""
    request.entry = request.vault = request.new_token = None
    request.clear_site_data, request.new_device_cookie, request.keeps_used_draft = "", "", False
    entry = _find_session(request)
    if entry is not None and _belongs_to_account(request, entry):
        request.entry, request.vault = entry, browser_sessions.unlocked_of(entry)
    elif _has_remains_of_session(request):
        cookies.clear_browser(request, cookies.CLEARED_AT_END)


def _find_session(request: VaultRequest) -> browser_sessions.BrowserSession | None:
    session_id = request.session.get(SESSION_KEY)
    if session_id is None:
        return None
    token = request.COOKIES.get(UNLOCK_COOKIE, "")
    return browser_sessions.find_session(UUID(session_id), token, at=clock.now())


def _has_remains_of_session(request: VaultRequest) -> bool:
    """Return whether a browser still has cookies or data of an ended session."""
    has_session = SESSION_KEY in request.session or request.user.is_authenticated
    return has_session or bool(request.COOKIES.get(UNLOCK_COOKIE))


def _belongs_to_account(request: VaultRequest, entry: browser_sessions.BrowserSession) -> bool:
    """Return whether session and account match; of a provisional one, if its user is active."""
    if entry.state is enums.SessionState.PROVISIONAL:
        return entry.session.user.is_active
    return bool(request.user.pk == entry.session.user_id)


def _redirect_to_required_page(request: VaultRequest) -> HttpResponseBase:
    """Redirect to sign in, continue or unlock; keep a posted form as a draft. Refuse non-HTML."""
    if not request.accepts("text/html"):
        return refusals.refusal_response(errors.VaultRefusal("vault_locked"))
    entry = request.entry
    if entry is not None and entry.state is enums.SessionState.PROVISIONAL:
        return HttpResponseRedirect(cookies.next_page_of(entry))
    query = {"next": request.get_full_path()}
    if request.method == "POST":
        query["next"] = drafts.page_of_form(request)
        is_lost = entry is not None and drafts.keep_posted_form(request, entry) is None
        if is_lost and drafts.has_content(request):
            query["before"] = enums.StepUpCause.NOT_KEPT
    page = reverse("vault:sign_in" if entry is None else "vault:unlock")
    return HttpResponseRedirect(f"{page}?{urlencode(query)}")


def _keep_form(request: VaultRequest, entry: browser_sessions.BrowserSession) -> HttpResponseBase:
    """Keep as a draft the form of a page that the user left; answer 204, or 422 if not kept."""
    draft = drafts.keep_left_form(request, entry)
    if draft is None:
        return HttpResponse(status=HTTPStatus.UNPROCESSABLE_ENTITY)
    # After locking, the unlock page says so.
    if request.headers.get(drafts.LEFT_HEADER) == drafts.LEFT_BY_LINK:
        address = reverse("vault:draft", args=[draft.pk])
        text = _("What you typed was not saved. It is kept for 24 hours, and only you can open it.")
        link = format_html('{} <a href="{}">{}</a>', text, address, _("View"))
        messages.info(request, link)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _delete_sent_draft(request: VaultRequest, response: HttpResponseBase) -> None:
    """Delete the draft that was just sent: a redirect shows that the page accepted it."""
    if (
        request.method != "POST"
        or response.status_code != HTTPStatus.FOUND
        or request.keeps_used_draft
    ):
        return
    if request.entry is not None:
        drafts.delete_draft_of_form(request, request.entry)
