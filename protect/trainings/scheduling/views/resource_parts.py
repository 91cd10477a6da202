"""The parts of a resource: absences, proofs, travel times, and the link of a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.trainings.base import access
from protect.trainings.base.pages.frame import show
from protect.trainings.scheduling import access as scheduling_access
from protect.trainings.scheduling import vocabulary
from protect.trainings.scheduling.actions import resources
from protect.trainings.scheduling.actions.links import Link
from protect.trainings.scheduling.enums import ResourceKind
from protect.trainings.scheduling.forms.resources import AwayForm, SuitableForm, WayForm
from protect.trainings.scheduling.models import Resource
from protect.trainings.scheduling.views.own_bookings import give_or_end
from protect.ui.forms import DeskForm

DAYS_OF_A_MONTH = 365.25 / 12


@require_http_methods(["GET", "POST"])
def resource_away(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    resource = scheduling_access.get_resource(scope, pk)
    form = AwayForm(
        request.POST if request.method == "POST" else None, zone=resource.organisation.zone
    )
    if form.is_valid():
        with form.mending():
            resources.set_away(scope, resource, form.starts_at, form.ends_at, at=clock.now())
            messages.success(request, _("Noted. What is booked then stays booked: look at it."))
            return redirect("trainings:resource", pk=pk)
    is_venue = resource.kind == ResourceKind.VENUE
    # Translators: a page: when a venue is closed.
    title = _("Note when it is closed") if is_venue else _("Note days away")
    return _form(request, form, resource, title)


@require_POST
def resource_away_end(request: HttpRequest, pk: UUID, away: int) -> HttpResponse:
    scope = scope_of(request)
    resource = scheduling_access.get_resource(scope, pk)
    resources.drop_away(scope, resource, away, at=clock.now())
    messages.success(request, _("Taken back."))
    return redirect("trainings:resource", pk=pk)


@require_http_methods(["GET", "POST"])
def resource_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    resource = scheduling_access.get_resource(scope, pk, ResourceKind.PERSON)
    today = clock.now().date()
    months = next(iter(vocabulary.suitability().values())).months
    initial = {
        "shown_on": today,
        "expires_on": today + timedelta(days=round(months * DAYS_OF_A_MONTH)),
    }
    form = SuitableForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        with form.mending():
            resources.show_suitable(scope, resource, **form.cleaned_data, at=clock.now())
            messages.success(request, _("Noted."))
            return redirect("trainings:resource", pk=pk)
    # Translators: a page: somebody showed a paper, such as a vetting.
    return _form(request, form, resource, _("Note a paper"))


@require_http_methods(["GET", "POST"])
def resource_way(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    resource = scheduling_access.get_resource(scope, pk, ResourceKind.VENUE)
    form = WayForm(request.POST if request.method == "POST" else None, venue=resource.venue)
    if form.is_valid():
        with form.mending():
            values = form.cleaned_data
            resources.set_way(
                scope, resource.venue, values["other"], values["minutes"], at=clock.now()
            )
            messages.success(request, _("Noted."))
            return redirect("trainings:resource", pk=pk)
    return _form(request, form, resource, WAY)


@require_POST
def resource_link(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Create or end the link with which a person without an account opens their own bookings."""
    scope = scope_of(request)
    resource = scheduling_access.get_resource(scope, pk, ResourceKind.PERSON)
    audit = access.planner_context(scope, resource.organisation_id, at=clock.now())
    give_or_end(request, resource, Link.PAGE, audit)
    messages.success(request, _("Done."))
    return redirect("trainings:resource", pk=pk)


# Translators: a page: how long it takes from one venue to another.
WAY = gettext_lazy("Note how long the way takes")


def _form(
    request: HttpRequest, form: DeskForm, resource: Resource, title: str | Promise, **more: Any
) -> HttpResponse:
    return show(
        request,
        "trainings/resource_form.html",
        form,
        {"resource": resource, "title": title, **more},
    )
