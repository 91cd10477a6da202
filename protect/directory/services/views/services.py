"""Services: found and read."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from protect.audit.models import Entry
from protect.directory import access
from protect.directory.pages import SERVICES, show_tab
from protect.directory.services import search
from protect.directory.services.forms.search import ServiceFilter
from protect.directory.services.service_page import listed, sheet_of
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.orgs.history.lines import lines_of_entries
from protect.ui.pages import show
from protect.ui.pagination import Paginator

PAGE = 50  # services, entries of a history


@require_safe
def service_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    service_filter = ServiceFilter(request.GET)
    chosen = service_filter.chosen()
    results = search.search(scope, chosen, request.GET.get("sort", ""))
    page = Paginator(results.rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": service_filter,
        "is_narrow": bool(chosen),
        "is_cut": results.is_cut,
        "sort": request.GET.get("sort", ""),
        "page": page,
        "rows": listed(list(page.object_list), at=clock.now()),
        "may_add": bool(access.countries_where(scope, Permission.EDIT_DIRECTORY)),
    }
    return show_tab(request, "directory/service_list.html", SERVICES, None, context)


@require_safe
def service(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    if kept := access.successor(pk=pk):
        return redirect("directory:service", pk=access.get_service(scope, kept.pk).pk)
    entry = access.get_service(scope, pk)
    sheet = sheet_of(scope, entry, at=clock.now())
    return show(request, "directory/service.html", None, {"service": entry, "sheet": sheet})


@require_safe
def service_history(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The history of an entry, for organisations that maintain its country."""
    scope = scope_of(request)
    service = access.get_service(scope, pk)
    if service.country_id not in access.kept_by(scope):
        raise Http404
    rows = Entry.objects.about(f"service:{service.pk}").newest_first()
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    entries = lines_of_entries(page.object_list, scope.organisations)
    return show(
        request,
        "directory/service_history.html",
        None,
        {"service": service, "page": page, "told": entries},
    )
