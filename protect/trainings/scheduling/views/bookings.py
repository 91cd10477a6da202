from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.audit.context import AuditContext
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.trainings.base import access as base_access, extension, help_lines, links
from protect.trainings.base.labels import StateLabel
from protect.trainings.base.pages import frame, open_pages
from protect.trainings.scheduling import access, errors, labels, models, queries, rules
from protect.trainings.scheduling.actions import bookings, mail
from protect.trainings.scheduling.enums import BookingMove, BookingState

ROW_LIMIT = 100  # bookings of one person on a page
OWN_MOVES = (BookingMove.ACCEPT, BookingMove.DECLINE)  # of the booked person
KEEPS_CASES_OUT = "keeps_cases_out"  # checkbox: an accepting trainer will use no real case


class OwnBookingLine(NamedTuple):
    """A booking as the booked person sees it, with the moves that they may make."""

    booking: models.Booking
    status: StateLabel
    moves: list[str]
    is_cancelled: bool
    is_trainer: bool
    call: help_lines.HelpLine | None  # the organisation's number; None if it gave none


def own_booking_lines(bookings: queries.BookingQuerySet, *, at: datetime) -> list[OwnBookingLine]:
    """Return bookings not yet over, cancelled ones too; those without an answer come first."""
    with_organisations = bookings.select_related("resource__organisation")
    rows = list(with_organisations.filter(ends_at__gt=at).order_by("starts_at", "pk")[:ROW_LIMIT])
    keys = {row.resource_id for row in rows}
    numbers = [hook.phone_numbers(keys).items() for hook in extension.extensions()]
    phone_numbers = dict(chain.from_iterable(numbers))
    lines = [_own_booking_line(row, phone_numbers.get(row.resource_id, "")) for row in rows]
    return sorted(lines, key=lambda row: row.booking.state != BookingState.ASKED)


def _own_booking_line(row: models.Booking, phone_number: str) -> OwnBookingLine:
    name, is_trainer = row.resource.organisation.name, row.role in rules.TEACHING_ROLES
    call = help_lines.help_line_from_text(name, phone_number) if phone_number else None
    if row.session.cancelled_at is not None or row.state == BookingState.CANCELLED:
        status = labels.label_booking_state(BookingState.CANCELLED)
        return OwnBookingLine(row, status, [], True, is_trainer, call)
    moves = _possible_moves(row.state, OWN_MOVES)
    return OwnBookingLine(row, labels.booking_status(row), moves, False, is_trainer, call)


@require_http_methods(["GET", "POST"])
def booking_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show a booking to a coordinator, or record an answer or cancellation."""
    scope = scope_of(request)
    booking = access.get_booking(scope, pk)
    if request.method == "POST":
        audit = base_access.planner_context(scope, booking.session.training.host_id, at=clock.now())
        move, keeps_out = submitted_move(request), KEEPS_CASES_OUT in request.POST
        bookings.answer_booking(booking, move, audit=audit, keeps_cases_out=keeps_out)
        return frame.redirect_with_message(
            request, _("Noted."), "trainings:session_book", booking.session_id
        )
    context = {
        "booking": booking,
        "session": booking.session,
        "edition": booking.session.training,
        "said": labels.booking_status(booking),
        "moves": _possible_moves(booking.state, BookingMove),
        "teaches": booking.role in rules.TEACHING_ROLES,
    }
    return frame.render_form_page(request, "trainings/booking.html", None, context)


def _possible_moves(state: str, moves: Iterable[BookingMove]) -> list[str]:
    return [move.value for move in moves if (BookingState(state), move) in rules.BOOKING_MOVES]


def submitted_move(request: HttpRequest) -> BookingMove:
    """Return the submitted move of a booking. Errors: Http404."""
    if request.POST.get("move") not in BookingMove.values:
        raise Http404
    return BookingMove(request.POST["move"])


@require_safe
def own_booking_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    own_resources = list(access.own_resources(scope))
    context = {
        "lines": own_booking_lines(access.own_bookings(scope), at=clock.now()),
        "is_booked": bool(own_resources),
        "feeds": [*filter(None, map(active_feed_url, own_resources))],
    }
    return frame.show_tab(request, frame.OWN_BOOKINGS, "trainings/own_booking_list.html", context)


@require_POST
def answer_own_booking(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    record_own_answer(request, access.get_own_booking(scope, pk), actor=scope.user_id)
    return frame.redirect_with_message(
        request, _("Thank you. Your answer is noted."), frame.OWN_BOOKINGS
    )


@require_POST
def change_own_feed(request: HttpRequest) -> HttpResponse:
    """Activate or deactivate the calendar feed of a user's own bookings."""
    scope = scope_of(request)
    for resource in access.own_resources(scope):
        audit = scope.audit(resource.organisation_id, at=clock.now())
        activate_or_deactivate_link(request, resource, mail.Link.FEED, audit)
    return frame.redirect_with_message(request, _("Done."), frame.OWN_BOOKINGS)


def record_own_answer(
    request: HttpRequest, booking: models.Booking, *, actor: UUID | None = None
) -> None:
    """Record a booked person's answer. Errors: as `bookings.answer_booking`, also for CANCEL."""
    move = submitted_move(request)
    if move not in OWN_MOVES:
        raise errors.BookingMoveNotAllowed(state=BookingState(booking.state), move=move)
    audit = AuditContext(at=clock.now(), actor=actor, organisation=booking.resource.organisation_id)
    keeps_out = KEEPS_CASES_OUT in request.POST
    bookings.answer_booking(booking, move, audit=audit, keeps_cases_out=keeps_out)


def activate_or_deactivate_link(
    request: HttpRequest, resource: models.Resource, link: mail.Link, audit: AuditContext
) -> None:
    """Deactivate a link if the request says so (`deed=end`); otherwise activate it."""
    if request.POST.get("deed") == "end":
        mail.deactivate_link(resource, link, audit=audit)
    else:
        mail.activate_link(resource, link, audit=audit)


def active_feed_url(resource: models.Resource) -> str:
    token = mail.active_token(resource, mail.Link.FEED)
    return links.public_address("open:bookings_feed", token) if token else ""


@open_pages.open_page
@require_http_methods(["GET", "POST"])
def bookings_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show a person's bookings without an account, or record what that person changes."""
    resource = access.get_resource_by_link(token)
    rows = access.bookings_of_resource(resource)
    if request.method == "POST":
        if "deed" in request.POST:
            audit = AuditContext(at=clock.now(), actor=None, organisation=resource.organisation_id)
            activate_or_deactivate_link(request, resource, mail.Link.FEED, audit)
        else:
            row = base_access.get_chosen_row(rows, request.POST.get("booking", ""))
            record_own_answer(request, row)
        return open_pages.redirect_to("open:own_bookings", token)
    at = clock.now()
    sessions = (hook.own_sessions(resource, token, at) for hook in extension.extensions())
    context = {
        "resource": resource,
        "token": token,
        "lines": own_booking_lines(rows, at=at),
        "held": [*chain.from_iterable(sessions)],
        "feed": active_feed_url(resource),
    }
    return open_pages.show_open(request, "trainings/public/own_bookings.html", None, context)
