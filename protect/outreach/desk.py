"""Desk tasks of the planners who answer requests for information sessions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.outreach.access import calls_of, requests_of, sessions_of
from protect.outreach.actions import readiness
from protect.outreach.enums import RequestState
from protect.outreach.labels import SESSIONS
from protect.outreach.models import Debrief, InformationSession, SessionRequest
from protect.outreach.rules import due_of, urgency_of
from protect.trainings.base.access import TAKING_PART, hosts_where
from protect.trainings.scheduling.enums import BookingState

# Translators: in the navigation: sessions in schools and communities.
WORD = (gettext_lazy("Information sessions"), SESSIONS)
SHOWN = 5  # rows of a panel
LOOK_BACK = timedelta(days=14)


def nav(scope: Scope) -> list[tuple[Any, str]]:
    """Return the menu entry of users who hold information sessions but no trainings."""
    takes_part = hosts_where(scope, *TAKING_PART)
    holds = hosts_where(scope, Permission.LEAD_SESSION)
    return [WORD] if holds and not takes_part else []


def panels(scope: Scope, request: HttpRequest, at: datetime) -> Iterator[dict[str, Any]]:
    """Yield pending calls, then open requests, then sessions without a debrief."""
    yield from _calls(scope)
    yield from _requests(scope, at)
    yield from _to_look_back(scope, at)


def _calls(scope: Scope) -> Iterator[dict[str, Any]]:
    rows = calls_of(scope).select_related("resource").order_by("created", "pk")
    shown = list(rows[:SHOWN])
    if shown:
        yield {
            # Translators: heading: colleagues who asked for a call.
            "title": _("Who waits for my call"),
            "rows": [_call(each) for each in shown],
            "count": rows.count(),
            "more": reverse("outreach:call_list"),
        }


def _call(each: Debrief) -> dict[str, Any]:
    return {
        "text": each.resource.name,
        "detail": _("Something happened") if each.incident_at else "",
        "url": reverse("outreach:call_list"),
        "verb": _("Call"),
        "due": each.incident_at or each.created,
        "group": "overdue" if each.incident_at else "today",
    }


def _to_look_back(scope: Scope, at: datetime) -> Iterator[dict[str, Any]]:
    held = sessions_of(scope).filter(
        bookings__resource__user=scope.user_id,
        bookings__state=BookingState.ACCEPTED,
        ends_at__range=(at - LOOK_BACK, at),
        cancelled_at=None,
    )
    rows = held.exclude(debriefs__resource__user=scope.user_id).select_related("request__place")
    shown = list(rows.order_by("ends_at", "pk")[:SHOWN])
    if shown:
        yield {
            # Translators: heading: sessions that somebody held.
            "title": _("After the session"),
            "rows": [
                {
                    "text": each.request.place.name,
                    "url": reverse("outreach:info_debrief", args=[each.pk]),
                    # Translators: a button: say how one is after a session.
                    "verb": _("Say how you are"),
                    "due": each.ends_at,
                    "group": "soon",
                }
                for each in shown
            ],
            "count": len(shown),
            "more": "",
        }


def _requests(scope: Scope, at: datetime) -> Iterator[dict[str, Any]]:
    short = readiness.short_sessions(scope, at).select_related("request__place")
    waiting = [RequestState.RECEIVED, RequestState.AGREED]
    rows = requests_of(scope).filter(state__in=waiting).select_related("place")
    shown = [_short(each, at) for each in short.order_by("starts_at", "pk")[:SHOWN]]
    shown += [_row(each, at) for each in rows.urgent_first()[: SHOWN - len(shown)]]
    if shown:
        yield {
            # Translators: heading: schools and others that want an information session.
            "title": _("Requests for sessions"),
            "rows": shown,
            "count": short.count() + rows.count(),
            "more": reverse("outreach:request_list"),
        }


def _short(each: InformationSession, at: datetime) -> dict[str, Any]:
    request = each.request
    return {
        "text": request.asker,
        "detail": _("Not ready"),
        "url": reverse("outreach:info_session", args=[each.pk]),
        "verb": _("Look"),
        "due": each.starts_at,
        "group": urgency_of(each.starts_at, at),
    }


def _row(each: SessionRequest, at: datetime) -> dict[str, Any]:
    due = due_of(RequestState(each.state), each.moved_at) or at
    return {
        "text": each.asker,
        "detail": each.place.name,
        "url": reverse("outreach:request", args=[each.pk]),
        "verb": _("Look"),
        "due": due,
        "group": urgency_of(due, at),
    }
