"""Requests for information sessions at the desk: the inbox, one request, and its steps."""

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
from protect.outreach.forms.requests import conflicting_fields, request_values
from protect.trainings.base import access as trainings_access, labels
from protect.trainings.base.pages.frame import done, sent_data, show, show_tab
from protect.trainings.editions.views.half_days import half_day_of, initial_values as session_values
from protect.trainings.scheduling import enums, labels as scheduling_labels
from protect.trainings.scheduling.actions.bookings import Wanted
from protect.ui.pagination import Paginator

PAGE = 50  # requests
QUESTIONS = {
    RequestMove.AGREE: gettext_lazy("Agree to this request?"),
    RequestMove.HOLD: gettext_lazy("Has the session taken place?"),
    RequestMove.CLOSE: gettext_lazy("Close this request?"),
    RequestMove.DECLINE: gettext_lazy("Decline this request?"),
}
EFFECTS = {
    RequestMove.AGREE: [
        gettext_lazy("Your organisation is responsible for it from now on."),
        gettext_lazy("The requester is told by mail."),
    ],
    RequestMove.HOLD: [gettext_lazy("The people who held it then count how many came.")],
    RequestMove.CLOSE: [gettext_lazy("Nothing is left to do. It stays among the past requests.")],
    RequestMove.DECLINE: [
        gettext_lazy("The requester is told by mail, with the reason and the alternative."),
        gettext_lazy("A session that was scheduled does not take place."),
        gettext_lazy("This cannot be undone."),
    ],
}
PAST = [RequestState.CLOSED, RequestState.DECLINED]


@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    trainings_access.must_plan_somewhere(scope)
    filters = {name: request.GET.get(name, "") for name in ("state", "setting")}
    rows = access.requests_of(scope).select_related("place", "organisation")
    if filters["state"] in RequestState.values:
        rows = rows.filter(state=filters["state"])
    else:
        rows = rows.exclude(state__in=PAST)
    if filters["setting"] in Setting.values:
        rows = rows.filter(setting=filters["setting"])
    short = readiness.short_sessions(scope, clock.now()).order_by("pk")
    pressing = {*short.values_list("request", flat=True)}
    page = Paginator(rows.urgent_first(pressing), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [line_of(row) | {"is_short": row.pk in pressing} for row in page],
        "asked": filters,
        "is_filtered": any(filters.values()),
        "states": RequestState.choices,
        "settings": Setting.choices,
    }
    return show_tab(request, outreach_labels.REQUESTS, "outreach/request_list.html", context)


@require_safe
def request(request: HttpRequest, pk: UUID) -> HttpResponse:
    session_request = access.get_request(scope_of(request), pk)
    state, is_open = RequestState(session_request.state), rules.is_open(session_request.state)
    missing = requests.missing_of(session_request) if is_open else ()
    rows = session_request.sessions.select_related("request", "venue__resource")
    sessions = rows.order_by("number")
    context = {
        "found": session_request,
        "state": outreach_labels.request_state(state),
        "due": rules.due_of(state, session_request.moved_at),
        "missing": [outreach_labels.REQUEST_FIELDS[name] for name in missing],
        "moves": [
            (move.value, move.label)
            for at, move in rules.REQUEST_MOVES
            if at == state and requests.can_move(session_request, move, clock.now())
        ],
        "is_open": is_open,
        "languages": session_request.languages.order_by("pk").values_list("pk", flat=True),
        "sessions": [(each, bookings_of(each), missing_of_session(each)) for each in sessions],
    }
    return show(request, "outreach/request.html", None, context)


@require_http_methods(["GET", "POST"])
def request_move(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    scope = scope_of(request)
    session_request = access.get_request(scope, pk)
    if move not in RequestMove.values or move == RequestMove.SCHEDULE:
        raise Http404
    kind = RequestMove(move)
    form = forms.DeclineForm(sent_data(request)) if kind is RequestMove.DECLINE else None
    if request.method == "POST" and (form is None or form.is_valid()):
        if form is not None:
            requests.decline(scope, session_request, **form.cleaned_data, at=clock.now())
        elif kind is RequestMove.AGREE:
            requests.agree(scope, session_request, at=clock.now())
        else:
            requests.end(scope, session_request, kind, at=clock.now())
        return done(request, _("Done."), "outreach:request", pk)
    context = {
        "found": session_request,
        "question": QUESTIONS[kind],
        "effects": EFFECTS[kind],
        "verb": kind.label,
        "is_danger": kind is RequestMove.DECLINE,
        "back": reverse("outreach:request", args=[pk]),
    }
    return show(request, "outreach/request_move.html", form, context)


@require_http_methods(["GET", "POST"])
def request_schedule(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session_request = access.get_request(scope, pk)
    host = host_of(scope, session_request)
    form = forms.ScheduleForm(sent_data(request), host=host, request=session_request)
    if form.is_valid():
        with form.mending():
            half_day, people = half_day_of(form, host.zone), wanted_of(form.cleaned_data)
            reason, at = form.cleaned_data["reason"], clock.now()
            requests.schedule(scope, session_request, half_day, people, at=at, reason=reason)
            message = _("Scheduled. The requester is told by mail.")
            return done(request, message, "outreach:request", pk)
    context = {"found": session_request, "host": host}
    return show(request, "outreach/request_schedule.html", form, context)


@require_http_methods(["GET", "POST"])
def request_note(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session_request = access.get_request(scope, pk)
    initial = request_values(session_request)
    form = forms.NoteForm(sent_data(request), setting=session_request.setting, initial=initial)
    if form.is_valid():
        with form.mending():
            requests.note_down(scope, session_request, form.cleaned_data, at=clock.now())
            return done(request, _("Saved."), "outreach:request", pk)
    conflicts = conflicting_fields(form, session_request)
    context = {"found": session_request, "edit_conflicts": conflicts}
    return show(request, "outreach/request_note.html", form, context)


@require_http_methods(["GET", "POST"])
def info_move(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_session(scope, pk)
    host = host_of(scope, session.request)
    form = forms.SessionForm(sent_data(request), host=host, initial=session_values(session))
    if form.is_valid():
        with form.mending():
            half_day, reason = half_day_of(form, host.zone), form.cleaned_data["reason"]
            requests.move_session(scope, session, half_day, at=clock.now(), reason=reason)
            message = _("Saved. If the session moved, all booked people are asked again.")
            return done(request, message, "outreach:info_session", pk)
    context = {"found": session.request, "host": host}
    return show(request, "outreach/request_schedule.html", form, context)


@require_http_methods(["GET", "POST"])
def info_people(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_session(scope, pk)
    host = host_of(scope, session.request)
    form = forms.PeopleForm(sent_data(request), host=host, session=session)
    if form.is_valid():
        with form.mending():
            people, reason = wanted_of(form.cleaned_data), form.cleaned_data["reason"]
            requests.ask_people(scope, session, people, at=clock.now(), reason=reason)
            return done(request, _("Asked."), "outreach:info_session", pk)
    return show(request, "outreach/session_people.html", form, {"found": session.request})


def line_of(row: models.SessionRequest) -> dict[str, Any]:
    due = rules.due_of(RequestState(row.state), row.moved_at)
    return {
        "request": row,
        "state": outreach_labels.request_state(row.state),
        "due": due,
        "group": rules.urgency_of(due, clock.now()) if due else "",
    }


def bookings_of(session: Any) -> list[tuple[Any, labels.StateLabel]]:
    rows = session.bookings.select_related("resource").order_by("role", "resource__name", "pk")
    return [(each, scheduling_labels.booking(each)) for each in rows]


def missing_of_session(session: models.InformationSession) -> list[str]:
    return [*readiness.missing_of(session)] if readiness.is_to_come(session, clock.now()) else []


def host_of(scope: Scope, session_request: models.SessionRequest) -> Organisation:
    return Organisation.objects.get(pk=access.must_answer(scope, session_request))


def wanted_of(data: dict[str, Any]) -> list[Wanted]:
    role, payment = enums.BookingRole.AMBASSADOR, data["payment"]
    ambassadors = (Wanted(each, role, payment=payment) for each in data["ambassadors"])
    return [*ambassadors, *(Wanted(each, enums.BookingRole.TRAINER) for each in data["trainers"])]
