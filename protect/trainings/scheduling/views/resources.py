"""Pages of resources: the list, one resource, its forms and its parts."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Min, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from protect.directory.facts.base.places import typed_name
from protect.kernel import clock
from protect.orgs.access import scope_of
from protect.reference.models import Language
from protect.trainings.base import access
from protect.trainings.base.labels import StateLabel
from protect.trainings.base.pages.frame import RESOURCES, done, host_of, sent_data, show, show_tab
from protect.trainings.scheduling import access as scheduling_access, labels, vocabulary
from protect.trainings.scheduling.actions import mail, resources
from protect.trainings.scheduling.enums import BookingState, ResourceKind
from protect.trainings.scheduling.forms.resources import FORMS, AwayForm, SuitableForm, WayForm
from protect.trainings.scheduling.models import Booking, Resource, Suitability, Travel, Venue
from protect.trainings.scheduling.views.bookings import give_or_end
from protect.ui import forms, pagination

SHOWN = 50  # bookings to come, and days away
PAGE = 50  # rows
ADD = {
    # Translators, of each below: a button.
    ResourceKind.PERSON: gettext_lazy("Add a person"),  # a person whom sessions can book is added
    ResourceKind.VENUE: gettext_lazy("Add a venue"),  # a place that sessions can book is added
    ResourceKind.CHILDCARE: gettext_lazy("Add childcare"),  # something that sessions can book
    ResourceKind.EQUIPMENT: gettext_lazy("Add equipment"),  # something that sessions can book
}
DAYS_OF_A_MONTH = 365.25 / 12


class Paper(NamedTuple):
    """A proof that a person shows before working with minors, and its status."""

    name: str | Promise
    row: Suitability | None
    said: StateLabel


def _sheet(resource: Resource, *, at: datetime) -> dict[str, Any]:
    return {
        "papers": papers_of(resource, at.date()) if resource.kind == ResourceKind.PERSON else [],
        "away": resource.away.filter(ends_at__gt=at).order_by("starts_at", "pk")[:SHOWN],
        "ways": [*_ways(resource)] if resource.kind == ResourceKind.VENUE else [],
        "bookings": [(row, labels.booking(row)) for row in _coming(resource, at)],
    }


def _address(kind: str, action: str) -> str:
    return f"trainings:{'staff' if kind == ResourceKind.PERSON else kind}_{action}"


def papers_of(resource: Resource, today: date) -> list[Paper]:
    shown = {row.kind: row for row in resource.suitability.order_by("kind")}
    rows = [(code, shown.get(code)) for code in vocabulary.suitability()]
    return [
        Paper(labels.SUITABILITY.get(code, code), row, _paper_status(row, today))
        for code, row in rows
    ]


def _paper_status(row: Suitability | None, today: date) -> StateLabel:
    if row is None:
        # Translators: a paper that a trainer or interpreter has not shown yet.
        return StateLabel(_("Not shown"), "plain")
    if row.expires_on <= today:
        # Translators: a paper that does not count any more.
        return StateLabel(_("Over"), "caution")
    # Translators: a paper that counts.
    return StateLabel(_("Stands"), "good")


def _ways(resource: Resource) -> Iterator[tuple[Venue, int]]:
    rows = Travel.objects.filter(Q(first=resource.pk) | Q(second=resource.pk))
    for row in rows.select_related("first__resource", "second__resource").order_by("minutes", "pk"):
        yield (row.second if row.first_id == resource.pk else row.first), row.minutes


def _coming(resource: Resource, at: datetime) -> list[Booking]:
    rows = resource.bookings.filter(ends_at__gt=at).exclude(state=BookingState.CANCELLED)
    rows = rows.select_related("session__edition__course_version", "language")
    return list(rows.order_by("starts_at", "pk")[:SHOWN])


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
    page = pagination.Paginator(rows.order_by("-is_active", "name", "pk"), PAGE)
    context = {
        "page": page.get_page(request.GET.get("page")),
        "kind": kind,
        "kinds": [(each.label, each.value, each is kind) for each in ResourceKind],
        "new": (_address(kind, "new"), ADD[kind]),
    }
    return show_tab(request, RESOURCES, "trainings/resource_list.html", context)


@require_safe
def resource(request: HttpRequest, pk: UUID) -> HttpResponse:
    resource = scheduling_access.get_resource(scope_of(request), pk)
    token = mail.token_of(resource, mail.Link.PAGE)
    context = {
        "resource": resource,
        "edit": _address(resource.kind, "edit"),
        "sheet": _sheet(resource, at=clock.now()),
        "link": token and mail.page_address(resource, token),
    }
    return show(request, "trainings/resource.html", None, context)


@require_http_methods(["GET", "POST"])
def resource_new(request: HttpRequest, kind: ResourceKind) -> HttpResponse:
    scope = scope_of(request)
    host = host_of(scope, request.GET.get("host", ""))
    form = FORMS[kind](sent_data(request), organisation=host)
    if form.is_valid():
        with form.mending():
            resource = resources.add(scope, host, kind, form.submitted_values(), at=clock.now())
            return done(request, _("Added."), "trainings:resource", resource.pk)
    return _form(request, form, None, ADD[kind])


@require_http_methods(["GET", "POST"])
def resource_edit(request: HttpRequest, pk: UUID, kind: ResourceKind) -> HttpResponse:
    scope = scope_of(request)
    resource = scheduling_access.get_resource(scope, pk, kind)
    owner, initial = resource.organisation, initial_values(resource)
    form = FORMS[kind](sent_data(request), organisation=owner, initial=initial)
    if form.is_valid():
        with form.mending():
            resources.edit(scope, resource, form.submitted_values(), at=clock.now())
            return done(request, _("Saved."), "trainings:resource", pk)
    return _form(request, form, resource, _("Edit"))


def initial_values(resource: Resource) -> dict[str, Any]:
    values: dict[str, Any] = {
        **{name: getattr(resource, name) for name in ("pk", "name", "is_active", "user", "email")},
        "mail_language": resource.mail_language_id or "en",
        "languages": list(resource.languages.order_by("pk").values_list("pk", flat=True)),
    }
    if resource.kind != ResourceKind.VENUE:
        return values
    values |= {name: getattr(resource.venue, name) for name in resources.OF_VENUES}
    country = resource.venue.place.country_id
    return values | {"place": typed_name(resource.venue.place_id), "country": country}


@require_http_methods(["GET", "POST"])
def resource_away(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    resource = scheduling_access.get_resource(scope, pk)
    form = AwayForm(sent_data(request), zone=resource.organisation.zone)
    if form.is_valid():
        with form.mending():
            resources.set_away(scope, resource, form.starts_at, form.ends_at, at=clock.now())
            message = _("Noted. What is booked then stays booked: look at it.")
            return done(request, message, "trainings:resource", pk)
    is_venue = resource.kind == ResourceKind.VENUE
    # Translators: a page: when a venue is closed.
    title = _("Note when it is closed") if is_venue else _("Note days away")
    return _form(request, form, resource, title)


@require_POST
def resource_away_end(request: HttpRequest, pk: UUID, away: int) -> HttpResponse:
    scope = scope_of(request)
    resource = scheduling_access.get_resource(scope, pk)
    resources.drop_away(scope, resource, away, at=clock.now())
    return done(request, _("Taken back."), "trainings:resource", pk)


@require_http_methods(["GET", "POST"])
def resource_paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    resource = scheduling_access.get_resource(scope, pk, ResourceKind.PERSON)
    today = clock.now().date()
    months = next(iter(vocabulary.suitability().values())).months
    until = today + timedelta(days=round(months * DAYS_OF_A_MONTH))
    form = SuitableForm(sent_data(request), initial={"shown_on": today, "expires_on": until})
    if form.is_valid():
        with form.mending():
            resources.show_suitable(scope, resource, **form.cleaned_data, at=clock.now())
            return done(request, _("Noted."), "trainings:resource", pk)
    # Translators: a page: a trainer or interpreter showed a paper, such as a vetting.
    return _form(request, form, resource, _("Note a paper"))


@require_http_methods(["GET", "POST"])
def resource_way(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    resource = scheduling_access.get_resource(scope, pk, ResourceKind.VENUE)
    form = WayForm(sent_data(request), venue=resource.venue)
    if form.is_valid():
        with form.mending():
            resources.set_way(scope, resource.venue, **form.cleaned_data, at=clock.now())
            return done(request, _("Noted."), "trainings:resource", pk)
    # Translators: a page: how long it takes from one venue to another.
    return _form(request, form, resource, _("Note how long the way takes"))


@require_POST
def resource_link(request: HttpRequest, pk: UUID) -> HttpResponse:
    scope = scope_of(request)
    resource = scheduling_access.get_resource(scope, pk, ResourceKind.PERSON)
    audit = access.planner_context(scope, resource.organisation_id, at=clock.now())
    give_or_end(request, resource, mail.Link.PAGE, audit)
    return done(request, _("Done."), "trainings:resource", pk)


def _form(
    request: HttpRequest, form: forms.DeskForm, resource: Resource | None, title: Promise | str
) -> HttpResponse:
    context = {"resource": resource, "title": title}
    return show(request, "trainings/resource_form.html", form, context)
