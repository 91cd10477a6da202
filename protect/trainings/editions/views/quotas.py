"""Seats of an edition that are kept for an organisation."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.trainings.base import access as base_access
from protect.trainings.base.pages.frame import show
from protect.trainings.editions.actions import plan
from protect.trainings.registrations import access as registrations_access
from protect.trainings.registrations.forms import QuotaForm
from protect.trainings.registrations.models import OrgQuota
from protect.trainings.scheduling import access
from protect.trainings.scheduling.models import Edition


@require_http_methods(["GET", "POST"])
def quota_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    edition = access.get_edition(scope, pk)
    base_access.must_plan(scope, edition.host_id)
    with timezone.override(ZoneInfo(edition.zone)):
        form = QuotaForm(
            request.POST if request.method == "POST" else None,
            host=edition.host,
            initial=initial_values(edition, request.GET.get("sender", "")),
        )
        if form.is_valid():
            with form.mending():
                values = form.cleaned_data
                plan.set_quota(
                    scope,
                    edition,
                    values["sender"],
                    values["seats"],
                    released_at=values["released_at"],
                    at=clock.now(),
                )
                messages.success(request, _("Saved. Seats that became free are offered."))
                return redirect("trainings:edition", pk=pk)
        senders = registrations_access.senders_of(scope).filter(kept_by=edition.host_id)
        context = {"edition": edition, "has_senders": senders.exists()}
        return show(request, "trainings/quota.html", form, context)


def initial_values(edition: Edition, sender: str) -> dict[str, Any]:
    """Return the quota that a nominating organisation has now; its id stands in the address."""
    rows: dict[str, OrgQuota] = {str(row.sender_id): row for row in edition.quotas.order_by("pk")}
    row = rows.get(sender)
    if row is None:
        return {"sender": sender}
    return {"sender": row.sender_id, "seats": row.seats, "released_at": row.released_at}
