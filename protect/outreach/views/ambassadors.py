from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.outreach import access, labels, models
from protect.outreach.actions import ambassadors
from protect.outreach.forms import ambassadors as forms
from protect.trainings.base import access as trainings_access, help_lines
from protect.trainings.base.pages.frame import (
    redirect_with_message,
    render_form_page,
    sent_data,
    show_tab,
)
from protect.trainings.scheduling.enums import ResourceKind
from protect.trainings.scheduling.models import Resource
from protect.vault.sessions.unlocked import get_unlocked


@require_safe
def ambassador_list_page(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    mine = trainings_access.must_plan_somewhere(scope)
    rows = access.visible_ambassadors(scope).select_related("resource", "supervisor")
    people = Resource.objects.filter(organisation__in=mine, is_active=True)
    others = people.filter(kind=ResourceKind.PERSON)
    others = others.exclude(pk__in=models.Ambassador.objects.values("pk"))
    context = {"rows": rows.order_by("resource__name"), "others": others.order_by("name", "pk")}
    return show_tab(request, labels.AMBASSADORS_URL, "outreach/ambassador_list.html", context)


@require_http_methods(["GET", "POST"])
def ambassador_profile_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    person = access.get_person(scope, pk)
    profile = models.Ambassador.objects.filter(pk=pk).first()
    names = ambassadors.PROFILE_FIELDS if profile else ()
    initial = {name: getattr(profile, name) for name in names}
    initial["materials"] = ", ".join(initial.get("materials", ()))
    form = forms.ProfileForm(sent_data(request), organisation=person.organisation, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            ambassadors.save_profile(scope, person, form.cleaned_data, at=clock.now())
            return redirect_with_message(request, _("Saved."), "outreach:ambassador_list")
    return render_form_page(
        request, "outreach/ambassador.html", form, {"person": person, "profile": profile}
    )


@require_safe
def own_ambassador_page(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_own_ambassador(scope)
    context = {
        "profile": row,
        "agreed": ambassadors.get_permissions(scope),
        "skills": [labels.SKILL_LABELS.get(code, code) for code in row.skills],
        "plan": ambassadors.open_safety_plan(get_unlocked(request), row),
    }
    return render_form_page(request, "outreach/ambassador_own.html", None, context)


@require_http_methods(["GET", "POST"])
def own_permissions_page(request: HttpRequest) -> HttpResponse:
    """Let an ambassador choose whether their name, picture and voice may be used."""
    scope = scope_of(request)
    row = access.get_own_ambassador(scope)
    form = forms.PermissionsForm(sent_data(request), initial=ambassadors.get_permissions(scope))
    if form.is_valid():
        ambassadors.save_permissions(scope, form.cleaned_data, at=clock.now())
        return redirect_with_message(request, _("Saved."), "outreach:ambassador_own")
    return render_form_page(request, "outreach/ambassador_agree.html", form, {"profile": row})


@require_http_methods(["GET", "POST"])
def own_safety_plan_page(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_own_ambassador(scope)
    initial = {"plan": ambassadors.open_safety_plan(get_unlocked(request), row) or ""}
    form = forms.SafetyPlanForm(sent_data(request), initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            ambassadors.save_safety_plan(scope, form.cleaned_data["plan"], at=clock.now())
            return redirect_with_message(
                request, _("Saved. Only you can open it."), "outreach:ambassador_own"
            )
    return render_form_page(request, "outreach/ambassador_plan.html", form, {"profile": row})


@require_http_methods(["GET", "POST"])
def debrief_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let the user say how they feel after the session `pk`, which they hold."""
    scope = scope_of(request)
    session = access.get_session(scope, pk)
    holder = access.get_holder(scope, session)
    form = forms.DebriefForm(sent_data(request))
    if form.is_valid():
        ambassadors.save_debrief(holder, **form.cleaned_data, at=clock.now())
        return redirect_with_message(request, _("Thank you."), "outreach:info_session", pk)
    return render_form_page(request, "outreach/debrief.html", form, {"found": session})


@require_POST
def report_incident_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record an incident of the user at the session `pk`; ask the responsible users to call."""
    scope = scope_of(request)
    session = access.get_session(scope, pk)
    row = ambassadors.report_incident(access.get_holder(scope, session), at=clock.now())
    return redirect_with_message(
        request, call_request_message(row.resource), "outreach:info_session", pk
    )


@require_safe
def call_list_page(request: HttpRequest) -> HttpResponse:
    rows = access.debriefs_awaiting_call(scope_of(request))
    rows = rows.select_related("resource", "session__request__place")
    return render_form_page(
        request, "outreach/call_list.html", None, {"rows": rows.order_by("created", "pk")}
    )


@require_POST
def record_call_page(request: HttpRequest, debrief_id: int) -> HttpResponse:
    """Record that the user called the ambassador of a debrief; return to the pending calls."""
    scope = scope_of(request)
    ambassadors.mark_as_called(
        scope, access.get_debrief_awaiting_call(scope, debrief_id), at=clock.now()
    )
    return redirect_with_message(request, _("Noted."), "outreach:call_list")


def call_request_message(resource: Resource) -> str:
    """Return the message after a reported incident: which people were asked to call."""
    supervisor = access.get_active_supervisor(resource)
    if supervisor is not None:
        # Translators: {name} is the supervisor of an ambassador to whom something happened.
        message = _("We have asked {name} to call you. If you are in danger, call 112.")
        return message.format(name=supervisor.name)
    if access.responsible_users(resource):
        return _(
            "We have asked the planners of sessions to call you. If you are in danger, call 112."
        )
    return _(
        "We could not ask a colleague to call you. Call your organisation. If you are in "
        "danger, call 112."
    )


def get_organisation_help_line(resource: Resource) -> help_lines.HelpLine | None:
    """Return the phone of an ambassador's organisation as a help line; None without a number."""
    number = access.get_organisation_phone(resource)
    return help_lines.help_line_from_text(resource.organisation.name, number) if number else None
