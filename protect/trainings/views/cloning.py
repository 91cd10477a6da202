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
from protect.trainings import access
from protect.trainings.actions.cloning import clone
from protect.trainings.calendars.errors import ClockRefused
from protect.trainings.forms.editions import CloneForm
from protect.trainings.views.frame import show


@require_http_methods(["GET", "POST"])
def edition_clone(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    found = access.get_edition(scope, pk)
    access.must_plan(scope, found.host_id)
    form = CloneForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.mending():
            told, at = form.cleaned_data, clock.now()
            try:
                made = clone(scope, found, told["first_day"], at=at, reason=told["reason"])
            except ClockRefused as refused:
                form.add_error("first_day", refused.text())
            else:
                messages.success(request, _("Planned. Nobody is booked yet."))
                return redirect("trainings:edition", pk=made.pk)
    return show(request, "edition_clone.html", form, {"edition": found})
