from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.trainings.base.pages.frame import done, sent_data, show
from protect.trainings.editions.actions import plan
from protect.trainings.editions.forms import SessionPlanForm
from protect.trainings.needs.enums import NeedKind
from protect.trainings.needs.pages import count_requirements
from protect.trainings.scheduling import access, enums, labels, models
from protect.trainings.scheduling.actions import bookings
from protect.trainings.scheduling.forms.bookings import KINDS_BY_ROLE, BookForm, find_candidates


@require_http_methods(["GET", "POST"])
def session_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_planned_edition(scope, pk)
    form = SessionPlanForm(sent_data(request), edition=edition)
    if form.is_valid():
        with form.showing_refusals():
            reason, session_plan = form.cleaned_data["reason"], submitted_plan(form, edition.zone)
            plan.add_session(scope, edition, session_plan, at=clock.now(), reason=reason)
            return done(request, _("Added."), "trainings:edition", pk)
    context = {"edition": edition, "session": None}
    return show(request, "trainings/session_form.html", form, context)


@require_http_methods(["GET", "POST"])
def session_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_planned_session(scope, pk)
    edition = access.get_edition(scope, session.training.pk)
    initial = initial_session_values(session)
    form = SessionPlanForm(sent_data(request), edition=edition, session=session, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            reason, session_plan = form.cleaned_data["reason"], submitted_plan(form, edition.zone)
            plan.move_session(scope, session, session_plan, at=clock.now(), reason=reason)
            message = _(
                "Saved. If the time or place changed, bookings and arrangements must be "
                "confirmed again."
            )
            return done(request, message, "trainings:edition", edition.pk)
    context = {"edition": edition, "session": session}
    return show(request, "trainings/session_form.html", form, context)


@require_http_methods(["GET", "POST"])
def session_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_planned_session(scope, pk)
    if request.method == "POST":
        plan.cancel_session(scope, session, at=clock.now())
        message = _("The session was cancelled. Calendars are updated.")
        return done(request, message, "trainings:edition", session.training.pk)
    context = {
        "edition": session.training,
        "question": _("Cancel this session?"),
        "verb": _("Cancel the session"),
        "is_danger": True,
        "back": reverse("trainings:edition", args=[session.training.pk]),
    }
    return show(request, "trainings/session_cancel.html", None, context)


def submitted_plan(form: SessionPlanForm, zone: str) -> plan.SessionPlan:
    venue, link = form.cleaned_data["venue"], form.cleaned_data["link"]
    return plan.SessionPlan(form.times.starts_at, form.times.ends_at, zone, venue, link)


def initial_session_values(session: models.Session) -> dict[str, object]:
    zone = ZoneInfo(session.zone)
    starts, ends = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    times = {"day": starts.date(), "clock_from": starts.time(), "clock_to": ends.time()}
    return {**times, "venue": session.venue_id, "link": session.link}


NEED_BY_ROLE = {  # the need of participants that each role covers
    enums.BookingRole.INTERPRETER: NeedKind.INTERPRETER,
    enums.BookingRole.CHILDCARE: NeedKind.CHILDCARE,
}


@require_http_methods(["GET", "POST"])
def session_book(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_planned_session(scope, pk)
    code = request.GET.get("as", "")
    role = enums.BookingRole(code) if code in KINDS_BY_ROLE else enums.BookingRole.TRAINER
    bookable = find_candidates(session, role)
    form = BookForm(sent_data(request), session=session, role=role, candidates=bookable)
    if form.is_valid():
        with form.showing_refusals():
            booking, reason = form.booking_request(), form.cleaned_data["reason"]
            bookings.book_resource(scope, session, booking, at=clock.now(), reason=reason)
            return done(request, _("The booking was made."), "trainings:session_book", pk)
    rows = session.bookings.exclude(state=enums.BookingState.CANCELLED)
    rows = rows.select_related("resource", "language").order_by("role", "pk")
    needs = count_requirements(session.training)
    context = {
        "session": session,
        "edition": session.training,
        "rows": [(row, labels.booking_status(row)) for row in rows],
        "roles": [(each.label, f"?as={each.value}", each is role) for each in KINDS_BY_ROLE],
        "has_candidates": bool(bookable),
        "kind": KINDS_BY_ROLE[role],
        "needed": [need[1:] for need in needs if need[0] == NEED_BY_ROLE.get(role)],
    }
    return show(request, "trainings/session_book.html", form, context)
