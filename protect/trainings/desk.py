"""What trainings bring to the desk: their word in the navigation, and what waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from protect.orgs.scope import Scope
from protect.trainings.base.access import TAKING_PART, hosts_where
from protect.trainings.needs import pages
from protect.trainings.registrations.access import registrations_of
from protect.trainings.registrations.enums import RegistrationState
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.access import asked_to_host
from protect.trainings.scheduling.views import bookings

# Translators: in the navigation: courses for professionals.
WORD = (gettext_lazy("Trainings"), "trainings:edition_list")
SHOWN = 5  # rows of a panel

type Panel = dict[str, Any]


def nav(scope: Scope) -> list[tuple[Any, str]]:
    return [WORD] if hosts_where(scope, *TAKING_PART) else []


def panels(scope: Scope, request: HttpRequest, at: datetime) -> Iterator[Panel]:
    rows = registrations_of(scope).filter(state=RegistrationState.APPLIED)
    first = rows.select_related("participant", "edition__course_version").order_by("applied_at")
    shown = list(first[:SHOWN])
    if shown:
        yield {
            # Translators: heading: people who want to take part in a training.
            "title": _("Registrations to decide"),
            "rows": [_row(each) for each in shown],
            "count": rows.count(),
            "more": reverse("trainings:edition_list"),
        }
    yield from _together(scope)
    yield from bookings.panels(scope, at)
    yield from pages.panels(scope)


def _together(scope: Scope) -> Iterator[Panel]:
    rows = asked_to_host(scope).select_related("host", "course_version").order_by("created", "pk")
    shown = list(rows[:SHOWN])
    if shown:
        yield {
            # Translators: heading: another organisation asks to host a training with it.
            "title": _("Host a training together"),
            "rows": [
                {
                    "text": each.course_version.title,
                    "detail": each.host.name,
                    "url": reverse("trainings:co_hosting", args=[each.pk]),
                    "verb": _("Answer"),
                    "due": each.created,
                    "group": "soon",
                }
                for each in shown
            ],
            "count": rows.count(),
            "more": "",
        }


def _row(each: Registration) -> dict[str, Any]:
    return {
        "text": each.participant.name,
        "detail": each.edition.course_version.title,
        "url": reverse("trainings:registration", args=[each.pk]),
        # Translators: a button: say yes or no to somebody who wants to take part.
        "verb": _("Decide"),
        "due": each.applied_at,
        "group": "soon",
    }
