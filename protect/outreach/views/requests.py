from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.outreach import access, labels as outreach_labels, models, rules
from protect.outreach.actions import readiness, requests
from protect.outreach.enums import RequestMove, RequestState, Setting
from protect.outreach.forms import sessions as forms
from protect.outreach.forms.requests import edit_conflicts, initial_request_values
from protect.trainings.base import access as trainings_access, labels
from protect.trainings.base.pages.frame import (
    redirect_with_message,
    render_form_page,
    sent_data,
    show_tab,
)
from protect.trainings.editions.views.editions import initial_session_values, submitted_plan
from protect.trainings.scheduling import enums, labels as scheduling_labels
from protect.trainings.scheduling.actions.bookings import BookingRequest
from protect.ui.pagination import Paginator

PAGE_SIZE = 50  # requests
MOVE_QUESTIONS = {
    RequestMove.AGREE: gettext_lazy("Agree to this request?"),
    RequestMove.HOLD: gettext_lazy("Has the session taken place?"),
    RequestMove.CLOSE: gettext_lazy("Close this request?"),
    RequestMove.DECLINE: gettext_lazy("Decline this request?"),
}
MOVE_EFFECTS = {
    RequestMove.AGREE: [
        gettext_lazy("Your organisation is responsible for this request from now on."),
        gettext_lazy("The requester is informed by email."),
    ],
    RequestMove.HOLD: [gettext_lazy("The people who held the session then enter the head count.")],
    RequestMove.CLOSE: [
        gettext_lazy(
            "No further step is needed. To see the request later, choose the status "
            "“Closed” in the list of requests."
        )
    ],
    RequestMove.DECLINE: [
        gettext_lazy("The requester is informed by email, with the reason and the alternative."),
        gettext_lazy("If a session was scheduled, it is cancelled."),
        gettext_lazy("This cannot be undone."),
    ],
}
PAST_STATES = [RequestState.CLOSED, RequestState.DECLINED]  # listed only if filtered by state


@require_safe
def request_list_page(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    trainings_access.must_plan_somewhere(scope)
    filters = {name: request.GET.get(name, "") for name in ("state", "setting")}
    rows = access.visible_requests(scope).select_related("place", "organisation")
    if filters["state"] in RequestState.values:
        rows = rows.filter(state=filters["state"])
    else:
        rows = rows.exclude(state__in=PAST_STATES)
    if filters["setting"] in Setting.values:
        rows = rows.filter(setting=filters["setting"])
    understaffed = readiness.find_understaffed_sessions(scope, clock.now()).order_by("pk")
    pressing = {*understaffed.values_list("request", flat=True)}
    page = Paginator(rows.urgent_first(pressing), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [request_row(row) | {"is_short": row.pk in pressing} for row in page],
        "asked": filters,
        "is_filtered": any(filters.values()),
        "states": RequestState.choices,
        "settings": Setting.choices,
    }
    return show_tab(request, outreach_labels.REQUESTS_URL, "outreach/request_list.html", context)


@require_safe
def request_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    session_request = access.get_request(scope_of(request), pk)
    state, is_open = RequestState(session_request.state), rules.is_open(session_request.state)
    missing = requests.find_missing_fields(session_request) if is_open else ()
    sessions = session_request.sessions.select_related("request", "venue__resource")
    context = {
        "found": session_request,
        "state": outreach_labels.request_state_label(state),
        "due": rules.get_request_deadline(state, session_request.moved_at),
        "missing": [outreach_labels.REQUEST_FIELD_LABELS[name] for name in missing],
        "moves": [
            (move.value, move.label)
            for at, move in rules.REQUEST_MOVES
            if at == state and requests.allows_move(session_request, move, clock.now())
        ],
        "is_open": is_open,
        "languages": session_request.languages.order_by("pk").values_list("pk", flat=True),
        "sessions": [
            (row, all_bookings_with_states(row), find_gaps_if_upcoming(row))
            for row in sessions.order_by("number")
        ],
    }
    return render_form_page(request, "outreach/request.html", None, context)


@require_http_methods(["GET", "POST"])
def request_move_page(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    """Ask, then apply a move to a request: agree, decline, mark as held or close."""
    scope = scope_of(request)
    session_request = access.get_request(scope, pk)
    if move not in RequestMove.values or move == RequestMove.SCHEDULE:
        raise Http404
    kind = RequestMove(move)
    form = forms.DeclineForm(sent_data(request)) if kind is RequestMove.DECLINE else None
    if request.method == "POST" and (form is None or form.is_valid()):
        if form is not None:
            requests.decline_request(scope, session_request, **form.cleaned_data, at=clock.now())
        elif kind is RequestMove.AGREE:
            requests.agree_to_request(scope, session_request, at=clock.now())
        else:
            requests.mark_held_or_close(scope, session_request, kind, at=clock.now())
        return redirect_with_message(request, _("Done."), "outreach:request", pk)
    context = {
        "found": session_request,
        "question": MOVE_QUESTIONS[kind],
        "effects": MOVE_EFFECTS[kind],
        "verb": kind.label,
        "is_danger": kind is RequestMove.DECLINE,
        "back": reverse("outreach:request", args=[pk]),
    }
    return render_form_page(request, "outreach/request_move.html", form, context)


@require_http_methods(["GET", "POST"])
def schedule_session_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session_request = access.get_request(scope, pk)
    host = get_answering_organisation(scope, session_request)
    form = forms.ScheduleForm(sent_data(request), host=host, request=session_request)
    if form.is_valid():
        with form.showing_refusals():
            session_plan, reason = submitted_plan(form, host.zone), form.cleaned_data["reason"]
            people, at = to_booking_requests(form.cleaned_data), clock.now()
            requests.schedule_session(
                scope, session_request, session_plan, people, at=at, reason=reason
            )
            message = _("Scheduled. The requester is informed by email.")
            return redirect_with_message(request, message, "outreach:request", pk)
    context = {"found": session_request, "host": host}
    return render_form_page(request, "outreach/request_schedule.html", form, context)


@require_http_methods(["GET", "POST"])
def phone_answers_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a planner type in answers that the asker of a request gave by phone."""
    scope = scope_of(request)
    session_request = access.get_request(scope, pk)
    initial = initial_request_values(session_request)
    setting = session_request.setting
    form = forms.PhoneAnswersForm(sent_data(request), setting=setting, initial=initial)
    if form.is_valid():
        with form.showing_refusals():
            requests.save_phone_answers(scope, session_request, form.cleaned_data, at=clock.now())
            return redirect_with_message(request, _("Saved."), "outreach:request", pk)
    context = {"found": session_request, "edit_conflicts": edit_conflicts(form, session_request)}
    return render_form_page(request, "outreach/request_note.html", form, context)


@require_http_methods(["GET", "POST"])
def move_session_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_session(scope, pk)
    host = get_answering_organisation(scope, session.request)
    form = forms.SessionForm(sent_data(request), host=host, initial=initial_session_values(session))
    if form.is_valid():
        with form.showing_refusals():
            session_plan, reason = submitted_plan(form, host.zone), form.cleaned_data["reason"]
            requests.move_session(scope, session, session_plan, at=clock.now(), reason=reason)
            message = _("Saved. If the time or place changed, all booked people are asked again.")
            return redirect_with_message(request, message, "outreach:info_session", pk)
    context = {"found": session.request, "host": host}
    return render_form_page(request, "outreach/request_schedule.html", form, context)


@require_http_methods(["GET", "POST"])
def ask_people_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_session(scope, pk)
    host = get_answering_organisation(scope, session.request)
    form = forms.SpeakersForm(sent_data(request), host=host, session=session)
    if form.is_valid():
        with form.showing_refusals():
            people, reason = to_booking_requests(form.cleaned_data), form.cleaned_data["reason"]
            requests.ask_people(scope, session, people, at=clock.now(), reason=reason)
            return redirect_with_message(
                request, _("These people were asked."), "outreach:info_session", pk
            )
    return render_form_page(
        request, "outreach/session_people.html", form, {"found": session.request}
    )


def request_row(session_request: models.SessionRequest) -> dict[str, Any]:
    due = rules.get_request_deadline(RequestState(session_request.state), session_request.moved_at)
    return {
        "request": session_request,
        "state": outreach_labels.request_state_label(session_request.state),
        "due": due,
        "group": rules.get_urgency_group(due, clock.now()) if due else "",
    }


def all_bookings_with_states(session: Any) -> list[tuple[Any, labels.StateLabel]]:
    rows = session.bookings.select_related("resource").order_by("role", "resource__name", "pk")
    return [(row, scheduling_labels.booking_status(row)) for row in rows]


def find_gaps_if_upcoming(session: models.InformationSession) -> list[str]:
    is_upcoming = readiness.is_upcoming(session, clock.now())
    return [*readiness.find_preparation_gaps(session)] if is_upcoming else []


def get_answering_organisation(scope: Scope, row: models.SessionRequest) -> Organisation:
    return Organisation.objects.get(pk=access.get_answering_organisation_id(scope, row))


def to_booking_requests(data: dict[str, Any]) -> list[BookingRequest]:
    role, payment = enums.BookingRole.AMBASSADOR, data["payment"]
    ambassadors = (
        BookingRequest(resource, role, payment=payment) for resource in data["ambassadors"]
    )
    trainers = (
        BookingRequest(resource, enums.BookingRole.TRAINER) for resource in data["trainers"]
    )
    return [*ambassadors, *trainers]
