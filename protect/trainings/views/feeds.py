"""Calendars by their links, for programs that have no account: text/calendar, never kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from protect.kernel import clock
from protect.trainings import access, feeds
from protect.trainings.models import Edition
from protect.trainings.views.public import open_page

TYPE = "text/calendar; charset=utf-8"


@open_page
@require_safe
def public_feed(request: HttpRequest) -> HttpResponse:
    rows = Edition.objects.listed().order_by("pk")
    if country := request.GET.get("country"):
        rows = rows.filter(country=country)
    return _answer(
        feeds.of_everybody(rows, _tag(), has_titles=_has_titles(request), at=clock.now())
    )


@open_page
@require_safe
def bookings_feed(request: HttpRequest, token: str) -> HttpResponse:
    found = access.get_resource_by_feed(token)
    rows = access.bookings_by_link(found)
    return _answer(
        feeds.of_bookings(found, rows, _tag(), has_titles=_has_titles(request), at=clock.now())
    )


@open_page
@require_safe
def registration_feed(request: HttpRequest, token: str) -> HttpResponse:
    found = access.get_registration_by_feed(token)
    return _answer(
        feeds.of_registration(found, _tag(), has_titles=_has_titles(request), at=clock.now())
    )


def _tag() -> str:
    return get_language() or "en"


def _has_titles(request: HttpRequest) -> bool:
    return request.GET.get("titles") == "1"


def _answer(document: bytes) -> HttpResponse:
    headers = {
        "Content-Disposition": 'inline; filename="calendar.ics"',
        "Cache-Control": "private, no-cache",
    }
    return HttpResponse(document, content_type=TYPE, headers=headers)
