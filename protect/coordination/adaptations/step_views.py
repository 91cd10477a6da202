from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from protect.coordination.adaptations import access, actions, forms, step_outcomes
from protect.coordination.adaptations.check_topics import topics
from protect.coordination.adaptations.enums import StepState
from protect.coordination.adaptations.models import Adaptation, AdaptationStep
from protect.directory.access import follow_merges
from protect.directory.enums import Fact
from protect.directory.fact_records.fact_view import describe_fact
from protect.directory.fact_records.forms import fact_context
from protect.directory.fact_records.values import fingerprint_of, read_fact
from protect.directory.facts import FACT_LABELS
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.ui.pages import (
    FormPage,
    posted_data,
    redirect_with_message,
    render_form_page,
    show_form,
)

CHECK = "coordination:adaptation"
STAYS = "stays"  # the button: the step is done, and the entry stays as it is


@require_http_methods(["GET", "POST"])
def adaptation_step_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    check = access.get_check(scope, pk)
    access.must_plan(scope, check)
    topic = topics().get(request.GET.get("topic", ""))
    initial = {"topic": topic.code, "text": topic.step} if topic else {}
    people = access.people_of(check.organisation_id)
    form = forms.StepForm(posted_data(request), people=people, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            actions.add_step(scope, check, form.cleaned_data, at=clock.now())
            return redirect_with_message(request, _("Saved."), CHECK, pk)
    return show_form(request, form, FormPage(_("New step"), _("Save"), crumb(check)))


@require_http_methods(["GET", "POST"])
def step_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    step = access.get_step(scope, pk)
    access.must_plan(scope, step.adaptation)
    people = access.people_of(step.adaptation.organisation_id)
    initial = {name: getattr(step, name) for name in actions.STEP_FIELDS if name != "owner"}
    initial["owner"] = step.owner_id
    form = forms.StepForm(posted_data(request), people=people, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            actions.change_step(scope, step, form.cleaned_data, at=clock.now())
            return redirect_with_message(request, _("Saved."), CHECK, step.adaptation_id)
    return show_form(request, form, FormPage(_("Step"), _("Save"), crumb(step.adaptation)))


@require_http_methods(["GET", "POST"])
def step_done(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    step = access.get_step(scope, pk)
    access.must_plan(scope, step.adaptation)
    if not step.fact:
        return _end_plain_step(request, step)
    fact, service = Fact(step.fact), follow_merges(step.adaptation.service)
    values, data = read_fact(service, fact), posted_data(request)
    initial = {"seen": fingerprint_of(values), "answer": "yes"}
    form = forms.StepDoneForm(fact, values, fact_context(service), data, initial)
    if form.is_valid():
        with form.showing_refusals():
            outcome = step_outcomes.StepOutcome(
                values=None if STAYS in request.POST else form.values(),
                seen=form.cleaned_data["seen"],
                note=form.cleaned_data["note"],
                answer=form.cleaned_data["answer"],
            )
            row = step_outcomes.complete_step(scope, step, outcome, at=clock.now())
            return redirect_with_message(request, _outcome_text(row), CHECK, step.adaptation_id)
    main, others = form.split_groups(topics()[step.topic])
    context: dict[str, Any] = {
        "step": step,
        "check": step.adaptation,
        "label": FACT_LABELS[fact],
        "lines": describe_fact(fact, topics()[step.topic].part_of(values)),
        "main": main,
        "others": others,
        "stays": STAYS,
    }
    return render_form_page(request, "coordination/adaptations/step_done.html", form, context)


@require_POST
def step_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    step = actions.cancel_step(scope, access.get_step(scope, pk), at=clock.now())
    return redirect_with_message(request, _("The step is cancelled."), CHECK, step.adaptation_id)


@require_POST
def step_decide(request: HttpRequest, pk: UUID, *, is_done: bool) -> HttpResponse:
    scope = scope_of(request)
    step = access.get_step(scope, pk)
    step_outcomes.decide_step(scope, step, is_done=is_done, at=clock.now())
    return redirect_with_message(request, _("Saved."), CHECK, step.adaptation_id)


def crumb(check: Adaptation) -> tuple[str, str]:
    return check.service.name, reverse(CHECK, args=[check.pk])


def _end_plain_step(request: HttpRequest, step: AdaptationStep) -> HttpResponse:
    form = forms.PlainStepForm(posted_data(request), initial={"answer": "yes"})
    if form.is_valid():
        data = form.cleaned_data
        with form.showing_refusals():
            outcome = step_outcomes.StepOutcome(note=data["note"], answer=data["answer"])
            scope = scope_of(request)
            row = step_outcomes.complete_step(scope, step, outcome, at=clock.now())
            return redirect_with_message(request, _outcome_text(row), CHECK, step.adaptation_id)
    page = FormPage(step.text, _("Mark as done"), crumb(step.adaptation))
    return show_form(request, form, page)


def _outcome_text(step: AdaptationStep) -> str:
    if step.state == StepState.WAITING:
        return _(
            "Sent. A moderator of the directory looks at the change; until then the entry stays as "
            "it was."
        )
    if step.state == StepState.DISPUTED:
        return _(
            "Saved. The directory says the same as before, so the coordinator of your country "
            "decides."
        )
    if step.published_at:
        return _("Done. The directory says it now, checked with the service today.")
    return _("Done.")
