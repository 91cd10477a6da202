"""The screen for checking one service: stored facts, the user's findings, the next service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from protect.directory.enums import Fact, Method, PhoneKind
from protect.directory.fact_records.checks import is_tested
from protect.directory.fact_records.fact_view import FactView, fact_view, marks_of
from protect.directory.fact_records.forms import FactForm, form_of
from protect.directory.fact_records.freshness import standing_of
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.scope import Scope
from protect.ui.forms import DeskForm
from protect.ui.pages import posted, show
from protect.verification import access, rules
from protect.verification.call_tests.call_tests import first_call
from protect.verification.checks.checks import Heard, save_checks, save_missed
from protect.verification.checks.forms import (
    METHODS,
    AllRightForm,
    CheckForm,
    HandOnForm,
    MarksForm,
)
from protect.verification.enums import QueueState
from protect.verification.labels import reason_chips
from protect.verification.models import QueueItem
from protect.verification.queue import queue
from protect.verification.queue.views import onward

STOP, NOBODY = "stop", "nobody"


class Sheet:
    """What the page needs to know of an item, read once."""

    def __init__(self, request: HttpRequest, item: QueueItem) -> None:
        self.request, self.item, self.at = request, item, clock.now()
        self.scope: Scope = scope_of(request)
        self.service = item.service
        standing = standing_of(self.service, self.at)
        self.views: dict[Fact, FactView] = {
            fact: fact_view(self.service, each) for fact, each in standing.items()
        }
        self.call = first_call(self.service)
        has_number = Fact.PHONE in self.views
        self.needs_call = has_number and self.call is None and not is_tested(self.service)

    def form(self, data: Mapping[str, Any] | None = None) -> CheckForm:
        has_number = Fact.PHONE in self.views
        return CheckForm(
            data,
            facts=self.views,
            unknown=[fact for fact, view in self.views.items() if not view.is_known],
            needs_call=self.needs_call,
            initial={"how": Method.CALL if has_number else None},
        )

    def edits(self, form: CheckForm) -> dict[Fact, FactForm]:
        """Return a form for each fact, bound to the submitted values if it is marked as changed."""
        typed = form.typed
        return {
            fact: form_of(fact, self.service, self.request.POST if fact in typed else None)
            for fact in self.views
        }


@require_http_methods(["GET", "POST"])
def queue_check(request: HttpRequest, pk: UUID) -> HttpResponse:
    sheet = Sheet(request, access.get_item(scope_of(request), pk))
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do == NOBODY:
            return _nobody(sheet)
        return _all_right(sheet) if do in METHODS else _check(sheet)
    return _show(sheet, sheet.form())


def _check(sheet: Sheet) -> HttpResponse:
    """Save what was marked, with what is new of it."""
    form = sheet.form(sheet.request.POST)
    edits = sheet.edits(form)
    changed = {fact: edits[fact] for fact in form.typed}
    if form.is_valid() and not form.mistaken(changed.values()):
        heard = form.heard({fact: each.values() for fact, each in changed.items()})
        with form.mending():
            return _saved(sheet, heard, form.reasons)
    return _show(sheet, form, edits)


def _all_right(sheet: Sheet) -> HttpResponse:
    form = AllRightForm(sheet.request.POST)
    if form.is_valid():
        with form.mending():
            method = Method(sheet.request.POST["do"])
            return _saved(sheet, form.heard(method), form.reasons)
    return _show(sheet, sheet.form(), wrong=form)


def _nobody(sheet: Sheet) -> HttpResponse:
    form = MarksForm(sheet.request.POST)
    with form.mending():
        save_missed(sheet.scope, sheet.item, at=sheet.at)
        return onward(sheet.request, sheet.scope, _("Noted: nobody answered."))
    return _show(sheet, sheet.form(), wrong=form)


@require_http_methods(["GET", "POST"])
def queue_hand_on(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope, at = scope_of(request), clock.now()
    item = access.get_item(scope, pk)
    form = posted(request, HandOnForm)
    if form.is_valid():
        with form.mending():
            held = queue.hold(scope, item, at=at)
            queue.hand_on(scope, held, form.cleaned_data["note"], at=at)
            return onward(request, scope, _("Handed on."))
    return show(request, "verification/queue_hand_on.html", form, {"item": item})


def _saved(sheet: Sheet, heard: Heard, seen: frozenset[str]) -> HttpResponse:
    save_checks(sheet.scope, sheet.item, heard, seen=seen, at=sheet.at)
    if sheet.request.POST.get("do") == STOP:
        return redirect("verification:queue")
    return onward(sheet.request, sheet.scope, _("Saved."))


def _show(
    sheet: Sheet,
    form: CheckForm,
    edits: Mapping[Fact, FactForm] | None = None,
    *,
    wrong: DeskForm | None = None,
) -> HttpResponse:
    """Show the page; `wrong` is the form with the mistakes at the top, if it is not `form`."""
    stale = _stale(sheet, form)
    form.forget(stale)
    edits = edits or sheet.edits(form)
    context = {
        **_of_item(sheet),
        "seen": " ".join(sheet.item.reasons),
        "had": marks_of(sheet.views.values()),
        "had_known": marks_of(each for each in sheet.views.values() if each.is_known),
        "opened": " ".join(edits),
        "check": form,
        "rows": [
            {
                "view": view,
                "field": form[f"is_{fact.value}"],
                "edit": edits[fact],
                "is_new": fact in stale,
            }
            for fact, view in sheet.views.items()
        ],
    }
    return show(sheet.request, "verification/queue_check.html", wrong or form, context)


def _of_item(sheet: Sheet) -> dict[str, Any]:
    """Return the context for the service, its numbers and the user who holds the item."""
    item, service = sheet.item, sheet.service
    item.refresh_from_db(fields=["state", "claimed_by", "leased_until", "closed_at"])
    is_leased = rules.leased(QueueState(item.state), item.leased_until, sheet.at)
    is_mine = item.claimed_by_id == sheet.scope.user_id
    phones = list(service.phones.order_by("position", "pk"))
    return {
        "item": item,
        "service": service,
        "phones": [each for each in phones if each.kind == PhoneKind.VOICE] or phones,
        "is_called": not settings.IS_DEMO,
        "chips": reason_chips(item.reasons),
        "call": sheet.call,
        "is_over": item.closed_at is not None,
        "is_mine": is_mine and is_leased,
        "is_theirs": is_leased and not is_mine,
        "has_run_out": is_mine and not is_leased,
    }


def _stale(sheet: Sheet, form: CheckForm) -> frozenset[Fact]:
    """Return the facts that another user changed since this page was opened."""
    if not form.is_bound:
        return frozenset()
    shown = form.marks
    return frozenset(
        fact for fact, view in sheet.views.items() if fact in shown and shown[fact] != view.mark
    )
