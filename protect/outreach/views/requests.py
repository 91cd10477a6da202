"""Requests for information sessions at the desk: the inbox, one request, and its steps."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.outreach import access, rules
from protect.outreach import labels as outreach_labels
from protect.outreach.actions import readiness, requests
from protect.outreach.enums import RequestMove, RequestState, Setting
from protect.outreach.forms.requests import conflicting_fields, request_values
from protect.outreach.forms.sessions import (
    DeclineForm,
    NoteForm,
    PeopleForm,
    ScheduleForm,
    SessionForm,
)
from protect.outreach.models import InformationSession, SessionRequest
from protect.trainings.base import access as trainings_access
from protect.trainings.base import labels
from protect.trainings.base.pages.frame import show, show_tab
from protect.trainings.editions.views.half_days import half_day_of
from protect.trainings.editions.views.half_days import initial_values as session_values
from protect.trainings.scheduling import labels as scheduling_labels
from protect.trainings.scheduling.actions.bookings import Wanted
from protect.trainings.scheduling.enums import BookingRole
from protect.ui.pagination import Paginator

PAGE = 50  # requests
QUESTIONS = {
    RequestMove.AGREE: gettext_lazy("Say yes to this request?"),
    RequestMove.HOLD: gettext_lazy("Has the session taken place?"),
    RequestMove.CLOSE: gettext_lazy("Close this request?"),
    RequestMove.DECLINE: gettext_lazy("Decline this request?"),
}
EFFECTS = {
    RequestMove.AGREE: [
        gettext_lazy("Your organisation answers for it from now on."),
        gettext_lazy("Whoever asked hears of it by mail."),
    ],
    RequestMove.HOLD: [gettext_lazy("Whoever held it says how many people were there.")],
    RequestMove.CLOSE: [gettext_lazy("Nothing is left to do. It stays among the past requests.")],
    RequestMove.DECLINE: [
        gettext_lazy("Whoever asked hears of it by mail, with the reason and the alternative."),
        gettext_lazy("A session that was scheduled does not take place."),
        gettext_lazy("This cannot be undone."),
    ],
}
ACTS = {
    RequestMove.AGREE: requests.agree,
    RequestMove.HOLD: requests.hold,
    RequestMove.CLOSE: requests.close,
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
    state = RequestState(session_request.state)
    fields = requests.scheduling_fields(session_request)
    missing = (
        rules.missing_of(Setting(session_request.setting), fields) if state in rules.OPEN else ()
    )
    sessions = session_request.sessions.select_related("request", "venue__resource").order_by(
        "number"
    )
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
        "is_open": state in rules.OPEN,
        "languages": languages_of(session_request),
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
    form = None
    if kind is RequestMove.DECLINE:
        form = DeclineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (form is None or form.is_valid()):
        if form is None:
            ACTS[kind](scope, session_request, at=clock.now())
        else:
            data = form.cleaned_data
            reason, alternative = data["reason"], data["alternative"]
            requests.decline(scope, session_request, reason, alternative, at=clock.now())
        messages.success(request, _("Done."))
        return redirect("outreach:request", pk=pk)
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
    form = ScheduleForm(
        request.POST if request.method == "POST" else None, host=host, request=session_request
    )
    if form.is_valid():
        with form.mending():
            half_day, people = half_day_of(form, host.zone), wanted_of(form.cleaned_data)
            reason = form.cleaned_data["reason"]
            requests.schedule(
                scope, session_request, half_day, people, at=clock.now(), reason=reason
            )
            messages.success(request, _("Scheduled. Whoever asked hears of it by mail."))
            return redirect("outreach:request", pk=pk)
    return show(
        request, "outreach/request_schedule.html", form, {"found": session_request, "host": host}
    )


@require_http_methods(["GET", "POST"])
def request_note(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session_request = access.get_request(scope, pk)
    form = NoteForm(
        request.POST if request.method == "POST" else None,
        setting=session_request.setting,
        initial=request_values(session_request),
    )
    if form.is_valid():
        with form.mending():
            requests.note_down(scope, session_request, form.cleaned_data, at=clock.now())
            messages.success(request, _("Saved."))
            return redirect("outreach:request", pk=pk)
    context = {
        "found": session_request,
        "edit_conflicts": conflicting_fields(form, session_request),
    }
    return show(request, "outreach/request_note.html", form, context)


@require_http_methods(["GET", "POST"])
def info_move(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_session(scope, pk)
    session_request = session.request
    host = host_of(scope, session_request)
    form = SessionForm(
        request.POST if request.method == "POST" else None,
        host=host,
        initial=session_values(session),
    )
    if form.is_valid():
        with form.mending():
            half_day, reason = half_day_of(form, host.zone), form.cleaned_data["reason"]
            requests.move_session(scope, session, half_day, at=clock.now(), reason=reason)
            messages.success(request, _("Saved. If it moved, whoever is booked is asked anew."))
            return redirect("outreach:info_session", pk=pk)
    return show(
        request, "outreach/request_schedule.html", form, {"found": session_request, "host": host}
    )


@require_http_methods(["GET", "POST"])
def info_people(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_session(scope, pk)
    session_request = session.request
    host = host_of(scope, session_request)
    form = PeopleForm(
        request.POST if request.method == "POST" else None, host=host, session=session
    )
    if form.is_valid():
        with form.mending():
            people, reason = wanted_of(form.cleaned_data), form.cleaned_data["reason"]
            requests.ask_people(scope, session, people, at=clock.now(), reason=reason)
            messages.success(request, _("Asked."))
            return redirect("outreach:info_session", pk=pk)
    return show(request, "outreach/session_people.html", form, {"found": session_request})


def line_of(row: SessionRequest) -> dict[str, Any]:
    due = rules.due_of(RequestState(row.state), row.moved_at)
    return {
        "request": row,
        "state": outreach_labels.request_state(row.state),
        "due": due,
        "group": rules.urgency_of(due, clock.now()) if due else "",
    }


def bookings_of(session: Any) -> list[tuple[Any, labels.Said]]:
    rows = session.bookings.select_related("resource").order_by("role", "resource__name", "pk")
    return [(each, scheduling_labels.booking(each)) for each in rows]


def languages_of(session_request: SessionRequest) -> list[str]:
    return list(session_request.languages.order_by("pk").values_list("pk", flat=True))


def missing_of_session(session: InformationSession) -> list[str]:
    is_to_come = readiness.is_to_come(session, clock.now())
    return [*readiness.missing_of(session)] if is_to_come else []


def host_of(scope: Scope, session_request: SessionRequest) -> Organisation:
    return Organisation.objects.get(pk=access.must_answer(scope, session_request))


def wanted_of(data: dict[str, Any]) -> list[Wanted]:
    ambassadors = [
        Wanted(each, BookingRole.AMBASSADOR, payment=data["payment"])
        for each in data["ambassadors"]
    ]
    return [*ambassadors, *(Wanted(each, BookingRole.TRAINER) for each in data["trainers"])]
