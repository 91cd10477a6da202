"""Pages of resources: the list, one resource, and its forms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Min, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from protect.directory.facts.base.places import typed_name
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.reference.models import Language
from protect.trainings.base import access
from protect.trainings.base.pages import tabs
from protect.trainings.base.pages.frame import host_of, show, show_tab
from protect.trainings.scheduling import access as scheduling_access
from protect.trainings.scheduling.actions import links, resources
from protect.trainings.scheduling.actions.links import Link
from protect.trainings.scheduling.enums import BookingState, ResourceKind
from protect.trainings.scheduling.forms.resources import FORMS
from protect.trainings.scheduling.models import Resource
from protect.trainings.scheduling.pages.resources import sheet_of
from protect.ui.pagination import Paginator

PAGE = 50  # rows
NEW = {  # address and verb of adding one
    # Translators: a button: somebody whom sessions can book is added.
    ResourceKind.PERSON: ("trainings:staff_new", gettext_lazy("Add a person")),
    # Translators: a button: a place that sessions can book is added.
    ResourceKind.VENUE: ("trainings:venue_new", gettext_lazy("Add a venue")),
    # Translators: a button: something that sessions can book is added.
    ResourceKind.CHILDCARE: ("trainings:childcare_new", gettext_lazy("Add childcare")),
    # Translators: a button: something that sessions can book is added.
    ResourceKind.EQUIPMENT: ("trainings:equipment_new", gettext_lazy("Add equipment")),
}


@require_safe
def resource_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    access.must_plan_somewhere(scope)
    kind_code = request.GET.get("kind", "")
    kind = ResourceKind(kind_code) if kind_code in ResourceKind.values else ResourceKind.PERSON
    live = Q(
        bookings__state__in=[BookingState.ASKED, BookingState.ACCEPTED],
        bookings__session__cancelled_at=None,
        bookings__ends_at__gt=clock.now(),
    )
    rows = scheduling_access.resources_of(scope).filter(kind=kind)
    rows = rows.prefetch_related(Prefetch("languages", Language.objects.order_by("pk")))
    rows = rows.annotate(
        coming=Count("bookings", filter=live, distinct=True),
        begins=Min("bookings__starts_at", filter=live),
    )
    page = Paginator(rows.order_by("-is_active", "name", "pk"), PAGE)
    url, verb = NEW[kind]
    context = {
        "page": page.get_page(request.GET.get("page")),
        "kind": kind,
        "kinds": [(each.label, each.value, each is kind) for each in ResourceKind],
        "new": (url, verb),
    }
    return show_tab(request, tabs.RESOURCES, "trainings/resource_list.html", context)


@require_safe
def resource(request: HttpRequest, pk: UUID) -> HttpResponse:
    resource = scheduling_access.get_resource(scope_of(request), pk)
    token = links.token_of(resource, Link.PAGE)
    context = {
        "resource": resource,
        "edit": EDIT[ResourceKind(resource.kind)],
        "sheet": sheet_of(resource, at=clock.now()),
        "link": token and links.page_address(resource, token),
    }
    return show(request, "trainings/resource.html", None, context)


@require_http_methods(["GET", "POST"])
def resource_new(request: HttpRequest, kind: ResourceKind) -> HttpResponse:
    scope = scope_of(request)
    host = host_of(scope, request.GET.get("host", ""))
    form = FORMS[kind](request.POST if request.method == "POST" else None, organisation=host)
    if form.is_valid():
        with form.mending():
            resource = resources.add(scope, host, kind, form.submitted_values(), at=clock.now())
            messages.success(request, _("Added."))
            return redirect("trainings:resource", pk=resource.pk)
    context = {"resource": None, "title": NEW[kind][1]}
    return show(request, "trainings/resource_form.html", form, context)


@require_http_methods(["GET", "POST"])
def resource_edit(request: HttpRequest, pk: UUID, kind: ResourceKind) -> HttpResponse:
    scope = scope_of(request)
    resource = scheduling_access.get_resource(scope, pk, kind)
    form = FORMS[kind](
        request.POST if request.method == "POST" else None,
        organisation=resource.organisation,
        initial=initial_values(resource),
    )
    if form.is_valid():
        with form.mending():
            resources.edit(scope, resource, form.submitted_values(), at=clock.now())
            messages.success(request, _("Saved."))
            return redirect("trainings:resource", pk=pk)
    return show(
        request, "trainings/resource_form.html", form, {"resource": resource, "title": _("Edit")}
    )


EDIT = {
    ResourceKind.PERSON: "trainings:staff_edit",
    ResourceKind.VENUE: "trainings:venue_edit",
    ResourceKind.CHILDCARE: "trainings:childcare_edit",
    ResourceKind.EQUIPMENT: "trainings:equipment_edit",
}


def initial_values(resource: Resource) -> dict[str, Any]:
    """Return the initial values of a resource's form."""
    values: dict[str, Any] = {
        "pk": resource.pk,
        "name": resource.name,
        "is_active": resource.is_active,
        "user": resource.user_id,
        "email": resource.email,
        "mail_language": resource.mail_language_id or "en",
        "languages": list(resource.languages.order_by("pk").values_list("pk", flat=True)),
    }
    if resource.kind != ResourceKind.VENUE:
        return values
    values |= {name: getattr(resource.venue, name) for name in resources.OF_VENUES}
    country = resource.venue.place.country_id
    return values | {"place": typed_name(resource.venue.place_id), "country": country}
