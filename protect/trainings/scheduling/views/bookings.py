"""Bookings: the page of one for coordinators, and a person's own, with and without an account."""

from collections.abc import Iterable
from datetime import datetime
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

SHOWN = 100  # dates
OWN_MOVES = (BookingMove.ACCEPT, BookingMove.DECLINE)
KEEPS_CASES_OUT = "keeps_cases_out"  # a box that a trainer ticks with their yes


class OwnLine(NamedTuple):
    booking: models.Booking
    said: StateLabel
    moves: list[str]
    is_cancelled: bool
    teaches: bool
    call: help_lines.Line | None  # the organisation, where it gave a number


def lines_of(bookings: queries.BookingQuerySet, *, at: datetime) -> list[OwnLine]:
    """Return the dates to come, those that wait for an answer first."""
    loaded = bookings.select_related("resource__organisation")
    rows = list(loaded.filter(ends_at__gt=at).order_by("starts_at", "pk")[:SHOWN])
    keys = {row.resource_id for row in rows}
    numbers = {
        key: number for each in extension.extensions() for key, number in each.numbers(keys).items()
    }
    lines = [_line(row, numbers.get(row.resource_id, "")) for row in rows]
    return sorted(lines, key=lambda each: each.booking.state != BookingState.ASKED)


def _line(row: models.Booking, number: str) -> OwnLine:
    is_cancelled = row.session.cancelled_at is not None or row.state == BookingState.CANCELLED
    return OwnLine(
        row,
        labels.booking_state(BookingState.CANCELLED) if is_cancelled else labels.booking(row),
        [] if is_cancelled else _moves(row.state, OWN_MOVES),
        is_cancelled,
        row.role in rules.TEACHING,
        help_lines.typed_line(row.resource.organisation.name, number) if number else None,
    )


@require_http_methods(["GET", "POST"])
def booking(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    booking = access.get_booking(scope, pk)
    if request.method == "POST":
        audit = base_access.planner_context(scope, booking.session.training.host_id, at=clock.now())
        kept = KEEPS_CASES_OUT in request.POST
        bookings.answer(booking, move_of(request), audit=audit, keeps_cases_out=kept)
        return frame.done(request, _("Noted."), "trainings:half_day_book", booking.session_id)
    context = {
        "booking": booking,
        "session": booking.session,
        "edition": booking.session.training,
        "said": labels.booking(booking),
        "moves": _moves(booking.state, BookingMove),
        "teaches": booking.role in rules.TEACHING,
    }
    return frame.show(request, "trainings/booking.html", None, context)


def _moves(state: str, moves: Iterable[BookingMove]) -> list[str]:
    return [move.value for move in moves if (BookingState(state), move) in rules.BOOKING_MOVES]


def move_of(request: HttpRequest) -> BookingMove:
    """Return the submitted move of a booking. Errors: Http404."""
    if request.POST.get("move") not in BookingMove.values:
        raise Http404
    return BookingMove(request.POST["move"])


@require_safe
def own_booking_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    mine = list(access.own_resources(scope))
    context = {
        "lines": lines_of(access.own_bookings(scope), at=clock.now()),
        "is_booked": bool(mine),
        "feeds": [*filter(None, map(feed_address, mine))],
    }
    return frame.show_tab(request, frame.OWN_BOOKINGS, "trainings/own_booking_list.html", context)


@require_POST
def own_booking(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    answer_own(request, access.get_own_booking(scope, pk), actor=scope.user_id)
    return frame.done(request, _("Thank you. Your answer is noted."), frame.OWN_BOOKINGS)


@require_POST
def own_calendar(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    for each in access.own_resources(scope):
        at, organisation = clock.now(), each.organisation_id
        audit = AuditContext(at=at, actor=scope.user_id, organisation=organisation)
        give_or_end(request, each, mail.Link.FEED, audit)
    return frame.done(request, _("Done."), frame.OWN_BOOKINGS)


def answer_own(request: HttpRequest, booking: models.Booking, *, actor: UUID | None = None) -> None:
    """Record a person's own answer to a booking. Errors: as `bookings.answer`, and to cancel."""
    move = move_of(request)
    if move not in OWN_MOVES:
        raise errors.BookingMoveNotAllowed(state=BookingState(booking.state), move=move)
    audit = AuditContext(at=clock.now(), actor=actor, organisation=booking.resource.organisation_id)
    bookings.answer(booking, move, audit=audit, keeps_cases_out=KEEPS_CASES_OUT in request.POST)


def give_or_end(
    request: HttpRequest, resource: models.Resource, link: mail.Link, audit: AuditContext
) -> None:
    if request.POST.get("deed") == "end":
        mail.end(resource, link, audit=audit)
    else:
        mail.give(resource, link, audit=audit)


def feed_address(resource: models.Resource) -> str:
    token = mail.token_of(resource, mail.Link.FEED)
    return links.public_address("open:bookings_feed", token) if token else ""


@open_pages.open_page
@require_http_methods(["GET", "POST"])
def own_bookings(request: HttpRequest, token: str) -> HttpResponse:
    resource = access.get_resource_by_link(token)
    rows = access.bookings_by_link(resource)
    if request.method == "POST":
        if "deed" in request.POST:
            audit = AuditContext(at=clock.now(), actor=None, organisation=resource.organisation_id)
            give_or_end(request, resource, mail.Link.FEED, audit)
        else:
            answer_own(request, base_access.get_among(rows, request.POST.get("booking", "")))
        return open_pages.lead_to("open:own_bookings", token)
    at = clock.now()
    context = {
        "resource": resource,
        "token": token,
        "lines": lines_of(rows, at=at),
        "held": [
            row for each in extension.extensions() for row in each.own_sessions(resource, token, at)
        ],
        "feed": feed_address(resource),
    }
    return open_pages.show_open(request, "trainings/public/own_bookings.html", None, context)
