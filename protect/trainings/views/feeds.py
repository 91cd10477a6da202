"""Calendar feeds without an account, public or opened by a secret link. They are not cached."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock
from protect.trainings.base.links import public_address
from protect.trainings.base.pages.open_pages import open_page, show_open
from protect.trainings.registrations import access, enums
from protect.trainings.registrations.actions import calendar_feed
from protect.trainings.scheduling import access as scheduling_access, feeds, models

CALENDAR_TYPE = "text/calendar; charset=utf-8"


@open_page
@require_safe
def public_feed(request: HttpRequest) -> HttpResponse:
    """Send the sessions of publicly listed editions as iCalendar."""
    rows = models.Edition.objects.listed().order_by("pk")
    if country := request.GET.get("country"):
        rows = rows.filter(country=country)
    return _calendar_response(feeds.write_public_calendar(rows, **_feed_options(request)))


@open_page
@require_safe
def bookings_feed(request: HttpRequest, token: str) -> HttpResponse:
    resource = scheduling_access.get_resource_by_feed(token)
    rows = scheduling_access.bookings_of_resource(resource)
    options = _feed_options(request)
    return _calendar_response(feeds.write_booking_calendar(resource, rows, **options))


@open_page
@require_safe
def registration_feed(request: HttpRequest, token: str) -> HttpResponse:
    registration = access.get_registration_by_feed(token)
    options = _feed_options(request)
    return _calendar_response(calendar_feed.registration_calendar(registration, **options))


@open_page
@require_http_methods(["GET", "POST"])
def own_feed_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show whether a confirmed participant has a calendar feed; create its link, or end it."""
    registration, feed_url, at = access.get_registration_by_token(token), "", clock.now()
    if registration.state != enums.RegistrationState.CONFIRMED:
        raise Http404
    if request.method == "POST" and request.POST.get("deed") == "end":
        calendar_feed.end_feed_link(registration, at=at)
        registration.feed_hash = None
    elif request.method == "POST":
        feed_token = calendar_feed.create_feed_link(registration, at=at)
        feed_url = public_address("open:registration_feed", feed_token)
    has_feed = bool(feed_url or registration.feed_hash)
    context = {"token": token, "feed": feed_url, "has_feed": has_feed}
    return show_open(request, "trainings/public/own_calendar.html", None, context)


def _feed_options(request: HttpRequest) -> dict[str, Any]:
    """Return arguments of a feed: language, time, and whether it shows titles in full."""
    has_titles, tag = request.GET.get("titles") == "1", get_language() or "en"
    return {"tag": tag, "has_titles": has_titles, "at": clock.now()}


def _calendar_response(document: bytes) -> HttpResponse:
    headers = {"Content-Disposition": 'inline; filename="calendar.ics"'}
    return HttpResponse(document, content_type=CALENDAR_TYPE, headers=headers)
