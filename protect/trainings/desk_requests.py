"""What waits at the desk of whoever answers requests for information sessions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from protect.orgs.scope import Scope
from protect.trainings.access import requests_of
from protect.trainings.enums import RequestState
from protect.trainings.models import SessionRequest
from protect.trainings.rules.requesting import due_of, urgency_of

SHOWN = 5  # rows of a panel


def panels(scope: Scope, at: datetime) -> Iterator[dict[str, Any]]:
    """Yield the requests for information sessions that wait for an answer or a day."""
    waiting = [RequestState.RECEIVED, RequestState.AGREED]
    rows = requests_of(scope).filter(state__in=waiting).select_related("place")
    shown = list(rows.urgent_first()[:SHOWN])
    if shown:
        yield {
            # Translators: heading: schools and others that want an information session.
            "title": _("Requests for sessions"),
            "rows": [_row(each, at) for each in shown],
            "count": rows.count(),
            "more": reverse("trainings:request_list"),
        }


def _row(each: SessionRequest, at: datetime) -> dict[str, Any]:
    due = due_of(RequestState(each.state), each.moved_at) or at
    return {
        "text": each.asker,
        "detail": each.place.name,
        "url": reverse("trainings:request", args=[each.pk]),
        "verb": _("Look"),
        "due": due,
        "group": urgency_of(due, at),
    }
