"""Calls by two: each records what they heard without the other's record; then both are compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.directory import access as directory_access
from protect.directory.fact_records.checks import is_tested, numbers_of
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.ui.pages import posted, show
from protect.verification import access
from protect.verification.call_tests.call_tests import (
    answer_call,
    compare_calls,
    first_call,
    record_call,
)
from protect.verification.call_tests.forms import FirstCallForm, SecondCallForm
from protect.verification.enums import CallState
from protect.verification.models import CallTest

SAME, OTHER = "same", "other"  # what a comparison says of both calls


@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    directory_access.must_somewhere(scope, Permission.VERIFY_DIRECTORY)
    waiting = access.calls_of(scope).filter(state=CallState.WAITING)
    calls = list(waiting.select_related("service", "by", "second").order_by("at", "pk"))
    others = [call for call in calls if call.by_id != scope.user_id]
    context = {
        "calls": [call for call in others if call.second is None],
        "heard": [call for call in others if call.second is not None],
        "mine": [call for call in calls if call.by_id == scope.user_id],
    }
    return show(request, "verification/call_list.html", None, context)


@require_http_methods(["GET", "POST"])
def call_answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Call as the second person; what the first one heard is shown once that is saved."""
    scope = scope_of(request)
    call = access.get_call(scope, pk)
    form = posted(request, SecondCallForm)
    if form.is_valid():
        with form.mending():
            heard = form.cleaned_data["heard"]
            saved = answer_call(
                scope, call, is_service=form.is_service, heard=heard, at=clock.now()
            )
            messages.add_message(request, *_message(saved.state))
            lapsed = saved.state == CallState.LAPSED
            return redirect("verification:call_list") if lapsed else redirect(request.path)
    is_waiting, is_mine = call.state == CallState.WAITING, call.by_id == scope.user_id
    context = {
        "call": call,
        "is_waiting": is_waiting,
        "is_mine": is_mine,
        "both": list(_both(call)) if call.second else [],
        "may_compare": is_waiting and call.second is not None and not is_mine,
        "numbers": call.numbers,
        "is_called": not settings.IS_DEMO,
        "is_other": call.numbers != numbers_of(call.service),
    }
    return show(request, "verification/call_answer.html", form, context)


@require_POST
def call_compare(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    call = access.get_call(scope, pk)
    is_same = {SAME: True, OTHER: False}.get(request.POST.get("action", ""))
    if is_same is not None:
        ended = compare_calls(scope, call, is_same=is_same, at=clock.now())
        messages.add_message(request, *_message(ended.state))
    return redirect("verification:call_answer", pk)


@require_http_methods(["GET", "POST"])
def service_call(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    service = directory_access.get_service(scope, pk)
    directory_access.must(scope, Permission.VERIFY_DIRECTORY, service.country_id)
    form = posted(request, FirstCallForm)
    if form.is_valid():
        with form.mending():
            record_call(scope, service, form.cleaned_data["heard"], at=clock.now())
            messages.success(
                request, _("Saved. A second person calls now, without seeing what you heard.")
            )
            return redirect("verification:call_list")
    waiting = first_call(service)
    context = {
        "service": service,
        "numbers": numbers_of(service),
        "is_called": not settings.IS_DEMO,
        "is_tested": is_tested(service),
        "waiting": waiting,
        "is_mine": waiting is not None and waiting.by_id == scope.user_id,
    }
    return show(request, "verification/service_call.html", form, context)


def _both(call: CallTest) -> Iterator[dict[str, Any]]:
    """Yield for both callers: name, time and what they heard."""
    # Translators: over what the first of two people heard who called a number.
    yield {"title": _("First call"), "heard": call.heard, "by": call.by, "at": call.at}
    # Translators: over what the second of two people heard who called a number.
    title = _("Second call")
    yield {"title": title, "heard": call.second_heard, "by": call.second, "at": call.second_at}


def _message(state: str) -> tuple[int, str]:
    if state == CallState.WAITING:
        return messages.SUCCESS, _("Saved. Now compare what both of you heard.")
    if state == CallState.CONFIRMED:
        return messages.SUCCESS, _("Confirmed. Two people have called this number now.")
    if state == CallState.REFUSED:
        return messages.WARNING, _(
            "Noted: the number is in doubt now, and waits to be checked. Everybody sees that it is "
            "being checked."
        )
    return messages.WARNING, _(
        "The service has another number by now. This call counts for nothing; somebody has to "
        "call the new number first."
    )
