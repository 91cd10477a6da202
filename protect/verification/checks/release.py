"""Views that publish the services of a country in review, and list what unready ones lack."""

from collections.abc import Iterator
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from protect.directory import access
from protect.directory.enums import Status
from protect.directory.models import Service
from protect.directory.services.actions import status
from protect.directory.services.service_page import service_rows, service_warnings
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference import formats, vocabulary
from protect.ui import pages, pagination
from protect.verification import enums, models

PAGE_SIZE = 50  # services


@require_safe
def release_overview(request: HttpRequest, country: str) -> HttpResponse:
    """List the services in review that are ready for publication, and what the others lack."""
    scope = scope_of(request)
    _require_release_permission(scope, country)
    ready, waiting = _ready_and_incomplete(country)
    context = {
        "country": country,
        "ready": ready,
        "page": pagination.Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page")),
        "drafts": Service.objects.filter(country=country, status=Status.DRAFT).count(),
        "shown": Service.objects.published().filter(country=country).count(),
        "may_call": access.has_permission_in(scope, Permission.VERIFY_DIRECTORY, country),
    }
    return pages.render_form_page(request, "verification/release.html", None, context)


@require_http_methods(["GET", "POST"])
def release_confirm(request: HttpRequest, country: str) -> HttpResponse:
    """Ask for confirmation, then publish the services that are ready."""
    scope = scope_of(request)
    _require_release_permission(scope, country)
    if request.method == "POST":
        result = status.publish_ready_services(scope, country, at=clock.now())
        text = ngettext(
            # Translators: services of a country that the public sees from now on.
            "{number} service is published.",
            "{number} services are published.",
            result.published,
        ).format(number=result.published)
        return pages.redirect_with_message(request, text, "verification:release", country)
    ready, waiting = _ready_and_incomplete(country)
    page = pagination.Paginator(ready, PAGE_SIZE).get_page(request.GET.get("page"))
    services = list(page.object_list)  # one page, so the number of queries is fixed
    prefetch_related_objects(services, "organisation", "categories", "phones", "at_locations")
    name = formats.country_name(country, get_language() or "en")
    context = {
        # Translators: {country} is a name.
        "question": _("Publish the services of {country} that are in review and ready?").format(
            country=name
        ),
        "effects": list(_release_effects(len(ready), len(waiting))),
        "undo": _("You can suspend each of them on its own page."),
        "verb": _("Publish services"),
        "back": reverse("verification:release", args=[country]),
        "page": page,
        "rows": [
            {"row": row, "warnings": service_warnings(row.service, is_tested=True)}
            for row in service_rows(services, at=clock.now())
        ],
    }
    return pages.render_form_page(request, "verification/release_confirm.html", None, context)


def _require_release_permission(scope: Scope, country: str) -> None:
    if country not in vocabulary.countries():
        raise Http404
    access.require_permission(scope, Permission.RELEASE_DIRECTORY, country)


def _ready_and_incomplete(country: str) -> tuple[list[Service], list[dict[str, Any]]]:
    """Return the services in review that are ready, and a template row for each other one."""
    rows = Service.objects.filter(country=country, status=Status.REVIEW).order_by("name", "pk")
    calls = models.CallTest.objects.filter(service__in=rows, state=enums.CallState.WAITING)
    waiting_calls = {call.service_id: call for call in calls.select_related("by", "second")}
    services = list(rows)
    reachable = set(rows.reachable().values_list("pk", flat=True))
    ready = status.select_publishable(services)
    ready_keys = {service.pk for service in ready}
    waiting = [
        {
            "service": service,
            "call": waiting_calls.get(service.pk),
            "is_reachable": service.pk in reachable,
        }
        for service in services
        if service.pk not in ready_keys
    ]
    return ready, waiting


def _release_effects(ready: int, waiting: int) -> Iterator[str]:
    yield ngettext(
        "{number} service is published at once.", "{number} services are published at once.", ready
    ).format(number=ready)
    if waiting:
        yield ngettext(
            "{number} service stays unpublished, because something is missing.",
            "{number} services stay unpublished, because something is missing.",
            waiting,
        ).format(number=waiting)
    yield _("Unchecked facts are shown as “not checked yet”.")
