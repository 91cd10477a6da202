"""The own bookings of a person without an account, opened by their link."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from protect.audit.context import AuditContext
from protect.kernel import clock
from protect.trainings.base.extensions import extensions
from protect.trainings.base.pages.open_pages import lead_to, open_page, show_open
from protect.trainings.scheduling import access
from protect.trainings.scheduling.actions.links import Link
from protect.trainings.scheduling.pages.own_bookings import lines_of
from protect.trainings.scheduling.views.own_bookings import answer_own, feed_address, give_or_end


@open_page
@require_http_methods(["GET", "POST"])
def own_bookings(request: HttpRequest, token: str) -> HttpResponse:
    resource = access.get_resource_by_link(token)
    rows = access.bookings_by_link(resource)
    if request.method == "POST":
        if "deed" in request.POST:
            audit = AuditContext(at=clock.now(), actor=None, organisation=resource.organisation_id)
            give_or_end(request, resource, Link.FEED, audit)
        else:
            answer_own(request, access.get_among(rows, request.POST.get("booking", "")))
        return lead_to("open:own_bookings", token)
    at = clock.now()
    context = {
        "resource": resource,
        "token": token,
        "lines": lines_of(rows, at=at),
        "held": [row for each in extensions() for row in each.own_sessions(resource, token, at)],
        "feed": feed_address(resource),
    }
    return show_open(request, "trainings/public/own_bookings.html", None, context)
