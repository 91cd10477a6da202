"""Calendars by their links, for programs that have no account: text/calendar, never kept."""

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

TYPE = "text/calendar; charset=utf-8"


@open_page
@require_safe
def public_feed(request: HttpRequest) -> HttpResponse:
    rows = models.Edition.objects.listed().order_by("pk")
    if country := request.GET.get("country"):
        rows = rows.filter(country=country)
    return _answer(feeds.write_public_calendar(rows, _tag(), **_options(request)))


@open_page
@require_safe
def bookings_feed(request: HttpRequest, token: str) -> HttpResponse:
    resource = scheduling_access.get_resource_by_feed(token)
    rows = scheduling_access.bookings_by_link(resource)
    return _answer(feeds.of_bookings(resource, rows, _tag(), **_options(request)))


@open_page
@require_safe
def registration_feed(request: HttpRequest, token: str) -> HttpResponse:
    registration = access.get_registration_by_feed(token)
    return _answer(calendar_feed.of_registration(registration, _tag(), **_options(request)))


@open_page
@require_http_methods(["GET", "POST"])
def own_calendar(request: HttpRequest, token: str) -> HttpResponse:
    registration, feed, at = access.get_own(token), "", clock.now()
    if registration.state != enums.RegistrationState.CONFIRMED:
        raise Http404
    if request.method == "POST" and request.POST.get("deed") == "end":
        calendar_feed.end_feed(registration, at=at)
        registration.feed_hash = None
    elif request.method == "POST":
        token_of_feed = calendar_feed.give_feed(registration, at=at)
        feed = public_address("open:registration_feed", token_of_feed)
    context = {"token": token, "feed": feed, "has_feed": bool(feed or registration.feed_hash)}
    return show_open(request, "trainings/public/own_calendar.html", None, context)


def _tag() -> str:
    return get_language() or "en"


def _options(request: HttpRequest) -> dict[str, Any]:
    return {"has_titles": request.GET.get("titles") == "1", "at": clock.now()}


def _answer(document: bytes) -> HttpResponse:
    headers = {"Content-Disposition": 'inline; filename="calendar.ics"'}
    return HttpResponse(document, content_type=TYPE, headers=headers)
