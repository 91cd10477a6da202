"""Half days of an edition: added, moved with what is booked, cancelled."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.trainings import access
from protect.trainings.actions import planning
from protect.trainings.actions.planning import HalfDay
from protect.trainings.forms.editions import HalfDayForm
from protect.trainings.models import Session
from protect.trainings.views.frame import show


@require_http_methods(["GET", "POST"])
def half_day_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_edition(scope, pk)
    access.must_plan(scope, edition.host_id)
    form = HalfDayForm(request.POST if request.method == "POST" else None, edition=edition)
    if form.is_valid():
        with form.mending():
            reason = form.cleaned_data["reason"]
            half_day = half_day_of(form, edition.zone)
            planning.add_half_day(scope, edition, half_day, at=clock.now(), reason=reason)
            messages.success(request, _("Added."))
            return redirect("trainings:edition", pk=pk)
    return show(request, "half_day_form.html", form, {"edition": edition, "session": None})


@require_http_methods(["GET", "POST"])
def half_day_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_half_day(scope, pk)
    edition = access.get_edition(scope, session.training.pk)
    form = HalfDayForm(
        request.POST if request.method == "POST" else None,
        edition=edition,
        session=session,
        initial=told_of(session),
    )
    if form.is_valid():
        with form.mending():
            reason = form.cleaned_data["reason"]
            half_day = half_day_of(form, edition.zone)
            planning.move_half_day(scope, session, half_day, at=clock.now(), reason=reason)
            messages.success(
                request,
                _("Saved. If it moved, everything that was accepted for it is asked again."),
            )
            return redirect("trainings:edition", pk=edition.pk)
    return show(request, "half_day_form.html", form, {"edition": edition, "session": session})


@require_http_methods(["GET", "POST"])
def half_day_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    session = access.get_half_day(scope, pk)
    if request.method == "POST":
        planning.cancel_half_day(scope, session, at=clock.now())
        messages.success(request, _("Cancelled. Calendars hear of it."))
        return redirect("trainings:edition", pk=session.training.pk)
    context = {
        "edition": session.training,
        "question": _("Cancel this half day?"),
        "effects": [
            _("Its trainers, interpreters and venue are free again."),
            _("Attendance is counted without it."),
            _("This cannot be undone. You can add another one."),
        ],
        "verb": _("Cancel the half day"),
        "is_danger": True,
        "back": reverse("trainings:edition", args=[session.training.pk]),
    }
    return show(request, "edition_move.html", None, context)


def half_day_of(form: HalfDayForm, zone: str) -> HalfDay:
    """Return what the form says, as the actions take it."""
    told = form.cleaned_data
    return HalfDay(form.found.starts_at, form.found.ends_at, zone, told["venue"], told["link"])


def told_of(session: Session) -> dict[str, Any]:
    """Return what the form of a half day shows at first."""
    clock_of = ZoneInfo(session.zone)
    starts, ends = session.starts_at.astimezone(clock_of), session.ends_at.astimezone(clock_of)
    return {
        "day": starts.date(),
        "clock_from": starts.time(),
        "clock_to": ends.time(),
        "venue": session.venue_id,
        "link": session.link,
    }
