"""Helpers of the vault's views: session, step-up, team access, row order and rendering."""

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
from protect.vault.sessions import browser_sessions, drafts, gates, passwords, rules, unlocked
from protect.vault.sign_in import cookies, passkeys, second_factors
from protect.vault.sign_in.forms import MAX_PASSPHRASE_LENGTH

type View = Callable[..., HttpResponseBase]


def entry_of(request: HttpRequest) -> browser_sessions.BrowserSession:
    """Return the session of this browser. Errors: SessionEnded."""
    entry = cast("cookies.VaultRequest", request).entry
    if entry is None:
        raise errors.SessionEnded
    return entry


def browser_of(request: HttpRequest) -> Browser:
    return Browser(limits.client_address(request.META), cookies.known_devices_of(request))


def show(
    request: HttpRequest,
    template: str,
    form: DeskForm | None = None,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Render a page of the vault, with the errors of `form` above the heading.
    If the last attempt ended the session, the page shows no form."""
    if getattr(form, "is_over", False):
        query = {"next": gates.next_url_of(request)}
        return pages.render_form_page(request, "vault/session_over.html", form, query)
    return pages.render_form_page(request, f"vault/{template}", form, context)


def refused_form(*forms: DeskForm) -> DeskForm:
    """Return the submitted form that has errors, else the first form."""
    return next((form for form in forms if form.errors), forms[0])


def redirect_next(
    request: HttpRequest, entry: browser_sessions.BrowserSession
) -> HttpResponseRedirect:
    """Enter a session and redirect to its next step, to kept drafts, or to the wanted page."""
    cookies.enter_session(request, entry)
    wanted_url, unlocked_session = gates.next_url_of(request), browser_sessions.unlocked_of(entry)
    if unlocked_session is not None:
        show_remaining_task(request)
    if unlocked_session is not None and not drafts.waiting_drafts(unlocked_session, at=clock.now()):
        return HttpResponseRedirect(wanted_url)
    page = cookies.next_page_of(entry) if unlocked_session is None else reverse("vault:draft_list")
    return HttpResponseRedirect(f"{page}?{urlencode({'next': wanted_url})}")


def offer_passkey(request: HttpRequest, user: UUID) -> str:
    """Return passkey options as JSON, store their ceremony; "" for a user without passkeys."""
    if not second_factors.factors_of(user).passkeys:
        return ""
    ceremony = passkeys.offer_assertion(user, at=clock.now())
    cookies.store_ceremony(request, ceremony)
    return ceremony.options


def suggest_passphrase(request: HttpRequest, *, email: str, name: str = "") -> str:
    """Return six suggested words, the same again after a mistake: the user may have noted them."""
    earlier_offer = request.POST.get("offer", "")[:MAX_PASSPHRASE_LENGTH]
    return earlier_offer or passwords.offer_password(email=email, name=name)


def requires_step_up(view: View) -> View:
    """Decorate a view to ask for a step-up, unless the last one is less than ten minutes old. A
    posted form is kept as a draft, and shown again after the step-up."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_stepped_up(request):
            return view(request, *args, **kwargs)
        if request.method == "POST":
            return _postpone_form(request)
        return redirect_to_step_up(request.get_full_path())

    return wrapper


def redirect_to_step_up(wanted: str, before: str = "") -> HttpResponseRedirect:
    """Redirect to the step-up page, which explains the cause `before` and leads to `wanted`."""
    query = {"next": wanted} | ({"before": before} if before else {})
    return HttpResponseRedirect(f"{reverse('vault:step_up')}?{urlencode(query)}")


def is_stepped_up(request: HttpRequest) -> bool:
    return rules.is_stepped_up(entry_of(request).session.stepped_up, clock.now())


def _postpone_form(request: HttpRequest) -> HttpResponseRedirect:
    """Keep a form as a draft, which the user can send after the step-up. It replaces the draft
    from which the form was filled in; that one stays if the form cannot be kept."""
    new_draft = drafts.keep_posted_form(request, entry_of(request))
    cast("cookies.VaultRequest", request).keeps_used_draft = new_draft is None
    if new_draft is not None:
        return redirect_to_step_up(reverse("vault:draft", args=[new_draft.pk]))
    before = enums.StepUpCause.NOT_KEPT if drafts.has_content(request) else ""
    return redirect_to_step_up(drafts.page_of_form(request), before)


def get_held_team(request: HttpRequest, pk: UUID) -> tuple[Team, unlocked.Unlocked]:
    """Return a team with the user's unlocked session, if the user holds the team's key.
    Errors: Http404; PermissionDenied; vault_locked."""
    team, unlocked_session = get_team(scope_of(request), pk), unlocked.get_unlocked(request)
    access.must_hold_active_key(unlocked_session, team)
    return team, unlocked_session


def in_requested_order[Q: QuerySet[Model]](
    rows: Q, request: HttpRequest, columns: Mapping[str, str], default_order: Sequence[str]
) -> Q:
    """Return rows ordered by `?sort=`, then by `default_order`, which ends in a unique field.
    An unknown value orders by `default_order` alone. Shapes: columns: value of `sort` → field."""
    wanted = request.GET.get("sort", "")
    column = columns.get(wanted.removeprefix("-"), default_order[0])
    sort_field = f"-{column}" if wanted.startswith("-") else column
    return rows.order_by(sort_field, *default_order)


class StepUpReason(NamedTuple):
    """Why a step-up is asked for, and what is still to do on the next page; "" if nothing."""

    why: Promise
    next_task: Promise | str = ""


USUAL_REASON = StepUpReason(
    _(
        "The next step needs extra protection. Confirm that it is you in one of these ways."
        " This is valid for ten minutes."
    )
)
STEP_UP_REASONS = {
    enums.StepUpCause.FILE.value: StepUpReason(
        _(
            "The file contains names and what each person did, and it leaves this system. Confirm "
            "that it is you in one of these ways. This is valid for ten minutes."
        ),
        _("You have confirmed that it is you. Save the file now."),
    ),
    enums.StepUpCause.NOT_KEPT.value: StepUpReason(
        _(
            "Too much time had passed, so nothing was saved. Files, codes and "
            "passphrases are never kept. Confirm that it is you, then send them again."
        ),
        _(
            "Send the form again: too much time had passed, so nothing was saved. "
            "Files, codes and passphrases are never kept."
        ),
    ),
}


def step_up_reason(request: HttpRequest) -> StepUpReason:
    """Return the step-up reason that the address names, such as `?before=file`, or the usual."""
    return STEP_UP_REASONS.get(request.GET.get("before", ""), USUAL_REASON)


def show_remaining_task(request: HttpRequest) -> None:
    """Show a message on the next page that says what remains to be done there."""
    next_task = step_up_reason(request).next_task
    if next_task:
        messages.info(request, str(next_task))
