"""The pages of a guest, by the guest's own link, made of what each subject knows: dates to answer,
meetings with agenda, papers and minutes, and the guest's own actions."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from protect.coordination.groups.guest_links import get_guest
from protect.coordination.groups.models import Member
from protect.coordination.meetings.access import (
    get_meeting_of_guest,
    get_paper_of_guest,
    guest_meetings,
)
from protect.coordination.meetings.actions import answer_as_guest
from protect.coordination.meetings.enums import Reply
from protect.coordination.meetings.views import calendar_response, meeting_name, paper_response
from protect.coordination.minutes.access import get_action_of_guest, guest_actions
from protect.coordination.minutes.actions import end_action_as_guest
from protect.coordination.minutes.views import agenda_lines, shown_version
from protect.coordination.polls.access import get_poll_of_guest, guest_polls
from protect.coordination.polls.actions import answer_poll_as_guest
from protect.coordination.polls.forms import read_replies
from protect.coordination.polls.views import date_rows
from protect.kernel import clock, limits
from protect.orgs.access import uuid_or_404
from protect.trainings.base.pages.open_pages import open_page, redirect_to, show_open

FORM_LIMITS = limits.RateLimiter(20)  # forms sent in a minute from one IP address
PAGE = "open_coordination:guest"
HELD_SHOWN = 12  # past meetings, the newest


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def guest_page(request: HttpRequest, token: str) -> HttpResponse:
    FORM_LIMITS.count_form_post(request)
    guest = get_guest(token)
    if request.method == "POST":
        _store_posted(request, guest)
        return redirect_to(PAGE, token)
    at = clock.now()
    meetings, dates = guest_meetings(guest), guest_polls(guest)
    replies = dict(
        guest.group.meetings.filter(answers__member=guest).values_list("pk", "answers__reply")
    )
    coming = meetings.filter(ends_at__gt=at).order_by("starts_at", "pk")
    context = {
        "guest": guest,
        "token": token,
        "polls": [(poll, date_rows(poll, guest)) for poll in dates],
        "actions": guest_actions(guest),
        "today": at.date(),
        "meetings": [(meeting, replies.get(meeting.pk)) for meeting in coming],
        "held": meetings.filter(ends_at__lte=at, cancelled_at=None)[:HELD_SHOWN],
        "replies": Reply,
    }
    return show_open(request, "coordination/public/guest.html", None, context)


@open_page
@require_safe
def guest_meeting(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    """Show agenda, papers and minutes of a meeting: the approved version, else the draft."""
    guest = get_guest(token)
    meeting = get_meeting_of_guest(guest, pk)
    agenda = agenda_lines(meeting)
    context = {
        "token": token,
        "meeting": meeting,
        "name": meeting_name(meeting),
        "agenda": agenda,
        "has_draft": any(item.text or item.decisions.all() for item in agenda),
        "version": shown_version(meeting.versions.first()),
    }
    return show_open(request, "coordination/public/guest_meeting.html", None, context)


@open_page
@require_safe
def guest_paper(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    return paper_response(get_paper_of_guest(get_guest(token), pk))


@open_page
@require_safe
def guest_calendar_file(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    return calendar_response(get_meeting_of_guest(get_guest(token), pk))


def _store_posted(request: HttpRequest, guest: Member) -> None:
    """Store one form of the page: dates of a poll, an action that is done, or an answer to an
    invitation. Errors: Http404."""
    at, posted = clock.now(), request.POST
    if "poll" in posted:
        poll = get_poll_of_guest(guest, uuid_or_404(posted["poll"]))
        answer_poll_as_guest(guest, poll, read_replies(posted, poll.dates.all()), at=at)
    elif "action" in posted:
        action = get_action_of_guest(guest, uuid_or_404(posted["action"]))
        end_action_as_guest(guest, action, at=at)
    else:
        meeting = get_meeting_of_guest(guest, uuid_or_404(posted.get("meeting", "")))
        reply = posted.get("reply", "")
        if reply not in Reply.values:
            raise Http404
        answer_as_guest(guest, meeting, Reply(reply), at=at)
