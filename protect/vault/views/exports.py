"""What leaves the desk as a file."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from protect.kernel import clock
from protect.orgs.access import get_organisation, scope_of
from protect.orgs.history.pages import HistoryFilter
from protect.vault.actions.history_export import export_history
from protect.vault.actions.unlocked import unlocked
from protect.vault.enums import Before
from protect.vault.views.frame import is_stepped_up, redirect_to_step_up


@require_safe
def history_export(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A browser that keeps a file stays where it is: one comes back to the page, and takes it."""
    if not is_stepped_up(request):
        page = reverse("orgs:organisation_history", args=[pk])
        asked_for = request.GET.urlencode()
        return redirect_to_step_up(f"{page}?{asked_for}" if asked_for else page, Before.FILE)
    scope, at = scope_of(request), clock.now()
    organisation = get_organisation(scope, pk)
    history_filter = HistoryFilter.of(request.GET.dict())
    lines = export_history(scope, unlocked(request), organisation, history_filter, at=at)
    name = f"history-{at:%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
