"""Cookies of a browser: one names the session, one opens its secret, and one lists the
accounts for which this browser is known."""

from typing import Any, cast

from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import rotate_token
from django.urls import reverse

from protect.kernel import clock
from protect.orgs import actions as orgs, rules
from protect.vault.enums import SessionState, Step
from protect.vault.errors import FactorMissing
from protect.vault.formats.secrets import UnlockToken
from protect.vault.models import ResetLink
from protect.vault.sessions import authentication, browser_sessions, unlocked
from protect.vault.sign_in.passkeys import Ceremony

# The token that opens the user's secret; the accounts for which this browser is known.
UNLOCK_COOKIE, DEVICE_COOKIE = "__Host-unlock", "__Host-device"
# Of both cookies above; those of the cookie that names the session are in the settings.
COOKIE_OPTIONS: Any = {"secure": True, "httponly": True, "samesite": "Strict", "path": "/"}
SESSION_KEY, CEREMONY_KEY = "vault_session", "vault_ceremony"  # keys of Django's session
AUTH_BACKEND = "protect.vault.sessions.authentication.VaultBackend"
# Values of Clear-Site-Data. When a session ends by itself, offline copies of pages stay on the
# phone: they name no person and hold unsent numbers (ADR 34). Cookies are deleted one by one,
# because the cookie of known devices must stay (ADR 37).
CLEARED_AT_SIGN_OUT, CLEARED_AT_END = '"cache", "storage"', '"cache"'  # Clear-Site-Data
PAGE_BY_STEP = {
    Step.SECOND_FACTOR: "vault:second_factor",
    Step.CONFIRM_CODE: "vault:code_confirm",
    Step.SET_UP_FACTOR: "vault:factor_new",
}


class VaultRequest(HttpRequest):
    """A desk request after UnlockMiddleware has set these attributes."""

    entry: browser_sessions.BrowserSession | None
    vault: unlocked.Unlocked | None
    new_token: UnlockToken | None  # for the cookie of the response
    new_device_cookie: str  # new value of the device cookie; "" leaves it unchanged
    clear_site_data: str  # value of Clear-Site-Data; "" sends none
    # Whether the draft that filled in the posted form must stay: the form was not processed and
    # could not be kept as a newer draft.
    keeps_used_draft: bool


def enter_session(request: HttpRequest, entry: browser_sessions.BrowserSession) -> None:
    """Enter a session under new identifiers, and end another one that this browser had before."""
    vault_request = cast("VaultRequest", request)
    previous = vault_request.entry
    if previous is None or previous.session.pk != entry.session.pk:
        if previous is not None:  # this browser had another session before the sign-in
            authentication.sign_out(previous, at=clock.now())
        logout(request)
    if entry.state is SessionState.UNLOCKED and not request.user.is_authenticated:
        login(request, entry.session.user, backend=AUTH_BACKEND)
    else:
        request.session.cycle_key()
        rotate_token(request)
    request.session[SESSION_KEY] = str(entry.session.pk)
    vault_request.entry, vault_request.new_token = entry, entry.token
    vault_request.clear_site_data = ""
    if entry.state is SessionState.UNLOCKED:
        remember_browser(request)


def clear_browser(request: HttpRequest, clear_site_data: str = CLEARED_AT_SIGN_OUT) -> None:
    """Clear this browser's Django session after sign-out; let the browser clear its data."""
    vault_request = cast("VaultRequest", request)
    logout(request)
    vault_request.entry = vault_request.vault = vault_request.new_token = None
    vault_request.clear_site_data = clear_site_data


def keep_signed_in(request: HttpRequest) -> None:
    """Keep this browser signed in after its user has changed the password."""
    entry = cast("VaultRequest", request).entry
    if entry is not None:
        update_session_auth_hash(request, entry.session.user)
        remember_browser(request)


def remember_browser(request: HttpRequest) -> None:
    """Make this browser known for the account of its session, with a new device cookie."""
    vault_request = cast("VaultRequest", request)
    if vault_request.entry is not None:
        user, known_devices = vault_request.entry.session.user, known_devices_of(request)
        vault_request.new_device_cookie = orgs.remember_device(user, known_devices, at=clock.now())


def introduce_browser(request: HttpRequest, link: ResetLink) -> None:
    """Make a browser that opened a mailed link known for its account while the link is valid."""
    new_cookie = orgs.introduce_device(
        link.user, known_devices_of(request), bytes(link.token_hash), at=clock.now()
    )
    cast("VaultRequest", request).new_device_cookie = new_cookie


def known_devices_of(request: HttpRequest) -> str:
    """Return the value of the cookie that lists the accounts for which this browser is known."""
    return request.COOKIES.get(DEVICE_COOKIE, "")


def next_page_of(entry: browser_sessions.BrowserSession) -> str:
    """Return the address of the user's next page: a sign-in step, unlocking or home. It is the
    sign-in page, which says what to do, if the database has lost the user's second factor."""
    if entry.state is SessionState.PROVISIONAL:
        try:
            name = PAGE_BY_STEP.get(browser_sessions.step_of(entry))
        except FactorMissing:
            name = None
        return reverse(name) if name else reverse("vault:sign_in")
    return reverse("vault:unlock") if entry.state is SessionState.LOCKED else "/"


def store_ceremony(request: HttpRequest, ceremony: Ceremony) -> None:
    """Store a passkey ceremony in Django's session until the browser posts the answer."""
    request.session[CEREMONY_KEY] = ceremony.state


def pop_ceremony(request: HttpRequest) -> str:
    """Remove and return the state of the stored passkey ceremony; an empty text without one."""
    return str(request.session.pop(CEREMONY_KEY, ""))


def set_unlock_cookie(response: HttpResponseBase, token: UnlockToken) -> None:
    """Give the browser the token that opens its session. The token is stored nowhere else."""
    response.set_cookie(UNLOCK_COOKIE, token.text(), **COOKIE_OPTIONS)


def set_device_cookie(response: HttpResponseBase, devices: str) -> None:
    """Give the browser the cookie of known devices. It opens no secret."""
    response.set_cookie(DEVICE_COOKIE, devices, max_age=rules.DEVICE_VALIDITY, **COOKIE_OPTIONS)


def clear_unlock_cookie(response: HttpResponseBase, clear_site_data: str) -> None:
    """Delete the token cookie, and the data that `clear_site_data` names."""
    response.delete_cookie(UNLOCK_COOKIE, path="/", samesite="Strict")
    response.cookies[UNLOCK_COOKIE]["secure"] = True  # required to delete a __Host- cookie
    response.headers["Clear-Site-Data"] = clear_site_data
