"""Bookings of somebody without an account, by the link that is their own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from protect.audit.context import AuditContext
from protect.kernel import clock
from protect.trainings import access_bookings
from protect.trainings.actions.linking import Link
from protect.trainings.own import lines_of
from protect.trainings.views.own import answer_own, feed_address, give_or_end
from protect.trainings.views.public import lead_to, open_page, show_open


@open_page
@require_http_methods(["GET", "POST"])
def own_bookings(request: HttpRequest, token: str) -> HttpResponse:
    found = access_bookings.get_resource_by_link(token)
    rows = access_bookings.bookings_by_link(found)
    if request.method == "POST":
        if "deed" in request.POST:
            audit = AuditContext(at=clock.now(), actor=None, organisation=found.organisation_id)
            give_or_end(request, found, Link.FEED, audit)
        else:
            answer_own(request, access_bookings.get_among(rows, request.POST.get("booking", "")))
        return lead_to("own_bookings", token)
    at = clock.now()
    held = access_bookings.held_by_link(found, at=at)
    context = {
        "resource": found,
        "token": token,
        "lines": lines_of(rows, at=at),
        "held": held.select_related("session__request__place").order_by("starts_at"),
        "feed": feed_address(found),
    }
    return show_open(request, "own_bookings.html", None, context)
