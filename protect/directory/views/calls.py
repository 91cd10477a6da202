"""Calls by two: the first records what was heard, a second calls too and confirms it or not."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from protect.directory import access
from protect.directory.actions.calling import answer_call, is_tested, numbers_of, record_call
from protect.directory.enums import CallState
from protect.directory.forms.calls import FirstCallForm, SecondCallForm
from protect.directory.views.frame import show
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.ui.pages import posted


@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    access.must_somewhere(scope, Permission.VERIFY_DIRECTORY)
    waiting = access.calls_of(scope).filter(state=CallState.WAITING)
    calls = list(waiting.select_related("service", "by").order_by("at", "pk"))
    context = {
        "calls": [each for each in calls if each.by_id != scope.user_id],
        "mine": [each for each in calls if each.by_id == scope.user_id],
    }
    return show(request, "call_list.html", None, context)


@require_http_methods(["GET", "POST"])
def call_answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    call = access.get_call(scope, pk)
    form = posted(request, SecondCallForm)
    if form.is_valid():
        with form.mending():
            heard = form.cleaned_data["heard"]
            ended = answer_call(scope, call, is_same=form.is_same, heard=heard, at=clock.now())
            messages.add_message(request, *_said(ended.state))
            return redirect("directory:call_list")
    context = {
        "call": call,
        "is_waiting": call.state == CallState.WAITING,
        "is_mine": call.by_id == scope.user_id,
        "numbers": call.numbers,
        "is_called": not settings.IS_DEMO,
        "is_other": call.numbers != numbers_of(call.service),
    }
    return show(request, "call_answer.html", form, context)


@require_http_methods(["GET", "POST"])
def service_call(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    service = access.get_service(scope, pk)
    access.must(scope, Permission.VERIFY_DIRECTORY, service.country_id)
    form = posted(request, FirstCallForm)
    if form.is_valid():
        with form.mending():
            record_call(scope, service, form.cleaned_data["heard"], at=clock.now())
            messages.success(
                request, _("Noted. Now somebody else has to call, and confirm what you heard.")
            )
            return redirect("directory:call_list")
    waiting = service.calls.filter(state=CallState.WAITING).select_related("by").first()
    context = {
        "service": service,
        "numbers": numbers_of(service),
        "is_called": not settings.IS_DEMO,
        "is_tested": is_tested(service),
        "waiting": waiting,
        "is_mine": waiting is not None and waiting.by_id == scope.user_id,
    }
    return show(request, "service_call.html", form, context)


def _said(state: str) -> tuple[int, str]:
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
