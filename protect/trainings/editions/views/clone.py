"""A training is planned like another one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.trainings.base import access as base_access
from protect.trainings.base.pages.frame import sent_data, show
from protect.trainings.editions.actions.clone import clone
from protect.trainings.editions.forms.editions import CloneForm
from protect.trainings.scheduling import access
from protect.trainings.scheduling.errors import ClockRefused


@require_http_methods(["GET", "POST"])
def edition_clone(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_edition(scope, pk)
    base_access.must_plan(scope, edition.host_id)
    form = CloneForm(sent_data(request))
    if form.is_valid():
        with form.mending():
            values, at = form.cleaned_data, clock.now()
            try:
                copy = clone(scope, edition, values["first_day"], at=at, reason=values["reason"])
            except ClockRefused as refused:
                form.add_error("first_day", refused.text())
            else:
                messages.success(request, _("Planned. Nobody is booked yet."))
                return redirect("trainings:edition", pk=copy.pk)
    return show(request, "trainings/edition_clone.html", form, {"edition": edition})
