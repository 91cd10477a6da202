"""Booking requests that wait for the user's own answer, on the first page of the desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from protect.orgs.scope import Scope
from protect.trainings.scheduling.access import own_bookings
from protect.trainings.scheduling.enums import BookingState
from protect.trainings.scheduling.models import Booking

SHOWN = 5  # rows of the panel


def panels(scope: Scope, at: datetime) -> Iterator[dict[str, Any]]:
    rows = own_bookings(scope).filter(
        state=BookingState.ASKED, ends_at__gt=at, session__cancelled_at=None
    )
    shown = list(rows.order_by("starts_at", "pk")[:SHOWN])
    if shown:
        yield {
            # Translators: heading: days on which somebody is asked to train or interpret.
            "title": _("Dates to say yes or no to"),
            "rows": [_row(each) for each in shown],
            "count": rows.count(),
            "more": reverse("trainings:own_booking_list"),
        }


def _row(each: Booking) -> dict[str, Any]:
    edition = each.session.edition
    kind = each.session.get_kind_display()
    return {
        "text": edition.course_version.title if edition else kind,
        "detail": each.get_role_display(),
        "url": reverse("trainings:own_booking_list"),
        # Translators: a button: say yes or no to a date.
        "verb": _("Answer"),
        "due": each.starts_at,
        "group": "soon",
    }
