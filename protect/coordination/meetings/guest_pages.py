"""The page of a guest, by the guest's own link: meetings of the group, and answers to them."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from protect.coordination.groups.guest_links import get_guest
from protect.coordination.meetings.access import get_meeting_of_guest, guest_meetings
from protect.coordination.meetings.actions import answer_as_guest
from protect.coordination.meetings.enums import Reply
from protect.coordination.meetings.views import calendar_response
from protect.kernel import clock, limits
from protect.orgs.access import uuid_or_404
from protect.trainings.base.pages.open_pages import open_page, redirect_to, show_open

FORM_LIMITS = limits.RateLimiter(20)  # forms sent in a minute from one IP address


@open_page
@require_http_methods(["GET", "HEAD", "POST"])
def guest_page(request: HttpRequest, token: str) -> HttpResponse:
    FORM_LIMITS.count_form_post(request)
    guest, at = get_guest(token), clock.now()
    if request.method == "POST":
        pk, reply = uuid_or_404(request.POST.get("meeting", "")), request.POST.get("reply", "")
        if reply not in Reply.values:
            raise Http404
        answer_as_guest(guest, get_meeting_of_guest(guest, pk), Reply(reply), at=at)
        return redirect_to("open_coordination:guest", token)
    meetings = guest_meetings(guest).filter(ends_at__gt=at).order_by("starts_at", "pk")
    replies = dict(
        guest.group.meetings.filter(answers__member=guest).values_list("pk", "answers__reply")
    )
    context = {
        "guest": guest,
        "token": token,
        "meetings": [(meeting, replies.get(meeting.pk)) for meeting in meetings],
        "replies": Reply,
    }
    return show_open(request, "coordination/public/guest.html", None, context)


@open_page
@require_safe
def guest_calendar_file(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    return calendar_response(get_meeting_of_guest(get_guest(token), pk))
