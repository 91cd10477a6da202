from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.coordination.groups import access as groups
from protect.coordination.meetings import access as meetings
from protect.coordination.meetings.models import AgendaItem, Meeting, Paper
from protect.coordination.meetings.views import early_warning, meeting_name
from protect.coordination.minutes import access, actions, forms
from protect.coordination.minutes.enums import ActionState
from protect.coordination.minutes.errors import LineChanged
from protect.coordination.minutes.models import ActionPoint, Decision, MinutesVersion
from protect.kernel import clock
from protect.orgs.access import get_row, scope_of
from protect.ui.pages import (
    FormPage,
    posted_data,
    redirect_with_message,
    render_form_page,
    show_form,
)

MINUTES = "coordination:meeting_minutes"
MAX_TEXT = 20_000  # characters of a line
JSON_TYPE = "application/json"


@require_http_methods(["GET", "POST"])
def meeting_minutes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the minutes, or save the lines of its form: the changed ones, each on its own, so that
    a conflict in one line keeps none of the others from being saved."""
    scope = scope_of(request)
    if request.method == "GET":
        return _minutes_page(request, meetings.get_meeting(scope, pk), {})
    meeting = meetings.get_run_meeting(scope, pk)
    typed_texts = {}
    for item in agenda_lines(meeting):
        typed = request.POST.get(f"text-{item.pk}")
        if typed is None:
            continue
        typed = typed.replace("\r\n", "\n")[:MAX_TEXT]
        version = request.POST.get(f"version-{item.pk}", "")
        seen = int(version) if version.isdecimal() else -1
        try:
            actions.save_line(scope, item, typed, seen, at=clock.now())
        except LineChanged:
            typed_texts[item.pk] = typed
    if request.headers.get("Accept") == JSON_TYPE:
        status = HTTPStatus.CONFLICT if typed_texts else HTTPStatus.OK
        return JsonResponse({"lines": _lines(meeting)}, status=status)
    if typed_texts:
        return _minutes_page(request, meeting, typed_texts)
    return redirect_with_message(request, _("Saved."), MINUTES, pk)


@require_safe
def meeting_lines(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Return the lines as they are now, for the script of the page of minutes."""
    return JsonResponse({"lines": _lines(meetings.get_run_meeting(scope_of(request), pk))})


@require_safe
def minutes_version(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    meeting = meetings.get_meeting(scope_of(request), pk)
    rows = meeting.versions.select_related("approved_in", "approved_by")
    version = get_row(rows, number=number)
    context = {
        "meeting": meeting,
        "name": meeting_name(meeting),
        "version": version,
        "lines": shown_version(version),
        "approved_in": meeting_name(version.approved_in),
    }
    return render_form_page(request, "coordination/minutes_version.html", None, context)


@require_http_methods(["GET", "POST"])
def item_decision_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    item = meetings.get_run_item(scope, pk)
    at, lead = clock.now(), _early_lead(item)
    form = forms.DecisionForm(posted_data(request), is_early=item.meeting.starts_at > at)
    if form.is_valid():
        with form.showing_refusals():
            data = form.cleaned_data
            decision = actions.record_decision(
                scope, item, data["text"], at=at, is_early=data.get("is_early", False)
            )
            # Translators: {number} of a decision of a working group.
            done = _("Saved as decision {number}.").format(number=decision.number)
            return redirect_with_message(request, done, MINUTES, item.meeting_id)
    page = FormPage(_("New decision"), _("Record decision"), _minutes_crumb(item.meeting), lead)
    return show_form(request, form, page)


@require_POST
def decision_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    decision = access.get_run_decision(scope, pk)
    actions.withdraw_decision(scope, decision, at=clock.now())
    text = _("The decision is withdrawn. It keeps its number.")
    return redirect_with_message(request, text, MINUTES, decision.meeting_id)


@require_http_methods(["GET", "POST"])
def item_action_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    item = meetings.get_run_item(scope, pk)
    members = item.meeting.group.members.current().by_organisation()
    form = forms.ActionForm(posted_data(request), members=members)
    if form.is_valid():
        with form.showing_refusals():
            actions.agree_action(scope, item, form.cleaned_data, at=clock.now())
            return redirect_with_message(request, _("Saved."), MINUTES, item.meeting_id)
    crumb = _minutes_crumb(item.meeting)
    page = FormPage(_("New action"), _("Save"), crumb, _early_lead(item))
    return show_form(request, form, page)


@require_http_methods(["GET", "POST"])
def action_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    action = access.get_run_action(scope, pk)
    members = action.meeting.group.members.current().by_organisation()
    initial = {"text": action.text, "owner": action.owner_id, "due_on": action.due_on}
    form = forms.ActionForm(posted_data(request), members=members, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            actions.change_action(scope, action, form.cleaned_data, at=clock.now())
            return redirect_with_message(request, _("Saved."), MINUTES, action.meeting_id)
    return show_form(
        request, form, FormPage(_("Action"), _("Save"), _minutes_crumb(action.meeting))
    )


@require_POST
def action_mark(request: HttpRequest, pk: UUID, *, state: ActionState) -> HttpResponse:
    scope = scope_of(request)
    action = access.get_own_action(scope, pk)
    actions.set_action_state(scope, action, state, at=clock.now())
    ended = _("The action is done. The list of done actions shows it, and can open it again.")
    text = ended if state == ActionState.DONE else _("Saved.")
    return redirect_with_message(request, text, "coordination:action_list")


@require_http_methods(["GET", "POST"])
def meeting_approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    meeting = meetings.get_run_meeting(scope, pk)
    at = clock.now()
    later = meetings.later_meetings(meeting)
    form = forms.ApprovalForm(
        posted_data(request), meetings=later.filter(starts_at__lte=at), label=meeting_name
    )
    if form.is_valid():
        with form.showing_refusals():
            approved_in = form.cleaned_data["approved_in"]
            actions.approve_minutes(scope, meeting, approved_in, at=at)
            return redirect_with_message(request, _("The minutes are approved."), MINUTES, pk)
    context = {
        "meeting": meeting,
        "crumb": _minutes_crumb(meeting),
        "may_approve": later.filter(starts_at__lte=at).exists(),
        "following": later.filter(starts_at__gt=at).last(),
    }
    return render_form_page(request, "coordination/minutes_approve.html", form, context)


@require_POST
def meeting_correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    actions.correct_minutes(scope, meetings.get_run_meeting(scope, pk), at=clock.now())
    text = _("You can correct the minutes. The approved version stays until the next is approved.")
    return redirect_with_message(request, text, MINUTES, pk)


def _minutes_page(request: HttpRequest, meeting: Meeting, typed: dict[UUID, str]) -> HttpResponse:
    """Render the minutes; `typed`: texts that were refused because of another save, by item."""
    scope = scope_of(request)
    may_run = groups.may_run(scope, meeting.group)
    context = {
        "meeting": meeting,
        "name": meeting_name(meeting),
        "lines": [(item, typed.get(item.pk)) for item in agenda_lines(meeting)],
        "has_conflict": bool(typed),
        "versions": meeting.versions.defer("lines").all(),
        "may_run": may_run,
        "may_write": may_run
        and meeting.minutes_approved_at is None
        and meeting.cancelled_at is None
        and meeting.group.closed_at is None,
        "today": clock.now().date(),
        "warning": early_warning(meeting),
        "languages": sorted(set(meeting.translated_texts.values_list("language", flat=True))),
    }
    response = render_form_page(request, "coordination/minutes.html", None, context)
    if typed:
        response.status_code = HTTPStatus.CONFLICT
    return response


def agenda_lines(meeting: Meeting) -> list[AgendaItem]:
    """Return the items of an agenda with decisions, actions and papers loaded, without contents of
    papers."""
    decisions = Decision.objects.order_by("number")
    points = ActionPoint.objects.select_related("owner__user", "ended_by")
    rows = AgendaItem.objects.filter(meeting=meeting).select_related("edited_by", "meeting")
    return list(
        rows.prefetch_related(
            Prefetch("decisions", decisions),
            Prefetch("actions", points),
            Prefetch("papers", Paper.objects.defer("content")),
        )
    )


def _lines(meeting: Meeting) -> list[dict[str, Any]]:
    rows = AgendaItem.objects.filter(meeting=meeting).select_related("edited_by")
    return [
        {
            "id": str(row.pk),
            "text": row.text,
            "version": row.version,
            "by": row.edited_by.name if row.edited_by else "",
        }
        for row in rows
    ]


def shown_version(version: MinutesVersion | None) -> list[dict[str, Any]] | None:
    """Return the lines of approved minutes with the days of actions as days; None without one."""
    if version is None:
        return None
    return [
        line
        | {
            "actions": [
                (*action[:-1], date.fromisoformat(action[-1])) for action in line["actions"]
            ]
        }
        for line in version.lines
    ]


def _early_lead(item: AgendaItem) -> str:
    """Return the agenda item of a form, with a warning if its meeting has not begun."""
    return " · ".join(filter(None, (item.title, early_warning(item.meeting))))


def _minutes_crumb(meeting: Meeting) -> tuple[str, str]:
    # Translators: a link back to the minutes of a meeting, by its name.
    label = _("Minutes: {meeting}").format(meeting=meeting_name(meeting))
    return label, reverse(MINUTES, args=[meeting.pk])
