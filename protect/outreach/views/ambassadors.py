"""Ambassadors at the desk: their list, their supervisors, and their own pages."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.outreach import access, labels, models
from protect.outreach.actions import ambassadors
from protect.outreach.forms.ambassadors import AgreedForm, DebriefForm, PlanForm, ProfileForm
from protect.trainings.base import access as trainings_access, help_lines
from protect.trainings.base.pages.frame import done, sent_data, show, show_tab
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
    ).exclude(pk__in=models.Ambassador.objects.values("pk"))
    context = {"rows": rows.order_by("resource__name"), "others": others.order_by("name", "pk")}
    return show_tab(request, labels.AMBASSADORS, "outreach/ambassador_list.html", context)


@require_http_methods(["GET", "POST"])
def ambassador(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    person = access.get_person(scope, pk)
    profile = models.Ambassador.objects.filter(pk=pk).first()
    initial = {name: getattr(profile, name) for name in ambassadors.PROFILE} if profile else {}
    initial["materials"] = ", ".join(initial.get("materials", ()))
    form = ProfileForm(sent_data(request), organisation=person.organisation, initial=initial)
    if form.is_valid():
        with form.mending():
            ambassadors.set_profile(scope, person, form.cleaned_data, at=clock.now())
            return done(request, _("Saved."), "outreach:ambassador_list")
    return show(request, "outreach/ambassador.html", form, {"person": person, "profile": profile})


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
    form = AgreedForm(sent_data(request), initial=ambassadors.agreed_of(scope))
    if form.is_valid():
        ambassadors.agree(scope, form.cleaned_data, at=clock.now())
        return done(request, _("Saved."), "outreach:ambassador_own")
    return show(request, "outreach/ambassador_agree.html", form, {"profile": row})


@require_http_methods(["GET", "POST"])
def ambassador_plan(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    row = access.own_ambassador(scope)
    initial = {"plan": ambassadors.plan_of(unlocked(request), row) or ""}
    form = PlanForm(sent_data(request), initial=initial)
    if form.is_valid():
        with form.mending():
            ambassadors.keep_plan(scope, form.cleaned_data["plan"], at=clock.now())
            return done(request, _("Saved. Only you can open it."), "outreach:ambassador_own")
    return show(request, "outreach/ambassador_plan.html", form, {"profile": row})


@require_http_methods(["GET", "POST"])
def info_debrief(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_session(scope, pk)
    holder = access.holder_of(scope, session)
    form = DebriefForm(sent_data(request))
    if form.is_valid():
        ambassadors.debrief(holder, **form.cleaned_data, at=clock.now())
        return done(request, _("Thank you."), "outreach:info_session", pk)
    return show(request, "outreach/debrief.html", form, {"found": session})


@require_POST
def info_incident(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_session(scope, pk)
    row = ambassadors.report_incident(access.holder_of(scope, session), at=clock.now())
    return done(request, call_notice(row.resource), "outreach:info_session", pk)


@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    rows = access.calls_of(scope_of(request)).select_related("resource", "session__request__place")
    return show(request, "outreach/call_list.html", None, {"rows": rows.order_by("created", "pk")})


@require_POST
def call_done(request: HttpRequest, number: int) -> HttpResponse:
    scope = scope_of(request)
    ambassadors.called(scope, access.get_debrief(scope, number), at=clock.now())
    return done(request, _("Noted."), "outreach:call_list")


def call_notice(resource: Resource) -> str:
    supervisor = access.supervisor_of(resource)
    if supervisor is not None:
        # Translators: {name} is the supervisor of an ambassador to whom something happened.
        message = _("{name} is asked to call you. In danger, call 112.")
        return message.format(name=supervisor.name)
    if access.responsible_users(resource):
        return _("Those who plan sessions are asked to call you. In danger, call 112.")
    return _("No colleague could be asked here. Call your organisation. In danger, call 112.")


def line_of(resource: Resource) -> help_lines.Line | None:
    number = access.number_of(resource)
    return help_lines.typed_line(resource.organisation.name, number) if number else None
