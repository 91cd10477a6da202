from typing import NamedTuple
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.coordination.groups import access as groups
from protect.coordination.groups.models import Member
from protect.coordination.meetings.enums import Reply
from protect.coordination.meetings.views import MEETING, group_crumb
from protect.coordination.polls import access, actions
from protect.coordination.polls.forms import PollForm, ProposedDateForm, read_replies
from protect.coordination.polls.models import DateAnswer, DatePoll, ProposedDate
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.ui.pages import (
    FormPage,
    posted_data,
    redirect_with_message,
    render_form_page,
    show_form,
)

POLL = "coordination:poll"


class DateRow(NamedTuple):
    """A date of a poll and what members say of it: those that come first, then those that may."""

    date: ProposedDate
    yes: list[Member]
    maybe: list[Member]
    no: list[Member]
    own: str  # code of the user's own reply, or empty


@require_http_methods(["GET", "POST"])
def group_poll_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    group = groups.get_run_group(scope, pk)
    form = PollForm(posted_data(request), zone=group.organisation.zone)
    if form.is_valid():
        with form.showing_refusals():
            values, at = form.cleaned_data, clock.now()
            poll = actions.open_poll(scope, group, values, values["dates"], at=at)
            return redirect_with_message(request, _("The members get a mail."), POLL, poll.pk)
    lead = _("Members say which days suit them. You choose one, and it becomes the meeting.")
    page = FormPage(_("Ask for a date"), _("Ask the members"), group_crumb(group), lead)
    return show_form(request, form, page)


@require_safe
def poll(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_poll(scope, pk)
    own = groups.own_member(scope, row.group)
    dates = date_rows(row, own)
    answered = {member.pk for date in dates for member in (*date.yes, *date.maybe, *date.no)}
    members = row.group.members.current().by_organisation()
    context = {
        "poll": row,
        "dates": dates,
        "unanswered": [member for member in members if member.pk not in answered],
        "most": max((len(date.yes) for date in dates), default=0),
        "replies": Reply if own and row.ended_at is None else (),
        "may_run": groups.may_run(scope, row.group),
        "now": clock.now(),
    }
    return render_form_page(request, "coordination/polls/poll.html", None, context)


@require_POST
def poll_answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_poll(scope, pk)
    replies = read_replies(request.POST, row.dates.all())
    actions.answer_poll(scope, row, replies, at=clock.now())
    return redirect_with_message(request, _("Your answer is saved."), POLL, pk)


@require_http_methods(["GET", "POST"])
def poll_date_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_poll(scope, pk)
    form = ProposedDateForm(posted_data(request), zone=row.zone)
    if form.is_valid():
        with form.showing_refusals():
            times = (form.cleaned_data["starts_at"], form.cleaned_data["ends_at"])
            actions.add_date(scope, row, times, at=clock.now())
            return redirect_with_message(request, _("The members get a mail."), POLL, pk)
    crumb = (_("Poll of dates"), reverse(POLL, args=[pk]))
    return show_form(request, form, FormPage(_("New date"), _("Save"), crumb))


@require_POST
def date_choose(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    date = access.get_run_date(scope, pk)
    meeting = actions.choose_date(scope, date, at=clock.now())
    text = _("The meeting is planned. The members get a mail.")
    return redirect_with_message(request, text, MEETING, meeting.pk)


@require_POST
def poll_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    row = access.get_run_poll(scope, pk)
    actions.withdraw_poll(scope, row, at=clock.now())
    text = _("The poll has ended without a meeting.")
    return redirect_with_message(request, text, "coordination:group", row.group_id)


def date_rows(poll: DatePoll, own: Member | None) -> list[DateRow]:
    """Return the dates of a poll with what current members say of each."""
    answers = DateAnswer.objects.filter(date__poll=poll, member__left_at=None)
    rows = {date.pk: DateRow(date, [], [], [], "") for date in poll.dates.all()}
    for answer in answers.select_related("member__user"):
        row = rows[answer.date_id]
        getattr(row, answer.reply).append(answer.member)
        if own and answer.member_id == own.pk:
            rows[answer.date_id] = row._replace(own=answer.reply)
    return list(rows.values())
