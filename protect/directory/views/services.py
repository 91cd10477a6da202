"""Services: found, read, changed."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from protect.directory import access
from protect.directory.tabs import SERVICES
from protect.directory.views.frame import show, show_tab
from protect.orgs.access import scope_of

PAGE = 50  # services


@require_safe
def service_list(request: HttpRequest) -> HttpResponse:
    rows = access.services_of(scope_of(request)).select_related("organisation")
    page = Paginator(rows.order_by("name", "pk"), PAGE).get_page(request.GET.get("page"))
    return show_tab(request, "service_list.html", SERVICES, None, {"page": page})


@require_safe
def service(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = access.get_service(scope_of(request), pk)
    return show(request, "service.html", None, {"service": found})
