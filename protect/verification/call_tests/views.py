from collections.abc import Iterator
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.directory import access as directory_access
from protect.directory.fact_records.checks import has_call_test, phone_numbers_of
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.ui.forms import DeskForm
from protect.ui.pages import bind_form, redirect_with_message, render_form_page
from protect.verification import access, enums, models, rules
from protect.verification.call_tests import call_tests

# Answers: the service was reached; both callers reached the same one; another or none.
SERVICE, SAME, OTHER = "service", "same", "other"


def _note_field() -> forms.CharField:
    return forms.CharField(
        # Translators: what each of two people hears who call a number, one after the other.
        label=gettext_lazy("Who answered, and what did they say?"),
        help_text=gettext_lazy(
            "For example: a woman said the name of the service, in Maltese and English."
            " Write nothing about a person."
        ),
        max_length=rules.MAX_NOTE_LENGTH,
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 3}),
    )


class FirstCallForm(DeskForm):
    # Translators: a page: the first of two people calls a number.
    page = gettext_lazy("Call as the first person")
    field_by_error_code = {"directory_tells_where": "heard"}
    heard = _note_field()


class SecondCallForm(DeskForm):
    # Translators: a page: the second of two people calls a number.
    page = gettext_lazy("Call as the second person")
    field_by_error_code = {"directory_tells_where": "heard"}
    answer = forms.ChoiceField(
        # Translators: the second of two people calls a number, not knowing what the first heard.
        label=gettext_lazy("Does this service answer?"),
        choices=[
            # Translators: an answer: the number leads to the service.
            (SERVICE, gettext_lazy("Yes, this service answers")),
            # Translators: an answer: the number leads somewhere else, or the call is not answered.
            (OTHER, gettext_lazy("No, the number leads elsewhere, or the call is not answered")),
        ],
        widget=forms.RadioSelect,
    )
    heard = _note_field()


@require_safe
def list_call_tests(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    directory_access.require_permission_anywhere(scope, Permission.VERIFY_DIRECTORY)
    waiting = access.checkable_call_tests(scope).filter(state=enums.CallState.WAITING)
    calls = list(waiting.select_related("service", "by", "second").order_by("at", "pk"))
    others = [call for call in calls if call.by_id != scope.user_id]
    context = {
        "calls": [call for call in others if call.second is None],
        "heard": [call for call in others if call.second is not None],
        "mine": [call for call in calls if call.by_id == scope.user_id],
    }
    return render_form_page(request, "verification/call_list.html", None, context)


@require_http_methods(["GET", "POST"])
def make_second_call(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record the second call of a call test; afterwards show both notes for comparison."""
    scope = scope_of(request)
    call = access.get_call_test(scope, pk)
    form = bind_form(request, SecondCallForm)
    if form.is_valid():
        with form.showing_refusals():
            heard, is_service = form.cleaned_data["heard"], form.cleaned_data["answer"] == SERVICE
            saved_call = call_tests.record_second_call(
                scope, call, is_service_reached=is_service, note=heard, at=clock.now()
            )
            messages.add_message(request, *_result_message(saved_call.state))
            lapsed = saved_call.state == enums.CallState.LAPSED
            return redirect("verification:call_list") if lapsed else redirect(request.path)
    is_waiting, is_mine = call.state == enums.CallState.WAITING, call.by_id == scope.user_id
    context = {
        "call": call,
        "is_waiting": is_waiting,
        "is_mine": is_mine,
        "both": list(_both_notes(call)) if call.second else [],
        "may_compare": is_waiting and call.second is not None and not is_mine,
        "numbers": call.numbers,
        "is_called": not settings.IS_DEMO,
        "is_other": call.numbers != phone_numbers_of(call.service),
    }
    return render_form_page(request, "verification/call_answer.html", form, context)


@require_POST
def compare_call_notes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record the user's decision whether both callers reached the same service."""
    scope = scope_of(request)
    call = access.get_call_test(scope, pk)
    is_same = {SAME: True, OTHER: False}.get(request.POST.get("action", ""))
    if is_same is not None:
        compared_call = call_tests.record_comparison(scope, call, is_same=is_same, at=clock.now())
        messages.add_message(request, *_result_message(compared_call.state))
    return redirect("verification:call_answer", pk)


@require_http_methods(["GET", "POST"])
def make_first_call(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    service = directory_access.get_service(scope, pk, Permission.VERIFY_DIRECTORY)
    form = bind_form(request, FirstCallForm)
    if form.is_valid():
        with form.showing_refusals():
            call_tests.record_first_call(scope, service, form.cleaned_data["heard"], at=clock.now())
            message = _("Saved. Next, a second person calls without seeing your note.")
            return redirect_with_message(request, message, "verification:call_list")
    waiting = call_tests.waiting_call_test(service)
    context = {
        "service": service,
        "numbers": phone_numbers_of(service),
        "is_called": not settings.IS_DEMO,
        "is_tested": has_call_test(service),
        "waiting": waiting,
        "is_mine": waiting is not None and waiting.by_id == scope.user_id,
    }
    return render_form_page(request, "verification/service_call.html", form, context)


def _both_notes(call: models.CallTest) -> Iterator[dict[str, object]]:
    # Translators: over what the first of two people heard who called a number.
    yield {"title": _("First call"), "heard": call.heard, "by": call.by, "at": call.at}
    title = _("Second call")  # For translators: over what the second of two callers heard
    yield {"title": title, "heard": call.second_heard, "by": call.second, "at": call.second_at}


def _result_message(state: str) -> tuple[int, str]:
    """Return the level and the text of the message about the new state of a call test."""
    if state == enums.CallState.WAITING:
        return messages.SUCCESS, _("Saved. Now compare both notes.")
    if state == enums.CallState.CONFIRMED:
        return messages.SUCCESS, _("Confirmed. Two people have now called this number.")
    if state == enums.CallState.REFUSED:
        return messages.WARNING, _(
            "Saved. The number is now disputed and has to be checked. If the service is"
            " published, visitors see that its number is being checked."
        )
    return messages.WARNING, _(
        "The number of the service has changed. This call does not count; the new "
        "number has to be called first."
    )
