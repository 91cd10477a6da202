"""What the pages of the vault share: session, team, step-up, row order and rendering."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.kernel import clock, limits
from protect.orgs.access import get_team, scope_of
from protect.orgs.actions import Browser
from protect.orgs.models import Team
from protect.ui import pages
from protect.ui.forms import DeskForm
from protect.vault import access, enums, errors
from protect.vault.sessions import browser_sessions, drafts, gates, passwords, rules
from protect.vault.sessions.unlocked import Unlocked, unlocked
from protect.vault.sign_in import cookies, passkeys, second_factors
from protect.vault.sign_in.forms import LONGEST

type View = Callable[..., HttpResponseBase]


def entry_of(request: HttpRequest) -> browser_sessions.Entry:
    """Return the session of this browser. Errors: SessionEnded."""
    entry = cast("cookies.VaultRequest", request).entry
    if entry is None:
        raise errors.SessionEnded
    return entry


def browser_of(request: HttpRequest) -> Browser:
    return Browser(limits.address_of(request.META), cookies.devices_of(request))


def show(
    request: HttpRequest,
    template: str,
    form: DeskForm | None = None,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show a page of the vault, with the mistakes of `form` above the heading.
    Where the session ended with the last try, no form is left to try again with."""
    if getattr(form, "is_over", False):
        return pages.show(
            request, "vault/session_over.html", form, {"next": gates.next_of(request)}
        )
    return pages.show(request, f"vault/{template}", form, context)


def first_wrong(*forms: DeskForm) -> DeskForm:
    """Return the form that was sent and refused, else the first."""
    return next((each for each in forms if each.errors), forms[0])


def entered(request: HttpRequest, entry: browser_sessions.Entry) -> HttpResponseRedirect:
    """Go on with a session: to the next step, in the end to the page that the user wanted.
    What they typed while it was locked comes before that."""
    cookies.enter(request, entry)
    wanted, opened = gates.next_of(request), browser_sessions.unlocked_of(entry)
    if opened is not None:
        tell_then(request)
    if opened is not None and not drafts.waiting(opened, at=clock.now()):
        return HttpResponseRedirect(wanted)
    page = cookies.page_of(entry) if opened is None else reverse("vault:draft_list")
    return HttpResponseRedirect(f"{page}?{urlencode({'next': wanted})}")


def passkey_offer(request: HttpRequest, entry: browser_sessions.Entry) -> str:
    """Return what a browser needs to show a passkey, "" for a user without one."""
    if not second_factors.factors_of(entry.session.user_id).passkeys:
        return ""
    ceremony = passkeys.offer_assertion(entry.session.user_id, at=clock.now())
    cookies.hold(request, ceremony)
    return ceremony.options


def offered(request: HttpRequest, *, email: str, name: str = "") -> str:
    """Return six words to take; after a mistake the same again: they may be on paper already."""
    return request.POST.get("offer", "")[:LONGEST] or passwords.offer(email=email, name=name)


def stepped_up(view: View) -> View:
    """Decorate a view to ask for a second factor, unless one was shown within ten minutes.
    A posted form is kept as a draft, and shown again after the second factor."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_stepped_up(request):
            return view(request, *args, **kwargs)
        if request.method == "POST":
            return _postpone_form(request)
        return redirect_to_step_up(request.get_full_path())

    return wrapper


def redirect_to_step_up(wanted: str, before: str = "") -> HttpResponseRedirect:
    """Redirect to the page of the second factor, and from there to `wanted`.
    `before` names in `Before` why the page that asks says more than usual."""
    query = {"next": wanted} | ({"before": before} if before else {})
    return HttpResponseRedirect(f"{reverse('vault:step_up')}?{urlencode(query)}")


def is_stepped_up(request: HttpRequest) -> bool:
    """Return whether the user has shown a second factor within ten minutes."""
    return rules.is_stepped_up(entry_of(request).session.stepped_up, clock.now())


def _postpone_form(request: HttpRequest) -> HttpResponseRedirect:
    """Keep a form until the second factor; lead on, in the end to where it can be sent. A draft
    that is put off once more gives way to the new one. If nothing could be kept, it stays."""
    kept = drafts.keep_posted(request, entry_of(request))
    cast("cookies.VaultRequest", request).is_put_off = kept is None
    if kept is not None:
        return redirect_to_step_up(reverse("vault:draft", args=[kept.pk]))
    before = enums.Before.NOT_KEPT if drafts.brings_something(request) else ""
    return redirect_to_step_up(drafts.page_of_form(request), before)


def held_team(request: HttpRequest, pk: UUID) -> tuple[Team, Unlocked]:
    """Return a team and what opens it, for a holder of its key.
    Errors: Http404; PermissionDenied; vault_locked."""
    team, opened = get_team(scope_of(request), pk), unlocked(request)
    access.must_hold(opened, team)
    return team, opened


def in_requested_order[Q: QuerySet[Model]](
    rows: Q, request: HttpRequest, columns: Mapping[str, str], then: Sequence[str]
) -> Q:
    """Return rows in the order of `?sort=`, equal ones by `then`, of which the last is unique.
    Shapes: columns: what may be asked for → a field. Whatever else is asked for: by `then`."""
    wanted = request.GET.get("sort", "")
    column = columns.get(wanted.removeprefix("-"), then[0])
    first = f"-{column}" if wanted.startswith("-") else column
    return rows.order_by(first, *then)


class StepUpReason(NamedTuple):
    """Two sentences: on the page that asks, and on the page that one goes on to."""

    why: Promise
    then: Promise | str


USUAL = StepUpReason(
    _("What comes next weighs more than daily work. One of these is enough, for ten minutes."), ""
)
REASONS = {
    enums.Before.FILE.value: StepUpReason(
        _(
            "The file holds names and what each person did, and it leaves the desk. One of these "
            "is enough, for ten minutes."
        ),
        _("You have shown that it is you. Now save the file."),
    ),
    enums.Before.NOT_KEPT.value: StepUpReason(
        _(
            "Too much time had passed, so nothing was done. Files, codes and passphrases are never "
            "kept: send them again when you have shown that it is you."
        ),
        _(
            "Send it once more: too much time had passed, so nothing was done. Files, codes and "
            "passphrases are never kept."
        ),
    ),
}


def reason_of(request: HttpRequest) -> StepUpReason:
    """Return the reason that the address names: `?before=file`."""
    return REASONS.get(request.GET.get("before", ""), USUAL)


def tell_then(request: HttpRequest) -> None:
    """Tell on the page that comes next what is left to do there."""
    then = reason_of(request).then
    if then:
        messages.info(request, str(then))
