"""What a browser carries: a cookie that names the session, one that opens its secret, and one that
says for which accounts it is known."""

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

UNLOCK_COOKIE, DEVICE_COOKIE = "__Host-unlock", "__Host-device"
GUARDED: Any = {"secure": True, "httponly": True, "samesite": "Strict", "path": "/"}
SESSION, CEREMONY = "vault_session", "vault_ceremony"  # keys of Django's session
BACKEND = "protect.vault.sessions.authentication.VaultBackend"
# What a browser forgets, as Clear-Site-Data. A session that is over by itself leaves what a phone
# keeps of pages that outlive a missing signal: it names no person, and waits to be sent (ADR 34).
# Cookies of a session are taken back one by one: that of known devices stays (ADR 37).
AT_EXIT, WHEN_OVER = '"cache", "storage"', '"cache"'
PAGES = {
    Step.SECOND_FACTOR: "vault:second_factor",
    Step.CONFIRM_CODE: "vault:code_confirm",
    Step.SET_UP_FACTOR: "vault:factor_new",
}


class VaultRequest(HttpRequest):
    """A request of a staff host, as UnlockMiddleware has left it."""

    entry: browser_sessions.Entry | None
    vault: unlocked.Unlocked | None
    new_token: UnlockToken | None  # for the cookie of the response
    new_devices: str  # for the cookie of known devices; "" leaves it as it is
    forgets: str  # what the browser is told to forget; "" for nothing
    is_put_off: bool  # what was asked waits for a step-up, and no newer draft holds it


def enter(request: HttpRequest, entry: browser_sessions.Entry) -> None:
    """Go on with the session that an action returned, under new identifiers."""
    ours = cast("VaultRequest", request)
    before = ours.entry
    if before is None or before.session.pk != entry.session.pk:
        if before is not None:  # open here before the new sign-in
            authentication.sign_out(before, at=clock.now())
        logout(request)
    if entry.state is SessionState.UNLOCKED and not request.user.is_authenticated:
        login(request, entry.session.user, backend=BACKEND)
    else:
        request.session.cycle_key()
        rotate_token(request)
    request.session[SESSION] = str(entry.session.pk)
    ours.entry, ours.new_token, ours.forgets = entry, entry.token, ""
    if entry.state is SessionState.UNLOCKED:
        remember(request)


def leave(request: HttpRequest, forgets: str = AT_EXIT) -> None:
    """Forget everything about this browser, after its session has ended; tell it to do the same."""
    ours = cast("VaultRequest", request)
    logout(request)
    ours.entry = ours.vault = ours.new_token = None
    ours.forgets = forgets


def keep(request: HttpRequest) -> None:
    """Keep this browser signed in after its person has changed the password."""
    entry = cast("VaultRequest", request).entry
    if entry is not None:
        update_session_auth_hash(request, entry.session.user)
        remember(request)


def remember(request: HttpRequest) -> None:
    """Make this browser known for the account that is signed in."""
    ours = cast("VaultRequest", request)
    if ours.entry is not None:
        user, carried = ours.entry.session.user, devices_of(request)
        ours.new_devices = orgs.remember_device(user, carried, at=clock.now())


def introduce(request: HttpRequest, link: ResetLink) -> None:
    """Make a browser that has opened a mailed link known for its account, for as long as that."""
    new_devices = orgs.introduce_device(
        link.user, devices_of(request), bytes(link.token_hash), at=clock.now()
    )
    cast("VaultRequest", request).new_devices = new_devices


def devices_of(request: HttpRequest) -> str:
    """Return what a browser says about the accounts that it is known for."""
    return request.COOKIES.get(DEVICE_COOKIE, "")


def page_of(entry: browser_sessions.Entry) -> str:
    """Return the address of the page that comes next for a person.
    Signing in says what to do where the second factor has gone."""
    if entry.state is SessionState.PROVISIONAL:
        try:
            name = PAGES.get(browser_sessions.step_of(entry))
        except FactorMissing:
            name = None
        return reverse(name) if name else reverse("vault:sign_in")
    return reverse("vault:unlock") if entry.state is SessionState.LOCKED else "/"


def hold(request: HttpRequest, ceremony: Ceremony) -> None:
    """Keep what a passkey must answer until the browser posts it."""
    request.session[CEREMONY] = ceremony.state


def held(request: HttpRequest) -> str:
    """Return what a passkey must answer; once."""
    return str(request.session.pop(CEREMONY, ""))


def set_unlock_cookie(response: HttpResponseBase, token: UnlockToken) -> None:
    """Give the browser the token that opens its session. It is stored nowhere else."""
    response.set_cookie(UNLOCK_COOKIE, token.text(), **GUARDED)


def set_device_cookie(response: HttpResponseBase, devices: str) -> None:
    """Give the browser what makes it known. It opens nothing."""
    response.set_cookie(DEVICE_COOKIE, devices, max_age=rules.DEVICE_LENGTH, **GUARDED)


def clear_unlock_cookie(response: HttpResponseBase, forgets: str) -> None:
    """Take the token back, and with it what the browser keeps of this site."""
    response.delete_cookie(UNLOCK_COOKIE, path="/", samesite="Strict")
    response.cookies[UNLOCK_COOKIE]["secure"] = True  # a __Host- cookie goes by this alone
    response.headers["Clear-Site-Data"] = forgets
