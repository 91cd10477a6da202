from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.coordination.groups import access as groups
from protect.coordination.groups.actions import clean_terms
from protect.coordination.groups.models import Group
from protect.coordination.meetings import access, actions, forms
from protect.coordination.meetings.calendars import meeting_calendar
from protect.coordination.meetings.enums import Reply
from protect.coordination.meetings.models import Meeting, Paper
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.ui.moments import exact_text
from protect.ui.pages import (
    FormPage,
    file_header,
    posted_data,
    redirect_with_message,
    render_form_page,
    show_form,
)
from protect.uploads.upload_handler import content_of, stored_document

MEETING = "coordination:meeting"
CALENDAR_TYPE = "text/calendar; charset=utf-8"


@require_http_methods(["GET", "POST"])
def group_meeting_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    group = groups.get_run_group(scope, pk)
    form = forms.MeetingForm(posted_data(request), zone=group.organisation.zone)
    if form.is_valid():
        with form.showing_refusals():
            meeting = actions.plan_meeting(scope, group, form.cleaned_data, at=clock.now())
            return redirect_with_message(request, _("Saved."), MEETING, meeting.pk)
    page = FormPage(_("New meeting"), _("Save"), group_crumb(group))
    return show_form(request, form, page)


@require_safe
def meeting(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_meeting(scope, pk)
    members = row.group.members.current().by_organisation()
    answers = {answer.member_id: answer for answer in row.answers.all()}
    attendance = row.attendance.all()
    own = groups.own_member(scope, row.group)
    context = {
        "meeting": row,
        "name": meeting_name(row),
        "answers": [(member, answers.get(member.pk)) for member in members],
        "waiting": sum(member.pk not in answers for member in members),
        "replies": Reply if own else (),
        "own_reply": answers[own.pk].reply if own and own.pk in answers else None,
        "agenda": row.agenda.prefetch_related(Prefetch("papers", Paper.objects.defer("content"))),
        "attendance": attendance,
        "organisations": len({each.organisation_name for each in attendance}),
        "may_run": groups.may_run(scope, row.group),
        "is_open": row.cancelled_at is None and row.minutes_approved_at is None,
        "is_over": row.ends_at <= clock.now(),
    }
    return render_form_page(request, "coordination/meeting.html", None, context)


@require_http_methods(["GET", "POST"])
def meeting_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    meeting = access.get_run_meeting(scope, pk)
    initial = forms.initial_meeting(meeting)
    form = forms.MeetingForm(posted_data(request), zone=meeting.zone, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            actions.change_meeting(scope, meeting, form.cleaned_data, at=clock.now())
            return redirect_with_message(request, _("Saved."), MEETING, pk)
    lead = _("If the time changes, answers are deleted and invited members are asked again.")
    return show_form(request, form, FormPage(_("Meeting"), _("Save"), crumb(meeting), lead))


@require_POST
def meeting_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    actions.cancel_meeting(scope, access.get_run_meeting(scope, pk), at=clock.now())
    return redirect_with_message(request, _("The meeting is cancelled."), MEETING, pk)


@require_POST
def meeting_invite(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    meeting = access.get_run_meeting(scope, pk)
    count = actions.invite_members(scope, meeting, at=clock.now())
    # Translators: {count} members of a group were invited to a meeting.
    text = ngettext("{count} member gets a mail.", "{count} members get a mail.", count)
    return redirect_with_message(request, text.format(count=count), MEETING, pk)


@require_POST
def meeting_answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    meeting = access.get_meeting(scope, pk)
    reply = request.POST.get("reply", "")
    if reply not in Reply.values:
        raise Http404
    actions.answer_invitation(scope, meeting, Reply(reply), at=clock.now())
    return redirect_with_message(request, _("Your answer is saved."), MEETING, pk)


@require_safe
def meeting_calendar_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    return calendar_response(access.get_meeting(scope_of(request), pk))


@require_http_methods(["GET", "POST"])
def meeting_item_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    meeting = access.get_run_meeting(scope, pk)
    form = forms.ItemForm(posted_data(request))
    if form.is_valid():
        with form.showing_refusals():
            actions.add_item(scope, meeting, form.cleaned_data["title"], at=clock.now())
            return redirect_with_message(request, _("Saved."), MEETING, pk)
    return show_form(request, form, FormPage(_("New agenda item"), _("Save"), crumb(meeting)))


@require_http_methods(["GET", "POST"])
def meeting_attendance(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    meeting = access.get_run_meeting(scope, pk)
    members = meeting.group.members.current().by_organisation()
    present = meeting.attendance.values_list("member", flat=True)
    initial = {"members": [str(key) for key in present]}
    form = forms.AttendanceForm(posted_data(request), members=members, initial=initial)
    if form.is_valid():
        keys = [UUID(key) for key in form.cleaned_data["members"]]
        with form.showing_refusals():
            actions.record_attendance(scope, meeting, keys, at=clock.now())
            return redirect_with_message(request, _("Saved."), MEETING, pk)
    page = FormPage(_("Attendance"), _("Save"), crumb(meeting), early_warning(meeting))
    return show_form(request, form, page)


@require_http_methods(["GET", "POST"])
def item_paper_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    item = access.get_run_item(scope, pk)
    form = forms.PaperForm(posted_data(request), request.FILES or None)
    if form.is_valid():
        with form.showing_refusals():
            file = form.cleaned_data["file"]
            document = clean_terms(file.name or "", content_of(file))
            actions.add_paper(scope, item, document, at=clock.now())
            return redirect_with_message(request, _("Saved."), MEETING, item.meeting_id)
    page = FormPage(_("Paper"), _("Save"), crumb(item.meeting), item.title)
    return show_form(request, form, page)


@require_safe
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    return paper_response(access.get_paper(scope_of(request), pk))


def paper_response(paper: Paper) -> HttpResponse:
    response = stored_document(paper.content, paper.media_type)
    response["Content-Disposition"] = file_header(paper.name)
    return response


def calendar_response(meeting: Meeting) -> HttpResponse:
    headers = {"Content-Disposition": 'inline; filename="calendar.ics"'}
    return HttpResponse(meeting_calendar(meeting), content_type=CALENDAR_TYPE, headers=headers)


def meeting_name(meeting: Meeting) -> str:
    """Return the name of a meeting in its group, such as "Round table 3"."""
    return f"{meeting.get_kind_display()} {meeting.number}"


def early_warning(meeting: Meeting) -> str:
    """Return the date of a meeting that has not begun as a warning; "" for others."""
    if meeting.starts_at <= clock.now():
        return ""
    with timezone.override(meeting.zone):
        moment = exact_text(meeting.starts_at)
    # Translators: a warning; {moment} is a day and an hour.
    return _("This meeting has not begun: it begins on {moment}.").format(moment=moment)


def crumb(meeting: Meeting) -> tuple[str, str]:
    return meeting_name(meeting), reverse(MEETING, args=[meeting.pk])


def group_crumb(group: Group) -> tuple[str, str]:
    return group.name, reverse("coordination:group", args=[group.pk])
