"""What waits for the team that arranges what people need. Counts; no name and no need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from protect.orgs.scope import Scope
from protect.trainings.needs.access import arranged_by
from protect.trainings.needs.enums import NeedState

SHOWN = 5  # rows of a panel


def panels(scope: Scope) -> Iterator[dict[str, Any]]:
    """Yield the editions with needs that are not arranged yet, the next one first."""
    is_open = Q(registrations__needs__state=NeedState.OPEN)
    rows = arranged_by(scope).filter(is_open).select_related("course_version")
    editions = rows.annotate(
        waiting=Count("registrations__needs", filter=is_open, distinct=True),
        begins=Min("sessions__starts_at", filter=Q(sessions__cancelled_at=None)),
    )
    shown = list(editions.order_by("begins", "pk")[:SHOWN])
    if shown:
        yield {
            # Translators: heading: food, childcare and other things for who takes part.
            "title": _("What people need in trainings"),
            "rows": [_row(each) for each in shown],
            "count": len(shown),
            "more": "",
        }


def _row(each: Any) -> dict[str, Any]:
    detail = ngettext("{n} to be arranged", "{n} to be arranged", each.waiting)
    return {
        "text": each.course_version.title,
        "detail": detail.format(n=each.waiting),
        "url": reverse("trainings:edition_needs", args=[each.pk]),
        # Translators: a button: see to what participants need.
        "verb": _("Arrange"),
        "due": each.begins,
        "group": "soon",
    }
