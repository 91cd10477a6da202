"""The own bookings of a user: an answer to each date, and a link for their calendar."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from protect.audit.context import AuditContext
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.trainings.base.links import public_address
from protect.trainings.base.pages import tabs
from protect.trainings.base.pages.frame import show_tab
from protect.trainings.scheduling import access
from protect.trainings.scheduling.actions import bookings, links
from protect.trainings.scheduling.actions.links import Link
from protect.trainings.scheduling.errors import BookingMoveNotAllowed
from protect.trainings.scheduling.models import Booking, Resource
from protect.trainings.scheduling.pages.own_bookings import OWN_MOVES, lines_of
from protect.trainings.scheduling.views.bookings import KEEPS_CASES_OUT, move_of


@require_safe
def own_booking_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    mine = list(access.own_resources(scope))
    context = {
        "lines": lines_of(access.own_bookings(scope), at=clock.now()),
        "is_booked": bool(mine),
        "feeds": [*filter(None, map(feed_address, mine))],
    }
    return show_tab(request, tabs.OWN_BOOKINGS, "trainings/own_booking_list.html", context)


@require_POST
def own_booking(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    booking = access.get_own_booking(scope, pk)
    answer_own(request, booking, actor=scope.user_id)
    messages.success(request, _("Thank you. Your answer is noted."))
    return redirect(tabs.OWN_BOOKINGS)


@require_POST
def own_calendar(request: HttpRequest) -> HttpResponse:
    """Create or end the link of the user's calendar."""
    scope = scope_of(request)
    for each in access.own_resources(scope):
        give_or_end(
            request,
            each,
            Link.FEED,
            AuditContext(at=clock.now(), actor=scope.user_id, organisation=each.organisation_id),
        )
    messages.success(request, _("Done."))
    return redirect(tabs.OWN_BOOKINGS)


def answer_own(request: HttpRequest, booking: Booking, *, actor: UUID | None = None) -> None:
    """Record a person's own answer to a booking. Errors: as `booking.answer`, and to cancel."""
    move = move_of(request)
    if move not in OWN_MOVES:
        raise BookingMoveNotAllowed(state=booking.state, move=move.value)
    audit = AuditContext(at=clock.now(), actor=actor, organisation=booking.resource.organisation_id)
    bookings.answer(booking, move, audit=audit, keeps_cases_out=KEEPS_CASES_OUT in request.POST)


def give_or_end(request: HttpRequest, resource: Resource, link: Link, audit: AuditContext) -> None:
    """Create or end a link, as the form asks."""
    if request.POST.get("deed") == "end":
        links.end(resource, link, audit=audit)
    else:
        links.give(resource, link, audit=audit)


def feed_address(resource: Resource) -> str:
    """Return the address of a person's calendar, "" where it has none."""
    token = links.token_of(resource, Link.FEED)
    return public_address("open:bookings_feed", token) if token else ""
