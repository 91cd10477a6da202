"""Bookings of a half day: made with what speaks against them in view, answered by phone, ended."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.trainings import access, access_bookings, labels
from protect.trainings.actions import booking as bookings
from protect.trainings.candidates import KINDS, candidates
from protect.trainings.cover import needed_in
from protect.trainings.enums import BookingMove, BookingRole, BookingState, NeedKind
from protect.trainings.forms.booking import BookForm
from protect.trainings.rules.clashing import TEACHING
from protect.trainings.rules.states import BOOKING_MOVES
from protect.trainings.views.frame import show

NEEDED = {  # what those who come need, by as what it is booked
    BookingRole.INTERPRETER: NeedKind.INTERPRETER,
    BookingRole.CHILDCARE: NeedKind.CHILDCARE,
}
KEEPS_CASES_OUT = "keeps_cases_out"  # a box that whoever trains ticks with their yes


@require_http_methods(["GET", "POST"])
def half_day_book(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_half_day(scope, pk)
    asked = request.GET.get("as", "")
    role = BookingRole(asked) if asked in KINDS else BookingRole.TRAINER
    found = candidates(session, role)
    form = BookForm(
        request.POST if request.method == "POST" else None,
        session=session,
        role=role,
        candidates=found,
    )
    if form.is_valid():
        with form.mending():
            reason = form.cleaned_data["reason"]
            bookings.book(scope, session, form.wanted(), at=clock.now(), reason=reason)
            messages.success(request, _("Booked."))
            return redirect("trainings:half_day_book", pk=pk)
    rows = session.bookings.exclude(state=BookingState.CANCELLED)
    rows = rows.select_related("resource", "language").order_by("role", "pk")
    context = {
        "session": session,
        "edition": session.training,
        "rows": [(row, labels.booking(row)) for row in rows],
        "roles": [(each.label, f"?as={each.value}", each is role) for each in KINDS],
        "has_candidates": bool(found),
        "kind": KINDS[role],
        "needed": [
            (language, number)
            for kind, language, number in needed_in(session.training)
            if kind == NEEDED.get(role)
        ],
    }
    return show(request, "half_day_book.html", form, context)


@require_http_methods(["GET", "POST"])
def booking(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    found = access_bookings.get_booking(scope, pk)
    if request.method == "POST":
        audit = access.planner_context(scope, found.session.training.host_id, at=clock.now())
        kept = KEEPS_CASES_OUT in request.POST
        bookings.answer(found, move_of(request), audit=audit, keeps_cases_out=kept)
        messages.success(request, _("Noted."))
        return redirect("trainings:half_day_book", pk=found.session_id)
    context = {
        "booking": found,
        "session": found.session,
        "edition": found.session.training,
        "said": labels.booking(found),
        "moves": moves_of(found.state),
        "teaches": found.role in TEACHING,
    }
    return show(request, "booking.html", None, context)


def moves_of(state: str) -> list[str]:
    """Return the codes of what can be done to a booking."""
    return [move.value for move in BookingMove if (BookingState(state), move) in BOOKING_MOVES]


def move_of(request: HttpRequest) -> BookingMove:
    """Return what a form wants done to a booking. Errors: Http404."""
    if request.POST.get("move") not in BookingMove.values:
        raise Http404
    return BookingMove(request.POST["move"])
