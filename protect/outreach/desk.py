"""Desk tasks of the planners who answer requests for information sessions."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.outreach import access, enums, labels, models, rules
from protect.outreach.actions import readiness
from protect.trainings.base.access import TAKING_PART, hosts_where
from protect.trainings.scheduling.enums import BookingState

# Translators: in the navigation: sessions in schools and communities.
WORD = (gettext_lazy("Information sessions"), labels.SESSIONS)
SHOWN = 5  # rows of a panel
LOOK_BACK = timedelta(days=14)


def nav(scope: Scope) -> list[tuple[object, str]]:
    """Return the menu entry of users who hold information sessions but no trainings."""
    takes_part = hosts_where(scope, *TAKING_PART)
    return [WORD] if hosts_where(scope, Permission.LEAD_SESSION) and not takes_part else []


def panels(scope: Scope, request: HttpRequest, at: datetime) -> Iterator[dict[str, object]]:
    """Yield pending calls, then open requests, then sessions without a debrief."""
    for panel in (_calls(scope), _requests(scope, at), _to_look_back(scope, at)):
        if panel["rows"]:
            yield panel


def _calls(scope: Scope) -> dict[str, object]:
    rows = access.calls_of(scope).select_related("resource").order_by("created", "pk")
    shown = [_call(debrief) for debrief in rows[:SHOWN]]
    # Translators: heading: colleagues who asked for a call.
    return _panel(_("Calls to make"), shown, rows.count() if shown else 0, "call_list")


def _call(debrief: models.Debrief) -> dict[str, object]:
    return {
        "text": debrief.resource.name,
        "detail": _("Something happened") if debrief.incident_at else "",
        "url": reverse("outreach:call_list"),
        "verb": _("Call"),
        "due": debrief.incident_at or debrief.created,
        "group": "overdue" if debrief.incident_at else "today",
    }


def _to_look_back(scope: Scope, at: datetime) -> dict[str, object]:
    held = access.sessions_of(scope).filter(
        bookings__resource__user=scope.user_id,
        bookings__state=BookingState.ACCEPTED,
        ends_at__range=(at - LOOK_BACK, at),
        cancelled_at=None,
    )
    rows = held.exclude(debriefs__resource__user=scope.user_id).select_related("request__place")
    shown = [
        {
            "text": session.request.place.name,
            "url": reverse("outreach:info_debrief", args=[session.pk]),
            # Translators: a button: say how one is after a session.
            "verb": _("Say how you are"),
            "due": session.ends_at,
            "group": "soon",
        }
        for session in rows.order_by("ends_at", "pk")[:SHOWN]
    ]
    # Translators: heading: sessions that an ambassador held.
    return _panel(_("After the session"), shown, len(shown))


def _requests(scope: Scope, at: datetime) -> dict[str, object]:
    short = readiness.short_sessions(scope, at).select_related("request__place")
    waiting = [enums.RequestState.RECEIVED, enums.RequestState.AGREED]
    rows = access.requests_of(scope).filter(state__in=waiting).select_related("place")
    shown = [
        _row(session.request, _("Not ready"), "info_session", session, session.starts_at, at)
        for session in short.order_by("starts_at", "pk")[:SHOWN]
    ]
    for request in rows.urgent_first()[: SHOWN - len(shown)]:
        due = rules.due_of(enums.RequestState(request.state), request.moved_at) or at
        shown.append(_row(request, request.place.name, "request", request, due, at))
    count = short.count() + rows.count() if shown else 0
    # Translators: heading: schools and others that want an information session.
    return _panel(_("Requests for sessions"), shown, count, "request_list")


def _panel(
    title: str, rows: list[dict[str, object]], count: int, more: str = ""
) -> dict[str, object]:
    url = reverse(f"outreach:{more}") if more else ""
    return {"title": title, "rows": rows, "count": count, "more": url}


def _row(
    request: models.SessionRequest, detail: str, page: str, of: Model, due: datetime, at: datetime
) -> dict[str, object]:
    return {
        "text": request.asker,
        "detail": detail,
        "url": reverse(f"outreach:{page}", args=[of.pk]),
        "verb": _("Look"),
        "due": due,
        "group": rules.urgency_of(due, at),
    }
