"""What the pages of the vault share: who asks, from where, and how an answer is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from protect.kernel import clock
from protect.kernel.visitors import address_of
from protect.orgs.actions import Browser
from protect.ui import pages
from protect.ui.forms import DeskForm
from protect.vault import cookies, gates, rules, unsent
from protect.vault.actions import drafts, entering, passkeys, passwords
from protect.vault.actions.entering import Entry
from protect.vault.actions.second_factors import factors_of
from protect.vault.cookies import VaultRequest
from protect.vault.enums import Before
from protect.vault.errors import SessionEnded
from protect.vault.forms.coming_in import LONGEST
from protect.vault.wording import proving

type View = Callable[..., HttpResponseBase]


def entry_of(request: HttpRequest) -> Entry:
    """Return the session of this browser. Errors: SessionEnded."""
    entry = cast("VaultRequest", request).entry
    if entry is None:
        raise SessionEnded
    return entry


def browser_of(request: HttpRequest) -> Browser:
    """Return what tries to sign in are counted for."""
    return Browser(address_of(request.META), cookies.devices_of(request))


def show(
    request: HttpRequest,
    template: str,
    form: DeskForm | None = None,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show a page of the vault; `form` is the one whose mistakes stand above the heading.

    Where the session ended with what somebody typed, no form is left to try again with.
    """
    if getattr(form, "is_over", False):
        return pages.show(
            request, "vault/session_over.html", form, {"next": gates.next_of(request)}
        )
    return pages.show(request, f"vault/{template}", form, context)


def first_wrong(*forms: DeskForm) -> DeskForm:
    """Return the form that was sent and refused, else the first."""
    return next((each for each in forms if each.errors), forms[0])


def entered(request: HttpRequest, entry: Entry) -> HttpResponseRedirect:
    """Go on with a session: to what comes next, in the end to where somebody wanted to go.

    What they typed while it was locked comes before that.
    """
    cookies.enter(request, entry)
    wanted, opened = gates.next_of(request), entering.unlocked_of(entry)
    if opened is not None:
        proving.tell_then(request)
    if opened is not None and not drafts.waiting(opened, at=clock.now()):
        return HttpResponseRedirect(wanted)
    page = cookies.page_of(entry) if opened is None else reverse("vault:draft_list")
    return HttpResponseRedirect(f"{page}?{urlencode({'next': wanted})}")


def passkey_offer(request: HttpRequest, entry: Entry) -> str:
    """Return what a browser needs to show a passkey, "" for somebody who has none."""
    if not factors_of(entry.session.user_id).passkeys:
        return ""
    ceremony = passkeys.offer_assertion(entry, at=clock.now())
    cookies.hold(request, ceremony)
    return ceremony.options


def offered(request: HttpRequest, *, email: str, name: str = "") -> str:
    """Return six words to take; after a mistake the same again: they may be on paper already."""
    return request.POST.get("offer", "")[:LONGEST] or passwords.offer(email=email, name=name)


def stepped_up(view: View) -> View:
    """Ask first who has not shown within ten minutes that it is them, then come back here.

    What they have typed is kept as a draft, and stands before them once they have shown it.
    """

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_stepped_up(request):
            return view(request, *args, **kwargs)
        if request.method == "POST":
            return _put_off(request)
        return asked_who(request.get_full_path())

    return asked


def asked_who(wanted: str, before: str = "") -> HttpResponseRedirect:
    """Lead somebody to where they show that it is them, and from there to a page.

    `before` names in `Before` why the page that asks says more than usual.
    """
    said = {"next": wanted} | ({"before": before} if before else {})
    return HttpResponseRedirect(f"{reverse('vault:step_up')}?{urlencode(said)}")


def is_stepped_up(request: HttpRequest) -> bool:
    """Return whether somebody has shown within ten minutes that it is them."""
    return rules.is_stepped_up(entry_of(request).session.stepped_up, clock.now())


def _put_off(request: HttpRequest) -> HttpResponseRedirect:
    """Keep a form whose time has not come; lead on, in the end to where it can be sent.

    A draft that is put off once more gives way to the new one. If nothing could be kept, it stays.
    """
    kept = unsent.keep_posted(request, entry_of(request))
    cast("VaultRequest", request).is_put_off = kept is None
    if kept is not None:
        return asked_who(reverse("vault:draft", args=[kept.pk]))
    before = Before.NOT_KEPT if unsent.brings_something(request) else ""
    return asked_who(unsent.page_of_form(request), before)
