"""Ambassadors at the desk: their list, their supervisors, and their own pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.outreach import access, labels
from protect.outreach.actions import ambassadors
from protect.outreach.enums import Mood
from protect.outreach.forms.ambassadors import AgreedForm, DebriefForm, PlanForm, ProfileForm
from protect.outreach.models import Ambassador
from protect.trainings.base import access as trainings_access
from protect.trainings.base import help_lines
from protect.trainings.base.pages.frame import show, show_tab
from protect.trainings.scheduling.enums import ResourceKind
from protect.trainings.scheduling.models import Resource
from protect.vault.sessions.unlocked import unlocked


@require_safe
def ambassador_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    mine = trainings_access.must_plan_somewhere(scope)
    rows = access.ambassadors_of(scope).select_related("resource", "supervisor")
    others = Resource.objects.filter(
        kind=ResourceKind.PERSON, organisation__in=mine, is_active=True
    ).exclude(pk__in=Ambassador.objects.values("pk"))
    context = {"rows": rows.order_by("resource__name"), "others": others.order_by("name", "pk")}
    return show_tab(request, labels.AMBASSADORS, "outreach/ambassador_list.html", context)


@require_http_methods(["GET", "POST"])
def ambassador(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    person = access.get_person(scope, pk)
    profile = Ambassador.objects.filter(pk=pk).first()
    form = ProfileForm(
        request.POST if request.method == "POST" else None,
        organisation=person.organisation,
        initial=profile_values(profile) if profile else {},
    )
    if form.is_valid():
        with form.mending():
            ambassadors.set_profile(scope, person, form.cleaned_data, at=clock.now())
            messages.success(request, _("Saved."))
            return redirect("outreach:ambassador_list")
    context = {"person": person, "profile": profile}
    return show(request, "outreach/ambassador.html", form, context)


@require_safe
def ambassador_own(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    row = access.own_ambassador(scope)
    context = {
        "profile": row,
        "agreed": ambassadors.agreed_of(scope),
        "skills": [labels.SKILLS.get(code, code) for code in row.skills],
        "plan": ambassadors.plan_of(unlocked(request), row),
    }
    return show(request, "outreach/ambassador_own.html", None, context)


@require_http_methods(["GET", "POST"])
def ambassador_agree(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    row = access.own_ambassador(scope)
    initial = ambassadors.agreed_of(scope)
    form = AgreedForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        ambassadors.agree(scope, form.cleaned_data, at=clock.now())
        messages.success(request, _("Saved."))
        return redirect("outreach:ambassador_own")
    return show(request, "outreach/ambassador_agree.html", form, {"profile": row})


@require_http_methods(["GET", "POST"])
def ambassador_plan(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    row = access.own_ambassador(scope)
    initial = {"plan": ambassadors.plan_of(unlocked(request), row) or ""}
    form = PlanForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        with form.mending():
            ambassadors.keep_plan(scope, form.cleaned_data["plan"], at=clock.now())
            messages.success(request, _("Saved. Only you can open it."))
            return redirect("outreach:ambassador_own")
    return show(request, "outreach/ambassador_plan.html", form, {"profile": row})


@require_http_methods(["GET", "POST"])
def info_debrief(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_session(scope, pk)
    access.own_part(scope, session)
    form = DebriefForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data
        mood, wants_call = Mood(data["mood"]), data["wants_call"]
        ambassadors.debrief(scope, session, mood, wants_call=wants_call, at=clock.now())
        messages.success(request, _("Thank you."))
        return redirect("outreach:info_session", pk=pk)
    return show(request, "outreach/debrief.html", form, {"found": session})


@require_POST
def info_incident(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_session(scope, pk)
    row = ambassadors.report_incident(scope, session, at=clock.now())
    messages.success(request, call_notice(row.resource))
    return redirect("outreach:info_session", pk=pk)


@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    rows = access.calls_of(scope_of(request)).select_related("resource", "session__request__place")
    return show(request, "outreach/call_list.html", None, {"rows": rows.order_by("created", "pk")})


@require_POST
def call_done(request: HttpRequest, number: int) -> HttpResponse:
    scope = scope_of(request)
    ambassadors.called(scope, access.get_debrief(scope, number), at=clock.now())
    messages.success(request, _("Noted."))
    return redirect("outreach:call_list")


def call_notice(resource: Resource) -> str:
    supervisor = access.supervisor_of(resource)
    if supervisor is not None:
        # Translators: {name} is the supervisor of somebody to whom something happened.
        message = _("{name} is asked to call you. In danger, call 112.")
        return message.format(name=supervisor.name)
    if access.responsible_users(resource):
        return _("Those who plan sessions are asked to call you. In danger, call 112.")
    return _("Nobody could be asked here. Call your organisation. In danger, call 112.")


def line_of(resource: Resource) -> help_lines.Line | None:
    number = access.number_of(resource)
    return help_lines.typed_line(resource.organisation.name, number) if number else None


def profile_values(row: Ambassador) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(row, name) for name in ambassadors.PROFILE}
    return values | {"materials": ", ".join(row.materials)}
