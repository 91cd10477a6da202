from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.audit.models import Entry
from protect.directory import access, desk, extension, models
from protect.directory.enums import StatusChange
from protect.directory.services.actions import status
from protect.directory.services.search import ServiceFilter, search
from protect.directory.services.service_page import service_rows, service_sheet
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.orgs.history.lines import lines_of_entries
from protect.ui import pages, pagination

PAGE_SIZE = 50  # services, entries of a history


@require_safe
def service_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    service_filter = ServiceFilter(request.GET)
    chosen = service_filter.chosen()
    results = search(scope, chosen, request.GET.get("sort", ""))
    page = pagination.Paginator(results.rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "filter": service_filter,
        "is_narrow": bool(chosen),
        "is_cut": results.is_truncated,
        "sort": request.GET.get("sort", ""),
        "page": page,
        "rows": service_rows(list(page.object_list), at=clock.now()),
        "links": [link for each in extension.extensions() for link in each.list_links()],
        "may_add": bool(access.countries_with_permission(scope, Permission.EDIT_DIRECTORY)),
    }
    return desk.show_tab(request, "directory/service_list.html", desk.SERVICES, None, context)


@require_safe
def show_service(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    if merge_target := access.find_merge_target(pk=pk):
        return redirect("directory:service", pk=access.get_service(scope, merge_target.pk).pk)
    entry = access.get_service(scope, pk)
    sheet = service_sheet(scope, entry, at=clock.now())
    return pages.render_form_page(
        request, "directory/service.html", None, {"service": entry, "sheet": sheet}
    )


@require_safe
def service_history(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    service = access.get_service(scope, pk)
    if service.country_id not in access.maintained_countries(scope):
        raise Http404
    rows = Entry.objects.of_target(f"service:{service.pk}").newest_first()
    page = pagination.Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    entries = lines_of_entries(page.object_list, scope.organisations)
    context = {"service": service, "page": page, "entries": entries}
    return pages.render_form_page(request, "directory/service_history.html", None, context)


UNDO_ALLOWED = {StatusChange.SUSPEND, StatusChange.RESUME}


@require_http_methods(["GET", "POST"])
def change_service_status(request: HttpRequest, pk: UUID, move: str) -> HttpResponse:
    scope = scope_of(request)
    if move not in StatusChange.values:
        raise Http404
    requested_move = StatusChange(move)
    service = access.get_service(scope, pk, status.PERMISSION_BY_CHANGE[requested_move])
    if request.method == "POST":
        status.change_status(scope, service, requested_move, at=clock.now())
        undo_message = _("Done. You can undo this below for ten minutes.")
        # Translators: after a button: it is done.
        messages.success(request, undo_message if requested_move in UNDO_ALLOWED else _("Done."))
        return redirect("directory:service", pk=pk)
    context = {
        "service": service,
        "question": _confirmation_question(requested_move),
        "effects": list(_status_change_effects(requested_move, service)),
        "undo": _undo_hint(requested_move),
        "verb": requested_move.label,
        "is_danger": requested_move == StatusChange.WITHDRAW,
        "back": reverse("directory:service", args=[pk]),
    }
    return pages.render_form_page(request, "directory/service_move.html", None, context)


@require_POST
def undo_status_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    status.undo_last_change(scope, access.get_service(scope, pk), at=clock.now())
    messages.success(request, _("Undone. The previous status is restored."))
    return redirect("directory:service", pk=pk)


def _confirmation_question(change: StatusChange) -> str:
    return {
        StatusChange.SUBMIT: _("Submit this service for review?"),
        StatusChange.PUBLISH: _("Publish this service?"),
        StatusChange.SUSPEND: _("Suspend this service?"),
        StatusChange.RESUME: _("Publish this service again?"),
        StatusChange.WITHDRAW: _("Withdraw this service permanently?"),
    }[change]


def _status_change_effects(change: StatusChange, service: models.Service) -> Iterator[str]:
    if change == StatusChange.SUBMIT:
        yield _("The coordinators of the country see it in review and can publish it.")
        yield _("The public does not see it yet.")
    elif change in {StatusChange.PUBLISH, StatusChange.RESUME}:
        yield _(
            "It appears at once on the public pages and in exported files. If it is only "
            "for professionals, only signed-in users see it."
        )
        yield _("Unchecked facts are shown as “not checked yet”.")
        if service.phones.exists():
            yield _("It has a phone number, so it is published only if two people have called it.")
    elif change == StatusChange.SUSPEND:
        yield _("The public no longer finds it. Its page says that it is gone.")
        yield _("Other systems are told that it is closed for a while.")
        yield _("Nothing is deleted: its checks and texts are kept.")
    else:
        yield _("The public no longer finds it, and it cannot be published again.")
        yield _(
            "Other systems are told that it has closed permanently. Its short code is not "
            "used again."
        )


def _undo_hint(change: StatusChange) -> str:
    """Return in words whether a change can be undone; "" for submission and publication."""
    if change in UNDO_ALLOWED:
        return _("You can undo this for ten minutes.")
    return _("This cannot be undone.") if change == StatusChange.WITHDRAW else ""
