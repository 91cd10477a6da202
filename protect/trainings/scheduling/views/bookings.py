"""The page of a booking: a coordinator records an answer given by phone, or cancels it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.trainings.base import access as base_access
from protect.trainings.base.pages.frame import show
from protect.trainings.scheduling import access, labels
from protect.trainings.scheduling.actions import bookings
from protect.trainings.scheduling.enums import BookingMove, BookingState
from protect.trainings.scheduling.rules.conflicts import TEACHING
from protect.trainings.scheduling.rules.states import BOOKING_MOVES

KEEPS_CASES_OUT = "keeps_cases_out"  # a box that whoever trains ticks with their yes


@require_http_methods(["GET", "POST"])
def booking(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    booking = access.get_booking(scope, pk)
    if request.method == "POST":
        audit = base_access.planner_context(scope, booking.session.training.host_id, at=clock.now())
        kept = KEEPS_CASES_OUT in request.POST
        bookings.answer(booking, move_of(request), audit=audit, keeps_cases_out=kept)
        messages.success(request, _("Noted."))
        return redirect("trainings:half_day_book", pk=booking.session_id)
    context = {
        "booking": booking,
        "session": booking.session,
        "edition": booking.session.training,
        "said": labels.booking(booking),
        "moves": moves_of(booking.state),
        "teaches": booking.role in TEACHING,
    }
    return show(request, "trainings/booking.html", None, context)


def moves_of(state: str) -> list[str]:
    """Return the codes of the moves that a booking allows."""
    return [move.value for move in BookingMove if (BookingState(state), move) in BOOKING_MOVES]


def move_of(request: HttpRequest) -> BookingMove:
    """Return the submitted move of a booking. Errors: Http404."""
    if request.POST.get("move") not in BookingMove.values:
        raise Http404
    return BookingMove(request.POST["move"])
