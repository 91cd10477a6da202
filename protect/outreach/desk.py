"""Menu entry and start page panels of users who answer requests or hold information sessions."""

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
from protect.trainings.base.access import TRAINING_PERMISSIONS, hosts_where
from protect.trainings.scheduling.enums import BookingState
from protect.ui.pages import panel_row

# Translators: in the navigation: sessions in schools and communities.
MENU_ENTRY = (gettext_lazy("Information sessions"), labels.SESSIONS_URL)
type Row = dict[str, object]
MAX_PANEL_ROWS = 5  # on the start page
DEBRIEF_WITHIN = timedelta(days=14)  # after a session; later the panel omits it


def nav(scope: Scope) -> list[tuple[object, str]]:
    """Return the menu entry for users who may hold sessions but have no trainings permission."""
    takes_part = hosts_where(scope, *TRAINING_PERMISSIONS)
    return [MENU_ENTRY] if hosts_where(scope, Permission.LEAD_SESSION) and not takes_part else []


def panels(scope: Scope, request: HttpRequest, at: datetime) -> Iterator[Row]:
    """Yield the panels that have rows: calls to make, open requests, sessions without a debrief."""
    for panel in (_calls_panel(scope), _requests_panel(scope, at), _debriefs_panel(scope, at)):
        if panel["rows"]:
            yield panel


def _calls_panel(scope: Scope) -> Row:
    rows = access.debriefs_awaiting_call(scope).select_related("resource").order_by("created", "pk")
    shown = [_call_row(debrief) for debrief in rows[:MAX_PANEL_ROWS]]
    # Translators: heading: colleagues who asked for a call.
    return _build_panel(_("Pending calls"), shown, rows.count() if shown else 0, "call_list")


def _call_row(debrief: models.Debrief) -> Row:
    name, url = debrief.resource.name, reverse("outreach:call_list")
    if debrief.incident_at:
        due, group = debrief.incident_at, "overdue"
        return panel_row(name, _("Incident"), url, _("Call"), due=due, group=group)
    return panel_row(name, "", url, _("Call"), due=debrief.created, group="today")


def _debriefs_panel(scope: Scope, at: datetime) -> Row:
    """Return a panel of sessions that the user held and has not debriefed about yet."""
    sessions = access.visible_sessions(scope).filter(
        bookings__resource__user=scope.user_id,
        bookings__state=BookingState.ACCEPTED,
        ends_at__range=(at - DEBRIEF_WITHIN, at),
        cancelled_at=None,
    )
    rows = sessions.exclude(debriefs__resource__user=scope.user_id).select_related("request__place")
    shown = []
    for session in rows.order_by("ends_at", "pk")[:MAX_PANEL_ROWS]:
        place, url = session.request.place, reverse("outreach:info_debrief", args=[session.pk])
        verb = _("Say how you feel")  # For translators: a button: after a session
        shown.append(panel_row(place.name, "", url, verb, due=session.ends_at, group="soon"))
    # Translators: heading: sessions that an ambassador held.
    return _build_panel(_("After the session"), shown, len(shown))


def _requests_panel(scope: Scope, at: datetime) -> Row:
    """Return a panel of understaffed sessions, then of requests that are not scheduled yet."""
    understaffed = readiness.find_understaffed_sessions(scope, at).select_related("request__place")
    waiting = [enums.RequestState.RECEIVED, enums.RequestState.AGREED]
    rows = access.visible_requests(scope).filter(state__in=waiting).select_related("place")
    shown = [
        _request_row(row.request, _("Not ready"), "info_session", row, row.starts_at, at)
        for row in understaffed.order_by("starts_at", "pk")[:MAX_PANEL_ROWS]
    ]
    for request in rows.urgent_first()[: MAX_PANEL_ROWS - len(shown)]:
        due = rules.get_request_deadline(enums.RequestState(request.state), request.moved_at) or at
        shown.append(_request_row(request, request.place.name, "request", request, due, at))
    count = understaffed.count() + rows.count() if shown else 0
    # Translators: heading: schools and others that want an information session.
    return _build_panel(_("Requests for sessions"), shown, count, "request_list")


def _build_panel(title: str, rows: list[Row], count: int, list_url_name: str = "") -> Row:
    url = reverse(f"outreach:{list_url_name}") if list_url_name else ""
    return {"title": title, "rows": rows, "count": count, "more": url}


def _request_row(
    request: models.SessionRequest, detail: str, page: str, row: Model, due: datetime, at: datetime
) -> Row:
    url, group = reverse(f"outreach:{page}", args=[row.pk]), rules.get_urgency_group(due, at)
    return panel_row(request.asker, detail, url, _("Look"), due=due, group=group)
