"""Services found and read, published and suspended: steps that can be undone say so."""

from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.audit.models import Entry
from protect.directory import access, desk, models
from protect.directory.enums import Move
from protect.directory.services.actions import status
from protect.directory.services.search import ServiceFilter, search
from protect.directory.services.service_page import listed, sheet_of
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.orgs.history.lines import lines_of_entries
from protect.ui import pages, pagination

PAGE = 50  # services, entries of a history


@require_safe
def service_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    service_filter = ServiceFilter(request.GET)
    chosen = service_filter.chosen()
    results = search(scope, chosen, request.GET.get("sort", ""))
    page = pagination.Paginator(results.rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": service_filter,
        "is_narrow": bool(chosen),
        "is_cut": results.is_cut,
        "sort": request.GET.get("sort", ""),
        "page": page,
        "rows": listed(list(page.object_list), at=clock.now()),
        "may_add": bool(access.countries_where(scope, Permission.EDIT_DIRECTORY)),
    }
    return desk.show_tab(request, "directory/service_list.html", desk.SERVICES, None, context)


@require_safe
def service(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    if kept := access.successor(pk=pk):
        return redirect("directory:service", pk=access.get_service(scope, kept.pk).pk)
    entry = access.get_service(scope, pk)
    sheet = sheet_of(scope, entry, at=clock.now())
    return pages.show(request, "directory/service.html", None, {"service": entry, "sheet": sheet})


@require_safe
def service_history(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    service = access.get_service(scope, pk)
    if service.country_id not in access.kept_by(scope):
        raise Http404
    rows = Entry.objects.about(f"service:{service.pk}").newest_first()
    page = pagination.Paginator(rows, PAGE).get_page(request.GET.get("page"))
    entries = lines_of_entries(page.object_list, scope.organisations)
    context = {"service": service, "page": page, "entries": entries}
    return pages.show(request, "directory/service_history.html", None, context)


CAN_BE_UNDONE = {Move.SUSPEND, Move.RESUME}


@require_http_methods(["GET", "POST"])
def service_move(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    scope = scope_of(request)
    if move not in Move.values:
        raise Http404
    kind = Move(move)
    service = access.get_service(scope, pk, status.NEEDS[kind])
    if request.method == "POST":
        status.move(scope, service, kind, at=clock.now())
        undo = _("Done. For ten minutes you can take it back below.")
        messages.success(request, undo if kind in CAN_BE_UNDONE else _("Done."))
        return redirect("directory:service", pk=pk)
    context = {
        "service": service,
        "question": _question(kind),
        "effects": list(_effects(kind, service)),
        "undo": _undo(kind),
        "verb": kind.label,
        "is_danger": kind == Move.WITHDRAW,
        "back": reverse("directory:service", args=[pk]),
    }
    return pages.show(request, "directory/service_move.html", None, context)


@require_POST
def service_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    status.take_back(scope, access.get_service(scope, pk), at=clock.now())
    messages.success(request, _("Taken back. It stands as before."))
    return redirect("directory:service", pk=pk)


def _question(move: Move) -> str:
    return {
        Move.SUBMIT: _("Submit this service for review?"),
        Move.PUBLISH: _("Show this service to the public?"),
        Move.SUSPEND: _("Take this service off for a while?"),
        Move.RESUME: _("Show this service again?"),
        Move.WITHDRAW: _("Withdraw this service for good?"),
    }[move]


def _effects(move: Move, service: models.Service) -> Iterator[str]:
    if move == Move.SUBMIT:
        yield _("The coordinators of the country see it in review and can publish it.")
        yield _("The public does not see it yet.")
    elif move in {Move.PUBLISH, Move.RESUME}:
        yield _("It can be found at once, on the public pages and in exported files.")
        yield _("Unchecked facts are shown as “not checked yet”.")
        if service.phones.exists():
            yield _("It has a number. It is shown only if two people have called and heard it.")
    elif move == Move.SUSPEND:
        yield _("The public no longer finds it. Its page says that it is gone.")
        yield _("Other systems hear that it is closed for a while.")
        yield _("Nothing is deleted. Checks and texts stay.")
    else:
        yield _("The public does not find it any more, and it cannot be shown again.")
        yield _("Other systems hear that it is gone for good. Its number stays taken.")


def _undo(move: Move) -> str:
    if move in CAN_BE_UNDONE:
        return _("You can take this back for ten minutes.")
    if move == Move.WITHDRAW:
        return _("This cannot be undone.")
    return ""
