"""Opens the user's secret for one request, and shows each state only its pages."""

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
from protect.vault.sign_in.cookies import SESSION, UNLOCK_COOKIE, VaultRequest


class UnlockMiddleware:
    """Sets `request.entry` and `request.vault` for the desk; a public request passes untouched."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _is_public(request):
            with sent_by(partial(_visitor, request)):
                return self.get_response(request)
        ours = cast("VaultRequest", request)
        _arrive(ours)
        try:
            with sent_by(partial(_colleague, ours)):
                response = self.get_response(request)
            _forget_used(ours, response)
        finally:
            ours.vault = None
        if ours.forgets:
            cookies.clear_unlock_cookie(response, ours.forgets)
        elif ours.new_token is not None:
            cookies.set_unlock_cookie(response, ours.new_token)
        if ours.new_devices:
            cookies.set_device_cookie(response, ours.new_devices)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Let a request through to its page, or send it to the page that comes first."""
        if _is_public(request):
            return None
        ours = cast("VaultRequest", request)
        entry, open_to = ours.entry, gates.opens_to(view)
        if entry and entry.state is not enums.SessionState.PROVISIONAL and drafts.is_left(request):
            return _keep_left(ours, entry)
        if (entry.state if entry else None) not in open_to:
            return _elsewhere(ours)
        if entry is not None and None not in open_to:
            browser_sessions.touch(entry, at=clock.now())
        return None


def _is_public(request: HttpRequest) -> bool:
    return getattr(request, "urlconf", settings.ROOT_URLCONF) == settings.ROOT_URLCONF


def _visitor(request: HttpRequest) -> Sender:
    return Sender(Queue.VISITORS, network_of(limits.address_of(request.META)))


def _colleague(request: VaultRequest) -> Sender:
    """Return the sender of a file at the desk: a visitor, as long as no user is signed in."""
    is_in = request.vault is not None
    return Sender(Queue.DESK, str(request.user.pk)) if is_in else _visitor(request)


def _arrive(request: VaultRequest) -> None:
    request.entry = request.vault = request.new_token = None
    request.forgets, request.new_devices, request.is_put_off = "", "", False
    entry = _entry_of(request)
    if entry is not None and _is_whose(request, entry):
        request.entry, request.vault = entry, browser_sessions.unlocked_of(entry)
    elif _carries_something(request):
        cookies.leave(request, cookies.WHEN_OVER)


def _entry_of(request: VaultRequest) -> browser_sessions.Entry | None:
    named = request.session.get(SESSION)
    if named is None:
        return None
    return browser_sessions.find(
        UUID(named), request.COOKIES.get(UNLOCK_COOKIE, ""), at=clock.now()
    )


def _carries_something(request: VaultRequest) -> bool:
    """Return whether a browser has kept anything of a session that is over."""
    is_known = SESSION in request.session or request.user.is_authenticated
    return is_known or bool(request.COOKIES.get(UNLOCK_COOKIE))


def _is_whose(request: VaultRequest, entry: browser_sessions.Entry) -> bool:
    """Return whether session and account agree. No user is signed in while provisional."""
    if entry.state is enums.SessionState.PROVISIONAL:
        return entry.session.user.is_active
    return bool(request.user.pk == entry.session.user_id)


def _elsewhere(request: VaultRequest) -> HttpResponseBase:
    if not request.accepts("text/html"):
        return refusals.refusal(errors.VaultRefusal("vault_locked"))
    entry = request.entry
    if entry is not None and entry.state is enums.SessionState.PROVISIONAL:
        return HttpResponseRedirect(cookies.page_of(entry))
    query = {"next": request.get_full_path()}
    if request.method == "POST":
        query["next"] = drafts.page_of_form(request)
        is_lost = entry is not None and drafts.keep_posted(request, entry) is None
        if is_lost and drafts.brings_something(request):
            query["before"] = enums.Before.NOT_KEPT
    page = reverse("vault:sign_in" if entry is None else "vault:unlock")
    return HttpResponseRedirect(f"{page}?{urlencode(query)}")


def _keep_left(request: VaultRequest, entry: browser_sessions.Entry) -> HttpResponseBase:
    """Keep the form of a page that the user leaves; the next page says where it is."""
    kept = drafts.keep_left(request, entry)
    if kept is None:
        return HttpResponse(status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if request.headers.get(drafts.LEFT) == drafts.BY_LINK:  # else the page that unlocks says it
        address = reverse("vault:draft", args=[kept.pk])
        text = _("What you typed was not saved. It is kept for 24 hours, for you alone.")
        link = format_html('{} <a href="{}">{}</a>', text, address, _("Look at it"))
        messages.info(request, link)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _forget_used(request: VaultRequest, response: HttpResponseBase) -> None:
    """Drop the draft that was sent just now: an answer that leads on says that it was taken."""
    if request.method != "POST" or response.status_code != HTTPStatus.FOUND or request.is_put_off:
        return
    if request.entry is not None:
        drafts.drop_used(request, request.entry)
