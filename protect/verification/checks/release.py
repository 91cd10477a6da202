"""Showing the reviewed services of a country: how many can be, and what keeps the others."""

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
from protect.directory.services.service_page import listed, warnings_of
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.orgs.enums import Permission
from protect.orgs.scope import Scope
from protect.reference import formats, vocabulary
from protect.ui import pages, pagination
from protect.verification import enums, models

PAGE = 50  # services


@require_safe
def release(request: HttpRequest, country: str) -> HttpResponse:
    scope = scope_of(request)
    _must(scope, country)
    ready, waiting = _reviewed(country)
    context = {
        "country": country,
        "ready": ready,
        "page": pagination.Paginator(waiting, PAGE).get_page(request.GET.get("page")),
        "drafts": Service.objects.filter(country=country, status=Status.DRAFT).count(),
        "shown": Service.objects.published().filter(country=country).count(),
        "may_call": access.may(scope, Permission.VERIFY_DIRECTORY, country),
    }
    return pages.show(request, "verification/release.html", None, context)


@require_http_methods(["GET", "POST"])
def release_confirm(request: HttpRequest, country: str) -> HttpResponse:
    scope = scope_of(request)
    _must(scope, country)
    if request.method == "POST":
        done = status.release(scope, country, at=clock.now())
        message = ngettext(
            # Translators: services of a country that the public sees from now on.
            "{number} service is published.",
            "{number} services are published.",
            done.shown,
        )
        words = message.format(number=done.shown)
        return pages.done(request, words, "verification:release", country)
    ready, waiting = _reviewed(country)
    page = pagination.Paginator(ready, PAGE).get_page(request.GET.get("page"))
    services = list(page.object_list)  # their numbers were called: a few queries name all of them
    prefetch_related_objects(services, "organisation", "categories", "phones", "at_locations")
    name = formats.country_name(country, get_language() or "en")
    context = {
        # Translators: {country} is a name.
        "question": _("Publish the reviewed services of {country}?").format(country=name),
        "effects": list(_effects(len(ready), len(waiting))),
        "undo": _("Each of them can be taken off again on its own page."),
        "verb": _("Publish services"),
        "back": reverse("verification:release", args=[country]),
        "page": page,
        "rows": [
            {"row": row, "warnings": warnings_of(row.service, is_tested=True)}
            for row in listed(services, at=clock.now())
        ],
    }
    return pages.show(request, "verification/release_confirm.html", None, context)


def _must(scope: Scope, country: str) -> None:
    if country not in vocabulary.countries():
        raise Http404
    access.must(scope, Permission.RELEASE_DIRECTORY, country)


def _reviewed(country: str) -> tuple[list[Service], list[dict[str, Any]]]:
    rows = Service.objects.filter(country=country, status=Status.REVIEW).order_by("name", "pk")
    calls = models.CallTest.objects.filter(service__in=rows, state=enums.CallState.WAITING)
    begun = {each.service_id: each for each in calls.select_related("by", "second")}
    services = list(rows)
    reachable = set(rows.reachable().values_list("pk", flat=True))
    ready = status.ready_among(services)
    shown = {each.pk for each in ready}
    waiting = [
        # `call`: the first of two, if it was made. Reachable: by number, mail, website or address.
        {"service": each, "call": begun.get(each.pk), "is_reachable": each.pk in reachable}
        for each in services
        if each.pk not in shown
    ]
    return ready, waiting


def _effects(ready: int, waiting: int) -> Iterator[str]:
    yield ngettext(
        "{number} service is shown to the public, at once.",
        "{number} services are shown to the public, at once.",
        ready,
    ).format(number=ready)
    if waiting:
        yield ngettext(
            "{number} service stays hidden: something is missing.",
            "{number} services stay hidden: something is missing.",
            waiting,
        ).format(number=waiting)
    yield _("Unchecked facts are shown as “not checked yet”.")
